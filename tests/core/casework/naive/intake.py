# ruff: noqa: N802  # reason: what may be done and is done is named by its command
"""Intake (行政许可法 art. 32): five outcomes of a receipt, one notice, silence; what follows it up after acceptance."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.core.casework.naive.base import Base, said

from bancheng.core.casework import Actor, Level, MaterialKind, TurnedAway, commands
from bancheng.core.casework._commands_signers import RecordSigner


def sound(marks: tuple[Any, ...]) -> bool:
    """Each says what is meant and what to do."""
    return all(said(one.key, one.target, one.words) for one in marks)


class Intake(Base):
    """What happens to an application before and around acceptance."""

    def start(self) -> None:
        super().start()
        self.seen_signing: set[str] = set()

    def may_Submit(self, *_: object) -> bool:
        return False

    def may_CorrectOnSpot(self, actor: Actor, command: commands.CorrectOnSpot) -> bool:
        named = bool(command.fields) and bool(command.form_digest)
        return self.in_time() and self.clerk(actor) and named and self.at_desk(actor)

    def do_CorrectOnSpot(self, *_: object) -> None:
        """The form is another one; the days run on."""

    def may_TurnAway(self, actor: Actor, command: commands.TurnAway) -> bool:
        told = said(command.reason) and (
            command.outcome is not TurnedAway.NOT_OURS or said(command.right_body)
        )
        return self.in_time() and self.judges(actor) and told and self.at_desk(actor)

    def do_TurnAway(self, _: Actor, command: commands.TurnAway) -> None:
        self.intake = command.outcome.value
        self.closed = self.today

    def judges(self, actor: Actor) -> bool:
        """Who judges what was received: the window; in a relay the body at home decides (多地联办 and powers stay)."""
        if self.submit.places.mode is not None and self.submit.places.mode.value == "relay":
            return self.official(actor, "reviewer", "senior", "clerk", body=self.leading())
        return self.clerk(actor)

    def may_ProposeMarks(self, actor: Actor, command: commands.ProposeMarks) -> bool:
        theirs = (
            self.official(actor, "reviewer", "senior", "clerk", "inspector") and actor.body in self.bodies()
        )
        return self.in_time() and theirs and sound(command.marks)

    def do_ProposeMarks(self, actor: Actor, command: commands.ProposeMarks) -> None:
        self.proposals[actor.body] = [one.key for one in command.marks]

    def may_IssueNotice(self, actor: Actor, command: commands.IssueNotice) -> bool:
        if not self.in_time() or not self.clerk(actor) or not sound(command.marks) or not self.at_desk(actor):
            return False
        return bool(command.marks or any(self.proposals.values())) and self.once(actor, command.reason)

    def once(self, actor: Actor, reason: str) -> bool:
        """Everything is told once; a second notice is signed by a senior who says why."""
        again = any(not one["cancelled"] for one in self.notices)
        return not again or ("senior" in actor.roles and said(reason))

    def in_time(self) -> bool:
        """Received, and the five days of the office not over: after them it is accepted, whatever anybody says."""
        return self.phase() == "received" and not self.over(self.table.after(self.received, 5))

    def do_IssueNotice(self, _: Actor, command: commands.IssueNotice) -> None:
        keys = {one.key for one in command.marks} | {key for one in self.proposals.values() for key in one}
        self._notice(keys, "")
        self.proposals = {}
        self.intake = "supplement"

    def _notice(self, keys: set[str], body: str) -> None:
        self.notices.append(
            {
                "marks": set(keys),
                "answered": set[str](),
                "open": True,
                "cancelled": False,
                "later": bool(body),
                "body": body,
            }
        )

    def notice(self, number: int) -> dict[str, Any] | None:
        """An open notice by its number."""
        if not 1 <= number <= len(self.notices):
            return None
        return self.notices[number - 1] if self.notices[number - 1]["open"] else None

    def may_AnswerNotice(self, actor: Actor, command: commands.AnswerNotice) -> bool:
        notice = self.notice(command.number)
        if notice is None or not self.for_applicant(actor):
            return False
        given = [one.mark for one in command.answers]
        left = notice["marks"] - notice["answered"] - set(given)
        return bool(given) and set(given) <= notice["marks"] and (bool(left) or bool(command.form_digest))

    def do_AnswerNotice(self, _: Actor, command: commands.AnswerNotice) -> None:
        notice = self.notices[command.number - 1]
        notice["answered"] |= {one.mark for one in command.answers}
        if notice["answered"] >= notice["marks"]:
            notice["open"] = False
            if not notice["later"]:
                self.intake, self.received = "received", self.today

    def may_CancelNotice(self, actor: Actor, command: commands.CancelNotice) -> bool:
        notice = self.notice(command.number)
        if notice is None or not said(command.reason):
            return False
        return self.official(actor, "senior", body=notice["body"] or self.submit.receiving_body)

    def do_CancelNotice(self, _: Actor, command: commands.CancelNotice) -> None:
        notice = self.notices[command.number - 1]
        notice["open"], notice["cancelled"] = False, True
        if not notice["later"]:
            self.intake = "received"

    def may_Accept(self, actor: Actor, _: commands.Accept) -> bool:
        if self.phase() != "received" or not self.judges(actor):
            return False
        return not self.in_time() or (self.at_desk(actor) and not self.hindered_acceptance())

    def hindered_acceptance(self) -> bool:
        """What must be settled before: the form check of a relay, credit where a word is taken, fees."""
        return self.credit_hinders() or self.unchecked() or bool(self.unsigned()) or self.unpaid("accept")

    def do_Accept(self, *_: object) -> None:
        if not self.in_time():
            self.do_AcceptBySilence()
            return
        self.intake, self.was_accepted, self.proposals = "accepted", True, {}
        starts = self.submit.places.starts.value == "receipt" and self.submit.places.mode is not None
        self.accepted = self.received if starts else self.today

    def unsigned(self) -> set[str]:
        """Who must sign besides the applicant, and has not."""
        parties = {one.party for one in self.submit.signed}
        due = {one.key for one in self.submit.signers if not one.ref or one.ref not in parties}
        return due - self.seen_signing

    def may_RecordSigner(self, actor: Actor, command: RecordSigner) -> bool:
        waits = self.phase() in ("received", "supplement") and command.signer in self.unsigned()
        return waits and self.clerk(actor) and said(command.identity)

    def do_RecordSigner(self, _: Actor, command: RecordSigner) -> None:
        self.seen_signing.add(command.signer)

    def may_AcceptBySilence(self, actor: Actor, _: commands.AcceptBySilence) -> bool:
        due = self.table.after(self.received, 5)
        return self.machine(actor) and self.phase() == "received" and self.over(due)

    def do_AcceptBySilence(self, *_: object) -> None:
        self.intake, self.accepted, self.silent = "accepted", self.received, True
        self.was_accepted, self.proposals = True, {}

    def may_AskSupplement(self, actor: Actor, command: commands.AskSupplement) -> bool:
        theirs = self.official(actor, "reviewer", "senior", "inspector") and actor.body in self.bodies()
        told = bool(command.marks) and sound(command.marks) and said(command.reason)
        if self.phase() != "accepted" or self.asked_supplement(actor.body):
            return False
        return theirs and told and self.once(actor, command.reason)

    def do_AskSupplement(self, actor: Actor, command: commands.AskSupplement) -> None:
        self._notice({one.key for one in command.marks}, actor.body)

    def asked_supplement(self, body: str) -> bool:
        """Whether a body still waits for what it asked after acceptance."""
        return any(one["open"] and one["body"] == body for one in self.notices)

    # ------------------------------------------------------------------------------------------ deferred materials

    def owed(self) -> set[str]:
        """Deferred materials still to come, while one of the items that want them may yet be had."""
        lost = ("refused", "stopped", "withdrawn")
        return {
            key
            for key, one in self.materials.items()
            if self.was_accepted
            and one.kind is MaterialKind.DEFERRED
            and key not in self.handed_in
            and any(self.ended.get(item) not in lost for item in self.wanting(key))
        }

    def wanting(self, document: str) -> list[str]:
        return [one for one in self.materials[document].items if one in self.items] or list(self.items)

    def locked(self, item: str) -> bool:
        """Results are locked while something the item wants is owed."""
        return any(item in self.wanting(one) for one in self.owed())

    def owed_due(self, document: str) -> date:
        """Own days, at most 20, and two working days before what was promised for the items that want it."""
        return self.owed_until(document)[0]

    def owed_until(self, document: str) -> tuple[date, bool]:
        """That day, and whether it is certain: one that hangs on a promise is no more certain than the promise."""
        wanting = self.wanting(document)
        stops = [one for one in self.stops if one.item == "" or one.item in wanting]
        own = self._earliest(self.accepted, (self.materials[document].defer_days,), stops, [])
        last = min(own, self.table.after(self.accepted, 20))
        sure = self.table.sure(last)
        for key in wanting:
            if self.ended.get(key) in (None, "approved"):
                promise = self.item_due(key)
                before = max(self.table.between(self.accepted, promise) - 2, 0)
                day = self.table.after(self.accepted, before)
                if day < last:
                    last, sure = day, self.table.sure(day, promise)
        return last, sure

    def may_HandIn(self, actor: Actor, command: commands.HandIn) -> bool:
        given = command.material
        right = (
            given.kind not in (MaterialKind.DEFERRED, MaterialKind.COMMITMENT)
            and given.document in self.owed()
        )
        return self.phase() in ("accepted", "finished") and self.for_applicant(actor) and right

    def do_HandIn(self, _: Actor, command: commands.HandIn) -> None:
        self.handed_in[command.material.document] = self.today

    def may_RemindOwed(self, actor: Actor, command: commands.RemindOwed) -> bool:
        key = command.document
        going = self.machine(actor) and self.phase() in ("accepted", "finished")
        if not going or key not in self.owed() or key in self.reminded:
            return False
        self.ahead = True
        due, sure = self.owed_until(key)
        self.ahead = False
        told = any(
            one["level"] is Level.OWED and one["key"] == key and one["due"] == due for one in self.warned
        )
        near = self.near(self.accepted, due) and not told
        return near and not (sure and self.over(due))

    def do_RemindOwed(self, _: Actor, command: commands.RemindOwed) -> None:
        self.reminded.add(command.document)
