"""A case and its oracle, side by side: each command goes to both, and both must say and show the same."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from tests.core.casework.apt import Apt
from tests.core.casework.hasty import by_itself
from tests.core.casework.naive import Oracle
from tests.core.casework.naive.days import table_of
from tests.core.casework.road import (
    CALENDAR,
    MACHINE,
    MONDAY,
    Case,
)

from bancheng.core.casework import (
    Actor,
    Command,
    CommandRefused,
    Context,
    Listed,
    clocks,
    commands,
    day_of,
    decide,
    due_acts,
    listed,
    next_attention,
    tasks,
)
from bancheng.core.casework._events import StepReported

VISIT = ("slot", "moves", "round", "lead", "due", "repaired")
TABLE = table_of(CALENDAR.years)


class Walk(Apt):
    """Engine and oracle under one log of commands. `differences` counts instead of failing, where it is given."""

    def __init__(
        self, submit: commands.Submit, begin: datetime = MONDAY, differences: Counter[str] | None = None
    ) -> None:
        self.now = begin
        self.case = Case(submit, begin, CALENDAR)
        self.oracle = Oracle(submit, TABLE, begin)
        self.differences = differences
        self.taken: Counter[str] = Counter()
        self.memory: list[tuple[Actor, Command]] = []
        self.kinds: Counter[str] = Counter()
        self.waits_for: datetime | None = None

    def probe(self, actor: Actor, command: Command) -> None:
        """Ask both whether they would; nothing is done."""
        should = self.oracle.takes(actor, command, self.now)
        context = Context(now=self.now, actor=actor, calendar=CALENDAR)
        try:
            decide(self.case.state, command, context)
        except CommandRefused as no:
            codes = ",".join(one.code for one in no.refusals)
            why = all(one.reason and one.code for one in no.refusals)
            self._same(why, f"{type(command).__name__}: refused without a word")
            self._same(not should, f"{type(command).__name__}: refused {codes}", f"{actor} {command}")
        else:
            self._same(should, f"{type(command).__name__}: taken", f"{actor} {command}")

    def edges(self) -> list[date]:
        """Last days that are still to come and the days after them, the next ones first."""
        last = {due for _, due, runs in self.oracle.dials().values() if runs}
        last |= {one["due"] for one in self.oracle.visits if one["due"]}
        last |= {one["until"] for one in self.oracle.proposed if one["open"]}
        last |= {self.oracle.table.after(one["since"], 5) for one in self.oracle.held if one["going"]}
        soon = next_attention(self.case.state, CALENDAR)
        both = {one + timedelta(days=on) for one in last for on in (0, 1)} | ({soon} if soon else set())
        return sorted(one for one in both if one > self.today())

    def ask(self, actor: Actor, command: Command) -> bool:
        """Ask both; whether it was taken."""
        should = self.oracle.takes(actor, command, self.now)
        try:
            events = self.case.do(actor, command, self.now)
        except CommandRefused as no:
            codes = ",".join(one.code for one in no.refusals)
            self._same(not should, f"{type(command).__name__}: refused {codes}", f"{actor} {command}")
            return False
        self._same(should, f"{type(command).__name__}: taken", f"{actor} {command}")
        self.taken[type(command).__name__] += 1
        self.oracle.do(actor, command, self.now)
        self.memory.append((actor, command))
        for one in events:
            if isinstance(one, StepReported):
                found = one.outcome.value, {who.id for who in one.staff}
                told = self.oracle.told[one.step, one.body]
                self._same(
                    found == told, f"{type(command).__name__} > report", f"engine {found} oracle {told}"
                )
        bill = self.case.state.bill
        self.oracle.ordered_back({key: one.way for key, one in bill.refunds.items()})
        self.compare(type(command).__name__)
        return True

    def _same(self, same: bool, what: str, how: str = "") -> None:
        if same:
            return
        assert self.differences is not None, f"{what} — {how}"
        self.differences[what] += 1
        self.seen.setdefault(what, how)

    seen: dict[str, str] = {}

    listed: Listed | None = None

    def _lists(self) -> None:
        """What lists show, kept up since the last look, is what they would show if it were made anew."""
        state = self.case.state
        self.listed = listed(state, CALENDAR, self.listed)
        self._same(self.listed == listed(state, CALENDAR), "lists kept up differ from lists made anew")
        self._same(list(self.listed.parts) == list(state.bodies), "bodies of lists")
        self._same(self.listed.attention == next_attention(state, CALENDAR), "the next day of attention")
        whole = {(one.key, one.body): one for one in tasks(state, self.listed.dials)}
        self._same(self.listed.tasks == whole, "tasks of lists")

    def compare(self, after: str = "") -> None:
        """Everything that can be read of the case, from both."""
        state = self.case.state
        self.oracle.now, self.oracle.today = self.now, self.today()
        self._lists()
        dials = clocks(state, CALENDAR, self.now)
        ours = {
            "phase": state.phase.value,
            "steps": {key: one.status.value for key, one in state.steps.items()},
            "items": {key: one.status.value for key, one in state.items.items()},
            "owners": {
                (key, body): by.id for key, one in state.steps.items() for body, by in one.owners.items()
            }
            | {("intake", place.rpartition("/")[2]): by.id for place, by in state.staffing.desk.items()},
            "issued": {key for key, one in state.items.items() if one.issued},
            "delivered": {key for key, one in state.items.items() if one.delivered},
            "revoked": set(state.outcomes.revoked),
            "owed": set(state.still_owed),
            "locked": {key for key in state.items if state.locks(key)},
            "notices": [one.open for one in state.notices],
            "opened": {key: one.opened for key, one in state.steps.items() if one.opened},
            "ended on": {key: one.ended for key, one in state.items.items() if one.ended},
            "reported": {(key, by.body) for key, one in state.steps.items() for by in one.reports},
            "opinions": {
                (key, by.body): by.answer.value
                for key, one in state.steps.items()
                for by in one.asks
                if by.answer
            },
            "stops": [(one.item, one.pause.start, one.pause.end, one.pause.max_days) for one in state.pauses],
            "appointments": [
                (one.slot, one.moves, one.round, one.lead, one.repair_due, bool(one.repaired), set(one.parts))
                for one in state.visits.all
            ],
            "stands": {key for key, one in dials.items.items() if one.paused},
            "dues": {key: one.due for key, one in dials.items.items()},
            "step dues": {
                key: one.due for key, one in dials.steps.items() if state.steps[key].status == "open"
            },
            "bundle due": dials.bundle.due if dials.bundle else None,
            "intake due": dials.intake.due if dials.intake else None,
            "owed dues": {key: one.due for key, one in dials.owed.items() if key in state.still_owed},
            "procedures": [
                one.stage.value for one in sorted(state.procedures.held, key=lambda one: one.number)
            ],
            "held": {key: state.bill.net(key) for key in state.bill.held},
            "wishes": [one.granted is None for one in state.procedures.asked],
            "paid": state.bill.paid,
            "prices": {key: state.bill.price(key) for key in state.bill.charges},
            "visits": [one.status.value for one in state.visits.all],
            "proposals": [one.settled is None for one in state.promises.proposals],
            "waits for credit": bool(state.promises.credit and state.promises.credit.waits),
            "messages": [one.answered is None for one in state.talk.questions],
            "out": {key for key, one in state.exchange.items() if one.out},
            "lists": [one.open for one in state.crossing.handovers],
            "warnings": [
                (one.level.value, one.key, one.colour.value, one.rank.value, one.acknowledged)
                for one in state.warnings
            ],
        }
        theirs = self.theirs(set(dials.items))
        for key, value in ours.items():
            self._same(value == theirs[key], f"{after} > {key}", f"engine {value} oracle {theirs[key]}")

    def theirs(self, timed: set[str]) -> dict[str, object]:
        """The same by the oracle."""
        one = self.oracle
        steps = {key: one.step(key) for key in one.plan}
        return {
            "phase": one.phase(),
            "steps": steps,
            "items": {key: one.item(key) for key in one.items},
            "owners": one.claims,
            "issued": one.issued,
            "delivered": one.delivered,
            "revoked": set(one.revoked),
            "owed": one.owed(),
            "locked": {key for key in one.items if one.locked(key)},
            "notices": [each["open"] for each in one.notices],
            "opened": one.opened,
            "ended on": one.ended_on,
            "reported": {(key, body) for key, told in one.reports.items() for body in told},
            "opinions": {
                (key, body): said for key, told in one.opinions.items() for body, said in told.items()
            },
            "stops": [tuple(each) for each in one.stops],
            "appointments": [(*(each[name] for name in VISIT), set(each["parts"])) for each in one.visits],
            "stands": {key for key in timed if one.paused(key) and key not in one.ended},
            "dues": {key: one.item_due(key) for key in one.items if key in timed},
            "step dues": {key: one.step_due(key) for key, status in steps.items() if status == "open"},
            "bundle due": one.bundle_due() if one.was_accepted else None,
            "intake due": one.table.after(one.received, 5) if one.intake == "received" else None,
            "owed dues": {key: one.owed_due(key) for key in one.owed()},
            "procedures": [each["stage"] for each in one.held],
            "held": {key: one.held_for.get(key, 0) for key in (*one.charges, "")},
            "wishes": [each["open"] for each in one.wishes],
            "paid": sum(one.payments.values()),
            "prices": {key: one.price(key) for key in one.charges},
            "visits": [each["state"] for each in one.visits],
            "proposals": [each["open"] for each in one.proposed],
            "waits for credit": one.credit_waits(),
            "messages": [each["open"] for each in one.questions],
            "out": {f"{step}/{body}" for (step, body), each in one.out.items() if each["out"]},
            "lists": [
                each["got"] is None or (bool(each["got"]) and not each["cleared"]) for each in one.lists
            ],
            "warnings": [
                (each["level"].value, each["key"], each["colour"], each["rank"], each["seen"])
                for each in one.warned
            ],
        }

    def today(self) -> date:
        """The day in China."""
        return day_of(self.now)

    def keeps_within_the_law(self) -> None:
        """No last day of the engine lies beyond statutory days, lawful stops and more time that was granted."""
        state, one = self.case.state, self.oracle
        for key, clock in clocks(state, CALENDAR, self.now).items.items():
            law = state.items[key].item.statutory
            stops = [stop for stop in one.stops if stop.item in ("", key)]
            more = [each for each in one.more if each.item == key]
            if law is not None:
                assert clock.due <= one.table.last(clock.start, law.amount, stops, more, self.today()), key

    def sweep(self) -> None:
        """What the engine finds due by itself is asked of both, one at a time; and nothing that is due is forgotten."""
        for _ in range(60):
            acts = due_acts(self.case.state, CALENDAR, self.now)
            if not acts or not self.ask(MACHINE, acts[0]):
                break
        for act in by_itself(self.oracle):
            forgotten = self.oracle.takes(MACHINE, act, self.now)
            self._same(not forgotten, f"forgotten {type(act).__name__}", f"{act}")
