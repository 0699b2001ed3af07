"""A birth at the window: the clerk finds the mother by her rare name, types little, hands over what was made."""

import re
from collections.abc import Callable
from pathlib import Path

import pypdf
from playwright.sync_api import expect
from tests.journeys.applying import photo
from tests.journeys.browser import Person
from tests.journeys.working import work_to_the_end

Visitor = Callable[..., Person]

TYPED = {
    "孩子姓名": "陈𬱖果",
    "孩子民族": "汉族",
    "预防接种门诊": "办成镇卫生院",
    "母亲手机号码": "19900000104",
    "孩子与户主关系": "女儿",
    "父亲手机号码": "19900000105",
    "生育医疗费用": "5200",
    "出院日期": "2026-11-16",
}
CHOSEN = {"领取方式": "到窗口取", "随父亲还是母亲落户": "随父亲", "父亲同意调用其电子证照": "是"}
SCANNED = ("出院记录（诊断证明）", "医疗费用票据")
ON_PAPER = ("医疗费用清单", "银行卡")


def test_a_birth_at_the_window(visitor: Visitor, tmp_path: Path) -> None:
    clerk = visitor("clerk")
    _takes_in(clerk)
    clerk.sees("免提交")
    clerk.picture("birth-2-ready")
    clerk.page.get_by_label(re.compile("申请人当面确认")).check()
    clerk.press(re.compile("^收件并受理"))
    clerk.sees(re.compile("^已收件并受理"))
    found = re.search(r"\d{19}", clerk.page.url)
    assert found, clerk.page.url
    number = found[0]
    clerk.picture("birth-3-accepted")
    with clerk.page.expect_popup() as slip:
        clerk.follow(re.compile("^受理通知书"))
    slip.value.close()

    officials = ("hospital", "household_police", "health", "medical_insurance", "social_security")
    work_to_the_end([visitor(f"{name}_reviewer") for name in officials], number)

    # At the window the mother gets what was made, and signs.
    clerk.go("/counter/hand-over/")
    clerk.click(clerk.page.get_by_role("main").locator(f"a[href$='/{number}/']").first)
    clerk.picture("birth-4-hand-over")
    clerk.page.get_by_label(re.compile("核对")).check()
    clerk.press(re.compile("^(发放|交给)"))
    clerk.sees(re.compile("已(发放|交|领)"))

    # The mother sees it all on her own telephone, and her child's name stands right in the paper.
    mother = visitor("xi")
    mother.go(f"/cases/{number}/")
    mother.sees("已办结")
    mother.picture("birth-5-mother")
    with mother.page.expect_download() as waiting:
        mother.follow(re.compile("出生医学证明"))
    waiting.value.save_as(tmp_path / "birth.pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "birth.pdf").pages)
    assert "陈𬱖果" in text


def _takes_in(clerk: Person) -> None:
    clerk.go("/counter/")
    clerk.follow(re.compile("^收一件"))
    main = clerk.page.get_by_role("main")
    main.get_by_role("textbox", name="号码或姓名").fill("𬱖小溪")
    clerk.press("找")
    clerk.follow(re.compile("𬱖小溪"), within=main)
    clerk.press(re.compile("^新生儿出生"))
    main.get_by_label("要登记爸爸的信息吗？").select_option(label="是")
    _save(clerk)
    clerk.picture("birth-1-draft")
    for label, value in TYPED.items():
        main.get_by_label(label, exact=True).fill(value)
    for label, value in CHOSEN.items():
        main.get_by_label(label, exact=True).select_option(label=value)
    for paper in SCANNED:
        main.get_by_label(f"扫描或上传：{paper}").set_input_files(photo(f"{paper}.jpg"))
    for paper in ON_PAPER:
        row = main.locator(".material-row").filter(has_text=paper)
        row.get_by_role("checkbox", name="收了纸质件").check()
    _save(clerk)
    expect(main).to_contain_text("可以收件了")


def _save(clerk: Person) -> None:
    clerk.press(re.compile("^保存并重新核对"))
    clerk.page.wait_for_load_state()
