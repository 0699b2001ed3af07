"""Bringing a list in on screen: from an upload to drafts, with what is unknown said once."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from tests.connect.tables.lists import HEADINGS, row, workbook
from tests.web.bounds import BOUNDS, Asked
from tests.web.public.conftest import SignIn

from bancheng.store.models import ImportRun, LibraryEntry

BASIS = "茶摊管理办法（虚构） 第三条"
LIST = [
    (*HEADINGS, "设定依据"),
    [*row(), BASIS],
    [*row(实施编码="XK-000001", 事项名称="茶摊注销", 办件类型="7"), BASIS],
]


@pytest.fixture
def manager(sign_in: SignIn) -> Client:
    """The item manager."""
    return sign_in("items")


def upload(client: Client, tmp_path: Path, rows: list[object] | None = None, whole: str = "yes") -> str:
    """Upload a list; the address of its run."""
    path = workbook(tmp_path / "清单.xlsx", {"事项": rows or LIST})  # type: ignore[dict-item]  # reason: rows of cells
    file = SimpleUploadedFile("清单.xlsx", path.read_bytes())
    page = client.post("/studio/imports/", {"source": "河畔清单", "whole": whole, "files": [file]})
    assert page.status_code == 302
    return str(page["Location"])


def text(client: Client, address: str, status: int = 200) -> str:
    """The page."""
    page = client.get(address)
    assert page.status_code == status
    return page.content.decode()


def test_only_item_managers_bring_lists_in(sign_in: SignIn) -> None:
    text(sign_in("zhang"), "/studio/imports/", 403)
    text(sign_in("watch"), "/studio/imports/", 403)
    assert "下载空白模板" in text(sign_in("items"), "/studio/imports/")


def test_a_list_is_previewed_explained_and_taken_in(manager: Client, tmp_path: Path) -> None:
    address = upload(manager, tmp_path)
    page = text(manager, address)
    assert "1 项暂存" in page
    assert "新增 1，变更 0" in page
    assert not LibraryEntry.objects.exists()
    codes = text(manager, f"{address}codes/")
    assert codes.count("办件类型：<strong>7</strong>") == 1
    assert manager.post(f"{address}codes/", {"unknown-0": "promised", "title": "河畔"}).status_code == 302
    page = text(manager, address)
    assert "暂存，没有收进来" not in page
    assert manager.post(f"{address}act", {"act": "take"}).status_code == 302
    page = text(manager, address)
    assert "2 个事项已存为草稿" in page
    assert LibraryEntry.objects.filter(kind="item", state="draft").count() == 2
    assert manager.post(f"{address}act", {"act": "propose"}).status_code == 302
    assert LibraryEntry.objects.filter(kind="item", state="proposed").count() == 2
    manager.post(f"{address}act", {"act": "approve"})
    assert "另一位事项管理员" in text(manager, address)


def test_each_line_shows_what_changes_in_it_or_why_it_waits(manager: Client, tmp_path: Path) -> None:
    address = upload(manager, tmp_path)
    manager.post(f"{address}act", {"act": "take"})
    later = upload(manager, tmp_path, [LIST[0], [*row(承诺办结时限=2), BASIS], LIST[2]])
    run = ImportRun.objects.latest("created_at")
    changed = run.lines.get(outcome="changed")
    page = text(manager, f"{later}lines/{changed.place}/")
    assert "承诺办结时限" in page
    assert "5 工作日" in page
    assert "2 工作日" in page
    waits = run.lines.get(outcome="quarantined")
    page = text(manager, f"{later}lines/{waits.place}/")
    assert "第 3 行 ‘办件类型’列" in page
    assert "茶摊注销" in page
    text(manager, f"{later}lines/99/", 404)


def test_lines_are_narrowed_by_outcome_and_name(manager: Client, tmp_path: Path) -> None:
    address = upload(manager, tmp_path)
    assert "茶摊备案" not in text(manager, f"{address}?show=quarantined").partition("逐项")[2]
    assert "茶摊注销" not in text(manager, f"{address}?q=备案").partition("逐项")[2]


def test_waiting_rows_are_mended_in_excel_and_brought_again(manager: Client, tmp_path: Path) -> None:
    address = upload(manager, tmp_path)
    manager.post(f"{address}act", {"act": "take"})
    taken = manager.get(f"{address}quarantine.xlsx")
    book = load_workbook(BytesIO(taken.content))
    page = book["事项"]
    heads = [cell.value for cell in page[1]]
    assert heads[-2:] == ["原处", "暂存原因"]
    assert "还不知道" in page.cell(2, len(heads)).value
    page.cell(2, heads.index("办件类型") + 1).value = "承诺件"
    book.save(tmp_path / "mended.xlsx")
    file = SimpleUploadedFile("mended.xlsx", (tmp_path / "mended.xlsx").read_bytes())
    again = manager.post("/studio/imports/", {"source": "河畔清单", "whole": "no", "files": [file]})[
        "Location"
    ]
    assert "新增 1，变更 0" in text(manager, again)


def test_the_template_and_the_town_s_own_list_can_be_taken_away(manager: Client) -> None:
    template = load_workbook(BytesIO(manager.get("/studio/imports/template.xlsx").content))
    assert template.sheetnames[:3] == ["填写说明", "事项", "申请材料"]
    assert [cell.value for cell in template["事项"][1]][:4] == ["事项键", "事项名称", "英文名称", "事项别名"]
    for kind in ("xlsx", "zip", "json", "yaml"):
        assert len(manager.get(f"/studio/imports/items.{kind}").content) > 1000
    text(manager, "/studio/imports/items.exe", 404)


def test_the_town_s_own_list_comes_back_unchanged(manager: Client) -> None:
    data = manager.get("/studio/imports/items.xlsx").content
    file = SimpleUploadedFile("items.xlsx", data)
    manager.post("/studio/imports/", {"source": "自己的", "whole": "yes", "files": [file]})
    run = ImportRun.objects.latest("created_at")
    assert set(run.counts) == {"unchanged", "rows", "items"}


def test_an_upload_without_a_source_or_a_readable_file_says_so(manager: Client, tmp_path: Path) -> None:
    page = manager.post("/studio/imports/", {"source": ""})
    assert page.status_code == 422
    assert "请写明清单从哪里来" in page.content.decode()
    file = SimpleUploadedFile("清单.xls", b"\xd0\xcf\x11\xe0 old")
    address = manager.post("/studio/imports/", {"source": "x", "files": [file]})["Location"]
    assert "另存为" in text(manager, address)


def test_the_pages_stay_within_their_bounds(manager: Client, tmp_path: Path) -> None:
    address = upload(manager, tmp_path)
    for name, where in (("studio:imports", "/studio/imports/"), ("studio:import_run", address)):
        with Asked() as cost:
            text(manager, where)
        assert len(cost) <= BOUNDS[name], [one["sql"] for one in cost]
