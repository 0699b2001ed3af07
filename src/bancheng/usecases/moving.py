"""Running cases move to a new version of their one-thing: only by an officer, each as an event of its own, after a look
at what each would meet. An applicant loses no item, and no promise grows longer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db.models import Count, QuerySet
from django.utils import timezone

from bancheng.core.casework import Actor as CoreActor
from bancheng.core.casework import (
    CaseItem,
    CaseState,
    CommandRefused,
    Context,
    Outlook,
    clocks,
    commands,
    decide,
    fold,
    outlook,
)
from bancheng.core.compiler import Blueprint, PersonalList, narrow
from bancheng.core.evidence import Known
from bancheng.core.kernel import chinese_date
from bancheng.store.models import BlueprintVersion, Case
from bancheng.usecases.access import Actor, NotAllowed, NotFound, record
from bancheng.usecases.bodies import RUNNING, officer
from bancheng.usecases.casework import CaseFile, Stale, act, load
from bancheng.usecases.dispatching import Moved
from bancheng.usecases.mycases import form_of
from bancheng.usecases.town import blueprint, body_name, current_blueprint, packs


@dataclass(frozen=True)
class Behind:
    """A one-thing with running cases of versions that are no longer current."""

    key: str
    name: str
    cases: int


@dataclass(frozen=True)
class Prospect:
    """What one running case would meet: words for people, the days before and after, and what stands in the way."""

    case: Case
    outlook: Outlook
    fields: tuple[str, ...]
    materials: tuple[str, ...]
    due: date | None
    new_due: date | None
    command: commands.Migrate

    @property
    def hindered(self) -> str:
        """Why it cannot move, or empty."""
        return "；".join(one.reason for one in self.outlook.hindrances)

    @property
    def changes(self) -> tuple[str, ...]:
        """In words, as the event keeps them."""
        return self.command.changes


def may_move(actor: Actor) -> bool:
    """Whether the actor may look at this at all."""
    return bool({"administrator", "senior"} & actor.roles)


def _cases(actor: Actor) -> QuerySet[Case]:
    """Running cases of versions that are not current, as far as the actor is in charge of them."""
    if not may_move(actor):
        raise NotAllowed("move")
    rows = Case.objects.filter(status__in=RUNNING, blueprint__current=False)
    if not actor.has("administrator"):
        rows = rows.filter(lead__in=[body for role, body in actor.posts if role == "senior"])
    # A late item alone, and what is no longer offered, has no newer version to move to.
    offered = BlueprintVersion.objects.filter(current=True).values("key")
    return rows.filter(onething__in=offered, follows=None)


def behind(actor: Actor) -> list[Behind]:
    """One-things with running cases of older versions.

    Raises:
        NotAllowed: neither senior nor administrator.
    """
    counts = _cases(actor).values_list("onething").annotate(n=Count("id")).order_by("onething")
    things = packs().catalogue.onethings
    return [Behind(key, things[key].name if key in things else key, n) for key, n in counts]


def prospects(
    actor: Actor, onething: str, start: int = 0, most: int = 50, now: datetime | None = None
) -> tuple[list[Prospect], int]:
    """What each running case of older versions would meet in the current one, the most urgent first; and how many.

    Raises:
        NotAllowed: neither senior nor administrator.
        NotFound: the one-thing is not offered.
    """
    target = _target(onething)
    rows = _cases(actor).filter(onething=onething).order_by("due_on", "number")
    moment = now or timezone.now()
    found = [
        _prospect(load(case), target, "预览", moment)
        for case in rows.select_related("party", "blueprint")[start : start + most]
    ]
    return found, rows.count()


def _target(onething: str) -> Blueprint:
    found = current_blueprint(onething)
    if found is None:
        raise NotFound("onething")
    return found


def move(
    actor: Actor,
    onething: str,
    cases: Collection[UUID] | None,
    reason: str,
    now: datetime | None = None,
) -> Moved:
    """Move these running cases (None: all) to the current version, each by an event of its own. One that cannot move is
    told of and stays as it is; none keeps another back.

    Raises:
        NotAllowed: neither senior nor administrator.
        NotFound: the one-thing is not offered.
    """
    now = now or timezone.now()
    target = _target(onething)
    rows = _cases(actor).filter(onething=onething).order_by("due_on", "number")
    if cases is not None:
        rows = rows.filter(pk__in=list(cases))
    who = officer(actor) if actor.has("administrator") else actor
    done, why = 0, []
    for case in list(rows.select_related("blueprint")):
        found = _prospect(load(case), target, reason, now)
        try:
            act(who, case.pk, found.command, body=_body(actor, case), now=now, also=_repin)
        except (CommandRefused, Stale) as no:
            why.append(f"{case.number}：{no}")
        else:
            done += 1
    record(actor, "case.migrate", f"onething:{onething}", f"{done} 件：{reason}"[:300])
    return Moved(done, tuple(why))


def _body(actor: Actor, case: Case) -> str:
    return "" if actor.has("administrator") else case.lead


def _repin(file: CaseFile) -> None:
    """The row points at the version the case goes on by."""
    submission = file.state.submission
    if submission is not None:
        file.case.blueprint_id = submission.blueprint
        Case.objects.filter(pk=file.case.pk).update(blueprint_id=submission.blueprint)


# ---------------------------------------------------------------------------------------------- one case


def _prospect(file: CaseFile, target: Blueprint, reason: str, now: datetime) -> Prospect:
    state, today = file.state, timezone.localdate(now)
    form = form_of(file)
    values: Mapping[str, object] = (form.values or {}) if form else {}
    wanted = tuple(one.key for one in target.items if one.optional and one.key in state.items)
    personal = narrow(target, values, Known(), today, wanted)
    fields, materials = _asked_anew(state, blueprint(file.case.blueprint_id), personal)
    command = _command(target, personal, reason, state)
    found = outlook(state, command)
    due, new_due = _days(state, command, now)
    changes = tuple(_words(found, fields, materials, due, new_due))
    return Prospect(
        case=file.case,
        outlook=found,
        fields=fields,
        materials=materials,
        due=due,
        new_due=new_due,
        command=msgspec.structs.replace(command, changes=changes),
    )


def _command(target: Blueprint, personal: PersonalList, reason: str, state: CaseState) -> commands.Migrate:
    known = packs().catalogue.items
    bodies = {target.lead, *(item.body for item in personal.items)}
    for step in personal.plan.steps:
        bodies |= {*step.bodies, *step.asks}
    return commands.Migrate(
        blueprint=target.digest,
        onething_name=target.name,
        items=tuple(
            CaseItem(
                key=item.key,
                name=item.name,
                body=item.body,
                promised=item.promised,
                statutory=item.statutory,
                requires=item.requires,
                results=item.results,
                procedures=known[item.key].special_procedures if item.key in known else (),
                supervisor=known[item.key].supervisor if item.key in known else "",
                renews=state.items[item.key].item.renews if item.key in state.items else None,
            )
            for item in personal.items
        ),
        plan=personal.plan,
        promised=personal.clock.promised,
        reason=reason,
        # The law's limit was fixed with the application and does not move with our own version.
        statutory=state.submission.statutory if state.submission else None,
        partial=target.partial,
        body_names={key: body_name(key) for key in sorted(bodies)},
    )


def _asked_anew(
    state: CaseState, before: Blueprint, personal: PersonalList
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of required fields and materials that the case lacks and its own version did not ask for."""
    asked = {one.element for one in before.fields}
    mine = state.items.keys()
    fields = [
        one.field.name
        for one in personal.fields
        if one.shown
        and one.required
        and one.value is None
        and one.field.element not in asked
        and not mine.isdisjoint(one.field.items)
    ]
    papers = {one.document for one in before.materials}
    materials = [
        one.material.name
        for one in personal.materials
        if one.asked
        and one.required
        and one.material.document not in {*papers, *state.materials}
        and not mine.isdisjoint(one.material.items)
    ]
    return tuple(dict.fromkeys(fields)), tuple(dict.fromkeys(materials))


def _days(state: CaseState, command: commands.Migrate, now: datetime) -> tuple[date | None, date | None]:
    """The last day of the whole before and after; None before acceptance."""
    calendar = packs().calendar
    before = clocks(state, calendar, now).bundle
    trial = CoreActor(id="trial", name="预览", roles=("administrator",))
    try:
        events = decide(state, command, Context(now=now, actor=trial, calendar=calendar))
    except CommandRefused:
        return (before.due if before else None), None
    after = clocks(fold(events, state), calendar, now).bundle
    return (before.due if before else None), (after.due if after else None)


def _words(
    found: Outlook,
    fields: tuple[str, ...],
    materials: tuple[str, ...],
    due: date | None,
    new_due: date | None,
) -> Iterator[str]:
    if found.added:
        yield f"增加环节：{'、'.join(found.added)}"
    if found.gone:
        yield f"取消环节：{'、'.join(found.gone)}"
    if fields:
        yield f"新版另要填写：{'、'.join(fields)}"
    if materials:
        yield f"新版另要材料：{'、'.join(materials)}"
    if new_due and due and new_due != due:
        yield f"最后一天由{chinese_date(due)}改为{chinese_date(new_due)}"
    if found.new_items:
        yield f"新版另有事项（没有申请，不加入）：{'、'.join(found.new_items)}"
