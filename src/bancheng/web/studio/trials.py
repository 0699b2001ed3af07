"""Trying before it goes live: a one-thing beside itself changed, and a rehearsal with the town's own people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import msgspec
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bancheng.core.catalogue import Member
from bancheng.core.compiler import Blueprint, Disposition, plan_svg
from bancheng.core.compiler.effects import (
    AddMember,
    ConnectSource,
    CutLimit,
    DisconnectSource,
    DropMember,
    Effect,
    Facets,
    PersonEffect,
    Rehearsal,
    ReplaceItem,
    Scenario,
    Setting,
    WhatIfChange,
    hypothetical,
    percent,
    what_if,
)
from bancheng.usecases import effects
from bancheng.usecases.effects import Measured, Rehearsed
from bancheng.usecases.studio import OneThingView
from bancheng.usecases.town import body_name, packs
from bancheng.web.studio import charts
from bancheng.web.studio.figures import number

MOST_DAYS = 60
"""A limit is cut by no more than this on screen."""

# ---------------------------------------------------------------- what if


def whatif(request: HttpRequest, view: OneThingView) -> dict[str, Any]:
    """The what-if tab: changes to choose from, both sides, each change alone, and which single cut helps most."""
    setting = effects.setting(view.key)
    changes = [change for change, _words in _chosen(request.GET, setting)]
    found = what_if(setting, changes)
    if found is None:
        return {"whatif": None}
    base = found.base
    return {
        "whatif": found,
        "chosen": bool(changes),
        "bodies": _bodies(request.GET, base),
        "sources": _sources(request.GET, setting, base),
        "papers": _papers(request.GET, base),
        "members": [(one, one.key in request.GET.getlist("drop")) for one in base.items],
        "others": _others(base),
        "added": request.GET.getlist("add"),
        "versions": _versions(request.GET, base),
        "people": [_person(one) for one in found.together.people],
        "alone": _alone(found.alone, [words for _change, words in _chosen(request.GET, setting)]),
        "pictures": _pictures(base, found.together) if changes else (),
        "ranking": effects.ranking(view.key) if not changes else (),
        "facets": _headings(),
    }


def _headings() -> list[str]:
    counts = [_("情形问题"), _("填写项"), _("材料"), _("环节"), _("跑动")]
    return [*counts, _("最长一串（工作日）"), _("承诺（工作日）"), _("费用（元）")]


def _chosen(asked: QueryDict, setting: Setting) -> Iterator[tuple[WhatIfChange, str]]:
    """The changes an address names; what it names wrongly is left out."""
    yield from _cuts(asked)
    yield from _links(asked, setting)
    yield from _items(asked, setting)


def _cuts(asked: QueryDict) -> Iterator[tuple[WhatIfChange, str]]:
    for name in asked:
        body = name.removeprefix("cut-")
        days = _whole(asked.get(name, ""), MOST_DAYS)
        if body != name and days:
            words = _("%(body)s的时限减 %(n)d 个工作日") % {"body": body_name(body), "n": days}
            yield CutLimit(body=body, days=days), words


def _links(asked: QueryDict, setting: Setting) -> Iterator[tuple[WhatIfChange, str]]:
    names = {one.key: one.name for one in setting.coverage.sources}
    documents, elements = setting.catalogue.documents, setting.catalogue.elements
    for key in asked.getlist("off"):
        if key in names:
            yield DisconnectSource(source=key), _("断开“%s”") % names[key]
    for key in asked.getlist("paper"):
        if key in documents:
            source = hypothetical(name=documents[key].name, documents=(key,))
            yield ConnectSource(source=source), _("接通“%s”的证照库") % documents[key].name
    for key in asked.getlist("field"):
        if key in elements:
            source = hypothetical(name=elements[key].name, elements=(key,))
            yield ConnectSource(source=source), _("接通能给出“%s”的登记库") % elements[key].name


def _items(asked: QueryDict, setting: Setting) -> Iterator[tuple[WhatIfChange, str]]:
    items = setting.catalogue.items
    for key in asked.getlist("drop"):
        if key in items:
            yield DropMember(item=key), _("不办“%s”") % items[key].name
    for key in asked.getlist("add"):
        if key in items:
            yield AddMember(member=Member(item=key)), _("加办“%s”") % items[key].name
    for mark in asked.getlist("version"):
        item = effects.item_version(mark) if mark else None
        if item is not None:
            words = _("“%(name)s”换成第 %(n)d 版") % {"name": item.name, "n": item.version}
            yield ReplaceItem(item=item), words


def _whole(text: str, most: int) -> int:
    return min(most, int(text)) if text.isascii() and text.isdigit() else 0


def _bodies(asked: QueryDict, base: Blueprint) -> list[dict[str, Any]]:
    keys = dict.fromkeys(body for step in base.plan.steps for body in step.bodies)
    return [
        {"key": key, "name": body_name(key), "days": _whole(asked.get(f"cut-{key}", ""), MOST_DAYS)}
        for key in keys
    ]


def _sources(asked: QueryDict, setting: Setting, base: Blueprint) -> list[tuple[str, str, bool]]:
    used = {one.source for one in base.fields} | {one.source for one in base.materials}
    off = asked.getlist("off")
    return [(one.key, one.name, one.key in off) for one in setting.coverage.sources if one.key in used]


def _papers(asked: QueryDict, base: Blueprint) -> list[tuple[str, str, str, bool]]:
    """What could be connected: papers still asked for, and fields that several bodies want."""
    papers = [
        ("paper", one.document, one.name, one.document in asked.getlist("paper"))
        for one in base.materials
        if one.disposition is Disposition.ASKED
    ]
    fields = [
        ("field", one.element, one.name, one.element in asked.getlist("field"))
        for one in base.fields
        if not one.source and not one.producers and not one.ask_afresh and len(one.bodies) > 1
    ]
    return papers + fields


def _others(base: Blueprint) -> list[tuple[str, str]]:
    members = {one.key for one in base.items}
    rest = (one for one in packs().catalogue.items.values() if one.key not in members)
    return sorted(((one.key, one.name) for one in rest), key=lambda pair: pair[1])


def _versions(asked: QueryDict, base: Blueprint) -> list[dict[str, Any]]:
    chosen = asked.getlist("version")
    return [
        {"name": name, "rows": [(mark, version, day, mark in chosen) for mark, version, day in rows]}
        for name, rows in effects.other_versions(base)
    ]


def _facets(one: Facets) -> list[str]:
    return [number(value) for value in msgspec.structs.astuple(one)]


def _signed(one: Facets) -> list[tuple[str, str]]:
    """Differences with their sign and what they mean: less is good."""
    return [
        (
            ("+" if value > 0 else "") + number(value) if value else "0",
            "good" if value < 0 else "bad" if value else "",
        )
        for value in msgspec.structs.astuple(one)
    ]


def _person(one: PersonEffect) -> dict[str, Any]:
    return {
        "name": one.name,
        "cells": list(zip(_facets(one.before), _facets(one.after), _signed(one.change), strict=True)),
        "before": " → ".join(one.critical_before),
        "after": " → ".join(one.critical_after),
        "moved": one.critical_before != one.critical_after,
    }


def _alone(found: Sequence[Effect], words: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "words": said,
            "change": _signed(effect.everybody.change) if effect.everybody else [],
            "problems": effect.problems,
        }
        for effect, said in zip(found, words, strict=True)
    ]


def _pictures(base: Blueprint, together: Effect) -> list[tuple[str, SafeString]]:
    shown = [(_("现在"), base, "now")]
    if together.alternative is not None:
        shown.append((_("改后"), together.alternative, "then"))
    # The core escapes every name it draws.
    return [(said, mark_safe(plan_svg(one, ids=f"plan-{ids}"))) for said, one, ids in shown]  # noqa: S308  # reason: as above


# ---------------------------------------------------------------- rehearsal

BOUNDS = {
    "arrivals": (0.1, 50.0),
    "days": (5, 250),
    "hands_on": (1, 100),
    "runs": (2, 20),
    "seed": (0, 10**6),
}
"""What may be asked on screen: a rehearsal answers while one waits."""
MOST_STEPS = 8000
"""Steps of cases played for one page, all runs together; the command line plays more."""


def rehearse(request: HttpRequest, view: OneThingView) -> dict[str, Any]:
    """The rehearsal tab: the town as it is, or what the form says of it."""
    blueprint = view.blueprint
    town_now, known = effects.town_scenario(blueprint, timezone.localdate())
    scenario = _asked(request.GET, town_now)
    asked = scenario
    most = MOST_STEPS / max(1, len(blueprint.plan.steps))
    while scenario.runs > 3 and scenario.arrivals * scenario.days * scenario.runs > most:
        scenario = msgspec.structs.replace(scenario, runs=scenario.runs - 1)
    if scenario.arrivals * scenario.days * scenario.runs > most:
        days = max(10, int(most / scenario.arrivals / scenario.runs))
        scenario = msgspec.structs.replace(scenario, days=min(scenario.days, days))
    done = effects.rehearsed(blueprint, scenario)
    return {
        "scenario": scenario,
        "hands_on": round(scenario.hands_on * 100),
        "staff": [(key, body_name(key), hands) for key, hands in scenario.staff.items()],
        "found": done.found,
        "facts": _facts(done.found),
        "histogram": charts.histogram(
            done.found.bins,
            done.found.promised,
            title=_("办结用时的分布"),
            axis=_("从受理到办结的工作日"),
            promise=_("承诺 %s 个工作日") % number(done.found.promised),
        ),
        "queues": charts.lines(
            [(body_name(one.body), one.queue) for one in done.found.bodies],
            scenario.days,
            title=_("各部门排队的件数"),
            axis=_("第几个工作日"),
        ),
        "bins": [
            (f"{low:.3g}–{high:.3g}", f"{share:.1%}", low >= done.found.promised - 1e-9)
            for low, high, share in done.found.bins
        ],
        "bodies": [
            (
                one,
                body_name(one.body),
                f"{one.busy:.0%}",
                number(one.waiting),
                number(one.longest),
                one == done.found.bottleneck,
            )
            for one in sorted(done.found.bodies, key=lambda one: -one.waited)
        ],
        "advice": _advice(done),
        "checks": _checks(done.found),
        "known": _known(blueprint, known),
        "clipped": int(most) if scenario != asked else 0,
    }


def _asked(asked: QueryDict, town_now: Scenario) -> Scenario:
    def within(name: str, default: float) -> float:
        low, high = BOUNDS[name]
        with suppress(ValueError):
            given = float(asked.get(name, ""))
            return max(low, min(high, given)) if given == given else default  # noqa: PLR0124  # reason: not a number
        return default

    days = int(within("days", town_now.days))
    staff = {
        body: max(1, min(200, _whole(asked.get(f"staff-{body}", ""), 200) or hands))
        for body, hands in town_now.staff.items()
    }
    return msgspec.structs.replace(
        town_now,
        arrivals=within("arrivals", town_now.arrivals),
        days=days,
        warm_up=min(town_now.warm_up, days // 4),
        hands_on=within("hands_on", town_now.hands_on * 100) / 100,
        runs=int(within("runs", town_now.runs)),
        seed=int(within("seed", town_now.seed)),
        staff=staff,
    )


def _facts(found: Rehearsal) -> list[tuple[str, str, str]]:
    days = _("个工作日")
    return [
        (_("平均"), f"{number(found.mean.mean)} ± {number(found.mean.half)}", days),
        (_("一半的人在"), number(found.median), days),
        (_("九成的人在"), number(found.p90), days),
        (_("95% 的人在"), number(found.p95), days),
        (_("超过承诺的"), f"{found.overdue.mean:.1%} ± {found.overdue.half:.1%}", ""),
        (_("到期还没办完的"), str(found.in_progress), _("件，共 %d 件") % found.arrived),
    ]


def _advice(done: Rehearsed) -> list[str]:
    words = _(
        "%(body)s再加 1 人（共 %(n)d 人）→ 超过承诺的由 %(a)s 变成 %(b)s，平均由 %(c)s 变成 %(d)s 个工作日"
    )
    return [
        words
        % {
            "body": body_name(one.body),
            "n": one.staff,
            "a": f"{one.overdue[0]:.1%}",
            "b": f"{one.overdue[1]:.1%}",
            "c": number(one.mean[0]),
            "d": number(one.mean[1]),
        }
        for one in done.advice
    ]


def _checks(found: Rehearsal) -> list[dict[str, Any]]:
    return [
        {
            "words": _("%(share)s 在 %(limit)s 内办结？")
            % {"share": percent(one.expectation.share), "limit": one.expectation.within.words()},
            "reached": f"{one.reached.mean:.1%} ± {one.reached.half:.1%}",
            "holds": one.holds,
        }
        for one in found.checks
    ]


def _known(blueprint: Blueprint, known: Measured) -> list[str]:
    names = {step.key: step.name for step in blueprint.plan.steps}
    seen = _("、").join(f"{names.get(key, key)}（{known.seen[key]}）" for key in known.service)
    return [
        _("人手按现有岗位填好，可以改。"),
        _("每个工作日到件按近半年的办件算出。")
        if known.arrivals
        else _("办件还少，每个工作日到件是假定的。"),
        _("这些环节的用时取自真实办件：%s；其余按时限估（最短两成、多为一半、最长足时限）。") % seen
        if seen
        else _("真实办件还少，环节用时都按时限估（最短两成、多为一半、最长足时限）。"),
    ]
