"""Codes in pictures: what stands in a QR code or bar code that somebody photographed."""

from __future__ import annotations

import io

from PIL import Image

from bancheng.connect.documents._uploads import inspect_upload
from bancheng.core.kernel import Problem

MOST_TEXT = 4000
"""Characters of a code that are looked at."""
_SIDE = 2400
"""Pixels of the longer side that are enough to read by."""


def read_codes(data: bytes) -> tuple[str, ...] | Problem:
    """The texts of all codes in a picture, or why the file is not looked at. Nothing of it is kept.

    The picture is taken apart and made anew first, like every file people send.
    """
    clean = inspect_upload(data)
    if isinstance(clean, Problem):
        return clean
    if not clean.content_type.startswith("image/"):
        return Problem("scan.kind", "请拍照或选一张图片。")
    import zxingcpp  # noqa: PLC0415 - reason: heavy, and needed by this page only

    with Image.open(io.BytesIO(clean.data)) as image:
        grey = image.convert("L")
    grey.thumbnail((_SIDE, _SIDE))
    found = (one.text[:MOST_TEXT] for one in zxingcpp.read_barcodes(grey))
    return tuple(dict.fromkeys(text for text in found if text.strip()))
