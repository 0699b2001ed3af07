"""Every command with contents that may be right or wrong."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace
from tests.core.casework.road import (
    CALENDAR,
    NOODLES,
    STAFF,
    at,
)
from tests.core.casework.shapes import BODIES, FEES, PARALLEL, SERIAL, SHAPES

from bancheng.core.casework import (
    Absent,
    Answer,
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
    Mark,
    MarkKind,
    MarkReason,
    MaterialKind,
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
    Visitor,
    WithdrawReason,
    commands,
)
from bancheng.core.casework._commands_signers import RecordSigner
from bancheng.core.casework._commands_staffing import AddLate, Assign, ReturnTask
from bancheng.core.casework._values_exchange import Underway
from bancheng.core.catalogue import (
    BodyMove,
)
from bancheng.core.clock import Colour, Limit, PauseReason

# ------------------------------------------------------------------------------------------------------------- words

ITEMS = ("shop", "food", "sign", "fire")
STEPS = tuple(dict.fromkeys(one.key for form in SHAPES.values() for one in form.plan.steps))
item_key = st.sampled_from((*ITEMS, *ITEMS, "no-such", ""))
step_key = st.sampled_from((*STEPS, *STEPS, "intake", "no-such"))
body_key = st.sampled_from(BODIES)
text = st.sampled_from(("理由充分", "理由充分", "理由充分", "", " "))
digest = st.sampled_from(("a" * 64, "a" * 64, ""))
number = st.sampled_from((1, 1, 1, 2, 2, 3, 0, -1, 9))
some_items = st.lists(item_key, min_size=0, max_size=2).map(tuple)
MARKS = (
    Mark(key="m1", kind=MarkKind.FIELD, target="name", reason=MarkReason.WRONG, words="请更正"),
    Mark(key="m2", kind=MarkKind.MATERIAL, target="lease", reason=MarkReason.MISSING, words="请补交"),
)
marks = st.sampled_from((MARKS[:1], MARKS[1:], MARKS, (), (replace(MARKS[0], words=" "),)))
staff = st.sampled_from(
    (Staff(id="user:shop-body:2", name="乙"), Staff(id="user:9", name="丙"), Staff(id="", name=""))
)
two = st.sampled_from((STAFF, STAFF, STAFF[:1], (), (STAFF[0], STAFF[0])))
papers = st.sampled_from(
    (
        *tuple(
            tuple(Issued(result=one, number="号", digest="d" * 64) for one in named)
            for named in (("shop-licence",), ("food-licence",), ("sign-licence",), ("fire-licence",), ())
        ),
        (Issued(result="shop-licence", number="", digest="d" * 64),),
    )
)
day = st.integers(-2, 40).map(lambda ahead: date(2026, 3, 2) + timedelta(days=ahead))


@st.composite
def slots(draw: Any) -> Slot:
    begins = at(3, draw(st.integers(2, 20)), draw(st.sampled_from((9, 10, 14, 12, 8))))
    return Slot(begins=begins, ends=begins + timedelta(minutes=draw(st.sampled_from((60, 90, 90, 0, 45)))))


def visitors(*bodies: str) -> tuple[Visitor, ...]:
    return tuple(
        Visitor(id=f"user:{body}:{number}", name=f"{body}员{number}", body=body)
        for body in bodies
        for number in (1, 2)
    )


people = st.sampled_from(
    (
        visitors("food-body", "fire-body"),
        visitors("food-body", "fire-body"),
        visitors("shop-body"),
        visitors("food-body", "fire-body")[:3],
        visitors("food-body", "road-body", "fire-body"),
        (),
    )
)
charges = st.sampled_from(
    (FEES[:2], (replace(FEES[0], amount=5000), *FEES[1:]), (), (replace(FEES[0], basis=""),))
)
material = st.builds(
    MaterialRef, document=st.sampled_from(("lease", "lease", "plan")), kind=st.sampled_from(MaterialKind)
)
lines = st.sampled_from(
    (
        (HandoverLine(number=1, name="申请书"), HandoverLine(number=2, name="图纸", copies=2)),
        (HandoverLine(number=1, name="许可证", item="shop", ref="shop"),),
        (
            HandoverLine(number=1, name="许可证", item="food"),
            HandoverLine(number=1, name="许可证", item="sign"),
        ),
        (HandoverLine(number=1, name="", copies=0),),
        (),
    )
)
moves = st.sampled_from(
    (
        (BodyMove(old="food-body", new="road-body"),),
        (BodyMove(old="shop-body", new="shop-body", name="新名"),),
        (BodyMove(old="sign-body", new="new-body", items=("sign",)),),
        (BodyMove(old="nowhere", new="new-body"),),
        (),
    )
)

EARLIER = tuple(
    replace(one, holidays=tuple(day for day in one.holidays if day.month not in (4, 5)))
    for one in CALENDAR.years
)
"The calendar before the days of spring were announced."

A = commands
ASKED: dict[type[Command], st.SearchStrategy[Command]] = {
    A.Submit: st.sampled_from((NOODLES, SERIAL)),
    A.CorrectOnSpot: st.builds(
        A.CorrectOnSpot, fields=st.sampled_from((("name",), ("name",), ())), form_digest=digest
    ),
    A.TurnAway: st.builds(A.TurnAway, outcome=st.sampled_from(TurnedAway), reason=text, right_body=text),
    A.ProposeMarks: st.builds(A.ProposeMarks, marks=marks),
    A.IssueNotice: st.builds(A.IssueNotice, marks=marks, reason=text),
    A.AnswerNotice: st.builds(
        A.AnswerNotice,
        number=number,
        answers=st.sampled_from(
            (
                (Answer(mark="m1"),),
                (Answer(mark="m2"),),
                (Answer(mark="m1"), Answer(mark="m2")),
                (Answer(mark="x"),),
                (),
            )
        ),
        form_digest=digest,
    ),
    A.CancelNotice: st.builds(A.CancelNotice, number=number, reason=text),
    A.Accept: st.just(A.Accept()),
    A.AcceptBySilence: st.just(A.AcceptBySilence()),
    A.Claim: st.builds(A.Claim, step=step_key),
    Assign: st.builds(
        Assign,
        step=step_key,
        body=body_key,
        to=staff,
        why=text,
        rule=st.sampled_from(("", "r1")),
        instead=st.sampled_from(("", "员1")),
    ),
    ReturnTask: st.builds(ReturnTask, step=step_key, body=body_key, why=text),
    AddLate: st.builds(
        AddLate, item=st.sampled_from(("extra", "shop", "")), name=text, number=st.sampled_from(("办-2", ""))
    ),
    A.CarryBodies: st.builds(
        A.CarryBodies,
        change=st.sampled_from(("c1", "c2", "")),
        name=st.just("机构改革"),
        on=day,
        basis=text,
        moves=moves,
    ),
    A.Migrate: st.builds(
        A.Migrate,
        blueprint=st.sampled_from(("c" * 64, "b" * 64, "")),
        onething_name=st.just("开办餐饮店"),
        items=st.sampled_from((NOODLES.items, PARALLEL.items)),
        plan=st.sampled_from((NOODLES.plan, PARALLEL.plan)),
        promised=st.just(Limit(12)),
        reason=text,
    ),
    A.Release: st.builds(A.Release, step=step_key, reason=text, to=st.none() | staff),
    A.GiveOpinion: st.builds(
        A.GiveOpinion,
        step=st.sampled_from(("sign.ask", "sign.ask", "visit", "no-such")),
        answer=st.sampled_from(Opinion),
        words=text,
    ),
    A.ConsentBySilence: st.builds(
        A.ConsentBySilence, step=st.sampled_from(("sign.ask", "visit")), body=body_key
    ),
    A.CompleteStep: st.builds(
        A.CompleteStep, step=step_key, outcome=st.sampled_from(StepOutcome), findings=text, staff=two
    ),
    A.AskSupplement: st.builds(A.AskSupplement, marks=marks, reason=text),
    A.DecideItem: st.builds(
        A.DecideItem,
        item=item_key,
        verdict=st.sampled_from(Verdict),
        reasons=text,
        basis=text,
        remedies=text,
        results=papers,
        limits=st.sampled_from(("", "", "", "只准经营冷食")),
    ),
    A.IssueResult: st.builds(A.IssueResult, item=item_key, results=papers),
    A.Pause: st.builds(
        A.Pause,
        reason=st.sampled_from(PauseReason),
        item=item_key,
        procedure=st.sampled_from(("", "sketch", "sketch", "other")),
        max_days=st.sampled_from((3, 5, 0, 9, -1)),
        words=text,
    ),
    A.Resume: st.builds(A.Resume, number=number),
    A.Extend: st.builds(
        A.Extend,
        level=st.sampled_from((Level.ITEM, Level.BUNDLE, Level.STEP)),
        days=st.sampled_from((5, 10, 11, 15, 16, 0, -3)),
        reason=text,
        item=item_key,
    ),
    A.Warn: st.builds(
        A.Warn,
        level=st.sampled_from(Level),
        key=st.one_of(step_key, item_key),
        colour=st.sampled_from(Colour),
    ),
    A.Acknowledge: st.builds(A.Acknowledge, number=number, words=text),
    A.Escalate: st.builds(A.Escalate, number=number),
    A.AskHearing: st.builds(A.AskHearing, number=number),
    A.AskMoreTime: st.builds(
        A.AskMoreTime,
        level=st.sampled_from((Level.ITEM, Level.BUNDLE, Level.STEP)),
        days=st.sampled_from((5, 10, 15, 16, 0)),
        reason=text,
        item=item_key,
        to=st.sampled_from(("gov", "gov", "")),
        to_name=st.just("县政府"),
    ),
    A.CallOff: st.builds(A.CallOff, number=number, reason=text),
    A.Convene: st.builds(
        A.Convene,
        kind=st.sampled_from(ProcedureKind),
        items=some_items,
        words=text,
        days=st.sampled_from((0, 5, 5, 20, 30, -1)),
        procedure=st.sampled_from(("", "sketch", "other")),
    ),
    A.DeclineMoreTime: st.builds(A.DeclineMoreTime, number=number, reason=text),
    A.LetHearingLapse: st.builds(A.LetHearingLapse, number=number),
    A.OfferHearing: st.builds(A.OfferHearing, item=item_key, words=text),
    A.RecordHeld: st.builds(A.RecordHeld, number=number, result=text, minutes=digest),
    A.Recount: st.sampled_from((A.Recount(previous=CALENDAR.years), A.Recount(previous=EARLIER))),
    A.SetDate: st.builds(
        A.SetDate,
        number=number,
        day=day,
        hour=st.sampled_from(("9:00", "9:00", "")),
        place=text,
        chair=st.none() | staff,
    ),
    A.WaiveHearing: st.builds(A.WaiveHearing, number=number),
    A.RemindOwed: st.builds(A.RemindOwed, document=st.sampled_from(("lease", "plan"))),
    A.HandIn: st.builds(A.HandIn, material=material),
    A.Deliver: st.builds(
        A.Deliver, way=st.sampled_from(Delivery), items=some_items, to_ref=text, tracking=text, place=text
    ),
    A.Rate: st.builds(A.Rate, level=st.integers(0, 6)),
    A.Withdraw: st.builds(A.Withdraw, reason=st.sampled_from(WithdrawReason)),
    A.Correct: st.builds(A.Correct, item=item_key, what=text, results=papers),
    A.RemindDelivery: st.builds(A.RemindDelivery, item=item_key),
    A.RenewBySilence: st.builds(A.RenewBySilence, item=item_key),
    A.NoteDelivery: st.builds(
        A.NoteDelivery, item=item_key, how=st.sampled_from(DeliveryNote), again=day, note=text
    ),
    A.Reopen: st.builds(A.Reopen, item=item_key, reason=text, basis=text, warned=st.booleans()),
    A.Revoke: st.builds(
        A.Revoke,
        item=item_key,
        ground=st.sampled_from(RevokeGround),
        reason=text,
        basis=text,
        remedies=text,
        heard=st.booleans(),
    ),
    A.AskCredit: st.builds(A.AskCredit, source=st.sampled_from(("信用平台", "信用平台", ""))),
    A.DecideCredit: st.builds(A.DecideCredit, allow=st.booleans(), reason=text),
    A.ObjectTo: st.builds(A.ObjectTo, number=number, words_digest=digest),
    A.ProposeDefault: st.builds(A.ProposeDefault, document=st.sampled_from(("lease", "plan"))),
    A.RecordCredit: st.builds(A.RecordCredit, standing=st.sampled_from(Standing)),
    A.Settle: st.builds(
        A.Settle,
        number=number,
        reason=text,
        measures=st.lists(st.sampled_from(Measure), max_size=2, unique=True).map(tuple),
    ),
    A.VerifyPromise: st.builds(
        A.VerifyPromise,
        document=st.sampled_from(("health", "health", "lease")),
        outcome=st.sampled_from(Kept),
        findings=text,
    ),
    A.AssessFee: st.builds(
        A.AssessFee,
        charge=st.sampled_from(("sign/c", "sign/c", "shop/a", "no")),
        amount=st.sampled_from((700, 0, -1)),
        reason=text,
    ),
    A.BillFees: st.builds(A.BillFees, charges=charges),
    A.ConfirmRefund: st.builds(A.ConfirmRefund, refund=st.sampled_from(("1", "no")), receipt=text),
    A.RecordPayment: st.builds(
        A.RecordPayment,
        payment=st.sampled_from(("p1", "p2", "p3", "")),
        amount=st.sampled_from((10000, 333, 10333, 700, 1, 0)),
        way=st.sampled_from(PayWay),
        receipt=st.sampled_from(("票1", "票1", "")),
    ),
    RecordSigner: st.builds(RecordSigner, signer=st.sampled_from(("owner", "no")), identity=text),
    A.SettleFees: st.just(A.SettleFees()),
    A.WaiveFee: st.builds(
        A.WaiveFee,
        charge=st.sampled_from(("shop/a", "food/b", "sign/c", "no")),
        amount=st.sampled_from((100, 10000, 333, 0, 99999)),
        reason=text,
        basis=text,
    ),
    A.SendOut: st.builds(
        A.SendOut,
        step=step_key,
        body=body_key,
        system=st.sampled_from(("legacy", "legacy", "")),
        system_name=st.just("业务系统"),
    ),
    A.ConfirmReceipt: st.builds(
        A.ConfirmReceipt, step=step_key, reference=text, underway=st.sampled_from(Underway)
    ),
    A.TakeBack: st.builds(A.TakeBack, step=step_key, message=st.sampled_from(("m-1", "m-2")), digest=digest),
    A.GiveUpExchange: st.builds(A.GiveUpExchange, step=step_key, body=body_key, reason=text),
    A.Recall: st.builds(A.Recall, step=step_key, reason=text),
    A.WriteMessage: st.builds(
        A.WriteMessage,
        digest=digest,
        to=st.sampled_from(("", "shop-body", "shop-body", "hall", "no-such")),
        files=st.sampled_from((0, 0, 2)),
        days=st.sampled_from((3, 3, 0)),
    ),
    A.NeedsNoAnswer: st.builds(A.NeedsNoAnswer, number=number),
    A.CancelVisit: st.builds(A.CancelVisit, visit=number, reason=text),
    A.ConcludeVisit: st.builds(
        A.ConcludeVisit,
        visit=number,
        conclusion=st.sampled_from(Conclusion),
        words=text,
        due=st.none() | day,
        paper=digest,
    ),
    A.ConfirmPart: st.builds(
        A.ConfirmPart,
        visit=number,
        outcome=st.sampled_from(StepOutcome),
        words=text,
        lines=st.just(2),
        left=st.sampled_from((0, 0, 0, 1)),
        bad=st.sampled_from((0, 0, 1)),
    ),
    A.ConfirmVisit: st.builds(A.ConfirmVisit, visit=number, words=text),
    A.DeclineVisit: st.builds(A.DeclineVisit, visit=number, words_digest=digest),
    A.HoldVisit: st.builds(A.HoldVisit, visit=number, present=people),
    A.MissVisit: st.builds(A.MissVisit, visit=number, who=st.sampled_from(Absent), words=text),
    A.MoveVisit: st.builds(A.MoveVisit, visit=number, slot=slots(), people=people, reason=text),
    A.ProposeVisit: st.builds(
        A.ProposeVisit,
        step=st.sampled_from(("visit", "visit", "visit", "shop.review")),
        slot=slots(),
        people=people,
        reason=text,
    ),
    A.RemindRepair: st.builds(A.RemindRepair, visit=number),
    A.ReportRepaired: st.builds(A.ReportRepaired, visit=number, words_digest=digest),
    A.AcknowledgeSupervision: st.builds(A.AcknowledgeSupervision, item=item_key),
    A.ChaseSupervision: st.builds(A.ChaseSupervision, item=item_key),
    A.HandToSupervision: st.builds(A.HandToSupervision, item=item_key),
    A.ReturnInspection: st.builds(
        A.ReturnInspection,
        item=item_key,
        result=st.sampled_from(Inspected),
        findings=text,
        inspected_on=day,
        revoke=st.booleans(),
    ),
    A.CheckForm: st.builds(A.CheckForm, identity=text),
    A.ClearHandover: st.builds(A.ClearHandover, number=number, note=text),
    A.ReceiveHandover: st.builds(
        A.ReceiveHandover, number=number, missing=st.sampled_from(((), (1,), (9,))), note=text
    ),
    A.SendHandover: st.builds(
        A.SendHandover,
        kind=st.sampled_from(HandoverKind),
        receiver=st.sampled_from(("shop-body", "near", "no-such")),
        lines=lines,
        way=text,
    ),
}
"What is asked, by command: mostly sound, often not."
