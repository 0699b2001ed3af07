"""The policy officers' desk: compare everybody, see who, how much and where, open one and read why, make the list."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.connect.engines import Line
from bancheng.core.benefits import Judgement, Policy, RuleSet
from bancheng.core.rules import Outcome
from bancheng.store.models import BenefitComparison, BenefitRun
from bancheng.usecases import benefit_facts, benefit_runs, benefits, deliveries, roll_deeds
from bancheng.usecases.benefits import body_of, kind_of, may_decide, pays, policies_at, policy_at
from bancheng.usecases.policy_drafting import bodies
from bancheng.usecases.policy_offers import offered
from bancheng.usecases.standards import place_name
from bancheng.web.benefits.words import EVERY, MODES, ROLL_DEEDS, STATES, STATUS, UNITS, counted
from bancheng.web.casefile import actor_of, attempt
from bancheng.web.frame import render, role

OFFICERS = benefits.OFFICERS
PER_PAGE = 50
SHOWN = 10


def _rows(request: HttpRequest, one: BenefitComparison | None) -> list[dict[str, Any]]:
    """The policies of the desk beside what a comparison found, and the one before it."""
    before = benefit_facts.latest(one.asked_at) if one else None
    old = before.figures if before else {}
    rows = []
    for policy in policies_at(actor_of(request)):
        figures = one.figures.get(policy.id) if one else None
        was = old.get(policy.id)
        more = figures["people"] - was["people"] if figures and was else None
        rows.append(
            {"policy": policy, "mode": MODES[policy.mode], "every": EVERY[policy.every]}
            | {"unit": UNITS[kind_of(policy)]}
            | {"figures": figures, "more": f"{more:+d}" if more else more}
        )
    return rows


@role(*OFFICERS)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The policies of the body with what the last comparison found, and the comparisons."""
    last = benefit_facts.latest()
    rows = _rows(request, last)
    history = BenefitComparison.objects.order_by("-asked_at")[:SHOWN] if rows else ()
    context = {
        "rows": rows,
        "last": last,
        "history": [(one, STATES[one.state]) for one in history],
        "may": bool(rows),
    }
    return render(request, "benefits/home.html", context)


@role(*OFFICERS)
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """What the data is like before a comparison: how fresh each source is, and where it does not reach."""
    rows = benefit_runs.sources(timezone.now())
    came = deliveries.last(one.source.id for one in rows)
    context = {
        "rows": [(one, "、".join(map(place_name, one.gaps)), came.get(one.source.id)) for one in rows],
        "stale": sum(one.stale for one in rows),
        "gaps": sum(bool(one.gaps) for one in rows),
        "may": bool(policies_at(actor_of(request))),
    }
    return render(request, "benefits/sources.html", context)


@role(*OFFICERS)
@require_POST
def compare(request: HttpRequest) -> HttpResponse:
    """Ask for a comparison."""
    one = benefit_runs.ask(actor_of(request), timezone.now())
    return redirect("benefits:comparison", key=one.pk)


@role(*OFFICERS)
@require_safe
def comparison(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far it is; when it has ended, what it found by policy. Nothing is paid because of it."""
    one = benefit_runs.comparison(actor_of(request), key)
    going = one.state in {BenefitComparison.WAITING, BenefitComparison.RUNNING}
    done = one.state == BenefitComparison.DONE
    context = {
        "one": one,
        "state": STATES[one.state],
        "going": going,
        "rows": _rows(request, one) if done else (),
        "anew": sum(benefit_facts.made_anew(one).values()) if done else 0,
    }
    answer = render(request, "benefits/comparison.html", context)
    if going:
        answer["Refresh"] = "2"  # works without script; the page is short
    return answer


@role(*OFFICERS)
@require_POST
def stop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Call it off."""
    benefit_runs.stop(actor_of(request), key)
    return redirect("benefits:comparison", key=key)


@role(*OFFICERS)
@require_safe
def found(request: HttpRequest, key: UUID, policy: str) -> HttpResponse:
    """One policy in a comparison: how many, how much, where, what would change; everybody on the list."""
    actor = actor_of(request)
    wanted, one = policy_at(actor, policy), benefit_runs.comparison(actor, key)
    lines = benefit_runs.found(actor, key, policy)
    figures = one.figures.get(policy, {})
    period = wanted.every.period(one.as_of)
    going = roll_deeds.going(policy, period)
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "one": one,
        "policy": wanted,
        "unit": UNITS[kind_of(wanted)],
        "period": period,
        "going": going,
        "going_word": ROLL_DEEDS[going.what] if going is not None else "",
        "broken": roll_deeds.broken(policy, period),
        "figures": figures,
        "places": [(place_of(place), many, money) for place, many, money in figures.get("places", ())],
        "change": benefit_runs.would_change(actor, key, policy),
        "page": page,
        "rows": [_line(line) for line in page],
        "taken": BenefitRun.objects.filter(
            entitlement=policy, snapshot=one.snapshot, as_of=one.as_of, rules=one.rules
        )
        .exclude(ended_at=None)
        .first(),
        "may": may_decide(actor, wanted) and not offered(wanted),
        "offers": offered(wanted) and body_of(wanted) in bodies(actor),
        "pays": pays(wanted),
    }
    answer = render(request, "benefits/found.html", context)
    if going is not None:
        answer["Refresh"] = "5"  # works without script
    return answer


def place_of(code: str) -> str:
    """What a place is called, in words also where it is not known."""
    return place_name(code) if code else _("住址不明")


def _line(line: Line) -> dict[str, Any]:
    return {"line": line, "place": place_of(line.division), "number": f"{line.subject:06d}"}


@role("senior")
@require_POST
def take(request: HttpRequest, key: UUID, policy: str) -> HttpResponse:
    """Make the list of the policy from this comparison."""
    tried = attempt(lambda: roll_deeds.take(actor_of(request), key, policy, timezone.now()))
    deed = tried.done
    if deed is None:
        for refusal in tried.refusals:
            messages.error(request, f"{refusal.reason}{refusal.remedy}")
        return redirect("benefits:found", key=key, policy=policy)
    if deed.ended_at is None:
        return redirect("benefits:found", key=key, policy=policy)
    many = partial(counted, kind_of(policy_at(actor_of(request), policy)))
    made = roll_deeds.changed(deed)
    messages.success(
        request,
        _("名单已更新：新增 %(new)s，金额变化 %(moved)s，不再符合 %(gone)s。")
        % {"new": many(made.new), "moved": many(made.more + made.less), "gone": many(made.gone)},
    )
    return redirect("benefits:roll", policy=policy, period=deed.period)


@role(*OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def why(request: HttpRequest, key: UUID, policy: str, subject: int) -> HttpResponse:
    """Why this one, why not: every condition with its basis. The facts themselves only for a reason that is kept."""
    actor = actor_of(request)
    reason = request.POST.get("reason", "").strip()[:200] if request.method == "POST" else ""
    judged = benefit_runs.why(actor, key, policy, subject, reason)
    wanted: Policy = policy_at(actor, policy)
    context = {
        "one": benefit_runs.comparison(actor, key),
        "policy": wanted,
        "name": wanted.name,
        "number": f"{subject:06d}",
        "judged": [judged_rows(judgement, rules, bool(reason)) for judgement, rules in judged],
        "opened": bool(reason),
        "unsaid": request.method == "POST" and not reason,
    }
    return render(request, "benefits/why.html", context)


_OUTCOMES = {
    Outcome.HELD: ("green", "circle-check"),
    Outcome.FAILED: ("red", "circle-x"),
    Outcome.UNKNOWN: ("yellow", "circle-help"),
}


def judged_rows(judgement: Judgement, rules: RuleSet, opened: bool) -> dict[str, Any]:
    one = rules.entitlement(judgement.entitlement)
    names = {fact.id: fact.name for fact in rules.facts} | {each.id: each.name for each in rules.parameters}
    parameters = {each.id: each for each in rules.parameters}
    rows = []
    for judged in judgement.conditions:
        value = judged.explanation.value
        outcome = (
            Outcome.HELD
            if value is True
            else Outcome.UNKNOWN
            if judged.explanation.missing
            else Outcome.FAILED
        )
        word = {Outcome.HELD: _("符合"), Outcome.FAILED: _("不符合"), Outcome.UNKNOWN: _("缺数据")}[outcome]
        read = judged.explanation.read
        rows.append(
            {
                "text": judged.condition.text,
                "basis": judged.condition.basis or "、".join(one.basis),
                "word": word,
                "look": _OUTCOMES[outcome],
                "missing": [names.get(name, name) for name in judged.explanation.missing],
                "values": [
                    (names.get(name, name), value)
                    for name, value in read.items()
                    if opened or name in parameters
                ],
                "hidden": [names.get(name, name) for name in read if not opened and name not in parameters],
            }
        )
    return {
        "one": one,
        "status": STATUS[judgement.status],
        "rows": rows,
        "amount": judgement.amount,
        "missing": [names.get(name, name) for name in judgement.missing],
    }
