"""审管协同 at the supervising body: what was handed over, acknowledgement, results of inspections."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.core.casework import RESULTS, Inspected
from bancheng.usecases import bureau, supervision
from bancheng.usecases.lists import wanted
from bancheng.usecases.town import body_name
from bancheng.web.casefile import actor_of, attempt, seen_of
from bancheng.web.casefile.columns import TASK_COLUMNS
from bancheng.web.casefile.deeds import Deed, chosen, deed_page, lacking
from bancheng.web.frame import Field, Option, leave, leaving, list_page, render, role

PER_PAGE = 25
OFFICE = bureau.OFFICE_ROLES


@role(*OFFICE)
@list_page
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """What was handed over to the bodies of the one who asks."""
    asked = request.GET
    tab = asked.get("tab", "")
    tab = tab if tab in supervision.TABS else supervision.TABS[0]
    text = asked.get("q", "")
    found = supervision.supervised(actor_of(request), tab, text)
    if leaving(request):
        return leave(request, "审管协同", found, TASK_COLUMNS, wanted(asked))
    page = Paginator(found, PER_PAGE).get_page(asked.get("page"))
    today = timezone.localdate()
    rows = []
    for task in page:
        colour, left = bureau.colour_of(task, today)
        item = task.key.removeprefix(supervision.PREFIX)
        url = reverse("bureau:supervised", args=[task.case.number, item])
        rows.append(
            {"task": task, "colour": colour.value, "left": left, "url": url, "body": body_name(task.body)}
        )
    words = {"open": _("待接收"), "done": _("已接收")}
    context = {
        "page": page,
        "rows": rows,
        "text": text,
        "tab": tab,
        "tabs": [
            {"text": words[one], "url": f"?tab={one}", "current": one == tab} for one in supervision.TABS
        ],
    }
    return render(request, "bureau/supervision.html", context)


@role(*OFFICE)
@require_safe
def supervised(request: HttpRequest, number: str, item: str) -> HttpResponse:
    """One licence in our hands: what, whose, since when; the results of inspections."""
    found = supervision.watched(actor_of(request), number, item)
    return render(
        request, "bureau/supervised.html", {"found": found, "case": found.file.case, "words": RESULTS}
    )


@role(*OFFICE)
@require_POST
def acknowledge(request: HttpRequest, number: str, item: str) -> HttpResponse:
    """Take it over."""
    tried = attempt(lambda: supervision.acknowledge(actor_of(request), number, item, seen_of(request)))
    for one in tried.refusals:
        messages.warning(request, one.reason)
    if tried.done is not None:
        messages.success(request, _("已确认接收，纳入监管。"))
    elif tried.stale:
        messages.warning(request, _("这份办件刚有了新进展，请再看一遍。"))
    return redirect("bureau:supervised", number, item)


@role(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def inspected(request: HttpRequest, number: str, item: str) -> HttpResponse:
    """Return what an inspection found."""
    actor = actor_of(request)
    found = supervision.watched(actor, number, item)
    deed = Deed(
        title=_("反馈检查结果"),
        caption=found.item.item.name,
        facts=((_("持有人"), found.file.case.party.name),),
        fields=(
            Field(
                name="inspected_on", label=_("检查日期"), kind="date", value=timezone.localdate().isoformat()
            ),
            Field(
                name="result",
                label=_("检查结论"),
                kind="radios",
                options=tuple(Option(value=one.value, text=words) for one, words in RESULTS.items()),
            ),
            Field(
                name="revoke",
                label=_("建议决定机关撤销这项决定（只限存在严重问题）"),
                kind="agree",
                required=False,
            ),
            Field(name="findings", label=_("检查情况"), kind="textarea", required=False),
        ),
        button=_("反馈"),
        back=reverse("bureau:supervised", args=[number, item]),
        seen=found.file.state.seq,
        icon="send",
    )
    if request.method != "POST":
        return deed_page(request, deed)
    result, day = chosen(request, "result", Inspected), _day(request.POST.get("inspected_on", ""))
    if result is None:
        return deed_page(request, deed, lacking("result", _("请选检查结论。")))
    if day is None:
        return deed_page(request, deed, lacking("inspected_on", _("请写检查日期。")))
    tried = attempt(
        lambda: supervision.return_inspection(
            actor,
            number,
            item,
            result=result,
            findings=request.POST.get("findings", ""),
            inspected_on=day,
            revoke=bool(request.POST.get("revoke")),
            seen=seen_of(request),
        )
    )
    if tried.done is None:
        return deed_page(request, deed, tried)
    messages.success(request, _("已反馈，决定机关会看到。"))
    return redirect("bureau:supervised", number, item)


def _day(sent: str) -> date | None:
    try:
        return date.fromisoformat(sent)
    except ValueError:
        return None
