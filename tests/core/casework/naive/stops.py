# ruff: noqa: N802  # reason: what may be done and is done is named by its command
"""Lawful stops (行政许可法 art. 45), hearings (46-48), more time (42), warnings, a calendar announced late."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.core.casework.naive.base import Base, said
from tests.core.casework.naive.days import More, Stop, table_of

from bancheng.core.casework import Actor, Level, ProcedureKind, commands
from bancheng.core.catalogue import StepKind
from bancheng.core.clock import PauseReason

REASONS = {
    "hearing": PauseReason.HEARING,
    "expert_review": PauseReason.EXPERT_REVIEW,
    "joint_review": PauseReason.SPECIAL,
}


class Stops(Base):
    """What moves a last day, and who is told how near it is."""

    def start(self) -> None:
        super().start()
        self.why: list[tuple[str, PauseReason]] = []
        self.recounted = False
        self.held: list[dict[str, Any]] = []
        self.wishes: list[dict[str, Any]] = []
        self.known: dict[tuple[Level, str], tuple[date, date, bool]] = {}
        self.read: tuple[int, datetime] | None = None
        self.warned: list[dict[str, Any]] = []

    # ------------------------------------------------------------------------------------------------------- stops

    def may_Pause(self, actor: Actor, command: commands.Pause) -> bool:
        going = command.item == "" or (command.item in self.items and command.item not in self.ended)
        if self.phase() != "accepted" or not going or not self.can_stop(actor, command.item):
            return False
        if any(
            self.why[at] == (command.item, command.reason) and one.end is None
            for at, one in enumerate(self.stops)
        ):
            return False
        if command.reason is not PauseReason.SPECIAL:
            return 0 < command.max_days <= 365
        known = self.special(command.item, command.procedure)
        return known is not None and 0 <= command.max_days <= known

    def special(self, item: str, procedure: str) -> int | None:
        """The most days of a special procedure registered for an item (for the whole: for any)."""
        for key, one in self.items.items():
            for known in one.procedures if item in ("", key) else ():
                if known.key == procedure and known.basis and known.max_days:
                    return known.max_days
        return None

    def part_of(self, item: str) -> tuple[str, ...]:
        """The bodies that work on an item."""
        return (self.body[item], *(body for key in self.steps_of(item) for body in self.plan[key].bodies))

    def can_stop(self, actor: Actor, item: str) -> bool:
        """The bodies of an item stop its clock, the lead body that of the whole."""
        bodies = self.part_of(item) if item else (self.leading(),)
        return self.official(actor, "reviewer", "inspector", "clerk", "senior", body=bodies)

    def do_Pause(self, actor: Actor, command: commands.Pause) -> None:
        most = command.max_days or self.special(command.item, command.procedure) or 0
        self.stop(command.item, most, command.reason)

    def stop(self, item: str, most: int, reason: PauseReason) -> int:
        self.stops.append(Stop(item, self.today, None, most))
        self.why.append((item, reason))
        return len(self.stops)

    def resume(self, number: int) -> None:
        one = self.stops[number - 1]
        self.stops[number - 1] = Stop(one.item, one.start, self.today, one.most)

    def may_Resume(self, actor: Actor, command: commands.Resume) -> bool:
        if self.phase() != "accepted" or not 1 <= command.number <= len(self.stops):
            return False
        one = self.stops[command.number - 1]
        return one.end is None and self.can_stop(actor, one.item)

    def do_Resume(self, _: Actor, command: commands.Resume) -> None:
        self.resume(command.number)

    def paused(self, item: str) -> bool:
        """Whether a clock stands today: a stop is open and its days are not used up."""
        going = [one for one in self.stops if one.item in ("", item) and one.end is None]
        return any(self.today <= self.table.after(one.start, one.most) for one in going)

    # -------------------------------------------------------------------------------------------------- procedures

    def procedure_going(self, item: str) -> bool:
        return any(one["going"] and item in one["items"] for one in self.held)

    def procedure(self, number: int, *stages: str) -> dict[str, Any] | None:
        if self.phase() != "accepted" or not 1 <= number <= len(self.held):
            return None
        one = self.held[number - 1]
        return one if one["going"] and one["stage"] in stages else None

    def may_OfferHearing(self, actor: Actor, command: commands.OfferHearing) -> bool:
        key = command.item
        if (
            self.phase() != "accepted"
            or key not in self.items
            or key in self.ended
            or not said(command.words)
        ):
            return False
        theirs = self.official(actor, "reviewer", "senior", body=self.part_of(key))
        heard = any(one["kind"] == "hearing" and one["going"] and key in one["items"] for one in self.held)
        return theirs and not heard

    def do_OfferHearing(self, actor: Actor, command: commands.OfferHearing) -> None:
        self._procedure("hearing", [command.item], actor.body, "offered")

    def _procedure(self, kind: str, items: list[str], body: str, stage: str) -> dict[str, Any]:
        one: dict[str, Any] = {
            "kind": kind,
            "items": items,
            "body": body,
            "stage": stage,
            "going": True,
            "since": self.today,
            "called": None,
            "needed": 0,
            "stops": [],
            "wanted": False,
            "day": None,
        }
        self.held.append(one)
        return one

    def may_AskHearing(self, actor: Actor, command: commands.AskHearing) -> bool:
        one = self.procedure(command.number, "offered")
        return (
            one is not None and self.for_applicant(actor) and not self.over(self.table.after(one["since"], 5))
        )

    def do_AskHearing(self, _: Actor, command: commands.AskHearing) -> None:
        one = self.held[command.number - 1]
        one["wanted"] = True
        self._call(one, 20)

    def _call(self, one: dict[str, Any], needed: int) -> None:
        one["stage"], one["since"], one["called"], one["needed"] = "called", self.today, self.today, needed
        if needed:
            one["stops"] = [self.stop(item, needed, REASONS[one["kind"]]) for item in one["items"]]

    def may_WaiveHearing(self, actor: Actor, command: commands.WaiveHearing) -> bool:
        one = self.procedure(command.number, "offered", "called", "dated")
        wanted = one is not None and one["kind"] == "hearing" and (one["stage"] == "offered" or one["wanted"])
        return wanted and self.for_applicant(actor)

    def do_WaiveHearing(self, _: Actor, command: commands.WaiveHearing) -> None:
        self._close(command.number, "waived")

    def _close(self, number: int, stage: str) -> None:
        one = self.held[number - 1]
        one["stage"], one["going"] = stage, False
        for stop in one["stops"]:
            if self.stops[stop - 1].end is None:
                self.resume(stop)

    def fall_away(self) -> None:
        for number, one in enumerate(self.held, start=1):
            if one["going"] and all(key in self.ended for key in one["items"]):
                self._close(number, "called_off")

    def may_LetHearingLapse(self, actor: Actor, command: commands.LetHearingLapse) -> bool:
        one = self.procedure(command.number, "offered")
        return one is not None and self.machine(actor) and self.over(self.table.after(one["since"], 5))

    def do_LetHearingLapse(self, _: Actor, command: commands.LetHearingLapse) -> None:
        self._close(command.number, "waived")

    def may_Convene(self, actor: Actor, command: commands.Convene) -> bool:
        keys = tuple(dict.fromkeys(command.items))
        open_ = bool(keys) and all(key in self.items and key not in self.ended for key in keys)
        if self.phase() != "accepted" or not open_ or not said(command.words):
            return False
        bodies = tuple(body for key in keys for body in self.part_of(key))
        if not self.official(actor, "reviewer", "senior", body=bodies):
            return False
        if any(
            one["kind"] == command.kind.value and one["going"] and set(keys) & set(one["items"])
            for one in self.held
        ):
            return False
        if command.kind is ProcedureKind.JOINT_REVIEW:
            most = [self.special(key, command.procedure) for key in keys]
            known = [one for one in most if one is not None]
            lawful = len(known) == len(most) and 0 <= command.days <= min(known)
            return not command.procedure or lawful
        return command.kind is ProcedureKind.HEARING or 1 <= command.days <= 365

    def do_Convene(self, actor: Actor, command: commands.Convene) -> None:
        keys = list(dict.fromkeys(command.items))
        one = self._procedure(command.kind.value, keys, actor.body, "called")
        needed = 20 if command.kind is ProcedureKind.HEARING else command.days
        if command.kind is ProcedureKind.JOINT_REVIEW:
            most = [self.special(key, command.procedure) or 0 for key in keys]
            needed = (command.days or min(most)) if command.procedure else 0
        self._call(one, needed)

    def may_SetDate(self, actor: Actor, command: commands.SetDate) -> bool:
        one = self.procedure(command.number, "called", "dated")
        if one is None or not self.official(actor, "reviewer", "senior", body=one["body"]):
            return False
        if not said(command.hour, command.place) or command.day < self.today:
            return False
        if one["needed"] and command.day > self.table.after(one["called"], one["needed"]):
            return False
        if one["kind"] != "hearing":
            return True
        chair = command.chair is not None and bool(command.chair.id) and bool(command.chair.name)
        early = self.table.between(self.today, command.day) >= 7
        return chair and early and not self.examined(command.chair.id, one["items"])

    def examined(self, who: str, items: list[str]) -> bool:
        """Whether somebody examined one of these items: a hearing is chaired by another (art. 48)."""
        for key in self.plan:
            if set(items) & set(self.plan[key].items):
                held = [by for (step, _), by in self.claims.items() if step == key]
                if who in held or who in self.reports.get(key, {}).values():
                    return True
        return False

    def do_SetDate(self, _: Actor, command: commands.SetDate) -> None:
        one = self.held[command.number - 1]
        one["stage"], one["day"], one["since"] = "dated", command.day, self.today

    def may_RecordHeld(self, actor: Actor, command: commands.RecordHeld) -> bool:
        one = self.procedure(command.number, "called", "dated")
        if one is None or not self.official(actor, "reviewer", "senior", body=one["body"]):
            return False
        told = self.today >= one["day"] if one["day"] else one["kind"] != "hearing"
        return told and said(command.result) and bool(command.minutes)

    def do_RecordHeld(self, _: Actor, command: commands.RecordHeld) -> None:
        self._close(command.number, "held")

    def may_CallOff(self, actor: Actor, command: commands.CallOff) -> bool:
        one = self.procedure(command.number, "offered", "called", "dated")
        if one is None or not self.official(actor, "reviewer", "senior", body=one["body"]):
            return False
        return not one["wanted"] and said(command.reason)

    def do_CallOff(self, _: Actor, command: commands.CallOff) -> None:
        self._close(command.number, "called_off")

    # --------------------------------------------------------------------------------------------------- more time

    def extendable(self, level: Level, item: str) -> bool:
        """A running clock that has not been extended: an item's, or that of the whole."""
        if self.phase() != "accepted" or level not in (Level.ITEM, Level.BUNDLE):
            return False
        if level is Level.BUNDLE:
            return item == "" and not any(one.item == "" for one in self.more)
        going = item in self.items and item not in self.ended
        return going and not any(one.item == item for one in self.more)

    def may_Extend(self, actor: Actor, command: commands.Extend) -> bool:
        if not self.extendable(command.level, command.item) or not said(command.reason):
            return False
        if command.level is Level.BUNDLE:
            right = self.official(actor, "government") and 1 <= command.days <= 15
            return right and self.today <= self.bundle_due()
        right = self.official(actor, "head", body=self.body[command.item]) and 1 <= command.days <= 10
        return right and self.today <= self.item_due(command.item)

    def do_Extend(self, _: Actor, command: commands.Extend) -> None:
        item = command.item if command.level is Level.ITEM else ""
        self.more.append(More(item, command.days, self.today))
        for one in self.wishes:
            if one["open"] and one["item"] == item:
                one["open"] = False

    def may_AskMoreTime(self, actor: Actor, command: commands.AskMoreTime) -> bool:
        if not self.extendable(command.level, command.item) or not said(command.reason):
            return False
        if any(one["open"] and one["item"] == command.item for one in self.wishes):
            return False
        if command.level is Level.BUNDLE:
            theirs = self.official(actor, "reviewer", "senior", body=self.leading())
            return theirs and 1 <= command.days <= 15 and bool(command.to)
        theirs = self.official(actor, "reviewer", "senior", body=self.part_of(command.item))
        return theirs and 1 <= command.days <= 10

    def do_AskMoreTime(self, _: Actor, command: commands.AskMoreTime) -> None:
        to = command.to if command.level is Level.BUNDLE else self.body[command.item]
        self.wishes.append({"open": True, "item": command.item, "to": to, "level": command.level})

    def may_DeclineMoreTime(self, actor: Actor, command: commands.DeclineMoreTime) -> bool:
        if not 1 <= command.number <= len(self.wishes):
            return False
        one = self.wishes[command.number - 1]
        role = "government" if one["level"] is Level.BUNDLE else "head"
        return one["open"] and self.official(actor, role, body=one["to"]) and said(command.reason)

    def do_DeclineMoreTime(self, _: Actor, command: commands.DeclineMoreTime) -> None:
        self.wishes[command.number - 1]["open"] = False

    # ---------------------------------------------------------------------------------------------------- warnings

    def dials(self) -> dict[tuple[Level, str], tuple[date, date, bool]]:
        """Start, last day (with every stop at its longest) and whether it runs, of every clock."""
        found: dict[tuple[Level, str], tuple[date, date, bool]] = {}
        if self.phase() == "received":
            found[Level.INTAKE, ""] = self.received, self.table.after(self.received, 5), True
        if not self.was_accepted:
            return found
        found[Level.BUNDLE, ""] = self.accepted, self.bundle_due(), self.closed is None
        for key in self.started:
            found[Level.ITEM, key] = self.started[key], self.item_due(key), key not in self.ended
        for key, opened in self.opened.items():
            runs = self.step(key) == "open"
            found[Level.STEP, key] = opened, self.step_due(key), runs
            for body in self.plan[key].asks if self.plan[key].kind is StepKind.OPINION else ():
                waits = runs and body not in self.opinions.get(key, {})
                found[Level.OPINION, f"{key}/{body}"] = opened, self.opinion_due(key), waits
        for document in self.owed():
            found[Level.OWED, document] = self.accepted, self.owed_due(document), True
        for number, one in enumerate(self.held, start=1):
            if one["called"] and one["needed"]:
                going = one["going"] and any(key not in self.ended for key in one["items"])
                due = self.table.after(one["called"], one["needed"])
                found[Level.PROCEDURE, str(number)] = one["called"], due, going
        return found

    def clock(self, level: Level, key: str) -> tuple[date, date] | None:
        """Start and last day of a clock that runs."""
        if self.phase() not in ("received", "accepted", "finished"):
            return None
        if self.read != (self.acts, self.now):
            self.ahead = True
            self.read, self.known = (self.acts, self.now), self.dials()
            self.ahead = False
        start, due, runs = self.known.get((level, key), (self.today, self.today, False))
        return (start, due) if runs else None

    def may_Warn(self, actor: Actor, command: commands.Warn) -> bool:
        """Yellow with a working day left, red when over for certain; each once for one last day."""
        clock = self.clock(command.level, command.key)
        if not self.machine(actor) or clock is None:
            return False
        start, due = clock
        mine = (command.level, command.key, due)
        told = {one["colour"] for one in self.warned if (one["level"], one["key"], one["due"]) == mine}
        self.ahead = True
        sure = command.level is not Level.OWED or self.owed_until(command.key)[1]
        self.ahead = False
        red = sure and self.over(due) and command.level is not Level.INTAKE and "red" not in told
        if command.colour.value == "red":
            return red
        soon = self.near(start, due) and not told and command.level is not Level.OWED
        return command.colour.value == "yellow" and soon and not red

    def do_Warn(self, _: Actor, command: commands.Warn) -> None:
        clock = self.clock(command.level, command.key)
        self.warned.append(
            {
                "level": command.level,
                "key": command.key,
                "colour": command.colour.value,
                "due": clock[1] if clock else None,
                "rank": "senior" if command.colour.value == "red" else "handler",
                "risen": self.today,
                "seen": False,
                "bodies": self.answering(command.level, command.key),
            }
        )

    def answering(self, level: Level, key: str) -> set[str]:
        """The bodies that answer for a clock."""
        if level is Level.INTAKE:
            return {self.submit.receiving_body}
        if level is Level.BUNDLE:
            return {self.leading()}
        if level is Level.ITEM:
            return {self.body[key]}
        if level is Level.OPINION:
            return {key.rpartition("/")[2]}
        if level is Level.PROCEDURE:
            return {self.held[int(key) - 1]["body"]}
        if level is Level.OWED:
            return {self.submit.receiving_body}
        return set(self.plan[key].bodies)

    def may_Acknowledge(self, actor: Actor, command: commands.Acknowledge) -> bool:
        if not 1 <= command.number <= len(self.warned):
            return False
        one = self.warned[command.number - 1]
        doing = ("reviewer", "clerk", "inspector") if one["rank"] == "handler" else ()
        theirs = self.official(actor, "senior", "head", *doing, body=tuple(one["bodies"]))
        above = one["rank"] == "supervision" and self.official(actor, "supervisor")
        return not one["seen"] and (theirs or above)

    def do_Acknowledge(self, _: Actor, command: commands.Acknowledge) -> None:
        self.warned[command.number - 1]["seen"] = True

    def may_Escalate(self, actor: Actor, command: commands.Escalate) -> bool:
        if not self.machine(actor) or not 1 <= command.number <= len(self.warned):
            return False
        one = self.warned[command.number - 1]
        later = [
            each
            for each in self.warned[command.number :]
            if (each["level"], each["key"]) == (one["level"], one["key"])
        ]
        waited = self.today > self.table.after(one["risen"], 2)
        runs = self.clock(one["level"], one["key"]) is not None
        return not one["seen"] and one["rank"] != "supervision" and waited and runs and not later

    def do_Escalate(self, _: Actor, command: commands.Escalate) -> None:
        one = self.warned[command.number - 1]
        one["rank"] = "senior" if one["rank"] == "handler" else "supervision"
        one["risen"] = self.today

    def may_Recount(self, actor: Actor, command: commands.Recount) -> bool:
        """Told once, and only where a day that still runs is another one, or has become certain."""
        now, known = self._running(), self.table
        self.table = table_of(command.previous)
        before = self._running()
        self.table = known
        return self.machine(actor) and not self.recounted and before != now

    def _running(self) -> dict[tuple[Level, str], tuple[date, bool]]:
        return {key: (due, self.table.sure(due)) for key, (_, due, runs) in self.dials().items() if runs}

    def do_Recount(self, *_: object) -> None:
        self.recounted = True
