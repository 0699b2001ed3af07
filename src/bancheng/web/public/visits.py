"""The appointment on the applicant's side: confirm, take another time or none, report what is put right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.core.casework import BOOKED, Absent, Offer
from bancheng.usecases import visit_records, visits
from bancheng.usecases.access import NotFound
from bancheng.usecases.mycases import my_file
from bancheng.web.casefile import Tried, attempt
from bancheng.web.frame import Field, Option, render, signed_in
from bancheng.web.public.holding import actor_of
from bancheng.web.templatetags.words import moment


@signed_in
@require_POST
def visit_act(request: HttpRequest, number: str, visit: int) -> HttpResponse:
    """One of the short acts, named by ``do``."""
    actor, words = actor_of(request), request.POST.get("words", "").strip()
    my_file(actor, number)
    deeds = {
        "confirm": (lambda: visits.confirm(actor, number, visit), _("已约好，届时请有人在场。")),
        "nobody": (
            lambda: visits.miss(actor, number, visit, Absent.OFFICIALS),
            _("已记下，我们会尽快联系您。"),
        ),
        "repaired": (
            lambda: visits.report_repaired(actor, number, visit, words),
            _("收到，我们会约您复查。"),
        ),
        "none": (
            lambda: visits.decline(actor, number, visit, words),
            _("收到，工作人员会给您打电话。"),
        ),
    }
    found = deeds.get(request.POST.get("do", ""))
    if found is None:
        raise NotFound("deed")
    _tell(request, attempt(found[0]), found[1])
    return redirect(f"{reverse('public:case', args=[number])}#visit-{visit}")


def _tell(request: HttpRequest, tried: Tried[Any], words: str) -> None:
    if tried.done is not None:
        messages.success(request, words)
        return
    for one in tried.refusals:
        messages.warning(request, one.reason + one.remedy)
    for problem in tried.problems:
        messages.warning(request, problem.message)
    if tried.stale:
        messages.warning(request, _("这份办件刚有了新进展，请看一遍再办。"))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, number: str, visit: int) -> HttpResponse:
    """Other times at which everybody needed is free; the one chosen is agreed at once."""
    actor = actor_of(request)
    my_file(actor, number)
    file, one, step = visits.find(actor, number, visit)
    if one.status not in BOOKED:
        return redirect(reverse("public:case", args=[number]))
    tried: Tried[Any] = Tried()
    if request.method == "POST":
        try:
            begins = parse_datetime(request.POST.get("begins", ""))
        except ValueError:
            begins = None
        plan = visits.arranging(file, one.step, timezone.now(), one)
        # Only what was offered: an applicant sees nobody's diary and sets no hours.
        offered = next((found for found in plan.offers if found.slot.begins == begins), None)
        chosen = offered.slot.begins if offered else None
        people = [who.id for who in offered.people] if offered else []
        if chosen is None:
            messages.warning(request, _("请选一个时间；刚才的时间可能已经被占用。"))
        else:
            tried = attempt(lambda: visits.move(actor, number, visit, chosen, people))
            if tried.done is not None:
                messages.success(request, _("改好了，届时请有人在场。"))
                return redirect(f"{reverse('public:case', args=[number])}#visit-{visit}")
    plan = visits.arranging(file, one.step, timezone.now(), one)
    context = {
        "case": file.case,
        "visit": one,
        "name": step.plan.name,
        "field": _field(one.slot.begins, plan.offers),
        "tried": tried,
    }
    return render(request, "public/visit_change.html", context, status=tried.status)


def _field(now: datetime, offers: Sequence[Offer]) -> Field | None:
    options = tuple(
        Option(value=found.slot.begins.isoformat(), text=f"{moment(found.slot.begins)}—{end_of(found)}")
        for found in offers
        if found.slot.begins != now
    )
    if not options:
        return None
    return Field(
        name="begins", label=_("各部门都有空的时间"), kind="radios", options=options, value=options[0].value
    )


def end_of(offer: Offer) -> str:
    """The hour at which it ends."""
    return f"{timezone.localtime(offer.slot.ends):%H:%M}"


@signed_in
@require_safe
def record(request: HttpRequest, number: str, visit: int) -> HttpResponse:
    """The record of my visit as PDF."""
    actor = actor_of(request)
    my_file(actor, number)
    answer = HttpResponse(visit_records.open_record(actor, number, visit), content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(False, f"{number}-{visit}.pdf") or "inline"
    answer["Cache-Control"] = "private, no-store"
    return answer
