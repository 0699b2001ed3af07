"""Whoever must sign the form besides the applicant (both parents, every partner, owner and tenant), and the lock on
acceptance until all have: online before the form is sent, or in person at the window afterwards."""

from __future__ import annotations

from collections.abc import Iterator

from bancheng.core.casework._commands_signers import RecordSigner
from bancheng.core.casework._events_signers import SignerRecorded
from bancheng.core.casework._guard import Events, Roads, need_clerk, need_phase, need_text, refuse, signed
from bancheng.core.casework._signers_values import SignerDue
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._values import Context, Phase
from bancheng.core.kernel import Refusal


def unsigned(state: CaseState) -> tuple[SignerDue, ...]:
    """Who has still to sign, in the order of the items."""
    submission = state.submission
    if submission is None:
        return ()
    parties = {one.party for one in submission.signed}
    return tuple(
        one
        for one in submission.signers
        if one.key not in state.signers and (not one.ref or one.ref not in parties)
    )


def signer_hindrances(state: CaseState) -> Iterator[Refusal]:
    """What keeps a form from being accepted that not everybody signed."""
    for one in unsigned(state):
        remedy = "请其带有效证件到窗口签署，由窗口登记。"
        yield Refusal("signers.missing", f"{one.who}还没有签署申请表。", one.basis, remedy)


def record_signer(state: CaseState, command: RecordSigner, context: Context) -> Events:
    """By the window that took the form in, which has seen who signs; once for each."""
    need_phase(state, Phase.RECEIVED, Phase.SUPPLEMENT)
    need_clerk(state, context)
    found = next((one for one in unsigned(state) if one.key == command.signer), None)
    if found is None:
        refuse("signers.none", "没有等其签署的人，或已经登记过。")
    need_text(command.identity, "signers.identity", "核对了什么证件")
    identity = command.identity.strip()
    return (
        SignerRecorded(
            at=context.now, by=signed(context), signer=found.key, who=found.who, identity=identity
        ),
    )


ROADS: Roads = {RecordSigner: record_signer}
