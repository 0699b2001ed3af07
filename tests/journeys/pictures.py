"""The pictures of the documents, taken from a fresh town: ``python -m tests.journeys.pictures`` writes docs/images."""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Playwright, sync_playwright
from tests.house.source import ROOT
from tests.journeys.applying import answer_questions, begin, fill_form, submit, upload_papers
from tests.journeys.browser import Person, launch, person
from tests.journeys.matters import NOODLES, NOODLES_FORM
from tests.journeys.serving import serving
from tests.journeys.working import accept
from tests.site.deployment import Deployment

IMAGES = ROOT / "docs" / "images"
_PHONE = {"width": 390, "height": 760}
_WIDE = {"width": 1280, "height": 760}
_COLOURS = 96  # enough for flat pages, and a third of the size


def _keep(somebody: Person, name: str) -> None:
    picture = Image.open(io.BytesIO(somebody.page.screenshot())).convert("RGB")
    IMAGES.mkdir(exist_ok=True)
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(IMAGES / f"{name}.png", optimize=True)


def _applicant(browser: Browser, town: str) -> str:
    with person(browser, town, "zhang", viewport=_PHONE) as zhang:
        zhang.sign_in("zhang")
        begin(zhang, "open_restaurant")
        answer_questions(zhang, NOODLES)
        _keep(zhang, "list")
        zhang.follow("去填表")
        fill_form(zhang, NOODLES_FORM)
        upload_papers(zhang)
        return submit(zhang)


def _officials(browser: Browser, town: str, number: str) -> None:
    with person(browser, town, "clerk", viewport=_WIDE) as clerk:
        clerk.sign_in("clerk")
        clerk.go(f"/counter/cases/{number}/")
        _keep(clerk, "window")
        accept(clerk, number)
    with person(browser, town, "zhang", viewport=_PHONE) as zhang:
        zhang.sign_in("zhang")
        zhang.go(f"/cases/{number}/")
        _keep(zhang, "case")
    for who, path, name in (
        ("market_reviewer", f"/bureau/{number}/", "bureau"),
        ("items", "/studio/onethings/open_restaurant/plan/", "studio"),
        ("watch", "/watch/", "watch"),
    ):
        with person(browser, town, who, viewport=_WIDE) as official:
            official.sign_in(who)
            official.go(path)
            _keep(official, name)


def main() -> None:
    """Serve a fresh town, walk, and take the pictures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        Deployment(Path(folder), BANCHENG_DEMO="1")("furnish")
        with serving(Path(folder)) as town:
            _take(play, town)


def _take(play: Playwright, town: str) -> None:
    browser = launch(play)
    with person(browser, town, "nobody", viewport=_WIDE) as nobody:
        nobody.go("/do/open_restaurant/")
        _keep(nobody, "guide")
    _officials(browser, town, _applicant(browser, town))
    browser.close()


if __name__ == "__main__":
    main()
