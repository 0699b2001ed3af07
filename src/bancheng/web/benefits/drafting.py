"""起草政策: policies of one's body written on screen — begun from a text or from one in force, checked as they are
typed, tried on everybody, proposed, and put in force by a second person."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from msgspec.structs import replace

from bancheng.connect.proposers import ProposerDown
from bancheng.core.benefits import PolicyCase, PolicyWriting, SubjectKind, run_cases
from bancheng.core.kernel import ProblemsFound, chinese_date
from bancheng.store.models import LibraryEntry
from bancheng.usecases import library, library_deciding, policy_drafting, policy_proposing
from bancheng.usecases.benefits import POLICY
from bancheng.usecases.library import Stale
from bancheng.usecases.library_deciding import OwnWork
from bancheng.usecases.lists import Column, wanted
from bancheng.usecases.town import body_name
from bancheng.web.benefits import draft_words
from bancheng.web.benefits.desk import OFFICERS, judged_rows, place_of
from bancheng.web.benefits.draft_form import Typed, read, shown
from bancheng.web.benefits.words import FACT_KINDS, SUBJECTS, UNITS, counted
from bancheng.web.casefile import actor_of
from bancheng.web.frame import leave, leaving, list_page, page_of, render, role

WRITERS = ("reviewer", "senior")
PER_PAGE = 50
STATES = {
    LibraryEntry.DRAFT: (gettext_lazy("草稿"), "grey", "pencil"),
    LibraryEntry.PROPOSED: (gettext_lazy("等审核"), "yellow", "clock"),
    LibraryEntry.PUBLISHED: (gettext_lazy("正在用"), "green", "circle-check"),
    LibraryEntry.REPLACED: (gettext_lazy("已被新版代替"), "grey", "layers"),
    LibraryEntry.REJECTED: (gettext_lazy("退回"), "red", "corner-up-left"),
    LibraryEntry.WITHDRAWN: (gettext_lazy("作废"), "grey", "ban"),
}
_COLUMNS = (
    Column("政策", lambda one: one.name or one.key),
    Column("部门", lambda one: body_name(one.body)),
    Column("版本", lambda one: one.version),
    Column("状态", lambda one: str(STATES[one.state][0])),
    Column("谁写的", lambda one: one.author_name),
    Column("保存", lambda one: chinese_date(timezone.localdate(one.saved_at))),
    Column("谁处理的", lambda one: one.decided_name),
)


# --------------------------------------------------------------------------------------------- which there are


@role(*OFFICERS)
@list_page
@require_safe
def drafts(request: HttpRequest) -> HttpResponseBase:
    """What is being written, waits for a second person, or was ever decided, the latest first."""
    actor, asked = actor_of(request), wanted(request.GET)
    rows = policy_drafting.entries(actor)
    if asked.text:
        rows = rows.filter(name__contains=asked.text)
    if asked.state in STATES:
        rows = rows.filter(state=asked.state)
    if leaving(request):
        return leave(request, "政策草稿", rows, _COLUMNS, asked)
    page = page_of(request, rows, PER_PAGE)
    context = {
        "page": page,
        "rows": [_row(one) for one in page],
        "q": asked.text,
        "state": asked.state,
        "states": [(key, words[0]) for key, words in STATES.items()],
        "bodies": [(key, body_name(key)) for key in policy_drafting.bodies(actor)],
        "subjects": [(one.value, SUBJECTS[one]) for one in policy_drafting.kinds()],
    }
    return render(request, "benefits/drafts.html", context)


def _row(one: LibraryEntry) -> dict[str, Any]:
    return {"one": one, "state": STATES[one.state], "body": body_name(one.body)}


@role(*WRITERS)
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """A new draft, or one from a policy in force or from an earlier version."""
    actor, post, now = actor_of(request), request.POST, timezone.now()
    if post.get("policy"):
        version = post.get("version", "")
        key = policy_drafting.begin_from(
            actor, post["policy"], now, int(version) if version.isdecimal() else 0
        )
    else:
        kinds = policy_drafting.kinds()
        subject = next((kind for kind in kinds if kind == post.get("subject")), SubjectKind.PERSON)
        body = post.get("body", "") or next(iter(policy_drafting.bodies(actor)), "")
        key = policy_drafting.begin(actor, subject, body, post.get("source", ""), now)
    open_one = policy_drafting.entries(actor).filter(key=key, state__in=library.OPEN).first()
    if open_one is not None and open_one.state == LibraryEntry.PROPOSED:
        messages.info(request, _("这项政策有一份等审核的，处理完才能再改。"))
        return redirect("benefits:draft_version", key, open_one.version)
    return redirect("benefits:draft", key)


# ------------------------------------------------------------------------------------------------------ writing


@role(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, key: str) -> HttpResponse:
    """A draft as it stands. Each button keeps what was typed and does one thing more."""
    actor, entry = actor_of(request), policy_drafting.draft_of(actor_of(request), key)
    typed, do = Typed(policy_drafting.writing_of(entry)), request.POST.get("do", "")
    context: dict[str, Any] = {}
    if request.method == "POST":
        typed = read(request.POST, typed.writing)
        typed.writing = _moved(typed.writing, do, request)
        try:
            saved = library.save(actor, POLICY, typed.writing, timezone.now(), revision=_revision(request))
        except Stale:
            context["stale"] = True
            return _page(request, entry, typed, context, status=409)
        entry.refresh_from_db()
        if do == "model":
            context |= _asked(request, typed.writing)
        elif do in {"propose", "try"} and not typed.errors:
            context |= _done(request, typed.writing, saved.entry, do)
            if context.get("gone"):
                return redirect("benefits:draft_version", key, entry.version)
        elif not typed.errors and do:
            return redirect(f"{request.path}#{_anchor(do)}")
    return _page(request, entry, typed, context, status=422 if typed.errors else 200)


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() else 0


def _asked(request: HttpRequest, writing: PolicyWriting) -> dict[str, Any]:
    """What a language model proposes, to be taken over one by one."""
    try:
        return {"suggested": policy_proposing.ask(actor_of(request), writing)}
    except ProposerDown as down:
        messages.error(request, _("%(why)s。请自己写，或者过一会儿再问。") % {"why": down})
        return {}


def _moved(writing: PolicyWriting, do: str, request: HttpRequest) -> PolicyWriting:
    """The writing with one rule or case more or less, or with what its text says."""
    act, _, at = do.partition(":")
    number = int(at) if at.isdecimal() else -1
    rules, cases = list(writing.entitlements), list(writing.cases)
    if act == "read":
        return policy_drafting.read_in(writing, writing.text)
    if act == "rule":
        ids = {one.id for one in rules}
        fresh = next(new for n in range(1, 99) if (new := f"{writing.key}_{n}") not in ids)
        rules.append(replace(rules[0], id=fresh, name="", conditions=(), amount="", version=1))
    elif act == "drop-rule" and len(rules) > 1 and 0 <= number < len(rules):
        del rules[number]
    elif act == "case" and len(cases) < policy_drafting.MOST:
        cases.append(PolicyCase(name="", as_of=timezone.localdate()))
    elif act == "take":
        said = [request.POST.get(f"p{number}-{part}", "").strip() for part in ("text", "when")]
        return policy_proposing.take_over(writing, *said) if said[1] else writing
    elif act == "drop-case" and 0 <= number < len(cases):
        del cases[number]
    written = replace(writing, entitlements=tuple(rules), cases=tuple(cases))
    return policy_drafting.with_parameters(written)


def _anchor(do: str) -> str:
    act, _, _ = do.partition(":")
    return {"case": "h-cases", "drop-case": "h-cases", "save": "state"}.get(act, "h-rules")


def _done(request: HttpRequest, writing: PolicyWriting, number: int, do: str) -> dict[str, Any]:
    actor, wrong = actor_of(request), policy_drafting.check(writing)
    if do == "try":
        if not _unsound(wrong) and policy_drafting.compared(writing.subject):
            return {"trial": _trial(policy_drafting.run_on_everybody(actor, writing), writing)}
        return {}
    if wrong:
        messages.error(request, _("还有错误，改好才能提交。"))
        return {}
    try:
        library_deciding.propose(actor, number, timezone.now(), request.POST.get("note", "").strip())
    except ProblemsFound as found:
        for problem in found.problems[:5]:
            messages.error(request, problem.render())
        return {}
    messages.success(request, _("已提交，请本部门另一位负责人审核。"))
    return {"gone": True}


def _page(
    request: HttpRequest, entry: LibraryEntry, typed: Typed, more: dict[str, Any], status: int
) -> HttpResponse:
    writing = typed.writing
    wrong = policy_drafting.check(writing)
    context = {
        **shown(typed, (*wrong, *policy_drafting.remarks(writing)), _results(writing, wrong)),
        "entry": entry,
        "good": not wrong and not typed.errors,
        "many": len(wrong) + len(typed.errors),
        "found": policy_drafting.propose(writing.text) if writing.text else None,
        "compared": policy_drafting.compared(writing.subject),
        "model": policy_proposing.may_ask() and bool(writing.text),
        "unit": UNITS[writing.subject],
        "body": body_name(entry.body),
        "pack": policy_drafting.as_pack(writing),
        "facts": [
            (one, FACT_KINDS[one.kind], "、".join(one.values) or one.unit)
            for one in policy_drafting.facts(writing.subject)
        ],
        "writes": True,
        **more,
    }
    return render(request, "benefits/draft.html", context, status=status)


def _unsound(wrong: tuple[policy_drafting.Wrong, ...]) -> bool:
    """Whether something is wrong with the rules themselves."""
    return any(re.match(r"r\d", one.field) for one in wrong)


def _results(writing: PolicyWriting, wrong: tuple[policy_drafting.Wrong, ...]) -> tuple[Any, ...]:
    """What the cases come to; nothing while the rules are not sound."""
    return () if _unsound(wrong) else run_cases(writing, policy_drafting.rules_of(writing))


@role(*WRITERS)
@require_POST
def live(request: HttpRequest, key: str) -> HttpResponse:
    """What is typed is kept and checked at once; the answer is the state of the draft and what stands at each field."""
    actor = actor_of(request)
    entry = policy_drafting.draft_of(actor, key)
    typed = read(request.POST, policy_drafting.writing_of(entry))
    stale = False
    try:
        library.save(actor, POLICY, typed.writing, timezone.now(), revision=_revision(request))
        entry.refresh_from_db()
    except Stale:
        stale = True
    wrong = policy_drafting.check(typed.writing)
    context = {
        **shown(
            typed,
            (*wrong, *policy_drafting.remarks(typed.writing)),
            _results(typed.writing, wrong),
            live=True,
        ),
        "entry": entry,
        "good": not wrong and not typed.errors,
        "many": len(wrong) + len(typed.errors),
        "stale": stale,
        "oob": True,
    }
    return render(request, "benefits/draft_live.html", context)


@role(*WRITERS)
@require_safe
def suggest(request: HttpRequest, key: str) -> JsonResponse:
    """What could be written at the cursor of a condition or amount; the answer is as in the studio."""
    writing = policy_drafting.writing_of(policy_drafting.draft_of(actor_of(request), key))
    text, typed = request.GET.get("text", "")[:500], request.GET.get("at", "")
    at = min(int(typed), len(text)) if typed.isdecimal() and len(typed) < 6 else len(text)
    start, offered = policy_drafting.suggestions(text, at, writing.subject)
    rows = [{"text": one.text, "name": one.name, "note": one.note} for one in offered]
    return JsonResponse({"from": start, "to": at, "rows": rows})


def _trial(one: policy_drafting.Trial, writing: PolicyWriting) -> dict[str, Any]:
    some = policy_drafting.SOME
    moved = (
        (_("新符合"), one.gained),
        (_("不再符合"), one.lost),
        (_("金额变化"), one.changed),
    )
    return {
        "one": one,
        "unit": UNITS[writing.subject],
        "places": [(place_of(place), people, money) for place, people, money in one.places],
        "moved": [
            (
                f"{word}{_('：')}{counted(writing.subject, len(rows))}",
                [(f"{row.subject:06d}", row, place_of(row.place)) for row in rows[:some]],
            )
            for word, rows in moved
            if rows
        ],
        "first": [(f"{number:06d}", number) for number in one.first],
    }


# ----------------------------------------------------------------------------------------------- read and decided


@role(*OFFICERS)
@require_safe
def version(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """One version in words: what it says, what it changes, how its cases come out, what may be done with it."""
    actor = actor_of(request)
    entry = policy_drafting.entry(actor, key, version)
    writing = policy_drafting.writing_of(entry)
    wrong = policy_drafting.check(writing) if entry.state in library.OPEN else ()
    before = policy_drafting.before(entry)
    context = {
        **_row(entry),
        "entry": entry,
        "writing": writing,
        "said": draft_words.told(writing),
        "changes": draft_words.changes(before, writing) if before else (),
        "before": before,
        "rules": [draft_words.rule_words(one, writing) for one in writing.entitlements],
        "cases": [draft_words.case_words(one, writing.subject) for one in _results(writing, wrong)],
        "problems": wrong,
        "own": actor.user_id in entry.editors,
        "decides": library.may_decide(actor, POLICY, writing),
        "writes": library.may_write(actor, POLICY, writing),
        "history": [_row(one) for one in policy_drafting.entries(actor).filter(key=key)],
        "open": policy_drafting.entries(actor).filter(key=key, state__in=library.OPEN).exists(),
        "trial": _asked_trial(request, entry, writing, wrong),
        "compared": policy_drafting.compared(writing.subject),
    }
    return render(request, "benefits/draft_version.html", context)


def _asked_trial(
    request: HttpRequest,
    entry: LibraryEntry,
    writing: PolicyWriting,
    wrong: tuple[policy_drafting.Wrong, ...],
) -> dict[str, Any] | None:
    """What it would come to, for whoever has to decide."""
    actor = actor_of(request)
    waits = entry.state == LibraryEntry.PROPOSED and not wrong and bool(policy_drafting.bodies(actor))
    if not waits or "try" not in request.GET or not policy_drafting.compared(writing.subject):
        return None
    return _trial(policy_drafting.run_on_everybody(actor, writing), writing)


@role(*OFFICERS)
@require_safe
def diagram(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """What decides and what it rests on, as the standard draws it."""
    entry = policy_drafting.entry(actor_of(request), key, version)
    wrong = policy_drafting.check(policy_drafting.writing_of(entry))
    return render(request, "benefits/draft_diagram.html", {"entry": entry, "unsound": _unsound(wrong)})


@role(*OFFICERS)
@require_safe
def dmn(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """The version as a DMN file, for any tool that reads the standard."""
    writing = policy_drafting.writing_of(policy_drafting.entry(actor_of(request), key, version))
    if _unsound(policy_drafting.check(writing)):
        raise Http404
    answer = HttpResponse(policy_drafting.as_dmn(writing), content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{writing.key}.dmn"'
    return answer


@role(*WRITERS)
@require_POST
def decide(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """Approve, reject, take back: whatever the pressed button says."""
    actor, now = actor_of(request), timezone.now()
    entry = policy_drafting.entry(actor, key, version)
    act, why = request.POST.get("act", ""), request.POST.get("reason", "").strip()
    try:
        if act == "approve":
            library_deciding.approve(actor, entry.pk, now, why)
            messages.success(request, _("已发布。下一次比对就按它算，已经在名单上的不受影响。"))
        elif act == "reject":
            library_deciding.reject(actor, entry.pk, now, why)
            messages.success(request, _("已退回，理由已告诉提交的人。"))
        elif act == "discard":
            library_deciding.discard(actor, entry.pk, now)
            messages.success(request, _("已作废，历史里还看得到。"))
    except ProblemsFound as found:
        for problem in found.problems[:5]:
            messages.error(request, problem.render())
    except OwnWork:
        messages.error(request, _("自己写的不能自己审。请本部门另一位负责人来审。"))
    except Stale:
        messages.error(request, _("刚才有人已经处理过。"))
    except ValueError:
        messages.error(request, _("退回要写理由。"))
    return redirect("benefits:draft_version", key, version)


@role(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def why(request: HttpRequest, key: str, version: int, subject: int) -> HttpResponse:
    """Why a draft would give this one something, or not. The facts themselves only for a reason that is kept."""
    actor = actor_of(request)
    entry = policy_drafting.entry(actor, key, version)
    writing = policy_drafting.writing_of(entry)
    reason = request.POST.get("reason", "").strip()[:200] if request.method == "POST" else ""
    judged = policy_drafting.why(actor, writing, subject, reason)
    context = {
        "entry": entry,
        "draft": True,
        "name": writing.name,
        "number": f"{subject:06d}",
        "judged": [judged_rows(judgement, rules, bool(reason)) for judgement, rules in judged],
        "opened": bool(reason),
        "unsaid": request.method == "POST" and not reason,
    }
    return render(request, "benefits/why.html", context)
