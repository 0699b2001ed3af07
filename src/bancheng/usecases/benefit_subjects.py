"""Whose a number is: the register of subjects, shown masked, opened for a reason that is kept.

Rules, statuses and grants know numbers only. Names, identity numbers and accounts stand here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db.models import Q

from bancheng.connect import engines
from bancheng.core.benefits import SubjectKind
from bancheng.core.kernel import mask_name
from bancheng.store.models import BenefitSubject
from bancheng.usecases.access import Actor, record
from bancheng.usecases.benefits import library

PERSON, COMPANY = SubjectKind.PERSON.value, SubjectKind.COMPANY.value
FOUND = 200
"""So many people of a name a search looks at."""
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_WITHOUT_ACCOUNT = 29
"""Every so-manieth of the fictitious town has given no account yet."""


def shown_names(kind: str, numbers: Iterable[int]) -> dict[int, str]:
    """The names of these subjects as lists show them: of people masked, of companies whole. One query."""
    rows = BenefitSubject.objects.filter(subject_kind=kind, subject__in=set(numbers))
    return {number: shown_name(kind, name) for number, name in rows.values_list("subject", "name")}


def shown_name(kind: str, name: str) -> str:
    """A name as lists show it: a person's masked, a company's whole."""
    return name if kind == COMPANY else mask_name(name)


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


def settle_town(tables: engines.HeldTables, drawn: tuple[int, int, int]) -> None:
    """Demo mode: enter the people and companies of the fictitious town into the register, once.

    `drawn`: how many people and how many companies are made up, and their seed.
    """
    if not settings.BANCHENG_DEMO:
        return
    people, companies, _seed = drawn
    for kind, made_up, many in (
        (SubjectKind.PERSON, _people, people),
        (SubjectKind.COMPANY, _companies, companies),
    ):
        if BenefitSubject.objects.filter(subject_kind=kind.value).exists():
            continue
        moved_in = (one for one in library().residents if one.subject is kind)
        written = (
            BenefitSubject(
                subject_kind=kind.value,
                subject=number,
                name=one.name,
                identity=one.identity,
                account=one.account,
                phone=one.phone,
            )
            for number, one in enumerate(moved_in, many)
        )
        rows = [*made_up(tables, many), *written]
        BenefitSubject.objects.bulk_create(rows, batch_size=200, ignore_conflicts=True)


def _people(tables: engines.HeldTables, many: int) -> Iterator[BenefitSubject]:
    for number, identity in enumerate(engines.identity_numbers_of(tables.births()[:many])):
        yield BenefitSubject(
            subject_kind=PERSON,
            subject=number,
            name=f"{_SURNAMES[number % len(_SURNAMES)]}样例{number:03d}",
            identity=identity,
            phone=f"199{number:08d}",
            account="" if number % _WITHOUT_ACCOUNT == 1 else f"62299999{number:011d}",
        )


def _companies(_tables: engines.HeldTables, many: int) -> Iterator[BenefitSubject]:
    for number, code in enumerate(engines.credit_codes(many)):
        yield BenefitSubject(
            subject_kind=COMPANY,
            subject=number,
            name=f"云溪样例{number:03d}号企业",
            identity=code,
            phone=f"198{number:08d}",
            account="" if number % _WITHOUT_ACCOUNT == 1 else f"99999999{number:010d}",
        )
