"""My cases: the list, one case with its road, what may still be done, messages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as said_messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.core.casework import CommandRefused, ItemState, ItemStatus, Phase, WithdrawReason
from bancheng.core.kernel import Place, Problem
from bancheng.store.models import Case, Message
from bancheng.usecases import answers, lists, renewal
from bancheng.usecases.access import Actor, owns
from bancheng.usecases.apply import my_drafts
from bancheng.usecases.benefit_words import TITLES
from bancheng.usecases.bureau import OFFICE_ROLES
from bancheng.usecases.late import add_late_item, late_items
from bancheng.usecases.letters import slip
from bancheng.usecases.lists import wanted
from bancheng.usecases.mycases import case_messages, mark_read, my_case, my_cases, my_file, my_messages
from bancheng.usecases.results import open_result
from bancheng.web.casefile import attempt
from bancheng.web.casefile.columns import CASE_COLUMNS, STATES
from bancheng.web.casefile.waiting import waits_in, waits_of
from bancheng.web.casefile.withdrawing import why_field
from bancheng.web.frame import (
    Field,
    Listing,
    Option,
    error_lines,
    leave,
    leaving,
    list_page,
    page_of,
    render,
    signed_in,
    with_problems,
)
from bancheng.web.public.fields import said
from bancheng.web.public.holding import actor_of
from bancheng.web.public.road import due_words, end_words, road_of
from bancheng.web.public.status import status_of
from bancheng.web.templatetags.content import named

PER_PAGE = 20


@signed_in
@list_page
@require_safe
def cases(request: HttpRequest) -> HttpResponseBase:
    """Drafts first, then every case, newest first."""
    actor = actor_of(request)
    asked = wanted(request.GET)
    found = lists.cases(my_cases(actor), asked, timezone.localdate())
    if leaving(request):
        return leave(request, "我的办件", found, CASE_COLUMNS, asked)
    page = page_of(request, found, PER_PAGE)
    shown = list(page)
    waits = waits_of(shown)
    states = [(key, str(status_of(key).word)) for key in STATES]
    context = {
        "drafts": my_drafts(actor) if page.number == 1 and not asked.names else [],
        "narrowed": bool(asked.names),
        "long": bool(asked.names) or page.paginator.num_pages > 1,
        "listing": Listing(asked, what=_("编号、姓名、事项"), states=states, days=True),
        "page": page,
        "rows": [
            {
                "case": case,
                "status": status_of(case.status, waits.get(case.pk, ())),
                "other": _other(actor, case),
            }
            for case in shown
        ],
    }
    return render(request, "public/cases.html", context)


def _other(actor: Any, case: Case) -> str:
    """The party's name when the case is not the person's own."""
    return "" if actor.own is not None and actor.own.party == case.party_id else case.party.name


@signed_in
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Where the case stands, who is working on it, when it should end, and what the person can do now."""
    actor = actor_of(request)
    mine = my_case(actor, number)
    context = {
        "mine": mine,
        "case": mine.case,
        "state": mine.state,
        "status": status_of(mine.case.status, waits_in(mine.state)),
        "road": road_of(mine),
        "end": end_words(mine),
        "due": due_words(mine),
        "items": [item_row(one) for one in mine.state.items.values()],
        "notices": mine.state.open_notices,
        "history": [(event.at, event.words()) for event in reversed(mine.file.events)],
        "given": [{"name": named(field), "value": said(field, value)} for field, value in mine.values()],
        # Photographs of a visit are the officials', and stand in its record.
        "files": list(
            mine.case.uploads.filter(state="clean")
            .exclude(document__startswith="visit.")
            .exclude(document__startswith="talk")
            .order_by("created_at")
        ),
        "more": late_items(mine),
        "added": list(mine.case.added.order_by("created_at")),
        "before": mine.case.follows,
        "letters": case_messages(actor, mine.case.pk)[:5],
        "right_body": mine.state.right_body,
        "finished": mine.state.phase is Phase.FINISHED,
    }
    return render(request, "public/case.html", context)


def item_row(one: ItemState) -> dict[str, Any]:
    """An item of the case with its outcome in words."""
    words = {
        ItemStatus.WAITING: (_("还没轮到"), "grey", "circle"),
        ItemStatus.OPEN: (_("正在办"), "blue", "hourglass"),
        ItemStatus.APPROVED: (_("办好了"), "green", "circle-check"),
        ItemStatus.REFUSED: (_("没有通过"), "red", "circle-x"),
        ItemStatus.STOPPED: (_("停止办理"), "grey", "ban"),
        ItemStatus.WITHDRAWN: (_("已撤回"), "grey", "corner-up-left"),
    }
    word, tone, icon = words[one.status]
    return {"one": one, "word": word, "tone": tone, "icon": icon, "refused": one.status is ItemStatus.REFUSED}


@signed_in
@require_POST
def add_item(request: HttpRequest, number: str) -> HttpResponse:
    """再办一项: an application for one more item, with everything the case already holds."""
    try:
        draft = add_late_item(actor_of(request), number, request.POST.get("item", ""))
    except CommandRefused as refused:
        for one in refusals(refused):
            said_messages.warning(request, one.message)
        return redirect(reverse("public:case", args=[number]))
    said_messages.success(request, _("填过的、办出的都带过来了，只填新的就行。"))
    return redirect(reverse("public:list", args=[draft.pk]))


@signed_in
@require_POST
def again(request: HttpRequest, number: str) -> HttpResponse:
    """再办一次: a draft of the same matter with what was filled in before."""
    draft = renewal.begin_again(actor_of(request), number)
    return redirect(reverse("public:list", args=[draft.pk]))


@signed_in
@require_POST
def renew(request: HttpRequest, number: str, paper: UUID) -> HttpResponse:
    """延续: a draft of the one item of a licence that ends before long."""
    tried = attempt(lambda: renewal.renew(actor_of(request), number, paper, timezone.now()))
    if tried.done is None:
        for one in tried.refusals:
            said_messages.warning(request, f"{one.reason}{one.remedy}")
        return redirect(reverse("public:case", args=[number]))
    return redirect(reverse("public:list", args=[tried.done.pk]))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take the case back: what that means, why, and only then the button."""
    mine = my_case(actor_of(request), number)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        problems = _withdraw(request, number)
        if not problems:
            said_messages.success(request, _("申请已经撤回。以后随时可以重新申请。"))
            return redirect(reverse("public:case", args=[number]))
    fields = with_problems((why_field(),), problems, request.POST if problems else None)
    kept = [item_row(one) for one in mine.state.items.values() if one.status is ItemStatus.APPROVED]
    context = {
        "mine": mine,
        "case": mine.case,
        "fields": fields,
        "errors": error_lines(problems),
        "kept": kept,
    }
    return render(request, "public/withdraw.html", context, status=422 if problems else 200)


def _withdraw(request: HttpRequest, number: str) -> tuple[Problem, ...]:
    reason = request.POST.get("reason", "")
    if reason not in set(WithdrawReason):
        return (Problem("reason", _("请选一个原因。"), Place(path="reason")),)
    try:
        answers.withdraw(actor_of(request), number, WithdrawReason(reason))
    except CommandRefused as refused:
        return refusals(refused)
    return ()


def refusals(refused: CommandRefused) -> tuple[Problem, ...]:
    """What the rules said, as lines of the error summary."""
    return tuple(Problem(one.code, one.reason, suggestion=one.remedy) for one in refused.refusals)


_LEVELS = (5, 4, 3, 2, 1)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """好差评: a level, and then what it was about, as the level has it. Without script in two steps."""
    mine = my_case(actor_of(request), number)
    if not mine.can_rate:
        return redirect(reverse("public:case", args=[number]))
    asked = request.POST.get("level") or request.GET.get("level", "")
    level = int(asked) if asked in {str(one) for one in _LEVELS} else 0
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        problems = _rate(request, number, level)
        if not problems:
            said_messages.success(request, _("谢谢您的评价。"))
            return redirect(reverse("public:case", args=[number]))
    context = {
        "mine": mine,
        "case": mine.case,
        "levels": [(one, words) for one, words in _level_words().items()],
        "level": level,
        "said": _level_words().get(level, ""),
        "field": _indicators(level),
        "errors": error_lines(problems),
    }
    return render(request, "public/rate.html", context, status=422 if problems else 200)


def _level_words() -> dict[int, str]:
    words = (_("非常满意"), _("满意"), _("基本满意"), _("不满意"), _("非常不满意"))
    return dict(zip(_LEVELS, words, strict=True))


def _indicators(level: int) -> Field:
    shown = {
        "办事效率高": _("办事效率高"),
        "指南说得准": _("指南说得准"),
        "办起来方便": _("办起来方便"),
        "页面好用": _("页面好用"),
        "等得太久": _("等得太久"),
        "指南说得不准": _("指南说得不准"),
        "办起来麻烦": _("办起来麻烦"),
        "页面不好用": _("页面不好用"),
    }
    return Field(
        name="indicators",
        label=_("哪里做得好？") if level >= 3 else _("哪里没做好？"),
        kind="checks",
        required=False,
        options=tuple(Option(value=one, text=shown[one]) for one in answers.INDICATORS[level >= 3]),
    )


def _rate(request: HttpRequest, number: str, level: int) -> tuple[Problem, ...]:
    if not level:
        return (Problem("level", _("请选一个满意程度。"), Place(path="level")),)
    try:
        answers.rate(actor_of(request), number, level, request.POST.getlist("indicators"))
    except CommandRefused as refused:
        return refusals(refused)
    return ()


@signed_in
@require_safe
def paper(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """A slip of the procedure as PDF."""
    actor = actor_of(request)
    found, data = slip(actor, my_file(actor, number).case.number, seq)
    return pdf(data, f"{found.title}-{number}.pdf")


@signed_in
@require_safe
def result(request: HttpRequest, result: UUID) -> HttpResponse:
    """A result paper as PDF."""
    document, data = open_result(actor_of(request), result)
    return pdf(data, f"{document.name}-{document.number}.pdf")


def pdf(data: bytes, name: str) -> HttpResponse:
    """A PDF to keep."""
    response = HttpResponse(data, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@signed_in
@list_page
@require_http_methods(["GET", "HEAD", "POST"])
def messages(request: HttpRequest) -> HttpResponse:
    """What we have told the person; one button says that all is read."""
    actor = actor_of(request)
    if request.method == "POST":
        mark_read(actor, timezone.now())
        return redirect("public:messages")
    page = Paginator(my_messages(actor), PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"one": one, "url": _place_of(actor, one)} for one in page]
    context = {"page": page, "rows": rows, "new": any(one.read_at is None for one in page)}
    return render(request, "public/messages.html", context)


def _place_of(actor: Actor, one: Message) -> str:
    """Where the one who reads a message looks at what it is about."""
    if one.case is None and one.title in TITLES.values():
        return reverse("benefits:mine")
    return _desk_of(actor, one.case)


def _desk_of(actor: Actor, case: Case | None) -> str:
    """Where the one who reads a message looks at its case."""
    if case is None:
        return ""
    if owns(actor, case) or not actor.posts:
        return reverse("public:case", args=[case.number])
    if "supervisor" in actor.roles:
        return reverse("watch:alarms")
    desk = "counter:case" if actor.roles.isdisjoint(OFFICE_ROLES) else "bureau:case"
    return reverse(desk, args=[case.number])
