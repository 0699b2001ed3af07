"""Demo mode: budgets for the fictitious town's policies, and a first comparison that waits for the worker."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from bancheng.store.models import BenefitComparison, Budget
from bancheng.usecases.access import MACHINE
from bancheng.usecases.benefits import body_of, library, pays

ALLOTTED = 40_000_000
"""What each policy has for the year, in fen."""


def show(now: datetime) -> int:
    """Set money aside and ask for a comparison, once; how many budgets were made."""
    if BenefitComparison.objects.exists():
        return 0
    year = timezone.localdate(now).year
    made = Budget.objects.bulk_create(
        [
            Budget(
                key=f"{one.id}-{year}", entitlement=one.id, year=year, body=body_of(one), allotted=ALLOTTED
            )
            for one in library().policies
            if body_of(one) and pays(one)
        ],
        ignore_conflicts=True,
    )
    BenefitComparison.objects.create(
        by=MACHINE.id, by_name=MACHINE.name, asked_at=now, as_of=timezone.localdate(now)
    )
    return len(made)
