"""What everybody asks of a case: who somebody is, where it stands, its steps, its days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from tests.core.casework.naive.days import More, Stop, Table

from bancheng.core.casework import Actor, Command, commands
from bancheng.core.catalogue import ON_SITE, StepKind
from bancheng.core.clock import Limit, LimitUnit
from bancheng.core.compiler import EdgeKind

ENDS = ("approved", "refused", "stopped", "withdrawn")


def day(now: datetime) -> date:
    """The day in China, eight hours ahead of Greenwich all the year."""
    return (now.replace(tzinfo=None) - (now.utcoffset() or timedelta(0)) + timedelta(hours=8)).date()


def said(*words: str) -> bool:
    """Whether each was written, not left blank."""
    return all(one.strip() for one in words)


def counted(limit: Limit) -> int:
    """Working days of a limit in working days or in hours, of which eight are one, begun ones whole."""
    assert limit.counts_workdays
    return (limit.amount + 7) // 8 if limit.unit is LimitUnit.HOUR else limit.amount


class Base:
    """One case in plain dictionaries."""

    def __init__(self, submit: commands.Submit, table: Table, now: datetime) -> None:
        self.submit, self.table = submit, table
        self.now, self.today = now, day(now)
        today = self.today
        self.plan = {one.key: one for one in submit.plan.steps}
        self.edges = list(submit.plan.edges)
        self.items = {one.key: one for one in submit.items}
        self.body = {one.key: one.body for one in submit.items}
        self.partial = submit.partial
        self.promised, self.statutory = submit.promised.amount, submit.statutory
        self.received = self.accepted = today
        self.intake, self.silent = "received", False
        self.closed: date | None = None
        self.proposals: dict[str, list[str]] = {}
        self.notices: list[dict[str, Any]] = []
        self.materials = {one.document: one for one in submit.materials}
        self.handed_in: dict[str, date] = {}
        self.reminded: set[str] = set()
        self.ended: dict[str, str] = {}
        self.ended_on: dict[str, date] = {}
        self.decided: set[str] = set()
        self.issued: set[str] = set()
        self.delivered: set[str] = set()
        self.papers: dict[str, dict[str, str]] = {}
        self.rated = False
        self.reports: dict[str, dict[str, str]] = {}
        self.told: dict[tuple[str, str], tuple[str, set[str]]] = {}
        self.opinions: dict[str, dict[str, str]] = {}
        self.claims: dict[tuple[str, str], str] = {}
        self.gone: set[str] = set()
        self.done: set[str] = set()
        self.opened: dict[str, date] = {}
        self.started: dict[str, date] = {}
        self.sent_papers = False
        self.was_accepted = False
        self.ahead = False
        self.acts = 0
        self.out: dict[tuple[str, str], dict[str, Any]] = {}
        self.stops: list[Stop] = []
        self.more: list[More] = []
        self.start()

    def start(self) -> None:
        """What an area keeps besides."""

    # ------------------------------------------------------------------------------------------ asked from outside

    def takes(self, actor: Actor, command: Command, now: datetime) -> bool:
        """Whether the rules let this actor do this at this moment."""
        self.now, self.today = now, day(now)
        return bool(getattr(self, f"may_{type(command).__name__}")(actor, command))

    def do(self, actor: Actor, command: Command, now: datetime) -> None:
        """What a command that is taken brings about."""
        self.now, self.today = now, day(now)
        was = {key: self.step(key) for key in self.plan}
        getattr(self, f"do_{type(command).__name__}")(actor, command)
        self.settle(was)
        self.acts += 1

    # ------------------------------------------------------------------------------------------------------ who

    def official(self, actor: Actor, *roles: str, body: str | tuple[str, ...] = "") -> bool:
        """Somebody with one of the roles, in (one of) the bodies where named."""
        bodies = (body,) if isinstance(body, str) else body
        return bool(set(roles) & set(actor.roles)) and (bodies == ("",) or actor.body in bodies)

    def clerk(self, actor: Actor) -> bool:
        return self.official(actor, "clerk", "senior", body=self.submit.receiving_body)

    def at_desk(self, actor: Actor) -> bool:
        """Whoever judges what was received: nobody has taken it before them, unless they sign for the window."""
        holder = self.claims.get(("intake", actor.body), actor.id)
        return holder == actor.id or "senior" in actor.roles

    def leading(self) -> str:
        """The body that leads, or the window where none was named."""
        return self.submit.lead_body or self.submit.receiving_body

    def machine(self, actor: Actor) -> bool:
        return "machine" in actor.roles

    def applicant(self, actor: Actor) -> bool:
        return actor.id == self.submit.applicant_ref and "applicant" in actor.roles

    def for_applicant(self, actor: Actor) -> bool:
        """The applicant, or the window that helps them."""
        return self.applicant(actor) or self.official(actor, "clerk", body=self.submit.receiving_body)

    def bodies(self) -> set[str]:
        """Every body with a part in it."""
        found = {self.submit.receiving_body, *self.body.values()}
        for step in self.plan.values():
            found |= {*step.bodies, *step.asks}
        return found | self.other_bodies()

    def other_bodies(self) -> set[str]:
        """Who hands over or supervises, and of whom more time was asked."""
        watching = {self.items[key].supervisor for key in self.watched}
        asked = {one["to"] for one in self.wishes}
        return ({self.submit.places.collecting_body} | watching | asked) - {""}

    # ---------------------------------------------------------------------------------------------- where it stands

    def phase(self) -> str:
        if self.intake != "accepted":
            return self.intake
        if len(self.ended) < len(self.items) or set(self.plan) - self.done - self.gone:
            return "accepted"
        return "withdrawn" if set(self.ended.values()) == {"withdrawn"} else "finished"

    def step(self, key: str) -> str:
        if key in self.gone:
            return "gone"
        if key in self.done:
            return "done"
        if key in self.opened:
            return "open"
        before = [one.before for one in self.edges if one.after == key]
        ready = all(one in self.done | self.gone for one in before)
        return "open" if self.phase() == "accepted" and ready else "waiting"

    def item(self, key: str) -> str:
        if key in self.ended:
            return self.ended[key]
        return "open" if key in self.started else "waiting"

    def steps_of(self, item: str) -> list[str]:
        return [key for key, one in self.plan.items() if item in one.items]

    def dependants(self, item: str) -> set[str]:
        """Items that cannot be had without this one, directly or through others."""
        found: set[str] = set()
        while True:
            more = {key for key in self.items if self._wants(key, found | {item})} - found - {item}
            if not more:
                return found
            found |= more

    def _wants(self, key: str, lost: set[str]) -> bool:
        if lost & set(self.items[key].requires):
            return True
        for edge in self.edges:
            after = self.plan[edge.after].items
            if edge.kind is EdgeKind.WITHIN or key not in after:
                continue
            for before in lost & set(self.plan[edge.before].items):
                named = [one for one in after if before in self.items[one].requires]
                if not named or key in named:
                    return True
        return False

    def behind(self, steps: list[str], key: str) -> bool:
        """Whether a step comes after one of these."""
        reached = set(steps)
        while True:
            more = {edge.after for edge in self.edges if edge.before in reached} - reached
            if not more:
                return key in reached - set(steps)
            reached |= more

    def works_on(self, actor: Actor, key: str) -> bool:
        """An open step of their body, theirs by role, that no colleague has claimed and no system is doing."""
        if key not in self.plan or self.step(key) != "open":
            return False
        return self.by_role(actor, key) and self.claims.get((key, actor.body), actor.id) == actor.id

    def by_role(self, actor: Actor, key: str) -> bool:
        """Somebody of a body of an open step whose office it is to do it."""
        if key not in self.plan or self.step(key) != "open":
            return False
        step = self.plan[key]
        roles = ("reviewer", "senior", "inspector") if step.kind in ON_SITE else ("reviewer", "senior")
        return self.official(actor, *roles, body=step.bodies)

    def lies_out(self, key: str, body: str) -> bool:
        return self.out.get((key, body), {}).get("out", False)

    # ------------------------------------------------------------------------------------------------- what follows

    def settle(self, was: dict[str, str]) -> None:
        """Steps that the ends of their items close, and those that open by it; the day on which all is over."""
        if self.intake != "accepted":
            return
        for key, step in self.plan.items():
            if key in self.done | self.gone or any(one not in self.ended for one in step.items):
                continue
            granted = [one for one in step.items if self.ended[one] == "approved"]
            if step.kind is StepKind.DECISION and was.get(key) == "open" and self.decided & set(step.items):
                self.done.add(key)
            elif (step.kind is StepKind.DECISION and was.get(key) == "open") or not granted:
                self.gone.add(key)
            elif step.kind is StepKind.ISSUE and self.issued >= set(granted):
                self.done.add(key)
        begin = self.first_day()
        for key in self.plan:
            if self.step(key) == "open" and key not in self.opened:
                self.opened[key] = begin
                for item in self.plan[key].items:
                    if item not in self.ended:
                        self.started.setdefault(item, begin)
        self.fall_away()
        over = self.phase() in ("finished", "withdrawn")
        self.closed = (self.closed or self.today) if over else None
        for one in self.notices if over else ():
            one["open"] = False

    def fall_away(self) -> None:
        """What was about items that ended ends with them."""

    def first_day(self) -> date:
        """The day from which a step that opens now counts."""
        return self.today if self.started else self.accepted

    # ---------------------------------------------------------------------------------------------------- last days

    again: dict[str, date]

    def bundle_due(self) -> date:
        """Of the whole; it cannot end before what was taken up again."""
        later = [self.item_due(key) for key in self.again if key not in self.ended]
        return max([self._bundle_due(), *later])

    def _bundle_due(self) -> date:
        return self._earliest(
            self.accepted,
            (self.promised, self.statutory.amount if self.statutory else None),
            self.stops,
            [one for one in self.more if not one.item],
            self.closed,
        )

    def item_due(self, key: str) -> date:
        """Of an item; what was taken up again has its days anew, without the stops and grants of its first round."""
        item, since = self.items[key], self.again.get(key, date.min)
        return self._earliest(
            self.started.get(key, self.accepted),
            (item.promised.amount, item.statutory.amount if item.statutory else None),
            [one for one in self.stops if one.item in ("", key) and (one.end or since) >= since],
            [one for one in self.more if one.item == key and one.on >= since],
            self.ended_on.get(key),
        )

    def step_due(self, key: str) -> date:
        """Its own limit, and never later than its items may take."""
        step = self.plan[key]
        stops = [one for one in self.stops if one.item == "" or one.item in step.items]
        more = [one for one in self.more if one.item in step.items and one.on >= self.opened[key]]
        own = self._earliest(self.opened[key], (counted(step.limit),), stops, more)
        return min([own, *(self.item_due(one) for one in step.items if one not in self.ended)])

    def opinion_due(self, key: str) -> date:
        """The days of the asked bodies; more time that was granted is not theirs."""
        step = self.plan[key]
        stops = [one for one in self.stops if one.item == "" or one.item in step.items]
        return self._earliest(self.opened[key], (counted(step.ask_limit or step.limit),), stops, [])

    def _earliest(
        self,
        start: date,
        limits: tuple[int | None, ...],
        stops: list[Stop],
        more: list[More],
        until: date | None = None,
    ) -> date:
        if until is not None:
            stops = [
                one._replace(end=until if one.end is None else min(one.end, until))
                for one in stops
                if one.start < until
            ]
        today = date.max if self.ahead else self.today
        return min(self.table.last(start, one, stops, more, today) for one in limits if one is not None)

    def over(self, due: date) -> bool:
        """Whether a last day is over for certain: in a year not announced nothing lawful follows."""
        return self.today > due and self.table.sure(due)

    # ----------------------------------------------------------------------------------------- what the areas answer

    revoked: dict[str, date]

    warned: list[dict[str, Any]]
    wishes: list[dict[str, Any]]
    watched: dict[str, dict[str, Any]]

    def near(self, start: date, due: date) -> bool:
        """One working day or less is left; a limit so short that it begins there is never near."""
        return self.table.between(self.today, due) <= 1 and self.table.between(start, due) > 1

    def owed_until(self, document: str) -> tuple[date, bool]:
        raise NotImplementedError

    def credit_hinders(self) -> bool:
        raise NotImplementedError

    def credit_waits(self) -> bool:
        raise NotImplementedError

    def sent_on(self) -> bool:
        raise NotImplementedError

    def unchecked(self) -> bool:
        raise NotImplementedError

    def unpaid(self, act: str, item: str = "") -> bool:
        raise NotImplementedError

    def visit_speaks(self, key: str) -> bool:
        raise NotImplementedError

    def procedure_going(self, item: str) -> bool:
        raise NotImplementedError

    def asked_supplement(self, body: str) -> bool:
        raise NotImplementedError

    def locked(self, item: str) -> bool:
        raise NotImplementedError

    def hindered_delivery(self, item: str) -> bool:
        raise NotImplementedError

    def end(self, item: str, how: str) -> None:
        raise NotImplementedError
