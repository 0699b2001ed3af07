"""Printed guides: every fact of the content on paper, the sheet on exactly one page, the same bytes each time."""

from __future__ import annotations

import io
import re
from datetime import date
from functools import cache

import pypdf
import pytest
from PIL import Image

from bancheng.connect.documents import GuideSheet, Print, guide_sheet, render_guide, render_png
from bancheng.connect.packs import default_folders, load_packs
from bancheng.core.compiler import compile_onething, plan_svg

PACKS = load_packs(default_folders())
KEYS = sorted(PACKS.catalogue.onethings)
TOLD = [key for key in KEYS if not PACKS.catalogue.onethings[key].family]
"""One-things written one by one; the scenes of a family print like one another."""
DAY = date(2026, 11, 22)
SHOP = "open_restaurant"


@cache
def sheet(key: str) -> GuideSheet:
    blueprint = compile_onething(PACKS.catalogue.onethings[key], PACKS.catalogue, PACKS.coverage).blueprint
    assert blueprint is not None
    return guide_sheet(blueprint, PACKS.catalogue, DAY, url=f"https://demo.example/do/{key}/")


def pages(key: str, kind: Print) -> list[str]:
    reader = pypdf.PdfReader(io.BytesIO(render_guide(sheet(key), kind)))
    return [squeezed(page.extract_text()) for page in reader.pages]


def squeezed(text: str) -> str:
    """Without the white space that setting puts between lines and scripts."""
    return re.sub(r"\s+", "", text)


def whole(key: str, kind: Print) -> str:
    return "".join(re.sub(r"·第\d+版[0-9a-f]{12}·.{0,30}为准\d+/\d+$", "", page) for page in pages(key, kind))


@pytest.mark.parametrize("key", TOLD)
def test_the_printed_guide_tells_every_fact(key: str) -> None:
    text = whole(key, Print.GUIDE)
    missing = [fact for fact in sheet(key).content.facts() if squeezed(fact) not in text]
    assert missing == []


def test_it_is_said_whose_days_are_whose_where_the_sample_person_is_done_sooner() -> None:
    assert "这是事项办得最全的人；像“单位职工到龄退休" in whole("retirement", Print.GUIDE)
    assert re.search(
        "这样的，10个工作日办好，一件件分头办要[0-9]+个工作日。", whole("retirement", Print.GUIDE)
    )
    assert "这是事项办得最全的人" not in whole(SHOP, Print.GUIDE)


@pytest.mark.parametrize("key", TOLD)
def test_the_sheet_is_exactly_one_page_with_its_six_ones(key: str) -> None:
    (page,) = pages(key, Print.SHEET)
    content = sheet(key).content
    for words in (
        "一项信息", "一个目录", "一套申请材料", "一套政策", "线上线下一次办好", "一张办理流程",
        content.name, content.promised, content.cost, content.lead, content.summary,
    ):  # fmt: skip
        assert squeezed(words) in page


@pytest.mark.parametrize("key", TOLD)
def test_the_window_checklist_names_every_paper_and_why_some_are_not_asked(key: str) -> None:
    text = whole(key, Print.CHECKLIST)
    for paper in sheet(key).content.materials:
        for fact in (paper.name, paper.count, paper.reason, paper.later, paper.note, *paper.options):
            assert squeezed(fact) in text
    assert "不得再要的材料" in text or not sheet(key).content.spared


def test_the_blank_form_has_every_group_and_field_that_is_asked() -> None:
    text = whole(SHOP, Print.FORM)
    for group in sheet(SHOP).groups:
        assert squeezed(group.name) in text
        for field in group.fields:
            assert squeezed(field.name) in text
            for option in field.options:
                assert squeezed(option) in text


@pytest.mark.parametrize("kind", list(Print))
def test_the_same_content_prints_the_same_bytes(kind: Print) -> None:
    assert render_guide(sheet(SHOP), kind) == render_guide(sheet(SHOP), kind)


def test_facts_of_low_confidence_say_so_on_paper() -> None:
    content = sheet("utilities").content
    assert content.confidence == "整理所得，未经核定"
    for kind in Print:
        assert "整理所得，未经核定" in whole("utilities", kind)


def test_the_code_on_paper_leads_to_the_live_guide() -> None:
    assert squeezed(sheet(SHOP).url) in whole(SHOP, Print.GUIDE)
    assert sheet(SHOP).content.digest in whole(SHOP, Print.GUIDE)


def test_the_picture_as_png_is_as_large_as_drawn_and_has_ink() -> None:
    blueprint = compile_onething(PACKS.catalogue.onethings[SHOP], PACKS.catalogue, PACKS.coverage).blueprint
    assert blueprint is not None
    svg = plan_svg(blueprint, standalone=True, dark=False)
    wide = int(re.search(r'width="(\d+)"', svg)[1])  # type: ignore[index]  # reason: the drawing says its width
    with Image.open(io.BytesIO(render_png(svg))) as picture:
        assert picture.format == "PNG"
        assert abs(picture.width - wide * 1.5) <= 2
        assert len(picture.convert("RGB").getcolors(1_000_000) or ()) > 20
