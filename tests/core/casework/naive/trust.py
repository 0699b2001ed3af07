# ruff: noqa: N802  # reason: what may be done and is done is named by its command
"""Whose word is taken (容缺受理, 告知承诺), who watches afterwards (审管协同), and what travels (跨域通办)."""

from __future__ import annotations

from typing import Any

from tests.core.casework.naive.base import said
from tests.core.casework.naive.intake import Intake

from bancheng.core.casework import Actor, HandoverKind, Kept, MaterialKind, Measure, Standing, commands

TRUSTED = (MaterialKind.DEFERRED, MaterialKind.COMMITMENT)


class Trust(Intake):
    """Credit, defaults, objections, checks after the decision; handing over."""

    def start(self) -> None:
        super().start()
        self.credit: dict[str, Any] | None = None
        self.proposed: list[dict[str, Any]] = []
        self.verified: dict[str, str] = {}
        self.watched: dict[str, dict[str, Any]] = {}
        self.checked = False
        self.lists: list[dict[str, Any]] = []

    # ------------------------------------------------------------------------------------------------------ credit

    def trusted(self) -> list[str]:
        """Materials for which somebody's word is taken."""
        return [key for key, one in self.materials.items() if one.kind in TRUSTED]

    def may_AskCredit(self, actor: Actor, _: commands.AskCredit) -> bool:
        fresh = self.credit is None and self.phase() == "received"
        return self.machine(actor) and fresh and bool(self.trusted())

    def do_AskCredit(self, *_: object) -> None:
        self.credit = {"standing": None, "allowed": None}

    def may_RecordCredit(self, actor: Actor, command: commands.RecordCredit) -> bool:
        """A better answer may follow one that failed; a bad one stands until a person decides."""
        one = self.credit
        open_ = one is not None and self.credit_waits() and one["standing"] is not Standing.BAD
        return self.machine(actor) and open_ and one is not None and command.standing is not one["standing"]

    def do_RecordCredit(self, _: Actor, command: commands.RecordCredit) -> None:
        assert self.credit is not None
        self.credit["standing"] = command.standing

    def may_DecideCredit(self, actor: Actor, command: commands.DecideCredit) -> bool:
        going = self.phase() == "received"
        return going and self.credit_waits() and self.clerk(actor) and said(command.reason)

    def do_DecideCredit(self, _: Actor, command: commands.DecideCredit) -> None:
        assert self.credit is not None
        self.credit["allowed"] = command.allow

    def credit_waits(self) -> bool:
        """An answer that a named person has to weigh: bad, or none at all."""
        one = self.credit
        return one is not None and one["allowed"] is None and one["standing"] is not Standing.GOOD

    def credit_hinders(self) -> bool:
        """Nobody has weighed the answer yet, or a person decided that the word does not do."""
        refused = self.credit is not None and self.credit["allowed"] is False
        return bool(self.trusted()) and (self.credit_waits() or refused)

    # --------------------------------------------------------------------------------------------------- proposals

    def may_ProposeDefault(self, actor: Actor, command: commands.ProposeDefault) -> bool:
        key = command.document
        going = self.machine(actor) and self.phase() in ("accepted", "finished") and key in self.owed()
        again = any((one["kind"], one["subject"]) == ("default", key) for one in self.proposed)
        if not going or again:
            return False
        self.ahead = True
        due, sure = self.owed_until(key)
        self.ahead = False
        return sure and self.over(due)

    def do_ProposeDefault(self, _: Actor, command: commands.ProposeDefault) -> None:
        self.propose("default", command.document, self.wanting(command.document))

    def propose(self, kind: str, subject: str, items: list[str]) -> None:
        """What may follow: stop what is open, revoke what was granted, recover, write it down."""
        measures = {Measure.RECORD}
        if any(one not in self.ended for one in items):
            measures.add(Measure.STOP)
        if any(self.ended.get(one) == "approved" for one in items):
            measures |= {Measure.REVOKE} | ({Measure.RECOVER} if kind != "default" else set())
        self.proposed.append(
            {
                "kind": kind,
                "subject": subject,
                "items": items,
                "measures": measures,
                "open": True,
                "objected": False,
                "on": self.today,
                "until": self.table.after(self.today, 5),
            }
        )

    def proposal(self, number: int) -> dict[str, Any] | None:
        if not 1 <= number <= len(self.proposed):
            return None
        return self.proposed[number - 1] if self.proposed[number - 1]["open"] else None

    def may_ObjectTo(self, actor: Actor, command: commands.ObjectTo) -> bool:
        one = self.proposal(command.number)
        return (
            one is not None
            and self.for_applicant(actor)
            and not one["objected"]
            and bool(command.words_digest)
        )

    def do_ObjectTo(self, _: Actor, command: commands.ObjectTo) -> None:
        self.proposed[command.number - 1]["objected"] = True

    def may_Settle(self, actor: Actor, command: commands.Settle) -> bool:
        one = self.proposal(command.number)
        if one is None or not said(command.reason) or not set(command.measures) <= one["measures"]:
            return False
        if command.measures and one["kind"] == "default" and one["subject"] not in self.owed():
            return False
        window = [self.submit.receiving_body] if one["kind"] == "default" else []
        bodies = (*(self.body[key] for key in one["items"]), self.leading(), *window)
        heard = (
            not command.measures
            or one["objected"]
            or self.over(max(one["until"], self.table.after(one["on"], 5)))
        )
        if Measure.REVOKE in command.measures and not self.revokes(actor, one):
            return False
        return heard and self.official(actor, "clerk", "reviewer", "senior", body=bodies)

    def revokes(self, actor: Actor, one: dict[str, Any]) -> list[str]:
        """What was given by the body of its head, and holds: only they can undo it."""
        live = self.phase() in ("accepted", "finished") and "senior" in actor.roles
        given = [key for key in one["items"] if key in self.issued and key not in self.revoked]
        return [key for key in given if live and self.body[key] == actor.body]

    def do_Settle(self, actor: Actor, command: commands.Settle) -> None:
        one = self.proposed[command.number - 1]
        for key in self.revokes(actor, one) if Measure.REVOKE in command.measures else ():
            self.revoked[key] = self.today
        one["open"] = False
        if Measure.STOP in command.measures:
            lost = [key for key in one["items"] if key not in self.ended]
            for key in lost:
                for other in (key, *self.dependants(key)):
                    self.end(other, "stopped")

    def may_VerifyPromise(self, actor: Actor, command: commands.VerifyPromise) -> bool:
        key = command.document
        if key not in self.materials or self.materials[key].kind is not MaterialKind.COMMITMENT:
            return False
        granted = [one for one in self.wanting(key) if self.ended.get(one) == "approved"]
        bodies = tuple(self.body[one] for one in granted)
        theirs = bool(granted) and self.official(actor, "reviewer", "senior", "inspector", body=bodies)
        told = command.outcome is Kept.KEPT or said(command.findings)
        return theirs and key not in self.verified and told

    def do_VerifyPromise(self, _: Actor, command: commands.VerifyPromise) -> None:
        self.verified[command.document] = command.outcome.value
        if command.outcome is Kept.BREACHED:
            self.propose("breach", command.document, self.wanting(command.document))

    # ------------------------------------------------------------------------------------------------- supervision

    def may_HandToSupervision(self, actor: Actor, command: commands.HandToSupervision) -> bool:
        key = command.item
        granted = self.ended.get(key) == "approved" and key in self.issued and key not in self.revoked
        return (
            self.machine(actor) and granted and bool(self.items[key].supervisor) and key not in self.watched
        )

    def do_HandToSupervision(self, _: Actor, command: commands.HandToSupervision) -> None:
        due = self.table.after(self.today, 5)
        self.watched[command.item] = {"due": due, "on": self.today, "taken": False, "chased": 0}

    def may_ChaseSupervision(self, actor: Actor, command: commands.ChaseSupervision) -> bool:
        one = self.watched.get(command.item)
        if one is None or one["taken"] or one["chased"] >= 3:
            return False
        return self.machine(actor) and self.today > one["due"]

    def do_ChaseSupervision(self, _: Actor, command: commands.ChaseSupervision) -> None:
        one = self.watched[command.item]
        one["chased"] += 1
        one["due"] = self.table.after(self.today, 5)

    def supervises(self, actor: Actor, item: str) -> bool:
        body = self.items[item].supervisor if item in self.watched else ""
        return bool(body) and self.official(actor, "reviewer", "senior", "inspector", body=body)

    def may_AcknowledgeSupervision(self, actor: Actor, command: commands.AcknowledgeSupervision) -> bool:
        return self.supervises(actor, command.item) and not self.watched[command.item]["taken"]

    def do_AcknowledgeSupervision(self, _: Actor, command: commands.AcknowledgeSupervision) -> None:
        self.watched[command.item]["taken"] = True

    def may_ReturnInspection(self, actor: Actor, command: commands.ReturnInspection) -> bool:
        if not self.supervises(actor, command.item):
            return False
        told = said(command.findings) or command.result.value == "fine"
        lawful = self.watched[command.item]["on"] <= command.inspected_on <= self.today
        granted = self.ended.get(command.item) == "approved"
        return told and lawful and (not command.revoke or (command.result.value == "serious" and granted))

    def do_ReturnInspection(self, _: Actor, command: commands.ReturnInspection) -> None:
        self.watched[command.item]["taken"] = True
        if command.revoke:
            self.propose("supervision", command.item, [command.item])

    # ------------------------------------------------------------------------------------------------- what travels

    def unchecked(self) -> bool:
        """A relay is accepted at home only after the office there has checked form and identity."""
        mode = self.submit.places.mode
        return mode is not None and mode.value == "relay" and not self.checked

    def sent_on(self) -> bool:
        """The papers of a relay that was checked went to who decides."""
        mode = self.submit.places.mode
        return mode is not None and mode.value == "relay" and self.checked and self.sent_papers

    def may_CheckForm(self, actor: Actor, command: commands.CheckForm) -> bool:
        relay = self.submit.places.mode is not None and self.submit.places.mode.value == "relay"
        return (
            relay
            and self.phase() == "received"
            and self.clerk(actor)
            and not self.checked
            and self.at_desk(actor)
            and said(command.identity)
        )

    def do_CheckForm(self, *_: object) -> None:
        self.checked = True

    def may_SendHandover(self, actor: Actor, command: commands.SendHandover) -> bool:
        numbers = [one.number for one in command.lines]
        lines = (
            bool(numbers)
            and numbers == list(range(1, len(numbers) + 1))
            and all(said(one.name) and one.copies > 0 for one in command.lines)
        )
        away = bool(command.receiver) and command.receiver != actor.body
        live = self.phase() in ("received", "supplement", "accepted", "finished")
        if not live or not lines or not away or command.receiver not in self.bodies():
            return False
        desk = self.official(actor, "reviewer", "senior", "clerk")
        if command.kind is HandoverKind.PAPERS:
            return desk and actor.body == self.submit.receiving_body
        made = all(one.item in self.issued and one.item not in self.delivered for one in command.lines)
        sent = {paper for one in self.lists for paper in one["results"]}
        again = any((one.ref or (one.item, one.name)) in sent for one in command.lines)
        return desk and made and actor.body in self.bodies() and not again

    def do_SendHandover(self, actor: Actor, command: commands.SendHandover) -> None:
        self.sent_papers |= command.kind is HandoverKind.PAPERS
        self.lists.append(
            {
                "sender": actor.body,
                "receiver": command.receiver,
                "numbers": {one.number for one in command.lines},
                "results": [
                    one.ref or (one.item, one.name)
                    for one in command.lines
                    if command.kind is HandoverKind.RESULTS
                ],
                "got": None,
                "cleared": False,
            }
        )

    def may_ReceiveHandover(self, actor: Actor, command: commands.ReceiveHandover) -> bool:
        if not 1 <= command.number <= len(self.lists):
            return False
        one = self.lists[command.number - 1]
        told = set(command.missing) <= one["numbers"] and (not command.missing or said(command.note))
        return (
            one["got"] is None
            and self.official(actor, "clerk", "reviewer", "senior", body=one["receiver"])
            and told
        )

    def do_ReceiveHandover(self, _: Actor, command: commands.ReceiveHandover) -> None:
        self.lists[command.number - 1]["got"] = set(command.missing)

    def may_ClearHandover(self, actor: Actor, command: commands.ClearHandover) -> bool:
        if not 1 <= command.number <= len(self.lists):
            return False
        one = self.lists[command.number - 1]
        theirs = self.official(actor, "clerk", "reviewer", "senior", body=one["sender"])
        return bool(one["got"]) and not one["cleared"] and theirs and said(command.note)

    def do_ClearHandover(self, _: Actor, command: commands.ClearHandover) -> None:
        self.lists[command.number - 1]["cleared"] = True
