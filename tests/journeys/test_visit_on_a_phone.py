"""Three bodies at one site: a checklist filled on a phone of 360 px while the line is down."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.house.source import ROOT
from tests.journeys.applying import photo
from tests.journeys.browser import PHONE, Person
from tests.journeys.serving import serving
from tests.site.deployment import Deployment, Prepared

HELD = """
import django; django.setup()
from datetime import datetime, timedelta
from tests.usecases import test_visits as fairs
from bancheng.usecases import casework, visits
file = fairs.other_fair()
# The Monday before: whoever walks here on a Sunday finds the visit begun.
now = datetime.fromisoformat("2026-11-16T08:00:00+08:00")
step = fairs.VISIT
begins = visits.arranging(file, step, now).offers[0].slot.begins
file = visits.propose(fairs.lead(file), file.case.number, step, begins, now=now)
visits.confirm(fairs.specimen.applicant_of(file), file.case.number, 1, now=now)
people = file.state.visits.all[0].people
who = fairs.person(people[0].id)
file = visits.hold(who, file.case.number, 1, [one.id for one in people], now=begins)
from bancheng.store.models import User
fire = next(one for one in people if one.body == "yunxi_fire")
print(file.case.number, User.objects.get(pk=fire.id[5:]).username)
"""


@pytest.fixture(scope="module")
def home(furnished: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town of its own, where a visit has begun."""
    return furnished.copy(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def begun(home: Path) -> tuple[str, str]:
    """A case whose visit has begun, and one of the fire service's officials who are there."""
    environment = {
        **Deployment(home, BANCHENG_DEMO="1").environment,
        "DJANGO_SETTINGS_MODULE": "bancheng.site.settings",
        "PYTHONPATH": str(ROOT),
    }
    made = subprocess.run(
        [sys.executable, "-c", HELD], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    number, username = made.stdout.split()
    return number, username


@pytest.fixture(scope="module")
def town(home: Path, begun: tuple[str, str]) -> Iterator[str]:
    """Served once the visit has begun."""
    with serving(home) as address:
        yield address


def test_what_is_typed_and_photographed_without_a_line_arrives_when_it_is_back(
    visitor: Callable[..., Person], begun: tuple[str, str]
) -> None:
    number, username = begun
    fire = visitor(username, viewport=PHONE, has_touch=True)
    fire.go("/bureau/visits/")
    fire.picture("phone-visits")
    fire.follow(re.compile(number))
    fire.picture("phone-visit")
    fire.follow("填核查清单")
    page = fire.page
    expect(page.get_by_text("第 1 项")).to_be_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    fire.picture("phone-sheet")
    page.context.set_offline(True)
    page.get_by_role("radio", name="不符合").check()
    expect(page.get_by_text("网络不通，已存在手机里").first).to_be_visible()
    page.get_by_role("button", name="下一项").click()
    page.get_by_label("量得多少").fill("3.5")
    page.get_by_label("备注").locator("visible=true").fill("西门")
    page.get_by_role("heading", level=1).click()
    expect(page.get_by_text("2 项存在手机里")).to_be_visible()
    page.locator("[data-look]:visible input[type=file]").set_input_files(photo("西门.jpg"))
    expect(page.get_by_text("3 项存在手机里")).to_be_visible()
    expect(page.locator("[data-waits] img:visible")).to_have_count(1)
    fire.picture("phone-offline")
    page.context.set_offline(False)
    expect(page.get_by_text("3 项存在手机里")).to_be_hidden()
    expect(page.locator("[data-waits]")).to_have_count(0)
    expect(page.locator("[data-shots] img:visible")).to_have_count(1)
    # One that the town refuses stays on the phone, also when the page comes anew, until its taker drops it.
    page.locator("[data-look]:visible input[type=file]").set_input_files(
        {"name": "no.jpg", "mimeType": "image/jpeg", "buffer": b"no photograph"}
    )
    expect(page.locator("[data-waits]:visible")).to_contain_text("没有收下")
    fire.go("/bureau/visits/")
    page.get_by_role("link", name="打开清单（1 项）").click()
    page.get_by_role("button", name="下一项").click()
    expect(page.locator("[data-waits]:visible")).to_contain_text("没有收下")
    fire.picture("phone-refused-photo")
    page.get_by_role("button", name="不要这一张").click()
    expect(page.locator("[data-waits]")).to_have_count(0)
    fire.faults.clear()  # The browser itself complained that it was offline.
    fire.go(page.url.removeprefix(fire.town))
    page.get_by_role("button", name="下一项").click()
    expect(page.get_by_label("量得多少")).to_have_value("3.5")
    page.get_by_role("button", name="上一项").click()
    expect(page.get_by_role("radio", name="不符合")).to_be_checked()
