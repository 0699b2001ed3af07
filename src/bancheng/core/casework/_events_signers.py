"""Events about those who must sign the form besides the applicant."""

from __future__ import annotations

from bancheng.core.casework._events_intake import Event


class SignerRecorded(Event):
    """Somebody whose signature is prescribed signed in person at the window."""

    signer: str
    who: str
    identity: str

    def words(self) -> str:
        return f"{self.who}到窗口签署申请表，已核对{self.identity}"
