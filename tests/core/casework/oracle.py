# ruff: noqa: N802  # reason: what is taken and done is named by its command
"""A second opinion on a case: slow and plain, from the law and the design, not from the engine's code.

It keeps what was done in plain sets and dictionaries and works everything else out anew, over the whole plan, each time
it is asked. It knows intake, work, decisions, results, delivery, rating and withdrawal. Of a command it can say whether
the rules take it; of a case where it stands, and every item and step of it.

1. The window judges what was received: accepts, turns away, or says once what lacks (行政许可法 art. 32). A second
   notice needs a senior and a reason. While it is answered nothing can be judged.
2. After acceptance a step opens when every step before it is over, and the bodies of an open step report once each.
3. A body decides its item when all steps of the item that lead to the decision are over. A refusal states reasons,
   basis and remedies (art. 38). What depends on a refused item stops; under the strictest policy, everything.
4. A step nobody needs any more is gone. The case is finished when every item has ended and no step is left; withdrawn
   when nothing at all was decided.
"""

from __future__ import annotations

from collections.abc import Iterable

from bancheng.core.casework import Actor, Command, Opinion, StepOutcome, TurnedAway, Verdict, commands
from bancheng.core.catalogue import ON_SITE, PartialPolicy, StepKind
from bancheng.core.compiler import EdgeKind

ENDS = {"approved", "refused", "stopped", "withdrawn"}


class Oracle:
    """One case, as it should be."""

    def __init__(self, submit: commands.Submit) -> None:
        self.submit = submit
        self.plan = {step.key: step for step in submit.plan.steps}
        self.items = {item.key: item for item in submit.items}
        self.intake = "received"
        self.notices: list[dict[str, object]] = []
        self.ended: dict[str, str] = {}
        self.decided: set[str] = set()
        self.issued: set[str] = set()
        self.delivered: set[str] = set()
        self.rated = False
        self.reports: dict[str, set[str]] = {}
        self.opinions: dict[str, dict[str, Opinion]] = {}
        self.claims: dict[tuple[str, str], str] = {}
        self.gone: set[str] = set()
        self.done: set[str] = set()

    # -------------------------------------------------------------------------------------- where it stands

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
        before = [edge.before for edge in self.submit.plan.edges if edge.after == key]
        ready = all(one in self.done | self.gone for one in before)
        return "open" if self.phase() == "accepted" and ready else "waiting"

    def item(self, key: str) -> str:
        if key in self.ended:
            return self.ended[key]
        mine = [one for one, step in self.plan.items() if key in step.items]
        begun = any(self.step(one) in ("open", "done") for one in mine)
        return "open" if begun else "waiting"

    def open_notices(self) -> list[dict[str, object]]:
        return [one for one in self.notices if one["open"]]

    # -------------------------------------------------------------------------------------- what it takes

    def takes(self, actor: Actor, command: Command) -> bool:
        """Whether the rules let this actor do this now."""
        judge = getattr(self, f"_takes_{type(command).__name__}")
        return bool(judge(actor, command))

    def _clerk(self, actor: Actor) -> bool:
        return actor.body == self.submit.receiving_body and bool({"clerk", "senior"} & set(actor.roles))

    def _for_applicant(self, actor: Actor) -> bool:
        own = actor.id == self.submit.applicant_ref and "applicant" in actor.roles
        return own or ("clerk" in actor.roles and actor.body == self.submit.receiving_body)

    def _takes_Accept(self, actor: Actor, _: commands.Accept) -> bool:
        return self.phase() == "received" and self._clerk(actor)

    def _takes_TurnAway(self, actor: Actor, command: commands.TurnAway) -> bool:
        told = bool(command.reason.strip()) and (
            command.outcome is not TurnedAway.NOT_OURS or bool(command.right_body.strip())
        )
        return self.phase() == "received" and self._clerk(actor) and told

    def _takes_IssueNotice(self, actor: Actor, command: commands.IssueNotice) -> bool:
        if self.phase() != "received" or not self._clerk(actor) or not command.marks:
            return False
        sound = all(one.key and one.target and one.words.strip() for one in command.marks)
        again = any(not one["cancelled"] for one in self.notices)
        return sound and (not again or ("senior" in actor.roles and bool(command.reason.strip())))

    def _takes_Claim(self, actor: Actor, command: commands.Claim) -> bool:
        return self._works(actor, command.step) and (command.step, actor.body) not in self.claims

    def _works(self, actor: Actor, key: str) -> bool:
        """An open step of their body, theirs by role, that nobody else there has claimed."""
        if key not in self.plan or self.step(key) != "open":
            return False
        step = self.plan[key]
        roles = {"reviewer", "senior"} | ({"inspector"} if step.kind in ON_SITE else set())
        free = self.claims.get((key, actor.body), actor.id) == actor.id
        return bool(roles & set(actor.roles)) and actor.body in step.bodies and free

    def _takes_CompleteStep(self, actor: Actor, command: commands.CompleteStep) -> bool:
        if not self._works(actor, command.step):
            return False
        step = self.plan[command.step]
        people = {one.id for one in command.staff if one.id}
        enough = step.kind is not StepKind.INSPECTION or len(people) >= step.staff
        asked = set(step.asks) if step.kind is StepKind.OPINION else set()
        return (
            step.kind not in (StepKind.DECISION, StepKind.ISSUE)
            and actor.body not in self.reports.get(command.step, set())
            and (command.outcome is StepOutcome.OK or bool(command.findings.strip()))
            and enough
            and asked <= set(self.opinions.get(command.step, {}))
        )

    def _takes_GiveOpinion(self, actor: Actor, command: commands.GiveOpinion) -> bool:
        if command.step not in self.plan or self.step(command.step) != "open":
            return False
        step = self.plan[command.step]
        asked = step.kind is StepKind.OPINION and actor.body in step.asks
        new = actor.body not in self.opinions.get(command.step, {})
        told = command.answer is Opinion.AGREE or (
            command.answer is Opinion.OBJECT and bool(command.words.strip())
        )
        return asked and new and told and bool({"reviewer", "senior"} & set(actor.roles))

    def _takes_DecideItem(self, actor: Actor, command: commands.DecideItem) -> bool:
        item = self.items.get(command.item)
        if item is None or self.phase() != "accepted" or command.item in self.ended:
            return False
        mine = [key for key, step in self.plan.items() if command.item in step.items]
        decisions = [key for key in mine if self.plan[key].kind is StepKind.DECISION]
        may = {item.body} | {
            body for key in decisions if len(self.plan[key].items) == 1 for body in self.plan[key].bodies
        }
        theirs = actor.body in may and bool({"reviewer", "senior"} & set(actor.roles))
        free = all(self.claims.get((key, actor.body), actor.id) == actor.id for key in decisions)
        ready = all(self.step(key) in ("open", "done", "gone") for key in decisions) and all(
            self.step(key) in ("done", "gone")
            for key in mine
            if self.plan[key].kind not in (StepKind.DECISION, StepKind.ISSUE)
            and not self._after(decisions, key)
        )
        if not (theirs and free and ready):
            return False
        if command.verdict is Verdict.REFUSE:
            grounds = (command.reasons, command.basis, command.remedies)
            return not command.results and all(one.strip() for one in grounds)
        later = any(self.plan[key].kind is StepKind.ISSUE for key in mine)
        return not command.results if later else self._papers(command.item, command.results)

    def _papers(self, item: str, results: Iterable[object]) -> bool:
        given = list(results)
        named = sorted(one.result for one in given)  # type: ignore[attr-defined]  # reason: papers, given as they are
        return named == sorted(self.items[item].results) and all(
            one.number.strip() and one.digest for one in given
        )  # type: ignore[attr-defined]  # reason: as above

    def _takes_IssueResult(self, actor: Actor, command: commands.IssueResult) -> bool:
        if (
            self.ended.get(command.item) != "approved"
            or self.phase() != "accepted"
            or command.item in self.issued
        ):
            return False
        steps = [
            key for key, one in self.plan.items() if command.item in one.items and one.kind is StepKind.ISSUE
        ]
        if not any(self.step(key) == "open" for key in steps):
            return False
        bodies = {self.items[command.item].body, *(body for key in steps for body in self.plan[key].bodies)}
        theirs = actor.body in bodies and bool({"reviewer", "senior"} & set(actor.roles))
        return theirs and self._papers(command.item, command.results)

    def _takes_Rate(self, actor: Actor, command: commands.Rate) -> bool:
        over = self.phase() in ("finished", "withdrawn", "not_needed", "not_ours")
        mine = actor.id == self.submit.applicant_ref and "applicant" in actor.roles
        return over and mine and not self.rated and 1 <= command.level <= 5

    def _takes_Withdraw(self, actor: Actor, _: commands.Withdraw) -> bool:
        going = self.phase() in ("received", "supplement", "accepted")
        return going and self._for_applicant(actor) and len(self.ended) < len(self.items)

    # -------------------------------------------------------------------------------------- what it brings about

    def do(self, actor: Actor, command: Command) -> None:
        """What a command that is taken brings about."""
        getattr(self, f"_do_{type(command).__name__}")(actor, command)
        self._settle()

    def _do_Accept(self, *_: object) -> None:
        self.intake = "accepted"

    def _do_TurnAway(self, _: Actor, command: commands.TurnAway) -> None:
        self.intake = command.outcome.value

    def _do_IssueNotice(self, _: Actor, command: commands.IssueNotice) -> None:
        self.notices.append({"open": True, "cancelled": False, "marks": [one.key for one in command.marks]})
        self.intake = "supplement"

    def _do_Claim(self, actor: Actor, command: commands.Claim) -> None:
        self.claims[command.step, actor.body] = actor.id

    def _do_CompleteStep(self, actor: Actor, command: commands.CompleteStep) -> None:
        self.reports.setdefault(command.step, set()).add(actor.body)
        if self.reports[command.step] >= set(self.plan[command.step].bodies):
            self.done.add(command.step)

    def _do_GiveOpinion(self, actor: Actor, command: commands.GiveOpinion) -> None:
        heard = self.opinions.setdefault(command.step, {})
        heard[actor.body] = command.answer
        if all(heard.get(body) in (Opinion.AGREE, Opinion.SILENT) for body in self.plan[command.step].asks):
            self.done.add(command.step)

    def _do_DecideItem(self, _: Actor, command: commands.DecideItem) -> None:
        self._was = {key: self.step(key) for key in self.plan}
        self.decided.add(command.item)
        if command.verdict is Verdict.APPROVE:
            self.ended[command.item] = "approved"
            if not any(
                command.item in one.items and one.kind is StepKind.ISSUE for one in self.plan.values()
            ):
                self.issued.add(command.item)
            return
        self.ended[command.item] = "refused"
        everything = self.submit.partial is PartialPolicy.ALL_WITHDRAWN
        for key in self.items if everything else self.dependants(command.item):
            self.ended.setdefault(key, "stopped")

    def _do_IssueResult(self, _: Actor, command: commands.IssueResult) -> None:
        self.issued.add(command.item)

    def _do_Rate(self, *_: object) -> None:
        self.rated = True

    def _do_Withdraw(self, *_: object) -> None:
        self._was = {key: self.step(key) for key in self.plan}
        for key in self.items:
            self.ended.setdefault(key, "withdrawn")
        self.intake = "accepted"

    # -------------------------------------------------------------------------------------- what follows

    def _settle(self) -> None:
        """Steps that their items' ends close."""
        if self.intake != "accepted":
            return
        for key, step in self.plan.items():
            if key in self.done | self.gone or any(one not in self.ended for one in step.items):
                continue
            approved = [one for one in step.items if self.ended[one] == "approved"]
            was_open = getattr(self, "_was", {}).get(key) == "open"
            if step.kind is StepKind.DECISION and was_open and self.decided & set(step.items):
                self.done.add(key)
            elif not approved:
                self.gone.add(key)
            elif step.kind is StepKind.ISSUE and self.issued >= set(approved):
                self.done.add(key)

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
        for edge in self.submit.plan.edges:
            after = self.plan[edge.after].items
            if edge.kind is EdgeKind.WITHIN or key not in after:
                continue
            for before in lost & set(self.plan[edge.before].items):
                named = [one for one in after if before in self.items[one].requires]
                if not named or key in named:
                    return True
        return False

    def _after(self, steps: Iterable[str], key: str) -> bool:
        """Whether a step comes after one of these."""
        reached = set(steps)
        while True:
            more = {edge.after for edge in self.submit.plan.edges if edge.before in reached} - reached
            if not more:
                return key in reached - set(steps)
            reached |= more
