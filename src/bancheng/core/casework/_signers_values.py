"""Who must sign the form besides the applicant, as pinned when the application is sent."""

from __future__ import annotations

from bancheng.core.kernel import Record


class SignerDue(Record):
    """A party whose signature an item prescribes, signing as `who`; `ref` is the party, "" for one without account."""

    key: str
    who: str
    item: str
    ref: str = ""
    basis: str = ""
