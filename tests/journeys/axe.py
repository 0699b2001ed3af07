"""axe-core on a page: no serious and no critical finding, told so that the reader knows what to change where."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}
_GRAVE = ("serious", "critical")


def findings(page: Page) -> list[str]:
    """The serious and critical findings of axe-core on ``page``, a line for each kind with up to three places."""
    answer: dict[str, Any] = Axe().run(page, options=_OPTIONS).response
    return [
        f"{one['impact']} {one['id']}: {one['help']} — "
        + "; ".join(
            f"{' '.join(map(str, node['target']))} "
            + ", ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]][:1])
            for node in one["nodes"][:3]
        )
        + (f" (and {len(one['nodes']) - 3} more)" if len(one["nodes"]) > 3 else "")
        for one in answer["violations"]
        if one["impact"] in _GRAVE
    ]
