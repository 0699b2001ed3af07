"""Who stands at the window for an applicant: chosen among those whose mandate holds for the matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from bancheng.usecases.mandate_scope import standing_in
from bancheng.web.frame import Field, Option
from bancheng.web.public.mandates import kind_words
from bancheng.web.templatetags.words import full_day


def agents(party: UUID, onething: str, act: str = "apply") -> list[dict[str, Any]]:
    """Those who may do this act, each with the mandate's number, their name, as what they act, and until when."""
    words = kind_words()
    return [
        {
            "pk": one.pk,
            "name": one.user.get_full_name(),
            "kind": words.get(one.kind, one.kind),
            "until": one.valid_until,
        }
        for one in standing_in(party, onething, timezone.localdate(), act)
    ]


def agent_field(choices: Sequence[Mapping[str, Any]], label: str) -> Field:
    """Who stands there, as a question: the applicant, or one of those whose mandate holds."""
    others = tuple(
        Option(
            value=str(one["pk"]),
            text=f"{one['name']}（{one['kind']}）",
            note=_("委托到 %(day)s") % {"day": full_day(one["until"])} if one["until"] else "",
        )
        for one in choices
    )
    themself = Option(value="0", text=_("申请人本人"))
    return Field(name="agent", label=label, kind="radios", options=(themself, *others), value="0")


def chosen_agent(request: HttpRequest) -> int:
    """The number of the mandate that was chosen; 0 for none."""
    sent = request.POST.get("agent", "")
    return int(sent) if sent.isdecimal() and len(sent) < 16 else 0
