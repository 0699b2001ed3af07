"""Uploads are hostile until proven otherwise."""

import io

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bancheng.connect.documents import CleanFile, inspect_upload, safe_name
from bancheng.core.kernel import Problem


def picture(kind: str = "JPEG", exif: bool = False, size: tuple[int, int] = (40, 30)) -> bytes:
    image = Image.new("RGB", size, "white")
    marks = Image.Exif()
    if exif:
        marks[0x010F] = "Some Phone"
        marks[0x8825] = {1: "N", 2: (36.0, 0.0, 0.0)}
    out = io.BytesIO()
    image.save(out, kind, exif=marks)
    return out.getvalue()


def pdf(pages: int = 1, password: str = "", script: bool = False) -> bytes:
    file = pikepdf.new()
    for _ in range(pages):
        file.add_blank_page()
    if script:
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        file.Root.OpenAction = action
        file.attachments["x.exe"] = b"MZ"
        file.pages[0].obj.Annots = pikepdf.Array(
            [
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action
                )
            ]
        )
    out = io.BytesIO()
    file.save(out, encryption=pikepdf.Encryption(owner=password, user=password) if password else False)
    return out.getvalue()


def code_of(data: bytes) -> str:
    result = inspect_upload(data)
    assert isinstance(result, Problem)
    assert result.message
    assert result.suggestion
    return result.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_comes_out_without_place_or_device(kind: str) -> None:
    clean = inspect_upload(picture(kind, exif=True))
    assert isinstance(clean, CleanFile)
    with Image.open(io.BytesIO(clean.data)) as image:
        assert image.size == (40, 30)
        assert not dict(image.getexif())


def test_a_pdf_keeps_its_pages_and_loses_what_is_active() -> None:
    clean = inspect_upload(pdf(pages=3, script=True))
    assert isinstance(clean, CleanFile)
    assert clean.pages == 3
    assert {"/OpenAction", "/EmbeddedFiles", "/JavaScript"} <= set(clean.removed)
    with pikepdf.open(io.BytesIO(clean.data)) as file:
        assert "/OpenAction" not in file.Root
        assert not file.attachments
        assert b"app.alert" not in clean.data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "upload.empty"),
        (b"MZ\x90\x00 not a picture", "upload.kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "upload.kind"),
        (b"%PDF-1.7 and then nothing", "upload.broken"),
        (b"x" * (20 * 1024 * 1024 + 1), "upload.size"),
        (picture()[:200], "upload.kind"),
    ],
    ids=["empty", "program", "svg", "broken pdf", "too large", "broken picture"],
)
def test_what_is_not_a_sound_paper_stays_outside(data: bytes, code: str) -> None:
    assert code_of(data) == code


def test_a_locked_pdf_and_a_book_stay_outside() -> None:
    assert code_of(pdf(password="secret")) == "upload.locked"
    assert code_of(pdf(pages=101)) == "upload.pages"


def test_a_picture_that_unpacks_to_a_giant_stays_outside() -> None:
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    assert code_of(out.getvalue()) == "upload.pixels"


@given(st.binary(max_size=300))
def test_no_bytes_can_break_the_inspection(data: bytes) -> None:
    assert isinstance(inspect_upload(data), Problem | CleanFile)
    assert isinstance(inspect_upload(b"%PDF-1.4\n" + data), Problem | CleanFile)


@given(st.text(max_size=200))
def test_a_shown_name_never_leads_elsewhere(name: str) -> None:
    shown = safe_name(name)
    assert shown
    assert "/" not in shown
    assert "\\" not in shown
    assert len(shown) <= 120
    assert not shown.startswith(".")
