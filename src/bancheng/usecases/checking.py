"""Looking whether logs and kept states still say the same, a few cases at a time, without anybody asking."""

from __future__ import annotations

import logging
from datetime import datetime

from bancheng.core.kernel import Fault
from bancheng.store.models import CaseSnapshot
from bancheng.usecases.access import MACHINE, record
from bancheng.usecases.casework import examine

_log = logging.getLogger(__name__)


def check(most: int, now: datetime) -> int:
    """Fold the whole log of the `most` kept cases that were checked longest ago; how many.

    One that does not hold is logged and written into the audit chain; nothing about it is changed.
    """
    rows = list(CaseSnapshot.objects.order_by("checked_at").select_related("case").defer("state")[:most])
    for row in rows:
        try:
            examine(row.case)
        except Fault as fault:
            _log.error("%s", fault)
            record(MACHINE, "case.broken", f"case:{row.case_id}", row.case.number)
    CaseSnapshot.objects.filter(pk__in=[row.pk for row in rows]).update(checked_at=now)
    return len(rows)
