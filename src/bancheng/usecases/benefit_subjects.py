"""Whose a number is: the register of subjects, shown masked, opened for a reason that is kept.

Rules, statuses and grants know numbers only. Names, identity numbers and accounts stand here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q

from bancheng.connect import engines
from bancheng.core.kernel import mask_name
from bancheng.store.models import BenefitSubject
from bancheng.usecases.access import Actor, record
from bancheng.usecases.benefits import library

PERSON = "person"
FOUND = 200
"""So many people of a name a search looks at."""
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_WITHOUT_ACCOUNT = 29
"""Every so-manieth of the fictitious town has given no account yet."""


def masked_names(kind: str, numbers: Iterable[int]) -> dict[int, str]:
    """The names of these subjects as lists show them. One query."""
    rows = BenefitSubject.objects.filter(subject_kind=kind, subject__in=set(numbers))
    return {number: mask_name(name) for number, name in rows.values_list("subject", "name")}


def numbers_of(kind: str, text: str) -> tuple[int, ...]:
    """The subjects of whom this is the number, the identity number or the beginning of the name."""
    plain = text.strip()
    by_number = Q(subject=int(plain)) if plain.isascii() and plain.isdigit() and len(plain) < 12 else Q()
    rows = BenefitSubject.objects.filter(
        Q(name__startswith=plain) | Q(identity=plain) | by_number, subject_kind=kind
    )
    return tuple(rows.values_list("subject", flat=True)[:FOUND])


def opened(actor: Actor, kind: str, number: int, what: str, reason: str) -> BenefitSubject | None:
    """Whose it is, unmasked, with the reason written into the audit chain; None where the register lacks them."""
    record(actor, "benefits.open", what, reason)
    return subject_of(kind, number)


def subject_of(kind: str, number: int) -> BenefitSubject | None:
    """The line of the register."""
    return BenefitSubject.objects.filter(subject_kind=kind, subject=number).first()


def subject_with(kind: str, identity: str) -> BenefitSubject | None:
    """The line of the register of who has this identity number."""
    return BenefitSubject.objects.filter(subject_kind=kind, identity=identity).first() if identity else None


def settle_town(tables: engines.HeldTables, drawn: int) -> None:
    """Demo mode: enter the people of the fictitious town into the register, once; `drawn` of them are made up."""
    if not settings.BANCHENG_DEMO or BenefitSubject.objects.exists():
        return
    numbers = engines.identity_numbers_of(tables.births()[:drawn])
    people = [
        BenefitSubject(
            subject_kind=PERSON,
            subject=number,
            name=f"{_SURNAMES[number % len(_SURNAMES)]}样例{number:03d}",
            identity=identity,
            phone=f"199{number:08d}",
            account="" if number % _WITHOUT_ACCOUNT == 1 else f"62299999{number:011d}",
        )
        for number, identity in enumerate(numbers)
    ]
    people += [
        BenefitSubject(
            subject_kind=PERSON,
            subject=number,
            name=one.name,
            identity=one.identity,
            account=one.account,
            phone=one.phone,
        )
        for number, one in enumerate(library().residents, drawn)
    ]
    BenefitSubject.objects.bulk_create(people, batch_size=200, ignore_conflicts=True)
