"""Which events a slip tells of, and its number: given inside the transaction of the act that it tells of.

An act and the number of its slip are written together or not at all, so that a series has neither gap nor double.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bancheng.core.casework import AnyEvent, CaseState, TurnedAway, Verdict, day_of
from bancheng.core.casework import events as ev
from bancheng.store.models import Case, Paper
from bancheng.usecases.access import next_serial
from bancheng.usecases.sealing import new_code, number_of

REFUSAL = "不予许可决定书"


@dataclass(frozen=True)
class Slip:
    """A slip that exists for a case: `seq` is the event it tells of, `kind` the word of its series."""

    seq: int
    title: str
    on: date
    kind: str = ""


def slips_of(events: Sequence[AnyEvent], first: int) -> tuple[Slip, ...]:
    """The slips of these events, in order; `first` is the sequence of the first of them."""
    found = ((seq, event, _title(event)) for seq, event in enumerate(events, first))
    return tuple(Slip(seq, title[0], day_of(event.at), title[1]) for seq, event, title in found if title)


def number_slips(case: Case, state: CaseState, events: Sequence[AnyEvent], first: int) -> None:
    """Number the slips of these events: each the next of its body's series of the year.

    Inside the caller's transaction, and best as its last word: whoever wants a number of the same series waits for its
    end. Series are taken in one order by everybody, so that no two wait for each other.
    """
    found = [(_body(state, events[slip.seq - first]), slip) for slip in slips_of(events, first)]
    rows = []
    for key, slip in sorted(found, key=lambda one: (one[0], one[1].kind, one[1].on.year, one[1].seq)):
        year = slip.on.year
        serial = next_serial(f"paper:{key}:{slip.kind}:{year}")
        rows.append(
            Paper(
                case=case,
                seq=slip.seq,
                kind=slip.kind,
                title=slip.title,
                body=key,
                year=year,
                serial=serial,
                number=number_of(key, slip.kind, year, serial),
                on=slip.on,
                code=new_code(),
            )
        )
    if rows:
        Paper.objects.bulk_create(rows)


def _title(event: AnyEvent) -> tuple[str, str] | None:  # noqa: PLR0911  # reason: one line for each kind of slip
    """Title and series of the slip that tells of an event."""
    if isinstance(event, ev.Submitted):
        return "收件回执", "收"
    if isinstance(event, ev.NoticeIssued):
        return ("补充材料通知书", "补") if event.after_acceptance else ("一次性补正告知书", "补告")
    if isinstance(event, ev.Accepted):
        return "受理通知书", "受"
    if isinstance(event, ev.IntakeClosed):
        not_needed = event.outcome is TurnedAway.NOT_NEEDED
        return ("无需办理告知书", "告") if not_needed else ("不予受理通知书", "不受")
    if isinstance(event, ev.ItemDecided):
        if event.verdict is Verdict.REFUSE:
            return REFUSAL, "不准"
        return ("部分准予许可决定书", "准") if event.limits else ("准予许可决定书", "准")
    if isinstance(event, ev.RenewedBySilence):
        return "视为准予延续告知书", "延准"
    if isinstance(event, ev.OutcomeCorrected):
        return "更正通知书", "更"
    if isinstance(event, ev.LicenceRevoked):
        return f"{event.ground.words}决定书", "撤"
    if isinstance(event, ev.ItemReopened):
        return "重新办理通知书", "重"
    if isinstance(event, ev.Delivered):
        return "送达回证", "送"
    return _CLOCK.get(type(event))


_CLOCK: Mapping[type[AnyEvent], tuple[str, str]] = {
    ev.HearingOffered: ("听证权利告知书", "听告"),
    ev.ProcedureDated: ("听证、评审通知书", "听"),
    ev.ClockPaused: ("特别程序期限告知书", "期"),
    ev.ClockExtended: ("延长期限告知书", "延"),
}
"""Written notices of what stops or lengthens the clock (行政许可法 art. 42, 45, 47, 48)."""


_OF_ITEM = (ev.ItemDecided, ev.RenewedBySilence, ev.OutcomeCorrected, ev.LicenceRevoked, ev.ItemReopened)


def _body(state: CaseState, event: AnyEvent) -> str:
    """Whose paper it is."""
    window = state.submission.receiving_body if state.submission else ""
    if isinstance(event, ev.NoticeIssued):
        return event.body or window
    if isinstance(event, _OF_ITEM):
        return state.items[event.item].item.body
    if isinstance(event, ev.HearingOffered):
        return event.body
    if isinstance(event, ev.ClockPaused | ev.ClockExtended | ev.ProcedureDated):
        # Whoever stopped or lengthened it says so.
        return event.by.body or window
    return window
