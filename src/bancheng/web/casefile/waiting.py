"""Whom an accepted case waits for, in the few words of a mark: an accepted case is never just being processed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bancheng.core.casework import CaseState, Phase, StepStatus
from bancheng.store.models import Case, CaseTask
from bancheng.web.templatetags.content import body

BESIDE = ("verification", "proposal", "supervision", "handover")
"""Tasks that no result waits for."""


def waits_in(state: CaseState) -> tuple[str, ...]:
    """The bodies with an open step they have not reported on yet."""
    found = (
        one
        for step in state.steps.values()
        if step.status is StepStatus.OPEN
        for one in step.plan.bodies
        if one not in {report.body for report in step.reports}
    )
    return tuple(dict.fromkeys(found))


def waits_of(cases: Iterable[Case]) -> dict[UUID, tuple[str, ...]]:
    """By case, the bodies with an open task; asked in one go."""
    accepted = [one.pk for one in cases if one.status == Phase.ACCEPTED]
    found: dict[UUID, dict[str, None]] = defaultdict(dict)
    if accepted:
        open_tasks = CaseTask.objects.filter(case__in=accepted, done_at=None).exclude(kind__in=BESIDE)
        for case, who in open_tasks.order_by("opened_at", "pk").values_list("case", "body"):
            found[case][who] = None
    return {case: tuple(bodies) for case, bodies in found.items()}


def waiting_words(bodies: tuple[str, ...]) -> str:
    """“等云溪城管办”, “等 3 个部门办”; without anybody that it has been accepted."""
    if not bodies:
        return _("已受理")
    if len(bodies) == 1:
        return _("等%(who)s办") % {"who": body(bodies[0])}
    return ngettext("等 %(n)d 个部门办", "等 %(n)d 个部门办", len(bodies)) % {"n": len(bodies)}
