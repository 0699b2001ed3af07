"""Looking into files that people send. What they say of themselves (name, type) is not believed."""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import warnings

import pikepdf
from PIL import Image, ImageOps, UnidentifiedImageError

from bancheng.core.kernel import Problem, Record

MAX_BYTES = 20 * 1024 * 1024
MAX_PAGES = 100
MAX_PIXELS = 60_000_000
ACCEPTED = "PDF、JPG、PNG"
_IMAGES = {"JPEG": ("image/jpeg", "jpg"), "PNG": ("image/png", "png")}
_ACTIVE_ROOT = ("/OpenAction", "/AA", "/AcroForm", "/Collection")
_ACTIVE_NAMES = ("/JavaScript", "/EmbeddedFiles")
_ACTIVE_ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition"}


class CleanFile(Record):
    """A file that was looked into and written anew without anything active or hidden.

    `digest` is the SHA-256 of the cleaned `data`, `original` that of what was sent; `removed` names what was taken out.
    """

    data: bytes
    content_type: str
    extension: str
    pages: int
    digest: str
    original: str
    removed: tuple[str, ...] = ()


def inspect_upload(data: bytes) -> CleanFile | Problem:
    """The cleaned file, or the one problem that keeps it out, in the sender's words.

    Images are decoded and encoded again, which drops place and device marks; PDF files lose scripts, actions, forms and
    attachments. Encrypted files, more than 100 pages or 60 million pixels, and other kinds are kept out.
    """
    if not data:
        return _no("upload.empty", "这个文件是空的。", "请检查后重新选择文件。")
    if len(data) > MAX_BYTES:
        return _no(
            "upload.size",
            f"文件有 {len(data) / 1_048_576:.1f} MB，最大 20 MB。",
            "请压缩，或分成几个文件上传。",
        )
    if data[:1024].find(b"%PDF-") >= 0:
        return _pdf(data)
    return _image(data)


def safe_name(name: str) -> str:
    """A file name fit to show and to download: no path, no control or direction marks, at most 120 characters."""
    base = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(char for char in base if unicodedata.category(char)[0] != "C").strip(" .")
    return shown[-120:] or "文件"


def _image(data: bytes) -> CleanFile | Problem:
    kept = _no("upload.kind", f"打不开这个文件，或它不是 {ACCEPTED}。", f"请上传 {ACCEPTED} 格式的文件。")
    try:
        with warnings.catch_warnings():
            # A decompression bomb is only a warning to the library; here it is a reason to keep the file out.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=list(_IMAGES)) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    return _no("upload.pixels", "这张图片太大。", "请用手机直接拍照，或缩小后再上传。")
                content_type, extension = _IMAGES[str(picture.format)]
                turned = _upright(picture)
                out = io.BytesIO()
                turned.save(out, format=str(picture.format), quality=90)
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return kept
    except (OSError, ValueError, SyntaxError):  # what Pillow raises for files that break off or lie
        return kept
    clean = out.getvalue()
    return CleanFile(
        data=clean,
        content_type=content_type,
        extension=extension,
        pages=1,
        digest=_sha(clean),
        original=_sha(data),
    )


def _upright(picture: Image.Image) -> Image.Image:
    turned = ImageOps.exif_transpose(picture)
    copy = Image.new(turned.mode, turned.size)
    if turned.mode == "P" and (palette := turned.getpalette()):
        copy.putpalette(palette)
    copy.paste(turned)
    return copy.convert("RGB") if picture.format == "JPEG" else copy


def _pdf(data: bytes) -> CleanFile | Problem:
    try:
        with pikepdf.open(io.BytesIO(data)) as file:
            if len(file.pages) > MAX_PAGES:
                return _no(
                    "upload.pages",
                    f"文件有 {len(file.pages)} 页，最多 {MAX_PAGES} 页。",
                    "请分成几个文件上传。",
                )
            if not file.pages:
                return _no("upload.empty", "这个 PDF 一页也没有。", "请检查后重新选择文件。")
            pages = len(file.pages)
            removed = _disarm(file)
            out = io.BytesIO()
            file.save(out, deterministic_id=True)
    except pikepdf.PasswordError:
        return _no("upload.locked", "这个 PDF 有密码，我们打不开。", "请去掉密码后重新上传。")
    except pikepdf.PdfError:
        return _no("upload.broken", "这个 PDF 已损坏，打不开。", "请重新导出或重新扫描后上传。")
    clean = out.getvalue()
    return CleanFile(
        data=clean,
        content_type="application/pdf",
        extension="pdf",
        pages=pages,
        digest=_sha(clean),
        original=_sha(data),
        removed=removed,
    )


def _disarm(file: pikepdf.Pdf) -> tuple[str, ...]:
    removed: list[str] = []
    root = file.Root
    for key in _ACTIVE_ROOT:
        if key in root:
            del root[key]
            removed.append(key)
    names = root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        for key in _ACTIVE_NAMES:
            if key in names:
                del names[key]
                removed.append(key)
    for page in file.pages:
        removed += _disarm_page(page.obj)
    return tuple(dict.fromkeys(removed))


def _disarm_page(page: pikepdf.Object) -> list[str]:
    removed: list[str] = []
    if "/AA" in page:
        del page["/AA"]
        removed.append("/AA")
    marks = page.get("/Annots")
    if not isinstance(marks, pikepdf.Array):
        return removed
    for mark in marks:
        if not isinstance(mark, pikepdf.Dictionary):
            continue
        action = mark.get("/A")
        kind = str(action.get("/S")) if isinstance(action, pikepdf.Dictionary) else ""
        for key in ("/A", "/AA", "/FS"):
            if key in mark and (key != "/A" or kind in _ACTIVE_ACTIONS):
                del mark[key]
                removed.append(kind or key)
    return removed


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _no(code: str, message: str, suggestion: str) -> Problem:
    return Problem(code, message, suggestion=suggestion)
