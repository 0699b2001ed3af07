"""Photographs taken on the site: a small copy for pages and papers, and what the camera says of the place."""

from __future__ import annotations

import io
import warnings

from PIL import ExifTags, Image, UnidentifiedImageError

THUMB = 640
"""The longest side of a small copy, in pixels."""


def thumbnail(clean: bytes) -> bytes:
    """A small JPEG of a picture that was cleaned before (`inspect_upload`)."""
    with Image.open(io.BytesIO(clean), formats=["JPEG", "PNG"]) as picture:
        small = picture.convert("RGB")
        small.thumbnail((THUMB, THUMB))
        out = io.BytesIO()
        small.save(out, format="JPEG", quality=80)
    return out.getvalue()


def picture_place(data: bytes) -> str:
    """Latitude and longitude as the camera wrote them, to about ten metres; empty where it wrote none or nonsense."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=["JPEG"]) as picture:
                place = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        latitude = _degrees(place[ExifTags.GPS.GPSLatitude], place[ExifTags.GPS.GPSLatitudeRef] == "S")
        longitude = _degrees(place[ExifTags.GPS.GPSLongitude], place[ExifTags.GPS.GPSLongitudeRef] == "W")
    except (UnidentifiedImageError, Image.DecompressionBombError, Warning):
        return ""
    except (OSError, ValueError, SyntaxError, KeyError, TypeError, ZeroDivisionError):
        # What Pillow raises for files that break off or lie, and what odd tags make of arithmetic.
        return ""
    inside = abs(latitude) <= 90 and abs(longitude) <= 180
    return f"{latitude:.4f},{longitude:.4f}" if inside else ""


def _degrees(parts: tuple[float, float, float], negative: bool) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if negative else value
