"""Who stands at the window for an applicant: chosen among those whose mandate holds for the matter."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from bancheng.usecases.mandate_scope import standing_in
from bancheng.web.public.mandates import kind_words


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


def chosen_agent(request: HttpRequest) -> int:
    """The number of the mandate that was chosen; 0 for none."""
    sent = request.POST.get("agent", "")
    return int(sent) if sent.isdecimal() and len(sent) < 16 else 0
