"""Applying as an applicant does: questions, groups of fields, papers, a last look, and the number of the case."""

import io
import re
from collections.abc import Mapping, Sequence
from typing import TypedDict

from PIL import Image, ImageDraw
from playwright.sync_api import Locator, expect
from tests.journeys.browser import Person

Answers = Mapping[str, str | Sequence[str]]
"""Label → what is typed, the option chosen, or the options ticked."""
NUMBER = re.compile(r"\d{6}[ \d]{8,}\d")
_MOST = 30  # pages of one kind before a journey counts as lost


class File(TypedDict):
    """A file as the browser's chooser hands it over."""

    name: str
    mimeType: str
    buffer: bytes


def photo(name: str) -> File:
    """A small picture as a phone would take it."""
    image = Image.new("RGB", (640, 400), "white")
    ImageDraw.Draw(image).rectangle((40, 40, 600, 360), outline="black", width=4)
    data = io.BytesIO()
    image.save(data, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": data.getvalue()}


def begin(person: Person, onething: str) -> None:
    """From the guide into a new application."""
    person.go(f"/do/{onething}/")
    anew = person.page.get_by_role("button", name="另外新办一份")
    person.click(anew if anew.count() else person.page.get_by_role("button", name="开始办理"))


def answer_questions(person: Person, answers: Mapping[str, str]) -> list[str]:
    """Answer each question as told, the others with their first option, until the personal list; which were asked."""
    asked: list[str] = []
    for _ in range(_MOST):
        if "/questions/" not in person.page.url:
            return asked
        title = person.page.get_by_role("heading", level=1).inner_text().strip()
        asked.append(title)
        one_question(person, answers.get(title))
        was = person.page.url
        person.press("继续")
        expect(person.page).not_to_have_url(was)
    raise AssertionError(f"The questions never end: {asked}")


def one_question(person: Person, answer: str | None) -> None:
    """Give one answer: choose it where there is a choice, type it otherwise."""
    main = person.page.get_by_role("main")
    choices = main.get_by_role("radio")
    if not choices.count():
        main.get_by_role("textbox").fill(answer or "")
    elif answer is not None:
        main.get_by_role("radio", name=answer, exact=True).check()
    elif not main.locator("input:checked").count():
        choices.first.check()


def fill_form(person: Person, answers: Answers) -> set[str]:
    """From the task list, fill every group that waits, typing only what is told; which labels were used.

    Raises:
        AssertionError: a group asks for something that is not told.
    """
    used: set[str] = set()
    for _ in range(_MOST):
        waiting = (
            person.page.locator(".task-todo")
            .get_by_role("link")
            .and_(person.page.locator("[href*='/form/']"))
        )
        if not waiting.count():
            return used
        name = waiting.first.inner_text()
        person.click(waiting.first)
        expect(person.page.get_by_role("heading", level=1)).to_have_text(name)
        fresh = [label for label in answers if _give(person, label, answers[label])]
        used.update(fresh)
        person.press("保存并继续")
        refused = person.page.get_by_role("alert")
        assert not refused.count(), f"“{name}” with {fresh}: {refused.first.inner_text()}"
        if not person.page.url.endswith("/form/") and "/form/" in person.page.url:
            person.go(_tasks(person))
    raise AssertionError("The form never ends")


def _tasks(person: Person) -> str:
    found = re.search(r"/apply/[0-9a-f-]+/", person.page.url)
    assert found, person.page.url
    return found[0]


def _give(person: Person, label: str, value: str | Sequence[str]) -> bool:
    """Give one answer on this page, if it is asked here."""
    main = person.page.get_by_role("main")
    group = main.get_by_role("radiogroup", name=label, exact=True).or_(
        main.get_by_role("group", name=label, exact=True)
    )
    if group.count():
        for one in [value] if isinstance(value, str) else value:
            _choice(group.first, one).check()
        return True
    box = main.get_by_label(label, exact=True).and_(main.locator("input, select, textarea"))
    if not box.count() or not isinstance(value, str):
        return False
    if box.first.evaluate("e => e.tagName") == "SELECT":
        box.first.select_option(label=value)
    else:
        box.first.fill(value)
    return True


def _choice(group: Locator, name: str) -> Locator:
    choice = group.get_by_role("radio", name=name, exact=True)
    return choice if choice.count() else group.get_by_role("checkbox", name=name, exact=True)


def upload_papers(person: Person) -> list[str]:
    """From the task list, give every paper that must be there; their names in order."""
    given: list[str] = []
    person.go(_tasks(person) + "materials/")
    for _ in range(_MOST):
        lacking = person.page.get_by_role("listitem").filter(has_text="还没传").get_by_role("link")
        if not lacking.count():
            return given
        name = lacking.first.inner_text()
        person.click(lacking.first)
        expect(person.page.get_by_role("heading", level=1)).to_have_text(name)
        person.page.locator("input[type=file]").set_input_files(photo(f"{name}.jpg"))
        person.press("上传")
        expect(person.page.get_by_role("main")).to_contain_text(f"{name}.jpg")
        person.follow("传好了")
        given.append(name)
    raise AssertionError(f"The papers never end: {given}")


def submit(person: Person) -> str:
    """Look once more, confirm, submit; the number of the case, without gaps."""
    person.go(_tasks(person) + "check/")
    person.heading("检查一遍")
    for agree in person.page.get_by_role("main").get_by_role("checkbox").all():
        agree.check()
    person.press("提交申请")
    person.heading("已经提交")
    found = re.search(r"/cases/([^/]+)/done/", person.page.url)
    assert found, person.page.url
    return found[1]
