"""What somebody who knows their work might do now in a case: the oracle names it, both say whether it is taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.core.casework.asking import EARLIER, MARKS, visitors
from tests.core.casework.naive import Oracle
from tests.core.casework.road import (
    APPLICANT,
    CLERK,
    GOVERNMENT,
    MACHINE,
    SENIOR,
    STAFF,
    Case,
    at,
    edge,
    reviewer,
    step,
)
from tests.core.casework.shapes import ADMIN, FEES, HEADS, NEAR, SENIORS, SUPERVISOR, SYSTEM, WATCHER

from bancheng.core.casework import (
    Absent,
    Actor,
    Answer,
    AskedAnswer,
    Command,
    Conclusion,
    Delivery,
    DeliveryNote,
    HandoverKind,
    HandoverLine,
    Inspected,
    Issued,
    Kept,
    Level,
    MaterialRef,
    Measure,
    Opinion,
    PayWay,
    ProcedureKind,
    RevokeGround,
    Slot,
    Staff,
    Standing,
    StepOutcome,
    TurnedAway,
    Verdict,
    WithdrawReason,
    commands,
)
from bancheng.core.casework._commands_signers import RecordSigner
from bancheng.core.casework._commands_staffing import AddLate, Assign, ReturnTask
from bancheng.core.catalogue import BodyMove, StepKind
from bancheng.core.clock import Limit, PauseReason
from bancheng.core.compiler import Plan

A = commands
GROUNDS = {"reasons": "面积不符合要求", "basis": "示例条例第一条", "remedies": "可以申请行政复议"}
WHY = "理由充分"
ANSWERS = (
    (),
    (AskedAnswer(question="may", said="yes"), AskedAnswer(question="how", said="东门")),
    (AskedAnswer(question="may", said="perhaps"),),
    (AskedAnswer(question="may", said="no"), AskedAnswer(question="how", said="别处")),
    (AskedAnswer(question="how", said="东门"),),
)
"To the questions of a step that has some, rightly and wrongly."


class Apt:
    """Commands that are apt now."""

    oracle: Oracle
    case: Case
    now: datetime
    waits_for: datetime | None

    # ------------------------------------------------------------------------------------- what would be apt now

    def apt(self) -> list[tuple[Actor, Command]]:
        """Commands that somebody who knows their work might give now; both say whether they are taken."""
        return [
            *self._intake(),
            *self._work(),
            *self._stops(),
            *self._trust(),
            *self._visits(),
            *self._after(),
        ]

    def _intake(self) -> Iterator[tuple[Actor, Command]]:
        one = self.oracle
        yield APPLICANT, A.WriteMessage(digest="a" * 64, to="shop-body")
        yield APPLICANT, A.WriteMessage(digest="a" * 64)
        for message in one.questions:
            body = message["body"]
            yield (CLERK if body == "hall" else reviewer(body)), A.WriteMessage(digest="b" * 64)
            yield (CLERK if body == "hall" else reviewer(body)), A.NeedsNoAnswer(number=message["number"])
        for position, notice in enumerate(one.notices, start=1):
            if notice["open"]:
                yield SENIOR, A.CancelNotice(number=position, reason=WHY)
                marks = tuple(Answer(mark=key) for key in sorted(notice["marks"] - notice["answered"]))
                yield APPLICANT, A.AnswerNotice(number=position, answers=marks, form_digest="e" * 64)
        yield CLERK, A.Claim(step="intake")
        yield CLERK, A.Release(step="intake", to=Staff(id="user:hall:2", name="乙"))
        yield CLERK, A.Release(step="intake", reason=WHY)
        yield CLERK, A.Release(step="intake", to=Staff(id=CLERK.id, name=CLERK.name), reason=WHY)
        yield (
            MACHINE,
            Assign(step="intake", body="hall", to=Staff(id=CLERK.id, name="员"), why=WHY, rule="r1"),
        )
        yield SENIOR, ReturnTask(step="intake", body="hall", why=WHY)
        yield CLERK, A.Accept()
        yield CLERK, A.CorrectOnSpot(fields=("name",), form_digest="e" * 64)
        yield reviewer("shop-body"), A.Accept()
        yield CLERK, A.CheckForm(identity="身份证原件")
        for signer in sorted(one.unsigned()):
            yield CLERK, RecordSigner(signer=signer, identity="身份证原件")
        yield reviewer("shop-body"), A.ProposeMarks(marks=MARKS)
        yield SENIOR, A.IssueNotice(marks=MARKS, reason=WHY)
        yield MACHINE, A.AskCredit(source="信用平台")
        for standing in Standing:
            yield MACHINE, A.RecordCredit(standing=standing)
        yield CLERK, A.DecideCredit(allow=True, reason=WHY)
        yield MACHINE, A.RecordPayment(payment="p1", amount=10333, way=PayWay.ONLINE, receipt="票")
        yield CLERK, A.RecordPayment(payment="p2", amount=10000, way=PayWay.CASH, receipt="票")
        for key in self.case.state.bill.refunds:
            yield MACHINE, A.ConfirmRefund(refund=key)
            yield CLERK, A.ConfirmRefund(refund=key, receipt="票2")
        if one.charges:
            yield SENIORS[0], A.WaiveFee(charge="shop/a", amount=100, reason=WHY, basis="甲条例")
            yield reviewer("sign-body"), A.AssessFee(charge="sign/c", amount=700, reason=WHY)
            yield MACHINE, A.SettleFees()
            yield MACHINE, A.RecordPayment(payment="p3", amount=1033, way=PayWay.ONLINE, receipt="票")
            yield MACHINE, A.BillFees(charges=FEES[:2])

    def _work(self) -> Iterator[tuple[Actor, Command]]:
        one = self.oracle
        for key in [key for key in one.plan if one.step(key) == "open"]:
            plan = one.plan[key]
            for body in plan.asks:
                for said in ANSWERS:
                    yield reviewer(body), A.GiveOpinion(step=key, answer=Opinion.AGREE, answers=said)
                yield reviewer(body), A.GiveOpinion(step=key, answer=Opinion.OBJECT, words=WHY)
            for body in plan.bodies:
                who = reviewer(body)
                yield who, A.CompleteStep(step=key, outcome=StepOutcome.OK, staff=STAFF)
                yield who, A.Claim(step=key)
                chief = Actor(id="senior", name="长", roles=("senior",), body=body)
                yield chief, Assign(step=key, body=body, to=Staff(id=who.id, name=who.name), why=WHY)
                yield (
                    MACHINE,
                    Assign(step=key, body=body, to=Staff(id=who.id, name=who.name), why=WHY, rule="r1"),
                )
                yield chief, ReturnTask(step=key, body=body, why=WHY)
                yield who, A.Release(step=key, to=Staff(id=f"user:{body}:2", name="乙"))
                yield MACHINE, A.SendOut(step=key, body=body, system="legacy", system_name="业务系统")
                if (key, body) in one.out:
                    system = Actor(id=SYSTEM.id, name=SYSTEM.name, roles=SYSTEM.roles, body=body)
                    yield system, A.ConfirmReceipt(step=key, reference="7")
                    yield system, A.TakeBack(step=key, message="m-1", digest="a" * 64)
                    yield system, A.CompleteStep(step=key, outcome=StepOutcome.OK, staff=STAFF)
                    yield (
                        Actor(id="senior", roles=("senior",), name="长", body=body),
                        A.Recall(step=key, reason=WHY),
                    )
                    yield MACHINE, A.GiveUpExchange(step=key, body=body, reason=WHY)
        for key, item in one.items.items():
            results = tuple(Issued(result=each, number="号", digest="d" * 64) for each in item.results)
            body = one.body[key]
            yield reviewer(body), A.DecideItem(item=key, verdict=Verdict.APPROVE, results=results)
            yield reviewer(body), A.DecideItem(item=key, verdict=Verdict.APPROVE)
            yield reviewer(body), A.IssueResult(item=key, results=results)
            yield reviewer(body), A.DecideItem(item=key, verdict=Verdict.REFUSE, **GROUNDS)

    def _stops(self) -> Iterator[tuple[Actor, Command]]:
        one = self.oracle
        for position, held in enumerate(one.held, start=1):
            who = reviewer(held["body"])
            yield APPLICANT, A.AskHearing(number=position)
            later = one.table.after(one.today, 8)
            chair = Staff(id="user:chair", name="孙主持")
            yield who, A.SetDate(number=position, day=later, hour="9:00", place="三楼", chair=chair)
            yield who, A.RecordHeld(number=position, result="如期举行", minutes="d" * 64)
            yield APPLICANT, A.WaiveHearing(number=position)
            yield who, A.CallOff(number=position, reason=WHY)
        for key in one.items:
            who = reviewer(one.body[key])
            yield who, A.OfferHearing(item=key, words=WHY)
            yield who, A.AskMoreTime(level=Level.ITEM, item=key, days=5, reason=WHY)
            yield HEADS[0], A.Extend(level=Level.ITEM, item=key, days=5, reason=WHY)
            yield who, A.Convene(kind=ProcedureKind.EXPERT_REVIEW, items=(key,), words=WHY, days=5)
            yield who, A.Convene(kind=ProcedureKind.HEARING, items=(key,), words=WHY)
            for days in (0, 6):
                review = A.Convene(
                    kind=ProcedureKind.JOINT_REVIEW, items=(key,), words=WHY, days=days, procedure="sketch"
                )
                yield who, review
            yield who, A.Convene(kind=ProcedureKind.JOINT_REVIEW, items=(key,), words=WHY)
        yield (
            reviewer("shop-body"),
            A.Pause(reason=PauseReason.SPECIAL, item=next(iter(one.items)), procedure="sketch"),
        )
        yield reviewer("food-body"), A.Pause(reason=PauseReason.TESTING, item="food", max_days=4)
        yield reviewer("food-body"), A.AskSupplement(marks=MARKS[:1], reason=WHY)
        yield GOVERNMENT, A.Extend(level=Level.BUNDLE, days=10, reason=WHY)
        yield (
            reviewer("shop-body"),
            A.AskMoreTime(level=Level.BUNDLE, days=10, reason=WHY, to="gov", to_name="县政府"),
        )
        for position, wish in enumerate(one.wishes, start=1):
            who = (
                GOVERNMENT
                if wish["level"] is Level.BUNDLE
                else Actor(id="h", name="长", roles=("head",), body=wish["to"])
            )
            yield who, A.DeclineMoreTime(number=position, reason=WHY)
        for position, stop in enumerate(one.stops, start=1):
            yield reviewer(one.body.get(stop.item, "shop-body")), A.Resume(number=position)
        for position, warned in enumerate(one.warned, start=1):
            for body in sorted(warned["bodies"])[:1]:
                yield (
                    (CLERK if body == "hall" else reviewer(body)),
                    A.Acknowledge(number=position, words="在办"),
                )
            yield SUPERVISOR, A.Acknowledge(number=position)

    def _trust(self) -> Iterator[tuple[Actor, Command]]:
        one = self.oracle
        for key in sorted(one.owed()):
            yield APPLICANT, A.HandIn(material=MaterialRef(document=key, digest="d" * 64))
        for position, proposed in enumerate(one.proposed, start=1):
            body = one.body[proposed["items"][0]] if proposed["items"] else "hall"
            yield APPLICANT, A.ObjectTo(number=position, words_digest="c" * 64)
            who = Actor(id="senior", name="长", roles=("senior", "head"), body=body)
            for measures in ((), *((one,) for one in Measure)):
                yield who, A.Settle(number=position, reason=WHY, measures=measures)
                yield CLERK, A.Settle(number=position, reason=WHY, measures=measures)
        for key in one.trusted():
            for outcome in Kept:
                yield reviewer("shop-body"), A.VerifyPromise(document=key, outcome=outcome, findings=WHY)
        for key in one.watched:
            yield WATCHER, A.AcknowledgeSupervision(item=key)
            yield (
                WATCHER,
                A.ReturnInspection(
                    item=key, result=Inspected.SERIOUS, findings=WHY, inspected_on=one.today, revoke=True
                ),
            )
        if one.submit.places.mode is not None:
            lines = (HandoverLine(number=1, name="申请书"), HandoverLine(number=2, name="图纸"))
            yield CLERK, A.SendHandover(kind=HandoverKind.PAPERS, receiver="shop-body", lines=lines)
            ready = tuple(
                HandoverLine(number=at_, name="证", item=key, ref=key)
                for at_, key in enumerate(sorted(one.issued), 1)
            )
            yield (
                reviewer("shop-body"),
                A.SendHandover(kind=HandoverKind.RESULTS, receiver="near", lines=ready),
            )
            for position, each in enumerate(one.lists, start=1):
                who = NEAR if each["receiver"] == "near" else reviewer(each["receiver"])
                yield who, A.ReceiveHandover(number=position, missing=(1,), note="缺一份")
                yield who, A.ReceiveHandover(number=position)
                sender = CLERK if each["sender"] == "hall" else reviewer(each["sender"])
                yield sender, A.ClearHandover(number=position, note="已补寄")

    def _visits(self) -> Iterator[tuple[Actor, Command]]:
        one = self.oracle
        if "visit" not in one.plan or one.step("visit") != "open":
            return
        bodies = one.plan["visit"].bodies
        people, who = visitors(*bodies), reviewer(bodies[0])
        begins = at(one.today.month, one.today.day, 10) + timedelta(days=1)
        slot = Slot(begins=begins, ends=begins + timedelta(minutes=90))
        yield who, A.ProposeVisit(step="visit", slot=slot, people=people, reason=WHY)
        yield who, A.ProposeVisit(step="visit", slot=slot, people=people)
        last = one.last_visit("visit")
        if last is not None and last["state"] == "confirmed" and self.now < last["slot"].begins:
            self.waits_for = last["slot"].begins
        for position in range(1, len(one.visits) + 1):
            yield APPLICANT, A.ConfirmVisit(visit=position)
            later = Slot(begins=begins + timedelta(days=1), ends=begins + timedelta(days=1, minutes=60))
            for slot in (
                later,
                Slot(begins=begins + timedelta(days=1, hours=4), ends=begins + timedelta(hours=29)),
            ):
                yield APPLICANT, A.MoveVisit(visit=position, slot=slot, people=people)
            yield who, A.MoveVisit(visit=position, slot=later, people=people, reason=WHY)
            yield APPLICANT, A.DeclineVisit(visit=position)
            yield who, A.CancelVisit(visit=position, reason=WHY)
            yield who, A.MissVisit(visit=position, who=Absent.APPLICANT)
            yield who, A.HoldVisit(visit=position, present=people)
            for body in bodies:
                yield (
                    reviewer(body),
                    A.ConfirmPart(visit=position, outcome=StepOutcome.OK, lines=2, digest="d" * 64),
                )
                yield (
                    reviewer(body),
                    A.ConfirmPart(visit=position, outcome=StepOutcome.NOT_OK, words=WHY, lines=2, bad=1),
                )
            for conclusion in Conclusion:
                due = one.table.after(one.today, 3) if conclusion is Conclusion.REPAIR else None
                yield (
                    who,
                    A.ConcludeVisit(
                        visit=position, conclusion=conclusion, words=WHY, due=due, paper="d" * 64
                    ),
                )
            yield APPLICANT, A.ReportRepaired(visit=position)

    def _after(self) -> Iterator[tuple[Actor, Command]]:
        one = self.oracle
        yield APPLICANT, AddLate(item="extra", name="后加的事项", number="办-2")
        for move in (
            BodyMove(old="food-body", new="road-body"),
            BodyMove(old="sign-body", new="hall", items=("sign",)),
        ):
            yield (
                ADMIN,
                A.CarryBodies(
                    change=move.old, name="机构改革", on=one.today, basis="三定方案", moves=(move,)
                ),
            )
        yield self._migration()
        yield MACHINE, A.Recount(previous=EARLIER)
        yield CLERK, A.TurnAway(outcome=TurnedAway.NOT_NEEDED, reason=WHY)
        yield APPLICANT, A.Withdraw(reason=WithdrawReason.LATER)
        if one.phase() not in ("received", "supplement"):
            yield APPLICANT, A.Rate(level=5)
        for key in one.ended:
            chief = Actor(id="chief", name="主任", roles=("senior", "head"), body=one.body[key])
            yield CLERK, A.Deliver(way=Delivery.WINDOW, items=(key,), to_ref="party:1")
            if key in one.unanswered:
                soon = one.table.after(one.today, 3)
                yield CLERK, A.NoteDelivery(item=key, how=DeliveryNote.TRIED, again=soon, note=WHY)
            yield chief, A.Correct(item=key, what="笔误")
            papers = tuple(
                Issued(result=each, number=f"更{len(one.corrected)}", digest="e" * 64)
                for each in one.papers.get(key, {})
            )
            yield chief, A.Correct(item=key, what="笔误", results=papers)
            yield (
                chief,
                A.Revoke(
                    item=key,
                    ground=RevokeGround.REVOKE,
                    reason=WHY,
                    basis="第六十九条",
                    remedies="可以申请行政复议",
                    heard=True,
                ),
            )
            yield chief, A.Reopen(item=key, reason=WHY, basis="示例条例", warned=True)

    def _migration(self) -> tuple[Actor, Command]:
        """The next version has one more review at the end of the first item's road."""
        one = self.oracle
        key = next(iter(one.items))
        more = step(f"{key}.more", StepKind.REVIEW, [key], [one.body[key]])
        before = f"{key}.review" if f"{key}.review" in one.plan else next(iter(one.plan))
        steps = tuple(each for each in one.plan.values() if each.key != more.key)
        edges = (
            *(each for each in one.edges if more.key not in (each.before, each.after)),
            edge(before, more.key),
        )
        return ADMIN, A.Migrate(
            blueprint="e" * 64,
            onething_name="开办餐饮店",
            items=tuple(one.items.values()),
            plan=Plan(steps=(*steps, more), edges=edges),
            promised=Limit(12),
            reason=WHY,
            statutory=Limit(45),
            partial=one.partial,
        )
