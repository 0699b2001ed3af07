# ruff: noqa: N802  # reason: what may be done and is done is named by its command
"""Work at the bodies: tasks, opinions, reports, decisions, papers, and what a system outside does for a body."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tests.core.casework.naive.base import Base, said

from bancheng.core.casework import Actor, Issued, Opinion, StepOutcome, Verdict, commands
from bancheng.core.catalogue import ON_SITE, PartialPolicy, StepKind

DECIDING = (StepKind.DECISION, StepKind.ISSUE)


class Work(Base):
    """Who does what in an open step, and what comes of it."""

    # ------------------------------------------------------------------------------------------------------- tasks

    def may_Claim(self, actor: Actor, command: commands.Claim) -> bool:
        theirs = self.clerk(actor) if command.step == "intake" else self.works_on(actor, command.step)
        lies = command.step != "intake" or self.to_judge()
        return theirs and lies and (command.step, actor.body) not in self.claims

    def do_Claim(self, actor: Actor, command: commands.Claim) -> None:
        self.claims[command.step, actor.body] = actor.id

    def may_Release(self, actor: Actor, command: commands.Release) -> bool:
        holder = self.claims.get((command.step, actor.body))
        other = command.to is None or (bool(command.to.id) and bool(command.to.name))
        if command.step == "intake":
            taken = holder == actor.id or said(command.reason)
            elsewhere = command.to is None or command.to.id != holder
            return (
                self.to_judge() and self.clerk(actor) and holder is not None and other and taken and elsewhere
            )
        if holder is None or not self.by_role(actor, command.step) or not other:
            return False
        return holder == actor.id or ("senior" in actor.roles and said(command.reason))

    def do_Release(self, actor: Actor, command: commands.Release) -> None:
        if command.to is None:
            del self.claims[command.step, actor.body]
        else:
            self.claims[command.step, actor.body] = command.to.id

    def to_judge(self) -> bool:
        """Received and neither accepted nor turned away, and in a relay not sent on."""
        return self.phase() in ("received", "supplement") and not self.sent_on()

    def has_part(self, key: str, body: str) -> bool:
        """An open step in which a body has something to do or to answer, or the window's judging."""
        if key == "intake":
            return self.to_judge() and body == self.submit.receiving_body
        if key not in self.plan or self.step(key) != "open":
            return False
        works = body in self.plan[key].bodies or self.is_asked(key, body)
        return works and body not in self.reports.get(key, {})

    def may_Assign(self, actor: Actor, command: commands.Assign) -> bool:
        if not self.has_part(command.step, command.body) or not said(
            command.why, command.to.id, command.to.name
        ):
            return False
        holder = self.claims.get((command.step, command.body))
        if holder == command.to.id:
            return False
        if self.machine(actor):
            return holder is None or bool(command.instead)
        return self.official(actor, "senior", body=command.body)

    def do_Assign(self, _: Actor, command: commands.Assign) -> None:
        self.claims[command.step, command.body] = command.to.id

    def may_ReturnTask(self, actor: Actor, command: commands.ReturnTask) -> bool:
        theirs = self.machine(actor) or self.official(actor, "senior", body=command.body)
        held = (command.step, command.body) in self.claims
        return theirs and held and self.has_part(command.step, command.body) and said(command.why)

    def do_ReturnTask(self, _: Actor, command: commands.ReturnTask) -> None:
        del self.claims[command.step, command.body]

    # ---------------------------------------------------------------------------------------------------- opinions

    def may_GiveOpinion(self, actor: Actor, command: commands.GiveOpinion) -> bool:
        if not self.is_asked(command.step, actor.body):
            return False
        told = command.answer is Opinion.AGREE or (command.answer is Opinion.OBJECT and said(command.words))
        return told and self.official(actor, "reviewer", "senior") and self.answered(command)

    def answered(self, command: commands.GiveOpinion) -> bool:
        """Every question that must be is answered, each with one of what may be said."""
        asked = {one.key: one for one in self.plan[command.step].questions}
        given = {one.question: one.said.strip() for one in command.answers}
        may: dict[str, tuple[str, ...]] = {"yes_no": ("yes", "no"), "text": ()}
        for key, one in asked.items():
            choice = may.get(one.kind.value, one.options)
            if (one.required and not given.get(key)) or (
                given.get(key) and choice and given[key] not in choice
            ):
                return False
        return set(given) <= set(asked)

    def is_asked(self, key: str, body: str) -> bool:
        """A body whose opinion on an open step is still to come."""
        if key not in self.plan or self.step(key) != "open":
            return False
        step = self.plan[key]
        asked = step.kind is StepKind.OPINION and body in step.asks
        return asked and body not in self.opinions.get(key, {})

    def do_GiveOpinion(self, actor: Actor, command: commands.GiveOpinion) -> None:
        self._hear(command.step, actor.body, command.answer.value)

    def _hear(self, key: str, body: str, answer: str) -> None:
        heard = self.opinions.setdefault(key, {})
        heard[body] = answer
        if all(heard.get(one) in ("agree", "silent") for one in self.plan[key].asks):
            self.done.add(key)

    def may_ConsentBySilence(self, actor: Actor, command: commands.ConsentBySilence) -> bool:
        if not self.machine(actor) or not self.is_asked(command.step, command.body):
            return False
        return self.plan[command.step].silent_consent and self.over(self.opinions_due(command.step))

    def opinions_due(self, key: str) -> date:
        """With every stop at its longest: silence speaks only when the days are surely over."""
        self.ahead = True
        due = self.opinion_due(key)
        self.ahead = False
        return due

    def do_ConsentBySilence(self, _: Actor, command: commands.ConsentBySilence) -> None:
        self._hear(command.step, command.body, "silent")

    # ----------------------------------------------------------------------------------------------------- reports

    def may_CompleteStep(self, actor: Actor, command: commands.CompleteStep) -> bool:
        if not self.works_on(actor, command.step):
            return False
        step = self.plan[command.step]
        people = {one.id for one in command.staff if said(one.id, one.name)}
        enough = len(people) >= max(step.staff, 2) if step.kind in ON_SITE or step.staff > 1 else True
        asked = set(step.asks) if step.kind is StepKind.OPINION else set()
        return (
            step.kind not in DECIDING
            and actor.body not in self.reports.get(command.step, {})
            and (command.outcome is StepOutcome.OK or said(command.findings))
            and enough
            and (
                asked <= set(self.opinions.get(command.step, {})) or self.over(self.opinion_due(command.step))
            )
            and not (command.outcome is StepOutcome.OK and self.asked_supplement(actor.body))
            and not self.visit_speaks(command.step)
        )

    def do_CompleteStep(self, actor: Actor, command: commands.CompleteStep) -> None:
        self.report(command.step, actor.body, actor.id)
        self.told[command.step, actor.body] = command.outcome.value, {one.id for one in command.staff}

    def report(self, key: str, body: str, who: str) -> None:
        """A body has said what it found; the step is done when all its bodies have."""
        self.reports.setdefault(key, {})[body] = who
        if set(self.reports[key]) >= set(self.plan[key].bodies):
            self.done.add(key)

    # --------------------------------------------------------------------------------------------------- decisions

    def deciders(self, item: str) -> set[str]:
        """The bodies that decide an item: its own, and those of a decision step that is its alone."""
        steps = [self.plan[key] for key in self.steps_of(item)]
        alone = [one for one in steps if one.kind is StepKind.DECISION and len(one.items) == 1]
        return {self.body[item]} | {body for one in alone for body in one.bodies}

    def may_DecideItem(self, actor: Actor, command: commands.DecideItem) -> bool:
        key = command.item
        if key not in self.items or self.phase() != "accepted" or key in self.ended:
            return False
        mine = self.steps_of(key)
        decisions = [one for one in mine if self.plan[one].kind is StepKind.DECISION]
        theirs = actor.body in self.deciders(key) and self.official(actor, "reviewer", "senior")
        free = all(self.claims.get((one, actor.body), actor.id) == actor.id for one in decisions)
        ready = all(self.step(one) in ("open", "done", "gone") for one in decisions) and all(
            self.step(one) in ("done", "gone")
            for one in mine
            if self.plan[one].kind not in DECIDING and not self.behind(decisions, one)
        )
        part = {self.body[key], *(body for one in mine for body in self.plan[one].bodies)}
        waits = self.procedure_going(key) or any(self.asked_supplement(body) for body in part)
        if not (theirs and free and ready) or waits:
            return False
        grounds = said(command.reasons, command.basis, command.remedies)
        if command.verdict is Verdict.REFUSE:
            return not command.results and not command.limits and grounds
        if (command.limits and not grounds) or self.unpaid("approve", key):
            return False
        later = any(self.plan[one].kind is StepKind.ISSUE for one in mine)
        if later:
            return not command.results
        return self.right_papers(key, command.results)

    def hindered_delivery(self, item: str) -> bool:
        """A result is locked while something is owed (容缺), a fee is not paid, or when it no longer holds."""
        granted = self.ended.get(item) == "approved"
        return (granted and (self.locked(item) or item in self.revoked)) or self.unpaid("deliver", item)

    def right_papers(self, item: str, results: Iterable[Issued]) -> bool:
        given = list(results)
        named = sorted(one.result for one in given)
        return named == sorted(self.items[item].results) and all(
            said(one.number) and one.digest for one in given
        )

    def do_DecideItem(self, _: Actor, command: commands.DecideItem) -> None:
        key = command.item
        self.decided.add(key)
        if command.verdict is Verdict.APPROVE:
            self.end(key, "approved")
            if not any(self.plan[one].kind is StepKind.ISSUE for one in self.steps_of(key)):
                self._issue(key, command.results)
            return
        self.end(key, "refused")
        everything = self.partial is PartialPolicy.ALL_WITHDRAWN
        for other in self.items if everything else self.dependants(key):
            self.end(other, "stopped")

    def may_RenewBySilence(self, actor: Actor, command: commands.RenewBySilence) -> bool:
        key = command.item
        if (
            not self.machine(actor)
            or key not in self.items
            or key in self.ended
            or self.phase() != "accepted"
        ):
            return False
        old = self.items[key].renews
        part = {self.body[key], *(body for one in self.steps_of(key) for body in self.plan[one].bodies)}
        if old is None or any(self.asked_supplement(body) for body in part):
            return False
        return (old.valid_to - self.received).days >= 30 and self.today > old.valid_to

    def do_RenewBySilence(self, _: Actor, command: commands.RenewBySilence) -> None:
        """The licence's own last day is the day of it; what nobody else's item needs falls away."""
        key = command.item
        old = self.items[key].renews
        assert old is not None
        self.end(key, "approved")
        self.ended_on[key] = max(old.valid_to, self.started.get(key, old.valid_to))
        mine = self.steps_of(key)
        if not any(self.plan[one].kind is StepKind.ISSUE for one in mine):
            self._issue(key, ())
        for one in mine:
            step = self.plan[one]
            if (
                step.kind is not StepKind.ISSUE
                and one not in self.done
                and set(step.items) <= set(self.ended)
            ):
                self.gone.add(one)

    def end(self, item: str, how: str) -> None:
        """An item comes to its end, unless it had one; what stood for it stands no more."""
        if item in self.ended:
            return
        self.ended[item], self.ended_on[item] = how, self.today

    def _issue(self, item: str, results: Iterable[Issued]) -> None:
        self.issued.add(item)
        self.papers[item] = {one.result: one.number for one in results}

    def may_IssueResult(self, actor: Actor, command: commands.IssueResult) -> bool:
        key = command.item
        if self.ended.get(key) != "approved" or self.phase() != "accepted" or key in self.issued:
            return False
        steps = [one for one in self.steps_of(key) if self.plan[one].kind is StepKind.ISSUE]
        if not any(self.step(one) == "open" for one in steps):
            return False
        bodies = {self.body[key], *(body for one in steps for body in self.plan[one].bodies)}
        theirs = actor.body in bodies and self.official(actor, "reviewer", "senior")
        free = all(self.claims.get((one, actor.body), actor.id) == actor.id for one in steps)
        unpaid = self.unpaid("issue", key)
        return theirs and free and self.right_papers(key, command.results) and not unpaid

    def do_IssueResult(self, _: Actor, command: commands.IssueResult) -> None:
        self._issue(command.item, command.results)

    # ------------------------------------------------------------------------------------------- a system of a body

    def may_SendOut(self, actor: Actor, command: commands.SendOut) -> bool:
        part = self.has_part(command.step, command.body)
        known = self.out.get((command.step, command.body))
        return self.machine(actor) and part and (known is None or known["by hand"])

    def do_SendOut(self, _: Actor, command: commands.SendOut) -> None:
        self.out[command.step, command.body] = {"out": True, "system": command.system, "by hand": False}
        self.claims[command.step, command.body] = f"system:{command.system}"

    def _of_system(self, actor: Actor, key: str) -> bool:
        sent = self.out.get((key, actor.body), {})
        open_ = key in self.plan and self.step(key) == "open"
        return bool(sent) and open_ and actor.id == f"system:{sent['system']}"

    def may_ConfirmReceipt(self, actor: Actor, command: commands.ConfirmReceipt) -> bool:
        return self._of_system(actor, command.step) and self.lies_out(command.step, actor.body)

    def do_ConfirmReceipt(self, *_: object) -> None:
        """Nothing lawful follows from how far a system says it is."""

    def may_TakeBack(self, actor: Actor, command: commands.TakeBack) -> bool:
        return self._of_system(actor, command.step) and not self.out[command.step, actor.body]["by hand"]

    def do_TakeBack(self, actor: Actor, command: commands.TakeBack) -> None:
        self.out[command.step, actor.body]["out"] = False

    def may_GiveUpExchange(self, actor: Actor, command: commands.GiveUpExchange) -> bool:
        open_ = command.step in self.plan and self.step(command.step) == "open"
        return self.machine(actor) and open_ and self.lies_out(command.step, command.body)

    def do_GiveUpExchange(self, _: Actor, command: commands.GiveUpExchange) -> None:
        self._by_hand(command.step, command.body)

    def _by_hand(self, key: str, body: str) -> None:
        self.out[key, body].update({"out": False, "by hand": True})
        self.claims.pop((key, body), None)

    def may_Recall(self, actor: Actor, command: commands.Recall) -> bool:
        open_ = command.step in self.plan and self.step(command.step) == "open"
        if command.body:
            gone = open_ and command.body not in (
                *self.plan[command.step].bodies,
                *self.plan[command.step].asks,
            )
            return gone and self.machine(actor) and self.lies_out(command.step, command.body)
        senior = self.official(actor, "senior") and self.lies_out(command.step, actor.body)
        return senior and open_ and said(command.reason)

    def do_Recall(self, actor: Actor, command: commands.Recall) -> None:
        self._by_hand(command.step, command.body or actor.body)
