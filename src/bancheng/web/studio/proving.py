"""The questions beside a fixed order, and what is proven of a one-thing, as the studio shows them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bancheng.core.compiler import AskingRow, AskingTexts, Blueprint, asking_rows, asking_svg
from bancheng.usecases import proofs
from bancheng.usecases.studio import OneThingView
from bancheng.web.studio import parts

CHECKS = {
    "gate": gettext_lazy("准入条件不矛盾"),
    "items": gettext_lazy("每个事项都有人办"),
    "conditions": gettext_lazy("受理条件有人能符合"),
    "parts": gettext_lazy("没有谁也碰不到的填写项、材料、环节和收费"),
    "fields": gettext_lazy("填写要求不矛盾"),
    "materials": gettext_lazy("材料都拿得到"),
    "untold": gettext_lazy("判断要用的信息都问得到"),
    "questions": gettext_lazy("问题和选项都起作用"),
    "options": gettext_lazy("选项分得清"),
    "loops": gettext_lazy("环节不互相等待"),
    "deadlines": gettext_lazy("时限做得到"),
}
"""What is proven, by the check's key."""


def questions(_request: HttpRequest, view: OneThingView) -> dict[str, Any]:
    """The picture of how many questions are asked, the same as a table, and who is asked which."""
    blueprint = view.blueprint
    rows = _rows(blueprint, timezone.localdate())
    words = AskingTexts(
        title=_("平均要问几个问题"),
        average=_("平均（按申报的占比）"),
        ours=_("随答随定"),
        fixed_order=_("固定次序，跳过无关的"),
        all=_("全部都问"),
    )
    plan = blueprint.asking
    return {
        "names": parts.item_names(blueprint),
        # The picture escapes every word of packs itself.
        "asking_picture": SafeString(asking_svg(rows, words)) if blueprint.questions else "",
        "asking_rows": [
            (row.name or words.average, *map(parts.number, (row.ours, row.fixed_order, row.all)))
            for row in rows
        ],
        "asking": plan,
        "expected": parts.number(plan.expected),
        "bound": parts.number(plan.bound),
        "gap": parts.number(plan.expected - plan.bound),
        "chances": {key: parts.percent(chance) for key, chance in plan.chances.items()},
    }


_ROWS: dict[tuple[str, date], tuple[AskingRow, ...]] = {}
_ROWS_HELD = 64


def _rows(blueprint: Blueprint, today: date) -> tuple[AskingRow, ...]:
    """The rows of the figure; the last ones are remembered, because every sample person is asked through."""
    at = blueprint.digest, today
    if at not in _ROWS:
        while len(_ROWS) >= _ROWS_HELD:
            _ROWS.pop(next(iter(_ROWS)), None)
        _ROWS[at] = asking_rows(blueprint, today)
    return _ROWS[at]


def proof(_request: HttpRequest, view: OneThingView) -> dict[str, Any]:
    """What was searched for, what was found, and how far each search went."""
    today = timezone.localdate()
    found = proofs.proof_of(view.key, today)
    return {
        "proof": found,
        "faults": proofs.faults_of(view.key, today),
        "asked": sum(one.questions for one in found.checks),
        "checks": [(CHECKS.get(one.check, one.name), one) for one in found.checks],
    }
