"""Commands about those who must sign the form besides the applicant."""

from __future__ import annotations

from bancheng.core.casework._command import Command


class RecordSigner(Command):
    """The window has seen `signer` (the key of the one who is due) sign on paper, and `identity` (which document)."""

    signer: str
    identity: str
