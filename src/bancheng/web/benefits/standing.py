"""静默认证 on screen: what is certified, whom data leave open, and on a phone the list of whom to ask today."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from bancheng.core.benefits import Policy
from bancheng.core.benefits.standing import Phase, fold
from bancheng.core.kernel import Place, Problem
from bancheng.store.models import StandingRow, StandingRun
from bancheng.usecases import benefit_subjects, granting, standing_desk, standing_runs, standings
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.benefits import body_of, library
from bancheng.usecases.lists import Column, Wanted, wanted
from bancheng.web.benefits.desk import OFFICERS, place_of
from bancheng.web.benefits.words import FINDINGS, PHASES, RESULTS, WAYS, stood
from bancheng.web.casefile import Tried, actor_of, attempt
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
    role,
    with_problems,
)

PER_PAGE = 50
ASK_WITHIN = dt.timedelta(days=7)
_PARTS = {
    "open": gettext_lazy("要去问，还没有派人"),
    "late": gettext_lazy("派了人，过期没有问到"),
    "ended": gettext_lazy("核实不再符合，等负责人决定"),
}
"""Parts of a benefit → their words."""


@role(*OFFICERS)
@list_page
@require_http_methods(["GET", "HEAD", "POST"])
def watches(request: HttpRequest) -> HttpResponseBase:
    """The benefits of this desk that are certified without asking anybody who left traces."""
    actor = actor_of(request)
    found = standing_runs.watched(actor)
    if leaving(request):
        return leave(request, "静默认证", found, _WATCH_COLUMNS, Wanted())
    page = page_of(request, found, PER_PAGE)
    policies = [policy for policy, _watch in page]
    counts, last = standing_desk.phases_of_all(policies), standing_runs.last_runs(policies)
    rows = [
        {
            "policy": policy,
            "watch": watch,
            "tags": [(PHASES[phase], many) for phase, many in sorted(counts[policy.id].items())],
            "last": last.get(policy.id),
        }
        for policy, watch in page
    ]
    return render(request, "benefits/watches.html", {"page": page, "rows": rows})


_WATCH_COLUMNS = (
    Column("待遇", lambda one: one[0].name),
    Column("部门", lambda one: one[0].body),
    Column("多少天认证一次", lambda one: one[1].every_days),
    Column("依据", lambda one: "、".join(one[1].basis)),
    Column("影响评估", lambda one: one[1].impact),
)


@role(*OFFICERS)
@list_page
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, policy: str) -> HttpResponseBase:
    """Everybody in one benefit: certified, to be asked, suspected, stopped; somebody is sent to ask ticked people."""
    actor, asked = actor_of(request), wanted(request.GET)
    one, watch = standing_runs.watched_at(actor, policy)
    tried: Tried[str] = Tried()
    if request.method == "POST":
        tried = attempt(lambda: _done(request, actor, one))
        if tried.done is not None:
            messages.success(request, tried.done)
            return redirect("benefits:standings", policy=policy)
    rows = standing_desk.narrowed(one, timezone.localdate(), asked.text, asked.state)
    if leaving(request):
        names = benefit_subjects.shown_names("person", rows.values_list("subject", flat=True))
        return leave(request, f"{one.name}静默认证", rows, _columns(names), asked)
    page = page_of(request, rows, PER_PAGE)
    names = benefit_subjects.shown_names("person", [row.subject for row in page])
    run = StandingRun.objects.filter(benefit=policy).order_by("-asked_at").first()
    ticked = set(request.POST.getlist("row"))
    counts = standing_desk.phases(one)
    context = {
        "policy": one,
        "watch": watch,
        "run": run,
        "going": run is not None and run.state == StandingRun.WAITING,
        "tiles": [(PHASES[phase.value], counts.get(phase.value, 0), phase.value) for phase in _TILES],
        "sources": [
            (source.name, at, "、".join(map(place_of, gaps)))
            for source, at, gaps in standing_runs.sources_of(watch)
        ],
        "positive": [(_source_name(name), days) for name, days in watch.positive.items()],
        "negative": "、".join(map(_source_name, watch.negative)),
        "page": page,
        "rows": [_shown(row, names, ticked) for row in page],
        "listing": Listing(asked=asked, what=_("编号、姓名或证件号"), states=_choices()),
        "works": granting.may(actor, body_of(one)),
        "fields": with_problems(_send_fields(), tried.problems, request.POST or None),
        "errors": error_lines(tried.problems),
        "refusals": tried.refusals,
    }
    answer = render(request, "benefits/standings.html", context, status=tried.status)
    if context["going"] and request.method != "POST":
        answer["Refresh"] = "2"
    return answer


_TILES = (Phase.GOOD, Phase.TO_ASK, Phase.SUSPECTED, Phase.STOPPED)


def _source_name(key: str) -> str:
    return next((one.name for one in library().rules.sources if one.id == key), key)


def _choices() -> tuple[tuple[str, str], ...]:
    phases = ((key, str(word)) for key, (word, _tone, _icon) in PHASES.items())
    return (*((key, str(word)) for key, word in _PARTS.items()), *phases)


def _columns(names: dict[int, str]) -> tuple[Column, ...]:
    return (
        Column("编号", lambda row: f"{row.subject:06d}"),
        Column("姓名", lambda row: names.get(row.subject, "")),
        Column("地方", lambda row: place_of(row.division)),
        Column("状态", lambda row: str(PHASES[row.phase][0])),
        Column("比对结果", lambda row: str(FINDINGS[row.finding]) if row.finding else ""),
        Column("谁去问", lambda row: row.assigned_name),
    )


def _shown(row: StandingRow, names: dict[int, str], ticked: set[str]) -> dict[str, Any]:
    return {
        "row": row,
        "number": f"{row.subject:06d}",
        "name": names.get(row.subject, ""),
        "place": place_of(row.division),
        "phase": PHASES[row.phase],
        "ticked": str(row.pk) in ticked,
        "open": row.phase in {Phase.TO_ASK.value, Phase.SUSPECTED.value},
    }


def _send_fields() -> tuple[Field, ...]:
    staff = tuple(Option(value=key, text=name) for key, name in standing_desk.staff())
    until = timezone.localdate() + ASK_WITHIN
    return (
        Field(name="to", label=_("请谁去问"), kind="select", options=staff),
        Field(name="until", label=_("哪天以前"), kind="date", value=until.isoformat()),
    )


def _done(request: HttpRequest, actor: Actor, policy: Policy) -> str:
    post, now = request.POST, timezone.now()
    match post.get("do", ""):
        case "run":
            standing_runs.ask_run(actor, policy.id, now)
            return _("已开始比对，马上就好。")
        case "send":
            pks = [int(sent) for sent in post.getlist("row") if sent.isdecimal() and len(sent) < 19]
            count = standing_desk.send_to_ask(
                actor, policy, pks, post.get("to", ""), _day(post.get("until", "")), now
            )
            return _("已派去问 %(n)s 人。") % {"n": count}
    raise NotFound("act")


def _day(sent: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(sent)
    except ValueError:
        return None


# ------------------------------------------------------------------------------------------------ one person


@role(*OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, policy: str, pk: int) -> HttpResponseBase:
    """One person in one benefit: which trace by which source on which day; checked, stopped, taken back here."""
    actor = actor_of(request)
    one, _watch = standing_runs.watched_at(actor, policy)
    row = standing_desk.row_at(one, pk)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    tried: Tried[str] = Tried()
    if do:
        tried = attempt(lambda: _act(request, actor, one, pk, do))
        if tried.done is not None:
            messages.success(request, tried.done)
            return redirect("benefits:standing", policy=policy, pk=pk)
    told = standings.events_of(row)
    standing = fold(told)
    sources = {each.id: each.name for each in library().rules.sources}
    heads = granting.may(actor, row.body, "senior")
    gaps = standing.latest.gaps if standing.latest else ()
    context = {
        "policy": one,
        "row": row,
        "number": f"{row.subject:06d}",
        "name": benefit_subjects.shown_names(row.subject_kind, (row.subject,)).get(row.subject, ""),
        "place": place_of(row.division),
        "phase": PHASES[row.phase],
        "standing": standing,
        "gaps": "、".join(sources.get(name, name) for name in gaps),
        "history": [(event, *stood(event, sources)) for event in reversed(told)],
        "check": with_problems(_check_fields(), tried.problems if do == "check" else (), request.POST or None)
        if granting.may(actor, row.body) and row.phase != Phase.STOPPED.value
        else (),
        "stop": _why_fields("stop", do, request, tried)
        if heads and standing.ended_by and row.phase != Phase.STOPPED.value
        else (),
        "resume": _why_fields("resume", do, request, tried)[:1]
        if heads and row.phase == Phase.STOPPED.value
        else (),
        "errors": error_lines(tried.problems),
        "refusals": tried.refusals,
    }
    return render(request, "benefits/standing.html", context, status=tried.status)


def _check_fields() -> tuple[Field, ...]:
    return (
        Field(
            name="way", label=_("怎么问的"), kind="radios",
            options=tuple(Option(value=key.value, text=str(word)) for key, word in WAYS.items()),
        ),
        Field(
            name="result", label=_("问到的结果"), kind="radios",
            options=tuple(Option(value=key.value, text=str(word)) for key, word in RESULTS.items()),
        ),
        Field(
            name="note", label=_("说明"), kind="textarea", required=False, hint=_("不再符合的，写明怎么核实到的。")
        ),
    )  # fmt: skip


def _why_fields(do: str, sent: str, request: HttpRequest, tried: Tried[str]) -> tuple[Field, ...]:
    typed = request.POST if do == sent else None
    fields = (
        Field(name=f"{do}_reason", label=_("理由"), kind="textarea"),
        Field(name=f"{do}_basis", label=_("依据哪一条")),
    )
    return with_problems(fields, tried.problems if do == sent else (), typed)


def _act(request: HttpRequest, actor: Actor, policy: Policy, pk: int, do: str) -> str:
    now = timezone.now()

    def said(name: str) -> str:
        return request.POST.get(name, "").strip()

    match do:
        case "check":
            standing_desk.write_check(actor, pk, said("way"), said("result"), said("note"), now, policy.id)
            return _("已记下。")
        case "stop":
            standing_desk.stop(actor, policy, pk, said("stop_reason"), said("stop_basis"), now)
            return _("已停发。")
        case "resume":
            done = standing_desk.resume(actor, policy, pk, said("resume_reason"), now)
            return _("已恢复，停发期间的会随下一批补发。") if done.owed else _("已恢复。")
    raise NotFound("act")


# ------------------------------------------------------------------------------------------------ asking


@role(*standing_desk.STAFF)
@list_page
@require_http_methods(["GET", "HEAD", "POST"])
def checks(request: HttpRequest) -> HttpResponseBase:
    """Whom I am to ask, the most urgent first, worked off line by line; made for a phone."""
    actor = actor_of(request)
    sent = request.POST.get("row", "")
    tried: Tried[Any] = Tried()
    if request.method == "POST":
        pk = int(sent) if sent.isdecimal() and len(sent) < 19 else 0
        post, now = request.POST, timezone.now()
        way, result, note = (post.get(f"{sent}.{name}", "") for name in ("way", "result", "note"))
        tried = attempt(lambda: standing_desk.write_check(actor, pk, way, result, note, now))
        if tried.done is not None:
            messages.success(request, _("已记下，接着下一位。"))
            return redirect("benefits:checks")
    problems = [one.at(Place(path=f"{sent}.{one.place.path}")) for one in tried.problems]
    rows = standing_desk.to_ask(actor)
    if leaving(request):
        return leave(request, "待核实的人", rows, _ASK_COLUMNS, Wanted())
    page = page_of(request, rows, PER_PAGE)
    people = standing_desk.people_to_ask(actor, list(page))
    names = {one.id: one.name for one in library().policies}
    today = timezone.localdate()
    context = {
        "page": page,
        "rows": [
            {
                "row": row,
                "who": people.get((row.subject_kind, row.subject)),
                "place": place_of(row.division),
                "benefit": names.get(row.benefit, row.benefit),
                "why": FINDINGS[row.finding] if row.finding else "",
                "late": row.ask_until is not None and row.ask_until < today,
                "fields": _line_fields(row, problems, request),
                "open": sent == str(row.pk),
            }
            for row in page
        ],
        "errors": error_lines(problems),
        "refusals": tried.refusals,
    }
    return render(request, "benefits/checks.html", context, status=tried.status)


def _line_fields(row: StandingRow, problems: list[Problem], request: HttpRequest) -> tuple[Field, ...]:
    """The fields of one line, sent under its number: a page shows many lines, ids stand once."""
    fields = tuple(replace(one, name=f"{row.pk}.{one.name}") for one in _check_fields())
    mine = request.POST.get("row") == str(row.pk)
    return with_problems(fields, problems if mine else (), request.POST if mine else None)


_ASK_COLUMNS = (
    Column("待遇", lambda row: row.benefit),
    Column("编号", lambda row: f"{row.subject:06d}"),
    Column("地方", lambda row: place_of(row.division)),
    Column("最晚", lambda row: row.ask_until.isoformat() if row.ask_until else ""),
)
