"""Files that were made to hurt, and files that are merely broken: refused with a reason, never believed."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from tests.connect.tables.lists import HEADINGS, catalogue, row, take, text_csv, workbook

from bancheng.connect.tables import RawRow, Spot, _open, write_csv, write_quarantine, write_workbook
from bancheng.core.kernel import ProblemsFound


def refused(path: Path) -> str:
    """The code and words with which a file is refused."""
    with pytest.raises(ProblemsFound) as found:
        take(path)
    (problem,) = found.value.problems
    assert problem.suggestion
    assert problem.place.file == path.name
    return f"{problem.code}：{problem.message}"


def repacked(
    path: Path, change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None
) -> Path:
    """A workbook with parts altered or added."""
    out = path.with_name(f"bad-{path.name}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, data in (extra or {}).items():
            new.writestr(name, data)
    return out


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A workbook with one good item."""
    return workbook(tmp_path / "list.xlsx", {"事项": [HEADINGS, row()]})


def test_a_workbook_with_macros_is_refused(good: Path) -> None:
    bad = repacked(good, lambda _name, data: data, {"xl/vbaProject.bin": b"macro"})
    assert "带有宏" in refused(bad)


def test_an_archive_that_unpacks_without_end_is_refused(good: Path) -> None:
    bad = repacked(good, lambda _name, data: data, {"xl/media/a.xml": b"0" * 5_000_000})
    assert "zip_bomb" in refused(bad)


def test_too_many_shared_strings_are_refused(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_open, "MAX_STRINGS_BYTES", 100)
    bad = repacked(good, lambda _name, data: data, {"xl/SharedStrings.xml": b"x" * 200})
    assert "zip_bomb" in refused(bad)


def test_entities_in_the_xml_are_not_expanded(good: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "boo"><!ENTITY y "&x;&x;&x;">]>'

    def poison(name: str, data: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return data
        return bomb + data.partition(b"?>")[2] if data.startswith(b"<?xml") else bomb + data

    assert "torn_workbook" in refused(repacked(good, poison))


def test_a_file_too_large_is_refused_before_it_is_opened(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_open, "MAX_FILE_BYTES", 1000)
    assert "file_too_large" in refused(good)


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_open, "MAX_ROWS", 3)
    rows = [HEADINGS, *[row(实施编码="", 事项名称=f"第{n}项") for n in range(6)]]
    assert "too_many_rows" in refused(workbook(tmp_path / "a.xlsx", {"事项": rows}))
    assert "too_many_rows" in refused(text_csv(tmp_path / "a.csv", rows))


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.xlsx", b"PK\x03\x04 torn", "torn_workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_workbook"),
        ("a.pdf", b"%PDF-1.7", "unknown_file"),
        ("a.zip", b"PK\x03\x04", "packed"),
        ("a.json", b'{"tasks": [', "torn_json"),
        ("a.json", b"3", "torn_json"),
        ("a.json", b"[" * 100_000, "torn_json"),
        ("a.csv", b"\xff\xff\xff\x80", "encoding"),
        ("a.csv", b"", "no_headings"),
        ("a.yaml", b"a: [1, 2", "yaml_syntax"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_the_reason(
    tmp_path: Path, name: str, data: bytes, code: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert refused(path).startswith(code)


def test_a_cut_off_workbook_is_refused(good: Path, tmp_path: Path) -> None:
    whole = good.read_bytes()
    for share in (0.3, 0.6, 0.95):
        path = tmp_path / "cut.xlsx"
        path.write_bytes(whole[: int(len(whole) * share)])
        assert refused(path).startswith("torn_workbook")


def test_a_formula_is_never_worked_out(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"事项": [HEADINGS, row(承诺办结时限="=2+3")]})
    taken = take(path)
    assert taken.outcomes == ["quarantined"]
    assert "里是公式" in taken.said
    assert "=2+3" in taken.lines[0].raw[0].cells


def test_nothing_that_is_written_is_a_live_formula(tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://example.invalid","点我")'
    path = text_csv(tmp_path / "a.csv", [HEADINGS, row(事项名称=evil)])
    taken = take(path)
    item = taken.results[0].item
    assert item is not None
    assert item.name == evil
    book, csvs, waiting = io.BytesIO(), io.BytesIO(), io.BytesIO()
    write_workbook(book, lambda: [(item, {})], catalogue())
    write_csv(csvs, lambda: [(item, {})], catalogue())
    write_quarantine(waiting, [(RawRow(Spot("a", "b", 2), "items", ("事项名称",), (evil,)), "=1+1")])
    for out in (book, waiting):
        out.seek(0)
        cells = [cell for sheet in load_workbook(out) for line in sheet.iter_rows() for cell in line]
        assert evil in [cell.value for cell in cells]
        assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    with zipfile.ZipFile(csvs) as archive:
        text = archive.read("事项.csv").decode("utf-8-sig")
    assert "'=HYPERLINK" in text


def test_a_sheet_with_far_cells_is_read_no_further_than_lists_go(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(list(HEADINGS))
    page.append(row())
    page.cell(2, 16_000).value = "远处"
    book.save(tmp_path / "a.xlsx")
    assert take(tmp_path / "a.xlsx").outcomes == ["added"]
