"""通知: when the applicant was told of what by which channel, and what did not arrive. For officials."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bancheng.usecases.casework import CaseFile
from bancheng.usecases.telling import told_on
from bancheng.usecases.upkeep import TITLES

ORDER = 80
DESKS = frozenset({"counter", "bureau"})
TEMPLATE = "casefile/told.html"
CHANNELS = {"email": _("电子邮件"), "sms": _("短信")}


def show(request: HttpRequest, file: CaseFile, desk: str) -> dict[str, Any] | None:  # reason: as every panel
    """Nothing before anybody was told: one query."""
    rows = [
        {"one": one, "title": TITLES.get(one.kind, ""), "channel": CHANNELS.get(one.channel, one.channel)}
        for one in told_on(file.case.pk)
    ]
    return {"rows": rows} if rows else None
