# ruff: noqa: N802  # reason: what may be done and is done is named by its command
"""Joint visits: half hours of a working day, two officials a body, one conclusion (行政许可法 art. 34, 55)."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from tests.core.casework.naive.base import said
from tests.core.casework.naive.work import Work

from bancheng.core.casework import Absent, Actor, Conclusion, Slot, StepOutcome, Visitor, commands
from bancheng.core.casework._values import CHINA
from bancheng.core.catalogue import ON_SITE

LIVE = ("proposed", "confirmed", "held", "recorded")


class Visiting(Work):
    """One appointment for all bodies of a step."""

    def start(self) -> None:
        super().start()
        self.visits: list[dict[str, Any]] = []

    def visit(self, number: int, *states: str) -> dict[str, Any] | None:
        """A visit in one of these states whose step is still open."""
        if not 1 <= number <= len(self.visits):
            return None
        one = self.visits[number - 1]
        return one if one["state"] in states and self.step(one["step"]) == "open" else None

    def last_visit(self, key: str) -> dict[str, Any] | None:
        return next((one for one in reversed(self.visits) if one["step"] == key), None)

    def visit_speaks(self, key: str) -> bool:
        """While a visit is under way, or is to be repeated, nobody reports alone."""
        last = self.last_visit(key)
        return last is not None and (last["state"] in LIVE or last["conclusion"] == "repair")

    def goes(self, actor: Actor, key: str) -> bool:
        """Somebody of a body of the step who may be on the site."""
        roles = ("reviewer", "senior", "inspector")
        return key in self.plan and self.official(actor, *roles, body=self.plan[key].bodies)

    def right_time(self, slot: Slot) -> bool:
        """Half hours in the morning or the afternoon of one working day, not yet begun."""
        begins, ends = slot.begins.astimezone(CHINA), slot.ends.astimezone(CHINA)
        half = all(one.minute in (0, 30) and one.second == 0 for one in (begins, ends))
        sessions = ((time(9), time(12)), (time(14), time(17)))
        inside = any(a <= begins.time() and ends.time() <= b for a, b in sessions)
        one_day = begins.date() == ends.date() and begins < ends
        return half and inside and one_day and self.table.works(begins.date())

    def right_people(self, key: str, people: tuple[Visitor, ...]) -> bool:
        """Two or more of each body of the step, and of no other."""
        step = self.plan[key]
        if len({one.id for one in people}) != len(people) or not all(one.id and one.name for one in people):
            return False
        each = [len([one for one in people if one.body == body]) for body in step.bodies]
        return all(one >= 2 for one in each) and {one.body for one in people} <= set(step.bodies)

    def early(self, key: str, slot: Slot, reason: str) -> bool:
        """Begun within five working days and within the step's days; a later one says why (art. 55)."""
        on, soon = slot.begins.astimezone(CHINA).date(), self.table.after(self.today, 5)
        last = self.last_visit(key)
        if last is not None and last["conclusion"] == "repair":
            return on <= self.table.after(max(last["due"], self.today), 5)
        begin, due = self.table.after(self.opened[key], 5), self.step_due(key)
        if min(begin, due) <= self.today:
            return on <= max(soon, due) and (on <= soon or said(reason))
        return on <= due and (on <= min(begin, due) or said(reason))

    def may_ProposeVisit(self, actor: Actor, command: commands.ProposeVisit) -> bool:
        key = command.step
        if key not in self.plan or self.step(key) != "open" or self.plan[key].kind not in ON_SITE:
            return False
        last = self.last_visit(key)
        live = last is not None and last["state"] in LIVE
        sound = self.right_time(command.slot) and self.right_people(key, command.people)
        if self.reports.get(key):
            return False
        return (
            self.goes(actor, key)
            and not live
            and sound
            and self.later(command.slot)
            and self.early(key, command.slot, command.reason)
        )

    def later(self, slot: Slot) -> bool:
        return slot.begins > self.now

    def do_ProposeVisit(self, _: Actor, command: commands.ProposeVisit) -> None:
        last = self.last_visit(command.step)
        again = last is not None and last["conclusion"] == "repair"
        self.visits.append(
            {
                "step": command.step,
                "state": "proposed",
                "slot": command.slot,
                "people": {(one.id, one.body) for one in command.people},
                "present": set[tuple[str, str]](),
                "parts": dict[str, StepOutcome](),
                "who": dict[str, str](),
                "lead": self.leads(command.step),
                "conclusion": "",
                "due": None,
                "repaired": False,
                "reminded": False,
                "moves": 0,
                "round": last["round"] + again if last is not None else 1,
            }
        )

    def leads(self, key: str) -> str:
        """The body of the whole matter where it takes part, else the first."""
        bodies = self.plan[key].bodies
        return self.submit.lead_body if self.submit.lead_body in bodies else bodies[0]

    def may_ConfirmVisit(self, actor: Actor, command: commands.ConfirmVisit) -> bool:
        one = self.visit(command.visit, "proposed")
        if one is None or one["slot"].begins <= self.now:
            return False
        noted = self.goes(actor, one["step"]) and said(command.words)
        return self.for_applicant(actor) or noted

    def do_ConfirmVisit(self, _: Actor, command: commands.ConfirmVisit) -> None:
        self.visits[command.visit - 1]["state"] = "confirmed"

    def may_MoveVisit(self, actor: Actor, command: commands.MoveVisit) -> bool:
        one = self.visit(command.visit, "proposed", "confirmed")
        if one is None or not self.right_people(one["step"], command.people):
            return False
        theirs = self.for_applicant(actor) and one["moves"] < 3
        if not (
            theirs
            or (not self.for_applicant(actor) and self.goes(actor, one["step"]) and said(command.reason))
        ):
            return False
        when = self.right_time(command.slot) and self.later(command.slot)
        return command.slot == one["slot"] or (when and self.early(one["step"], command.slot, "改期"))

    def do_MoveVisit(self, actor: Actor, command: commands.MoveVisit) -> None:
        one = self.visits[command.visit - 1]
        same = command.slot == one["slot"]
        agreed = self.for_applicant(actor) or (same and one["state"] == "confirmed")
        one["moves"] += not same
        one["slot"], one["people"] = command.slot, {(who.id, who.body) for who in command.people}
        one["state"] = "confirmed" if agreed else "proposed"

    def may_DeclineVisit(self, actor: Actor, command: commands.DeclineVisit) -> bool:
        return self.visit(command.visit, "proposed", "confirmed") is not None and self.for_applicant(actor)

    def do_DeclineVisit(self, _: Actor, command: commands.DeclineVisit) -> None:
        self.visits[command.visit - 1]["state"] = "declined"

    def may_CancelVisit(self, actor: Actor, command: commands.CancelVisit) -> bool:
        one = self.visit(command.visit, "proposed", "confirmed", "held")
        return one is not None and not one["parts"] and self.goes(actor, one["step"]) and said(command.reason)

    def do_CancelVisit(self, _: Actor, command: commands.CancelVisit) -> None:
        self.visits[command.visit - 1]["state"] = "cancelled"

    def may_MissVisit(self, actor: Actor, command: commands.MissVisit) -> bool:
        one = self.visit(command.visit, "proposed", "confirmed")
        if one is None:
            return False
        if self.for_applicant(actor):
            waited = self.now >= one["slot"].begins + timedelta(minutes=30)
            return command.who is Absent.OFFICIALS and waited
        return self.goes(actor, one["step"]) and self.now >= one["slot"].begins

    def do_MissVisit(self, _: Actor, command: commands.MissVisit) -> None:
        self.visits[command.visit - 1]["state"] = "missed"

    def may_HoldVisit(self, actor: Actor, command: commands.HoldVisit) -> bool:
        one = self.visit(command.visit, "confirmed")
        if one is None or not self.goes(actor, one["step"]):
            return False
        there = actor.id in {who.id for who in command.present}
        begun = self.now >= one["slot"].begins - timedelta(hours=2)
        return there and self.right_people(one["step"], command.present) and begun

    def do_HoldVisit(self, _: Actor, command: commands.HoldVisit) -> None:
        one = self.visits[command.visit - 1]
        one["state"], one["present"] = "held", {(who.id, who.body) for who in command.present}

    def may_ConfirmPart(self, actor: Actor, command: commands.ConfirmPart) -> bool:
        one = self.visit(command.visit, "held", "recorded")
        if one is None or not self.goes(actor, one["step"]):
            return False
        there = (actor.id, actor.body) in one["present"]
        well = command.outcome is StepOutcome.OK and not command.bad
        return there and not command.left and (said(command.words) or well)

    def do_ConfirmPart(self, actor: Actor, command: commands.ConfirmPart) -> None:
        one = self.visits[command.visit - 1]
        one["parts"][actor.body], one["who"][actor.body] = command.outcome, actor.id
        if set(one["parts"]) >= {body for _, body in one["present"]}:
            one["state"] = "recorded"

    def may_ConcludeVisit(self, actor: Actor, command: commands.ConcludeVisit) -> bool:
        one = self.visit(command.visit, "recorded")
        if one is None or not self.goes(actor, one["step"]) or actor.body != one["lead"]:
            return False
        bad = StepOutcome.NOT_OK in one["parts"].values()
        if command.conclusion is Conclusion.PASSED:
            return not bad
        if command.conclusion is Conclusion.FAILED:
            return said(command.words)
        latest = self.table.after(self.today, 20)
        return said(command.words) and command.due is not None and self.today < command.due <= latest

    def do_ConcludeVisit(self, _: Actor, command: commands.ConcludeVisit) -> None:
        one = self.visits[command.visit - 1]
        one["state"], one["conclusion"], one["due"] = "concluded", command.conclusion.value, None
        if command.conclusion is Conclusion.REPAIR:
            one["due"] = command.due
        else:
            for body, who in one["who"].items():
                self.report(one["step"], body, who)
                found = one["parts"][body].value if StepOutcome.NOT_OK in one["parts"].values() else "not_ok"
                there = {who for who, of in one["present"] if of == body}
                passed = command.conclusion is Conclusion.PASSED
                self.told[one["step"], body] = "ok" if passed else found, there

    def to_repair(self, number: int) -> dict[str, Any] | None:
        """The last visit of a step, with something to be put right."""
        one = self.visit(number, "concluded")
        right = one is not None and one["conclusion"] == "repair" and self.last_visit(one["step"]) is one
        return one if right else None

    def may_ReportRepaired(self, actor: Actor, command: commands.ReportRepaired) -> bool:
        one = self.to_repair(command.visit)
        return one is not None and not one["repaired"] and self.for_applicant(actor)

    def do_ReportRepaired(self, _: Actor, command: commands.ReportRepaired) -> None:
        self.visits[command.visit - 1]["repaired"] = True

    def may_RemindRepair(self, actor: Actor, command: commands.RemindRepair) -> bool:
        one = self.to_repair(command.visit)
        if one is None or one["repaired"] or one["reminded"]:
            return False
        return self.machine(actor) and self.today > one["due"]

    def do_RemindRepair(self, _: Actor, command: commands.RemindRepair) -> None:
        self.visits[command.visit - 1]["reminded"] = True
