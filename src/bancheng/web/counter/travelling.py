"""跨域通办 at the windows: the places of an application, the form check, lists that travel, pick-up near."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.core.casework import HandoverKind
from bancheng.usecases import bureau, counter, places
from bancheng.usecases.access import NotFound
from bancheng.usecases.casework import CaseFile, open_case
from bancheng.usecases.lists import wanted
from bancheng.usecases.town import body_name
from bancheng.web.bureau.trusting import desk_url, then
from bancheng.web.casefile import actor_of, attempt, seen_of
from bancheng.web.casefile.columns import TASK_COLUMNS
from bancheng.web.casefile.deeds import Deed, deed_page
from bancheng.web.frame import Field, Option, leave, leaving, list_page, render, role

PER_PAGE = 25
DESK = ("clerk", "reviewer", "senior")


def places_fields(wish: Any, *, modes: bool) -> tuple[Field, ...]:
    """Which way across places, and where the results are fetched."""
    offices = [Option(value="", text=_("不用，网上下载或在受理窗口领取"))]
    offices += [
        Option(value=one.key, text=one.short or one.name, note=one.address)
        for one in places.pick_up_offices()
    ]
    collecting = Field(
        name="collecting",
        label=_("就近取件的窗口"),
        kind="radios",
        required=False,
        value=wish.collecting_body,
        options=tuple(offices),
    )
    if not modes:
        return (collecting,)
    ways = [Option(value="", text=_("就在本地办"))]
    ways += [Option(value=one.value, text=words) for one, words in places.MODES.items()]
    mode = Field(
        name="mode", label=_("怎样办"), kind="radios", required=False, value=wish.mode, options=tuple(ways)
    )
    return (mode, collecting)


@role("clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def draft_places(request: HttpRequest, draft: UUID) -> HttpResponse:
    """The places of an application taken in at the window."""
    row = next((one for one in counter.drafts(actor_of(request)) if one.pk == draft), None)
    if row is None:
        raise NotFound("draft")
    back = reverse("counter:draft", args=[draft])
    deed = Deed(
        title=_("跨域通办"),
        caption=row.blueprint.name,
        note=_(
            "异地代收：本窗口只核对身份、审查形式，材料移交后由有权机关受理、决定；五个工作日内的告知由本窗口负责。"
        ),
        fields=places_fields(places.chosen(row), modes=True),
        button=_("保存"),
        back=back,
    )
    if request.method != "POST":
        return deed_page(request, deed)
    post = request.POST
    tried = attempt(lambda: places.choose(row, post.get("mode", ""), post.get("collecting", "")))
    if tried.done is None:
        return deed_page(request, deed, tried)
    messages.success(request, _("已保存。"))
    return redirect(back)


@role(*DESK)
@list_page
@require_safe
def handovers(request: HttpRequest) -> HttpResponseBase:
    """Lists that wait for us, and those we have received."""
    tab = request.GET.get("tab", "")
    tab = tab if tab in places.TABS else places.TABS[0]
    found = places.travelling(actor_of(request), tab)
    if leaving(request):
        return leave(request, "交接单", found, TASK_COLUMNS, wanted(request.GET))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    today, rows = timezone.localdate(), []
    for task in page:
        colour, left = bureau.colour_of(task, today)
        url = reverse("counter:handover_sheet", args=[task.case.number, int(task.key.rpartition(":")[2])])
        rows.append(
            {"task": task, "colour": colour.value, "left": left, "url": url, "body": body_name(task.body)}
        )
    words = {"open": _("待签收"), "done": _("已签收")}
    tabs = [{"text": words[one], "url": f"?tab={one}", "current": one == tab} for one in places.TABS]
    return render(request, "counter/handovers.html", {"page": page, "rows": rows, "tabs": tabs, "tab": tab})


@role(*DESK)
@require_safe
def sheet(request: HttpRequest, number: str, which: int) -> HttpResponse:
    """One list: what, from whom, to whom, what was missing; signing for it, handing results out."""
    actor = actor_of(request)
    found = places.handover(actor, number, which)
    context = {
        "found": found,
        "one": found.handover,
        "case": found.file.case,
        "seq": found.file.state.seq,
        "mine": found.handover.receiver in actor.bodies,
        "sent": found.handover.sender in actor.bodies,
        "results": found.handover.kind is HandoverKind.RESULTS,
    }
    return render(request, "counter/handover.html", context)


@role(*DESK)
@require_safe
def sheet_pdf(request: HttpRequest, number: str, which: int) -> HttpResponse:
    """A list on paper."""
    response = HttpResponse(places.printed(actor_of(request), number, which), content_type="application/pdf")
    name = f"{_('交接单')}-{number}-{which}.pdf"
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    response["Cache-Control"] = "private, no-store"
    return response


@role("clerk", "senior")
@require_http_methods(["GET", "HEAD", "POST"])
def check_form(request: HttpRequest, number: str) -> HttpResponse:
    """The receiving office has seen the applicant's ID."""
    actor = actor_of(request)
    file = open_case(actor, number)
    deed = Deed(
        title=_("登记形式审查"),
        caption=file.case.name,
        facts=((_("申请人"), file.case.party.name),),
        note=_("只核对身份和材料是否齐全、符合形式；是否受理由有权机关决定。"),
        fields=(
            Field(name="identity", label=_("核对了什么证件"), hint=_("例如：居民身份证原件。"), width=20),
        ),
        button=_("已核对"),
        back=desk_url(actor, file),
        seen=file.state.seq,
    )
    if request.method != "POST":
        return deed_page(request, deed)
    tried = attempt(
        lambda: places.check_form(actor, number, request.POST.get("identity", ""), seen_of(request))
    )
    if tried.done is None:
        return deed_page(request, deed, tried)
    return then(request, tried.done, _("已登记。请接着移交材料。"))


@role(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Choose the lines that travel."""
    actor = actor_of(request)
    file = open_case(actor, number)
    if kind not in set(HandoverKind):
        raise NotFound("kind")
    what = HandoverKind(kind)
    deed = _sending(request, file, what)
    if request.method != "POST":
        return deed_page(request, deed)
    post = request.POST
    tried = attempt(
        lambda: places.send(
            actor,
            number,
            what,
            post.getlist("lines"),
            way=post.get("way", "").strip(),
            tracking=post.get("tracking", "").strip(),
            seen=seen_of(request),
        )
    )
    if tried.done is None:
        return deed_page(request, deed, tried)
    messages.success(request, _("交接单已开出，可以打印，随件寄送。"))
    which = tried.done.state.crossing.handovers[-1].number
    return redirect("counter:handover_sheet", number, which)


def _sending(request: HttpRequest, file: CaseFile, kind: HandoverKind) -> Deed:
    actor = actor_of(request)
    papers = kind is HandoverKind.PAPERS
    lines = places.paper_lines(file) if papers else places.result_lines(file, actor.bodies)
    names = [line.name for line in lines]
    return Deed(
        title=_("移交材料") if papers else _("移交结果到取件窗口"),
        caption=file.case.name,
        fields=(
            Field(
                name="lines",
                label=_("移交哪些"),
                kind="checks",
                value=names,
                options=tuple(Option(value=name, text=name) for name in names),
            ),
            Field(
                name="way",
                label=_("怎样送"),
                required=False,
                width=12,
                hint=_("例如：政务专递、系统推送。"),
            ),
            Field(name="tracking", label=_("运单号"), required=False, width=20),
        ),
        button=_("开出交接单"),
        back=desk_url(actor, file),
        seen=file.state.seq,
        icon="send",
    )


@role(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: HttpRequest, number: str, which: int) -> HttpResponse:
    """Compare line by line and sign."""
    actor = actor_of(request)
    found = places.handover(actor, number, which)
    lines = found.handover.lines
    deed = Deed(
        title=_("签收交接单 %(n)d") % {"n": which},
        caption=f"{found.sender} · {found.file.case.name}",
        facts=tuple((str(line.number), f"{line.name} × {line.copies}") for line in lines),
        fields=(
            Field(
                name="missing",
                label=_("有不符的，请勾选"),
                kind="checks",
                required=False,
                options=tuple(Option(value=str(line.number), text=line.name) for line in lines),
            ),
            Field(name="note", label=_("哪里不符"), kind="textarea", required=False),
        ),
        button=_("签收"),
        back=reverse("counter:handover_sheet", args=[number, which]),
        seen=found.file.state.seq,
    )
    if request.method != "POST":
        return deed_page(request, deed)
    missing = [int(one) for one in request.POST.getlist("missing") if one.isdecimal()]
    note = request.POST.get("note", "")
    tried = attempt(lambda: places.receive(actor, number, which, missing, note, seen_of(request)))
    if tried.done is None:
        return deed_page(request, deed, tried)
    messages.success(request, _("已签收。"))
    return redirect("counter:handover_sheet", number, which)


@role(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def clear(request: HttpRequest, number: str, which: int) -> HttpResponse:
    """How a discrepancy was cleared up."""
    actor = actor_of(request)
    found = places.handover(actor, number, which)
    deed = Deed(
        title=_("处理交接差异"),
        caption=found.file.case.name,
        facts=((_("对方说明"), found.handover.note),),
        fields=(Field(name="note", label=_("怎样处理的"), kind="textarea"),),
        button=_("已处理"),
        back=reverse("counter:handover_sheet", args=[number, which]),
        seen=found.file.state.seq,
    )
    if request.method != "POST":
        return deed_page(request, deed)
    note = request.POST.get("note", "")
    tried = attempt(lambda: places.clear(actor, number, which, note, seen_of(request)))
    if tried.done is None:
        return deed_page(request, deed, tried)
    messages.success(request, _("已处理。"))
    return redirect("counter:handover_sheet", number, which)


@role(*DESK)
@require_POST
def hand_out(request: HttpRequest, number: str, which: int) -> HttpResponse:
    """The person fetches near home what the list brought; their ID was seen."""
    places.handover(actor_of(request), number, which)
    if not request.POST.get("checked"):
        messages.warning(request, _("请先核对领取人的证件，并打勾。"))
        return redirect("counter:handover_sheet", number, which)
    tried = attempt(lambda: places.hand_out(actor_of(request), number, which, seen_of(request)))
    for one in tried.refusals:
        messages.warning(request, one.reason)
    if tried.done is not None:
        messages.success(request, _("已发放，送达已登记。"))
    return redirect("counter:handover_sheet", number, which)


@role(*DESK)
@require_POST
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """The deciding body accepts a relayed case."""
    actor = actor_of(request)
    tried = attempt(lambda: places.accept(actor, number, seen_of(request)))
    if tried.done is not None:
        return then(request, tried.done, _("已受理，办理期限开始计算。"))
    for one in tried.refusals:
        messages.warning(request, one.reason)
    return redirect(desk_url(actor, open_case(actor, number)))
