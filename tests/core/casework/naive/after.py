# ruff: noqa: N802  # reason: what may be done and is done is named by its command
"""After and beside the decision: handing over, rating, withdrawal, correction, revocation, re-opening; talks; moves."""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec.structs import replace
from tests.core.casework.naive.base import Base, said

from bancheng.core.casework import Actor, Delivery, DeliveryNote, RevokeGround, commands
from bancheng.core.catalogue import BodyMove, StepKind
from bancheng.core.clock import Limit

OPEN = ("received", "supplement", "accepted")


class After(Base):
    """What follows a decision, and what may happen at any time."""

    def start(self) -> None:
        super().start()
        self.revoked: dict[str, date] = {}
        self.told_late: set[str] = set()
        self.unanswered: set[str] = set()
        self.put_off: dict[str, date] = {}
        self.again: dict[str, date] = {}
        self.corrected: dict[str, date] = {}
        self.numbers: dict[tuple[str, str], str] = {}
        self.last_message = 0
        self.questions: list[dict[str, Any]] = []
        self.carried: set[str] = set()
        self.later_items: set[str] = set()
        self.blueprint = self.submit.blueprint
        self.names = dict(self.submit.body_names)

    # ---------------------------------------------------------------------------------------------------- delivery

    def ready(self, item: str) -> bool:
        """A paper that may be handed over now."""
        made = item in self.issued or self.ended.get(item) == "refused"
        return made and item not in self.delivered

    def may_Deliver(self, actor: Actor, command: commands.Deliver) -> bool:
        theirs = self.machine(actor) or self.official(
            actor, "clerk", "reviewer", "senior", body=tuple(self.bodies())
        )
        ready = [key for key in self.items if self.ready(key)]
        wanted = list(command.items) or ready
        named = bool(wanted) and set(wanted) <= set(ready) and len(set(wanted)) == len(wanted)
        named = named and not any(self.hindered_delivery(key) for key in wanted)
        told = {
            Delivery.POST: said(command.tracking),
            Delivery.LOCKER: said(command.place),
            Delivery.PLACE: said(command.place),
        }.get(command.way, True)
        return self.phase() in ("accepted", "finished") and theirs and named and told

    def do_Deliver(self, _: Actor, command: commands.Deliver) -> None:
        self.delivered |= set(command.items or [key for key in self.items if self.ready(key)])

    def may_RemindDelivery(self, actor: Actor, command: commands.RemindDelivery) -> bool:
        key = command.item
        if (
            key not in self.items
            or not self.ready(key)
            or self.hindered_delivery(key)
            or (key in self.told_late and key not in self.put_off)
        ):
            return False
        if key in self.put_off and key in self.told_late and self.today <= self.put_off[key]:
            return False
        came = [on for one, on in self.handed_in.items() if key in self.wanting(one)]
        start = max([self.ended_on[key], *came, *([self.corrected[key]] if key in self.corrected else [])])
        return self.machine(actor) and self.over(self.table.after(start, 10))

    def do_RemindDelivery(self, _: Actor, command: commands.RemindDelivery) -> None:
        self.told_late.add(command.item)
        self.put_off.pop(command.item, None)
        self.unanswered.add(command.item)

    def may_NoteDelivery(self, actor: Actor, command: commands.NoteDelivery) -> bool:
        key = command.item
        waits = key in self.unanswered and key not in self.delivered and key not in self.revoked
        named = command.how is DeliveryNote.LATER or said(command.note)
        soon = self.today < command.again <= self.table.after(self.today, 10)
        return self.phase() in ("accepted", "finished") and self.clerk(actor) and waits and named and soon

    def do_NoteDelivery(self, _: Actor, command: commands.NoteDelivery) -> None:
        self.unanswered.discard(command.item)
        self.put_off[command.item] = command.again

    def may_Rate(self, actor: Actor, command: commands.Rate) -> bool:
        over = self.phase() in ("finished", "withdrawn", "not_needed", "not_ours")
        return over and self.applicant(actor) and not self.rated and 1 <= command.level <= 5

    def do_Rate(self, *_: object) -> None:
        self.rated = True

    def may_Withdraw(self, actor: Actor, _: commands.Withdraw) -> bool:
        return self.phase() in OPEN and self.for_applicant(actor) and len(self.ended) < len(self.items)

    def do_Withdraw(self, *_: object) -> None:
        self.intake = "accepted"
        for key in self.items:
            self.end(key, "withdrawn")

    # ---------------------------------------------------------------------------------- what becomes of a decision

    def may_Correct(self, actor: Actor, command: commands.Correct) -> bool:
        key = command.item
        if self.phase() not in ("accepted", "finished") or key in self.revoked or not said(command.what):
            return False
        if self.ended.get(key) != "refused" and key not in self.issued:
            return False
        known = self.papers.get(key, {})
        named = [one.result for one in command.results]
        fresh = all(one.digest and one.number != known.get(one.result) for one in command.results)
        right = set(named) <= set(known) and len(set(named)) == len(named) and bool(named) == bool(known)
        return right and fresh and self.official(actor, "reviewer", "senior", body=self.body[key])

    def do_Correct(self, _: Actor, command: commands.Correct) -> None:
        self.papers.setdefault(command.item, {}).update({one.result: one.number for one in command.results})
        self.delivered.discard(command.item)
        self.told_late.discard(command.item)
        self.unanswered.discard(command.item)
        self.corrected[command.item] = self.today

    def may_Revoke(self, actor: Actor, command: commands.Revoke) -> bool:
        key = command.item
        granted = self.ended.get(key) == "approved" and key in self.issued and key not in self.revoked
        struck = command.ground is RevokeGround.CANCEL
        told = said(command.reason) and (struck or (command.heard and said(command.remedies)))
        live = self.phase() in ("accepted", "finished")
        return live and granted and told and self.official(actor, "senior", body=self.body[key])

    def do_Revoke(self, _: Actor, command: commands.Revoke) -> None:
        self.revoked[command.item] = self.today

    def may_Reopen(self, actor: Actor, command: commands.Reopen) -> bool:
        key = command.item
        over = self.ended.get(key) in ("refused", "stopped") or key in self.revoked
        told = said(command.reason, command.basis) and command.warned
        live = self.phase() in ("accepted", "finished")
        return live and over and told and self.official(actor, "senior", body=self.body[key])

    def do_Reopen(self, _: Actor, command: commands.Reopen) -> None:
        key = command.item
        for store in (self.ended, self.ended_on, self.papers, self.revoked):
            store.pop(key, None)
        for kept in (self.decided, self.issued, self.delivered, self.told_late, self.unanswered):
            kept.discard(key)
        for step in self.steps_of(key):
            again = self.plan[step].kind in (StepKind.DECISION, StepKind.ISSUE) or step in self.gone
            if again:
                self.done.discard(step)
                self.gone.discard(step)
                self.opened.pop(step, None)
                self.reports.pop(step, None)
                self.opinions.pop(step, None)
                self.claims = {at: who for at, who in self.claims.items() if at[0] != step}
        self.started[key] = self.again[key] = self.today

    # ------------------------------------------------------------------------------------------------------- talks

    def may_WriteMessage(self, actor: Actor, command: commands.WriteMessage) -> bool:
        if not command.digest or self.phase() not in OPEN:
            return False
        if self.applicant(actor):
            return not command.to or command.to in self.bodies()
        return actor.body in self.bodies() and self.official(
            actor, "clerk", "reviewer", "senior", "inspector"
        )

    def do_WriteMessage(self, actor: Actor, command: commands.WriteMessage) -> None:
        self.last_message += 1
        if self.applicant(actor):
            to = command.to or self.submit.receiving_body
            self.questions.append({"number": self.last_message, "body": to, "open": True})
            return
        for one in self.questions:
            if one["body"] == actor.body:
                one["open"] = False

    def may_NeedsNoAnswer(self, actor: Actor, command: commands.NeedsNoAnswer) -> bool:
        found = [one for one in self.questions if one["number"] == command.number and one["open"]]
        theirs = self.official(actor, "clerk", "reviewer", "senior", "inspector")
        return bool(found) and self.phase() in OPEN and theirs and actor.body == found[0]["body"]

    def do_NeedsNoAnswer(self, _: Actor, command: commands.NeedsNoAnswer) -> None:
        for one in self.questions:
            if one["number"] == command.number:
                one["open"] = False

    # ------------------------------------------------------------------------- bodies change, versions follow, parts

    def may_AddLate(self, actor: Actor, command: commands.AddLate) -> bool:
        fresh = command.item not in self.items and command.item not in self.later_items
        first = "approved" in self.ended.values() and self.phase() in ("accepted", "finished")
        return first and fresh and self.for_applicant(actor)

    def do_AddLate(self, _: Actor, command: commands.AddLate) -> None:
        self.later_items.add(command.item)

    def may_CarryBodies(self, actor: Actor, command: commands.CarryBodies) -> bool:
        fresh = command.change not in self.carried and self.phase() in OPEN
        touched = any(self.touches(one) for one in command.moves)
        return (
            self.official(actor, "administrator")
            and fresh
            and touched
            and self.today >= command.on
            and said(command.basis)
        )

    def touches(self, move: BodyMove) -> bool:
        """Whether a change of bodies means something to this case: an item, a step, the window or lead, or a name."""
        if move.old == move.new:
            return move.old in self.bodies() and self.names.get(move.old, move.old) != move.name
        if not move.items and move.old in (self.submit.receiving_body, self.submit.lead_body):
            return True
        if any(
            self.body[key] == move.old and key not in self.ended and move.takes(key) for key in self.items
        ):
            return True
        for key, step in self.plan.items():
            if self.step(key) in ("open", "waiting"):
                works = move.old in step.bodies and any(move.takes(one) for one in step.items)
                if works or (not move.items and move.old in step.asks):
                    return True
        return False

    def do_CarryBodies(self, _: Actor, command: commands.CarryBodies) -> None:
        self.carried.add(command.change)
        for move in command.moves:
            if move.old != move.new:
                self._carry(move)
            if move.name:
                self.names[move.new] = move.name

    def _carry(self, move: BodyMove) -> None:
        """Undecided items and steps that are not over pass on with their tasks; what was done stays."""
        old, new = move.old, move.new
        moved = [
            key for key in self.items if self.body[key] == old and key not in self.ended and move.takes(key)
        ]
        for key in moved:
            self.body[key] = new
            self.items[key] = replace(self.items[key], body=new)
        for key, step in self.plan.items():
            if self.step(key) not in ("open", "waiting"):
                continue
            works = old in step.bodies and any(move.takes(one) for one in step.items)
            asked = not move.items and old in step.asks
            stays = works and any(self.body[one] == old for one in step.items if not move.takes(one))
            into = (old, new) if stays else (new,)
            bodies = [each for one in step.bodies for each in (into if one == old and works else (one,))]
            asks = [
                new if one == old and asked and old not in self.opinions.get(key, {}) else one
                for one in step.asks
            ]
            self.plan[key] = replace(
                step, bodies=tuple(dict.fromkeys(bodies)), asks=tuple(dict.fromkeys(asks))
            )
            if (works and not stays) or asked:
                self._pass_on(key, old, new)
        if not move.items:
            self._whole(old, new)

    def _pass_on(self, key: str, old: str, new: str) -> None:
        if (key, old) in self.claims:
            holder = self.claims.pop((key, old))
            if not holder.startswith("system:"):
                self.claims.setdefault((key, new), holder)
        if old in self.reports.get(key, {}):
            self.reports[key].setdefault(new, self.reports[key].pop(old))

    def _whole(self, old: str, new: str) -> None:
        """What belongs to a body as such: window, lead, notices, warnings nobody has seen, proposals for the notice."""
        window = new if self.submit.receiving_body == old else self.submit.receiving_body
        lead = new if self.submit.lead_body == old else self.submit.lead_body
        self.submit = replace(self.submit, receiving_body=window, lead_body=lead)
        if ("intake", old) in self.claims:
            self.claims["intake", new] = self.claims.pop(("intake", old))
        for notice in self.notices:
            if notice["open"] and notice["body"] == old:
                notice["body"] = new
        for warned in self.warned:
            if not warned["seen"]:
                warned["bodies"] = {new if one == old else one for one in warned["bodies"]}
        if old in self.proposals:
            self.proposals[new] = [*self.proposals.get(new, []), *self.proposals.pop(old)]

    def may_Migrate(self, actor: Actor, command: commands.Migrate) -> bool:
        heads = (self.submit.lead_body, self.submit.receiving_body)
        theirs = self.official(actor, "administrator") or self.official(actor, "senior", body=heads)
        wanted = {one.key for one in command.items}
        lost = [key for key in self.items if key not in wanted and key not in self.ended]
        other = command.blueprint != self.blueprint
        return theirs and other and not lost and said(command.reason) and self.phase() in OPEN

    def do_Migrate(self, _: Actor, command: commands.Migrate) -> None:
        self.blueprint = command.blueprint
        self.promised, self.statutory = min(self.promised, command.promised.amount), command.statutory
        self.partial = command.partial
        new = {one.key: one for one in command.plan.steps if set(one.items) & set(self.items)}
        plan = {}
        for key, step in self.plan.items():
            if self.step(key) in ("done", "gone"):
                plan[key] = step
            elif key in new:
                plan[key] = replace(new[key], items=step.items)
                kept = (*new[key].bodies, *new[key].asks)
                self.claims = {at: who for at, who in self.claims.items() if at[0] != key or at[1] in kept}
            elif any(self.ended.get(one) == "approved" and one not in self.issued for one in step.items):
                plan[key] = step
            elif self.step(key) == "open":
                plan[key] = step
                self.gone.add(key)
        for key, step in new.items():
            if key not in plan:
                plan[key] = replace(step, items=tuple(one for one in step.items if one in self.items))
                if set(plan[key].items) <= set(self.ended):
                    self.gone.add(key)
        self.plan, self.edges = (
            plan,
            [one for one in command.plan.edges if {one.before, one.after} <= set(plan)],
        )
        for one in command.items:
            if one.key in self.items and one.key not in self.ended:
                days = min(self.items[one.key].promised.amount, one.promised.amount)
                self.items[one.key] = replace(one, promised=Limit(days))
                self.body[one.key] = one.body
