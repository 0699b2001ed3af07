"""Lawful stops with written notice: hearing (行政许可法 art. 36, 46-48), expert review (art. 45), joint review.

1. Whoever is told of the right to a hearing has five working days to ask for it; until then nothing is decided.
2. A hearing is held within 20 working days of being asked for, and its time and place told seven before.
3. Its chair is not the one who examines the application; the decision rests on the minutes.
4. A joint review is no reason of art. 45: it stops the clock only where a special procedure with a basis says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from bancheng.core.casework import _commands_procedures as cmd
from bancheng.core.casework import _events as ev
from bancheng.core.casework._guard import (
    PERMIT_LAW,
    Events,
    Roads,
    need_applicant,
    need_machine,
    need_phase,
    need_role,
    need_text,
    refuse,
    signed,
    the_item,
)
from bancheng.core.casework._state import CaseState, ItemState
from bancheng.core.casework._values import Context, Phase, Role
from bancheng.core.casework._values_procedures import (
    HEARING_HELD,
    Procedure,
    ProcedureKind,
    ProcedureStage,
    ask_until,
    hold_until,
)
from bancheng.core.catalogue import SpecialProcedure
from bancheng.core.clock import PauseReason
from bancheng.core.kernel import Refusal, chinese_date

HEARING_TOLD = 7
"Working days before a hearing (art. 48, 82)."
LONGEST = 365
"Working days; a guard against slips of the keyboard, not a rule of law."

ART_45, ART_46, ART_47, ART_48 = (f"{PERMIT_LAW}第四十{number}条" for number in "五六七八")
_OFFICIALS = (Role.REVIEWER, Role.SENIOR)


def offer(state: CaseState, command: cmd.OfferHearing, context: Context) -> Events:
    """Art. 47."""
    need_phase(state, Phase.ACCEPTED)
    item = the_item(state, command.item)
    need_role(context, _OFFICIALS, _bodies(state, item))
    need_text(command.words, "hearing.words", "为什么告知听证权利")
    _none_going(state, ProcedureKind.HEARING, (command.item,))
    return (
        ev.HearingOffered(
            at=context.now,
            by=signed(context),
            number=len(state.procedures.held) + 1,
            items=(command.item,),
            titles=(item.item.name,),
            body=context.actor.body,
            until=ask_until(context.calendar, context.today).date,
            reason=command.words.strip(),
            basis=ART_47,
        ),
    )


def ask(state: CaseState, command: cmd.AskHearing, context: Context) -> Events:
    """By the applicant, in time; from that day the clock stands."""
    need_phase(state, Phase.ACCEPTED)
    need_applicant(state, context)
    offered = _the(state, command.number, ProcedureStage.OFFERED)
    until = ask_until(context.calendar, offered.since)
    if not until.provisional and context.today > until.date:
        refuse("hearing.late", f"要求听证的期限已于{chinese_date(until.date)}届满。", ART_47)
    return _called(state, offered.number, ProcedureKind.HEARING, offered.items, offered.body, context,
                   term=(HEARING_HELD, ART_47), by_applicant=True)  # fmt: skip


def waive(state: CaseState, command: cmd.WaiveHearing, context: Context) -> Events:
    """What the applicant may ask for they need not want, as long as it has not been held."""
    need_phase(state, Phase.ACCEPTED)
    need_applicant(state, context)
    one = _the(state, command.number)
    if one.kind is not ProcedureKind.HEARING or not (one.by_applicant or one.stage is ProcedureStage.OFFERED):
        refuse("hearing.theirs", "这次听证由办理部门依职权组织，申请人不能取消。", ART_46)
    ended = ev.ProcedureEnded(
        at=context.now,
        by=signed(context),
        number=one.number,
        kind=one.kind,
        title=_title(state, one.items),
        waived=True,
    )
    return (ended, *_resumed(state, one, context))


def lapse(state: CaseState, command: cmd.LetHearingLapse, context: Context) -> Events:
    """Nobody asked; never on a provisional date."""
    need_machine(context)
    offered = _the(state, command.number, ProcedureStage.OFFERED)
    until = ask_until(context.calendar, offered.since)
    if until.provisional or context.today <= until.date:
        refuse("hearing.early", "要求听证的期限尚未届满。", ART_47)
    return (
        ev.ProcedureEnded(
            at=context.now,
            by=signed(context),
            number=offered.number,
            kind=offered.kind,
            title=_title(state, offered.items),
            lapsed=True,
        ),
    )


def convene(state: CaseState, command: cmd.Convene, context: Context) -> Events:
    """The body says why, and how long it takes: that is told in writing (art. 45)."""
    need_phase(state, Phase.ACCEPTED)
    items = [the_item(state, key) for key in dict.fromkeys(command.items)]
    if not items:
        refuse("procedure.items", "请选择是为哪些事项组织的。")
    need_role(context, _OFFICIALS, [body for item in items for body in _bodies(state, item)])
    need_text(command.words, "procedure.words", "为什么需要")
    keys = tuple(item.item.key for item in items)
    _none_going(state, command.kind, keys)
    return _called(
        state,
        len(state.procedures.held) + 1,
        command.kind,
        keys,
        context.actor.body,
        context,
        term=_needed(items, command),
        note=command.words.strip(),
        procedure=command.procedure if command.kind is ProcedureKind.JOINT_REVIEW else "",
    )


def _needed(items: list[ItemState], command: cmd.Convene) -> tuple[int, str]:
    """Working days told to the applicant, and on what basis they do not count."""
    if command.kind is ProcedureKind.HEARING:
        return HEARING_HELD, ART_46
    if command.kind is ProcedureKind.JOINT_REVIEW:
        if not command.procedure:
            return 0, ""
        found = [_special(item, command.procedure) for item in items]
        longest = min(one.max_days for one in found)
        if not 1 <= (command.days or longest) <= longest:
            refuse("pause.too_long", f"“{found[0].name}”最长{longest}个工作日。", found[0].basis)
        return command.days or longest, found[0].basis
    if not 1 <= command.days <= LONGEST:
        refuse("pause.days", "请写明所需时间（工作日），并书面告知申请人。", ART_45)
    return command.days, ART_45


def _special(item: ItemState, key: str) -> SpecialProcedure:
    found = next((one for one in item.item.procedures if one.key == key), None)
    if found is None or not found.basis.strip() or found.max_days <= 0:
        refuse(
            "pause.special",
            f"“{item.item.name}”没有登记这一特别程序的依据和最长时限，不能停止计时。",
            ART_45,
            "请先在事项中登记特别程序，或不暂停计时。",
        )
    return found


_REASONS = {
    ProcedureKind.HEARING: PauseReason.HEARING,
    ProcedureKind.EXPERT_REVIEW: PauseReason.EXPERT_REVIEW,
    ProcedureKind.JOINT_REVIEW: PauseReason.SPECIAL,
}


def _called(
    state: CaseState,
    number: int,
    kind: ProcedureKind,
    items: tuple[str, ...],
    body: str,
    context: Context,
    *,
    term: tuple[int, str],
    note: str = "",
    by_applicant: bool = False,
    procedure: str = "",
) -> Events:
    """It will be held; where time is needed (`term`: working days and basis), each item's clock stands from today."""
    needed, basis = term
    first = len(state.pauses) + 1
    pauses = tuple(
        ev.ClockPaused(
            at=context.now,
            by=signed(context),
            number=first + place,
            item=item,
            title=state.items[item].item.name,
            reason=_REASONS[kind],
            on=context.today,
            max_days=needed,
            basis=basis,
            procedure=procedure,
            note=kind.words if kind is ProcedureKind.JOINT_REVIEW else "",
        )
        for place, item in enumerate(items if needed else ())
    )
    called = ev.ProcedureCalled(
        at=context.now,
        by=signed(context),
        number=number,
        kind=kind,
        items=items,
        titles=tuple(state.items[item].item.name for item in items),
        body=body,
        needed=needed,
        basis=basis,
        note=note,
        by_applicant=by_applicant,
        pauses=tuple(one.number for one in pauses),
    )
    return (called, *pauses)


def set_date(state: CaseState, command: cmd.SetDate, context: Context) -> Events:
    """A hearing is told seven working days before, held within twenty, and chaired by one who does not examine."""
    need_phase(state, Phase.ACCEPTED)
    one = _the(state, command.number, ProcedureStage.CALLED, ProcedureStage.DATED)
    need_role(context, _OFFICIALS, (one.body,))
    need_text(command.hour, "procedure.hour", "几点开始")
    need_text(command.place, "procedure.place", "地点")
    if command.day < context.today:
        refuse("procedure.past", "日期不能早于今天。")
    if one.kind is ProcedureKind.HEARING:
        _hearing_date(state, one, command, context)
    last = hold_until(context.calendar, one)
    if last is not None and command.day > last.date:
        refuse("procedure.too_late", f"应当在{chinese_date(last.date)}前举行，请改早一些。", one.basis)
    return (
        ev.ProcedureDated(
            at=context.now,
            by=signed(context),
            number=one.number,
            kind=one.kind,
            title=_title(state, one.items),
            day=command.day,
            hour=command.hour.strip(),
            place=command.place.strip(),
            chair=command.chair,
        ),
    )


def _hearing_date(state: CaseState, one: Procedure, command: cmd.SetDate, context: Context) -> None:
    if context.calendar.workdays_between(context.today, command.day) < HEARING_TOLD:
        refuse(
            "hearing.notice",
            f"听证的时间、地点要在举行的{HEARING_TOLD}个工作日前告知。",
            ART_48,
            "请选晚一些的日期。",
        )
    chair = command.chair
    if chair is None or not (chair.id and chair.name):
        refuse("hearing.chair", "请写明听证主持人。", ART_48)
    steps = [state.steps[key] for item in one.items for key in state.items[item].steps]
    examining = {owner.id for step in steps for owner in step.owners.values()}
    examining |= {report.by.id for step in steps for report in step.reports}
    if chair.id in examining:
        refuse("hearing.chair", "审查这份申请的工作人员不能主持听证，请另选一位。", ART_48)


def record_held(state: CaseState, command: cmd.RecordHeld, context: Context) -> Events:
    """With minutes; a hearing only on or after the day that was told."""
    need_phase(state, Phase.ACCEPTED)
    one = _the(state, command.number, ProcedureStage.CALLED, ProcedureStage.DATED)
    need_role(context, _OFFICIALS, (one.body,))
    if one.kind is ProcedureKind.HEARING and one.day is None:
        refuse("hearing.untold", "还没有告知听证的时间、地点。", ART_48)
    if one.day is not None and context.today < one.day:
        refuse("procedure.early", f"定于{chinese_date(one.day)}举行，还没有到。")
    need_text(command.result, "procedure.result", "结论")
    if not command.minutes:
        refuse("procedure.minutes", "请上传笔录或评审意见，决定要以它为根据。", ART_48)
    held = ev.ProcedureHeld(
        at=context.now,
        by=signed(context),
        number=one.number,
        kind=one.kind,
        title=_title(state, one.items),
        result=command.result.strip(),
        minutes=command.minutes,
    )
    return (held, *_resumed(state, one, context))


def call_off(state: CaseState, command: cmd.CallOff, context: Context) -> Events:
    """Not what the applicant asked for: only they may give that up."""
    need_phase(state, Phase.ACCEPTED)
    one = _the(state, command.number)
    need_role(context, _OFFICIALS, (one.body,))
    if one.by_applicant:
        refuse("hearing.asked", "听证是申请人要求的，不能由办理部门取消。", ART_47)
    need_text(command.reason, "procedure.reason", "取消的理由")
    ended = ev.ProcedureEnded(
        at=context.now,
        by=signed(context),
        number=one.number,
        kind=one.kind,
        title=_title(state, one.items),
        reason=command.reason.strip(),
    )
    return (ended, *_resumed(state, one, context))


def _resumed(state: CaseState, one: Procedure, context: Context) -> Iterator[ev.ClockResumed]:
    running = {pause.number: pause for pause in state.pauses if pause.pause.end is None}
    for number in one.pauses:
        if number in running:
            yield ev.ClockResumed(
                at=context.now,
                by=signed(context),
                number=number,
                on=context.today,
                title=state.items[running[number].item].item.name,
            )


def keeps_waiting(state: CaseState, item: str) -> Iterator[Refusal]:
    """What was offered or convened about an item comes before its decision."""
    for one in state.procedures.going(item):
        name = state.items[item].item.name
        if one.stage is ProcedureStage.OFFERED:
            reason, remedy = f"已告知“{name}”的听证权利，要等申请人答复或期限届满。", "请等待。"
        else:
            reason, remedy = f"“{name}”的{one.kind.words}还没有结束，不能作出决定。", "请先记录结论。"
        yield Refusal("decide.procedure", reason, one.basis, remedy)


def _the(state: CaseState, number: int, *stages: ProcedureStage) -> Procedure:
    one = next((one for one in state.procedures.held if one.number == number), None)
    if one is None or not one.going or (stages and one.stage not in stages):
        refuse("procedure.none", "这件事已经结束，或还不到这一步。", remedy="请刷新页面，查看最新进展。")
    return one


def _none_going(state: CaseState, kind: ProcedureKind, items: tuple[str, ...]) -> None:
    if any(one.kind is kind for item in items for one in state.procedures.going(item)):
        refuse("procedure.twice", f"同一事项的{kind.words}还没有结束。")


def _bodies(state: CaseState, item: ItemState) -> tuple[str, ...]:
    return (item.item.body, *(body for key in item.steps for body in state.steps[key].plan.bodies))


def _title(state: CaseState, items: tuple[str, ...]) -> str:
    return "、".join(state.items[item].item.name for item in items)


ROADS: Roads = {
    cmd.OfferHearing: offer,
    cmd.AskHearing: ask,
    cmd.WaiveHearing: waive,
    cmd.LetHearingLapse: lapse,
    cmd.Convene: convene,
    cmd.SetDate: set_date,
    cmd.RecordHeld: record_held,
    cmd.CallOff: call_off,
}
