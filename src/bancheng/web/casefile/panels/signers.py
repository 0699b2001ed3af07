"""一起签的人: who has still to sign before the form can be accepted, and at the window the way to record it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from bancheng.core.casework import Phase, unsigned
from bancheng.usecases.casework import CaseFile
from bancheng.web.casefile.showing import actor_of

ORDER = 11
DESKS = frozenset({"public", "counter", "bureau"})
TEMPLATE = "casefile/signers.html"


def show(request: HttpRequest, file: CaseFile, desk: str) -> dict[str, Any] | None:
    """Nothing where nobody else must sign."""
    submission = file.state.submission
    if submission is None or not submission.signers:
        return None
    left = {one.key for one in unsigned(file.state)}
    mine = desk == "counter" and actor_of(request).has("clerk", submission.receiving_body)
    open_now = file.state.phase in (Phase.RECEIVED, Phase.SUPPLEMENT)
    return {
        "open_now": open_now,
        "rows": [
            {
                "one": one,
                "item": file.state.items[one.item].item.name if one.item in file.state.items else "",
                "signed": one.key not in left,
                "url": reverse("counter:record_signer", args=[file.case.number]) + f"?signer={one.key}"
                if mine and open_now and one.key in left
                else "",
            }
            for one in submission.signers
        ],
    }
