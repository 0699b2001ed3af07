"""Reading a page as a person does: the words of its main part, its links, its fields."""

from __future__ import annotations

import html
import io
import re
from typing import Any

from PIL import Image


def words(response: Any) -> str:
    """The words of the main part, in one line, without marks."""
    page = response.content.decode()
    main = page.split("<main", 1)[-1].partition(">")[2].split("</main>")[0]
    plain = re.sub(r"<(script|style).*?</\1>", " ", main, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", plain))).strip()


def links(response: Any, part: str = "") -> list[str]:
    """The addresses that links of the main part lead to, those that hold `part`."""
    main = response.content.decode().split("<main", 1)[-1]
    found = [html.unescape(one) for one in re.findall(r'<a[^>]*href="([^"]+)"', main)]
    return [one for one in dict.fromkeys(found) if part in one]


def typed(response: Any, name: str) -> str:
    """What an input of this name holds."""
    page = response.content.decode()
    found = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*value="([^"]*)"', page)
    assert found, f"no input {name}"
    return html.unescape(found.group(1))


def picture(name: str = "照片.png") -> io.BytesIO:
    """A small picture to upload."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "PNG")
    out.seek(0)
    out.name = name
    return out


def seen_on(page: Any) -> dict[str, str]:
    """What the check page sends along of what it shows."""
    found = re.search(r'name="shown" value="([^"]*)"', page.content.decode())
    return {"shown": found[1] if found else ""}
