"""For every reader: large type and doubled letters lose nothing on any public page, and English pages speak English."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from tests.house.source import ROOT
from tests.journeys.applying import answer_questions, begin
from tests.journeys.browser import PHONE, Person, hidden_controls, overflow
from tests.journeys.matters import RETIREMENT
from tests.journeys.walking import walk

Visitor = Callable[..., Person]
SEEN = ("/", "/search?q=开店", "/verify/0000000000", "/display/", "/accounts/login/", "/accounts/signup/")


_SIZED = {
    # As the choice has it, of which the pages tell the style by this one word.
    "largest": "() => { if (document.documentElement.dataset.size !== 'largest') throw Error('not chosen'); }",
    "large": "() => { document.documentElement.dataset.size = 'large'; }",
    # As a reader's own browser does it.
    "doubled": "() => { delete document.documentElement.dataset.size;"
    " document.documentElement.style.fontSize = '200%'; }",
}


@pytest.fixture
def town(quiet: tuple[Path, str]) -> str:
    """A town in which nobody works meanwhile."""
    return quiet[1]


def test_large_type_loses_nothing_at_360_pixels(visitor: Visitor) -> None:
    zhou = visitor("zhou", viewport=PHONE)
    starts = _with_an_application(zhou)
    zhou.go("/display/?size=largest&next=/")
    lost = []
    for path in walk(zhou, *starts, most=45):
        for how in ("largest", "large", "doubled"):
            zhou.page.evaluate(_SIZED[how])
            lost += [f"{path} {how}: {one}" for one in (*overflow(zhou.page), *hidden_controls(zhou.page))]
            if path in ("/", starts[-1]):
                zhou.picture(f"type-{how}-{'home' if path == '/' else 'list'}")
    assert lost == [], "\n".join(["", *lost])


def test_english_pages_have_no_chinese_words_of_the_interface(visitor: Visitor) -> None:
    zhou = visitor("zhou")
    starts = _with_an_application(zhou)
    zhou.go("/display/?lang=en&next=/")
    zhou.page.wait_for_load_state()
    zhou.picture("english-home")
    left: dict[str, str] = {}
    for path in walk(zhou, *starts, most=45):
        for word in _chinese(zhou):
            left.setdefault(word, path)
    zhou.picture("english-last")
    assert left == {}, "\n".join(f"{path}: {word}" for word, path in left.items())


def _with_an_application(zhou: Person) -> tuple[str, ...]:
    begin(zhou, "retirement")
    first = zhou.page.url.removeprefix(zhou.town)
    answer_questions(zhou, RETIREMENT)
    return (*SEEN, "/cases/", "/messages/", first, zhou.page.url.removeprefix(zhou.town))


def _chinese(person: Person) -> list[str]:
    """Runs of Chinese that an English reader meets, that stand in no pack and are not marked as Chinese."""
    words: list[str] = person.page.evaluate(_WORDS)
    runs = {run for text in words for run in re.findall(r"[\u4e00-\u9fff]+", text)}
    # A language is called by its own name.
    return sorted(run for run in runs if run not in _packs() and run != "简体中文")


_WORDS = """() => {
    const said = [document.title], chinese = '[lang^=zh]';
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const around = texts.currentNode.parentElement;
        if (!around.closest(chinese) && !around.closest('script, style')) said.push(texts.currentNode.data);
    }
    for (const name of ['aria-label', 'placeholder', 'title', 'alt']) {
        for (const e of document.querySelectorAll(`[${name}]`)) {
            if (!e.closest(chinese)) said.push(e.getAttribute(name));
        }
    }
    return said;
}"""


@cache
def _packs() -> str:
    """All that packs say, which is shown as it is; a law and its article are shown without the space between."""
    texts = (path.read_text(encoding="utf-8") for path in sorted((ROOT / "packs").rglob("*.yaml")))
    return "\n".join(texts).replace(" ", "")
