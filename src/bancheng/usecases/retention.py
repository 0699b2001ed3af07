"""Forgetting in time: what nobody will come back for is erased, with its files (个人信息保护法 art. 19)."""

from __future__ import annotations

from datetime import datetime, timedelta

from bancheng.store.models import Draft, Outbox, StuckRow, Upload
from bancheng.usecases.each import each
from bancheng.usecases.files import erase_one

ANONYMOUS_DRAFT = timedelta(days=7)
"""How long an application begun without sign-in waits for its person."""
DRAFT = timedelta(days=90)
"""How long an untouched application waits for the person who began it."""
TOLD = timedelta(days=30)
"""How long what was announced, and files that were refused, stay for those who look into a fault."""


def forget(now: datetime) -> int:
    """Erase drafts left lying, outbox rows long announced and files long refused; how many. Cases are not touched."""
    left = Draft.objects.filter(user=None, updated_at__lt=now - ANONYMOUS_DRAFT) | Draft.objects.filter(
        updated_at__lt=now - DRAFT
    )
    refused = Upload.objects.filter(state=Upload.REFUSED, created_at__lt=now - TOLD)
    gone = each("retention.draft", left.distinct(), _forget_draft, now, wanted=left)
    gone += each("retention.file", refused, erase_one, now, wanted=refused)
    # Rows that fail are tried at least every few hours: a note this old is about one that nobody wants any more.
    gone += StuckRow.objects.exclude(state=StuckRow.ASIDE).filter(last_at__lt=now - TOLD).delete()[0]
    return gone + Outbox.objects.filter(done_at__lt=now - TOLD).delete()[0]


def _forget_draft(draft: Draft) -> int:
    gone = sum(erase_one(one) for one in Upload.objects.filter(draft=draft))
    return gone + draft.delete()[0]
