"""The icons: chosen from Lucide, read once, inlined so that they take the colour of the words beside them."""

import re
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent


@cache
def drawing(name: str) -> str:
    """The paths inside the icon ``name``. Raises KeyError, with the known names, for one that is not vendored."""
    file = _HERE / f"{name}.svg"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not file.is_file():
        raise KeyError(f"no icon {name!r}; vendored are: {', '.join(names())}")
    inner = re.search(r"<svg[^>]*>(.*)</svg>", file.read_text("utf-8"), re.DOTALL)
    if inner is None:
        raise KeyError(f"the file of icon {name!r} holds no drawing")
    return re.sub(r"\s*\n\s*", "", inner.group(1))


def names() -> tuple[str, ...]:
    """All vendored icons."""
    return tuple(sorted(file.stem for file in _HERE.glob("*.svg")))
