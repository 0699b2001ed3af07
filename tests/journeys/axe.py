"""axe-core on a page: no serious and no critical finding, told so that the reader knows what to change where."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_ALL = {
    "resultTypes": ["violations"],
    "preload": False,  # stylesheets are fetched again only for a rule that is not among these
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}
_CONTRAST = {
    "resultTypes": ["violations"],
    "preload": False,
    "runOnly": {"type": "rule", "values": ["color-contrast"]},
}
# The rows of a long list are alike: the first of them speak for the rest.
_CONTEXT = {"exclude": [["tbody tr:nth-child(n+7)"], ["li:nth-child(n+13)"], ["option:nth-child(n+7)"]]}
# Colours that fade are measured when they have arrived; behind a line that is not opened they stand still for ever.
_SETTLED_CONTRAST = """async ([context, options]) => {
    const seen = document.getAnimations().filter(one => one.effect.target.checkVisibility());
    await Promise.allSettled(seen.map(one => one.finished));
    return axe.run({include: [document], ...context}, options);
}"""
_GRAVE = ("serious", "critical")


def findings(page: Page) -> list[str]:
    """The serious and critical findings of axe-core on ``page``, a line for each kind with up to three places."""
    return _told(Axe().run(page, context=_CONTEXT, options=_ALL).response)


def contrast(page: Page) -> list[str]:
    """As ``findings``, of contrast alone: what may change with the colours; after ``findings`` on the same page."""
    return _told(page.evaluate(_SETTLED_CONTRAST, [_CONTEXT, _CONTRAST]))


def _told(answer: dict[str, Any]) -> list[str]:
    lines = []
    for one in answer["violations"]:
        if one["impact"] not in _GRAVE:
            continue
        places = [_place(node) for node in one["nodes"][:3]]
        more = f" (and {len(one['nodes']) - 3} more)" if len(one["nodes"]) > 3 else ""
        lines.append(f"{one['impact']} {one['id']}: {one['help']} — " + "; ".join(places) + more)
    return lines


def _place(node: dict[str, Any]) -> str:
    checks = [*node["any"], *node["all"], *node["none"]]
    return f"{' '.join(map(str, node['target']))} {checks[0]['message'] if checks else ''}".strip()
