"""Looking whether logs and kept states still say the same, a few cases at a time, without anybody asking."""

from __future__ import annotations

import logging
from datetime import datetime

from bancheng.core.kernel import Fault
from bancheng.store.models import CaseSnapshot
from bancheng.usecases.access import MACHINE, record
from bancheng.usecases.casework import examine
from bancheng.usecases.each import each

_log = logging.getLogger(__name__)


def check(most: int, now: datetime) -> int:
    """Fold the whole log of the `most` kept cases that were checked longest ago; how many.

    One that does not hold is logged and written into the audit chain; nothing about it is changed.
    """
    rows = CaseSnapshot.objects.order_by("checked_at").select_related("case").defer("state")

    def checked(row: CaseSnapshot) -> int:
        try:
            examine(row.case)
        except Fault as fault:
            _log.error("%s", fault)
            record(MACHINE, "case.broken", f"case:{row.case_id}", row.case.number)
        CaseSnapshot.objects.filter(pk=row.pk).update(checked_at=now)
        return 1

    return each("logs.case", rows, checked, now, most=most)
