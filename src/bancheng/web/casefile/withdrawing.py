"""Why an applicant takes a case back: the reasons that are offered, at home and at the window."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bancheng.core.casework import WithdrawReason
from bancheng.web.frame import Field, Option


def why_field() -> Field:
    """The question why, with its answers."""
    reasons = {
        WithdrawReason.NO_LONGER_NEEDED: _("不需要办了"),
        WithdrawReason.FILLED_IN_WRONGLY: _("填错了，想重新申请"),
        WithdrawReason.LATER: _("以后再办"),
        WithdrawReason.ELSEWHERE: _("改在别处办"),
        WithdrawReason.OTHER: _("其他原因"),
    }
    return Field(
        name="reason",
        label=_("为什么撤回？"),
        kind="radios",
        options=tuple(Option(value=one.value, text=words) for one, words in reasons.items()),
    )
