"""Erasing what is personal in a case whose time of keeping is over: rows, files, and the tie to its party.

The log of events, its digests and the numbers of papers stay: the chain proves itself as before, and the case folds to
the same state and clocks. What a digest was taken of is gone with its salt.
"""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model, QuerySet

from bancheng.core.catalogue import Subject
from bancheng.store.models import (
    ArchivePackage,
    BatchRow,
    Case,
    CaseForm,
    ChannelDelivery,
    CreditCheck,
    HandOut,
    HeldAct,
    Message,
    Minutes,
    Outbox,
    Paper,
    Parcel,
    Party,
    ResultDocument,
    SignedPromise,
    SignRound,
    Statement,
    TalkMessage,
    Upload,
    VisitAnswer,
    VisitPaper,
    VisitPhoto,
    VisitSignature,
    VisitWish,
)
from bancheng.store.models.papers import DESTROYED

NOBODY = "（已销毁）"
"""Stands where a party was named."""
TAKEN_AWAY: tuple[type[Model], ...] = (
    Upload,
    VisitPhoto,
    VisitSignature,
    VisitAnswer,
    VisitWish,
    VisitPaper,
    SignedPromise,
    SignRound,
    Statement,
    CreditCheck,
    HeldAct,
    Message,
    Outbox,
    ChannelDelivery,
)
"""Rows that go as a whole."""
EMPTIED: dict[type[Model], dict[str, object]] = {
    CaseForm: {"values": None, "known": None, "salt": ""},
    TalkMessage: {"text": "", "author": "", "salt": ""},
    Minutes: {"text": "", "salt": ""},
    HandOut: {"taker": "", "mandate": "", "place": "", "tracking": "", "code": ""},
    Parcel: {"content": "", "files": {}},
    BatchRow: {"label": "", "problems": []},
    Paper: {"file": DESTROYED},
    ResultDocument: {"file": DESTROYED, "holder": NOBODY, "lines": []},
    ArchivePackage: {"file": DESTROYED},
}
"""Rows that stay with their numbers and digests, without what they said."""
STAYING = {
    "Case": "the number and the matter, tied to nobody",
    "CaseEvent": "the log: references and digests only",
    "CaseSnapshot": "a cache of the fold",
    "CaseTask": "a projection of the log",
    "CaseBody": "a projection of the log",
    "SiteVisit": "a projection of the log",
    "CaseAlarm": "a projection of the log",
    "AlarmTold": "which official was told",
    "CaseFigure": "counts",
    "Draft": "what the applicant writes now, in their own hands",
    "ArchiveLine": "the record of destruction",
    "CreditRecord": "kept until it is repaired, and in the way of destroying before",
    "MoneyEntry": "the register of money is kept by the rules of accounts",
    "PaymentOrder": "as the register of money",
    "RefundOrder": "as the register of money",
    "StatementFinding": "as the register of money",
    "CaseBill": "as the register of money",
}
"""What else refers to a case, and why it may stay."""


def erase_case(case: Case) -> int:
    """Destroy the files of a case, then its personal rows; how many files. Whoever was cut off begins anew."""
    names = _files(case)
    for name in names:
        default_storage.delete(name)
    with transaction.atomic():
        for model in TAKEN_AWAY:
            QuerySet(model).filter(case=case).delete()
        for emptied, blank in EMPTIED.items():
            QuerySet(emptied).filter(case=case).update(**blank)
        _part_from_party(case)
    return len(names)


def _files(case: Case) -> list[str]:
    found: list[str] = []
    for model, column in (
        (Upload, "file"),
        (VisitPhoto, "thumb"),
        (VisitSignature, "file"),
        (VisitPaper, "file"),
        (Paper, "file"),
        (ResultDocument, "file"),
        (ArchivePackage, "file"),
    ):
        found += QuerySet(model).filter(case=case).values_list(column, flat=True)
    for files in Parcel.objects.filter(case=case).values_list("files", flat=True):
        found += files.values()
    return [name for name in found if name and name != DESTROYED]


def _part_from_party(case: Case) -> None:
    """The case is nobody's. A party that nothing else refers to goes; one with an account or other cases stays."""
    party = case.party
    if party.name == NOBODY:
        return
    # A person's name is shown masked, a company's is not: these words are to be read.
    nobody = Party.objects.create(subject=Subject.COMPANY.value, name=NOBODY, search_key="")
    Case.objects.filter(pk=case.pk).update(party=nobody, applicant=None)
    case.party, case.applicant = nobody, None
    relations = Party._meta.related_objects  # noqa: SLF001  # reason: the documented way to a model's relations
    if not any(
        QuerySet(one.related_model).filter(**{one.field.name: party.pk}).exists() for one in relations
    ):
        party.delete()
