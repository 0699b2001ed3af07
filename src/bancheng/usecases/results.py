"""Deciding items and issuing their results: papers with a number and a code by which anyone can verify them."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from calendar import monthrange
from contextlib import suppress
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from bancheng.connect.documents import ResultPaper, chinese_date, render_result
from bancheng.core.casework import (
    CaseState,
    Command,
    CommandRefused,
    Delivery,
    Hindered,
    Issued,
    ItemState,
    Verdict,
    commands,
    hindrances,
    ready,
)
from bancheng.core.catalogue import Result, StepKind, Subject
from bancheng.core.compiler import show_value, stored_value
from bancheng.core.kernel import Confidence, Fault, Record, mask_name
from bancheng.store.models import Case, ResultDocument
from bancheng.usecases.access import MACHINE, Actor, NotFound, owns, record, visible_cases
from bancheng.usecases.casework import CaseFile, act, load, open_case
from bancheng.usecases.mandate_scope import may
from bancheng.usecases.town import blueprint, body, packs

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Characters of verification codes: none that are mistaken for one another when read aloud or typed."""
CODE_LENGTH = 16


def decide_item(
    actor: Actor,
    case: UUID | str,
    item: str,
    verdict: Verdict,
    *,
    reasons: str = "",
    basis: str = "",
    remedies: str = "",
    body: str = "",
    seen: int | None = None,
    now: datetime | None = None,
) -> CaseFile:
    """Approve or refuse one item. An approval makes its result papers at once, unless a later step issues them.

    Raises:
        NotFound: not theirs to see.
        CommandRefused: the rules say no; no paper exists then.
    """
    now = now or timezone.now()
    file = open_case(actor, case)
    state = file.state.items.get(item)
    at_once = state is not None and verdict is Verdict.APPROVE and not _issued_later(file.state, state)
    papers = _papers(file, state, now) if at_once and state is not None else []
    command = commands.DecideItem(
        item=item,
        verdict=verdict,
        reasons=reasons,
        basis=basis,
        remedies=remedies,
        results=tuple(_issued(paper) for paper in papers),
    )
    return _with_papers(actor, file, command, papers, body, seen, now)


def issue(
    actor: Actor,
    case: UUID | str,
    item: str,
    *,
    body: str = "",
    seen: int | None = None,
    now: datetime | None = None,
) -> CaseFile:
    """Make the result papers of an approved item in its issuing step.

    Raises:
        NotFound: not theirs to see.
        CommandRefused: the rules say no; no paper exists then.
    """
    now = now or timezone.now()
    file = open_case(actor, case)
    state = file.state.items.get(item)
    papers = _papers(file, state, now) if state is not None and not state.issued else []
    command = commands.IssueResult(item=item, results=tuple(_issued(paper) for paper in papers))
    return _with_papers(actor, file, command, papers, body, seen, now)


def _with_papers(
    actor: Actor,
    file: CaseFile,
    command: Command,
    papers: list[ResultDocument],
    body: str,
    seen: int | None,
    now: datetime,
) -> CaseFile:
    try:
        with transaction.atomic():
            after = act(actor, file.case.pk, command, body=body, seen=seen, now=now)
            for paper in papers:
                paper.save(force_insert=True)
    except BaseException:
        _throw_away(papers)
        raise
    return after


def _issued_later(state: CaseState, item: ItemState) -> bool:
    return any(state.steps[key].plan.kind is StepKind.ISSUE for key in item.steps)


def _issued(paper: ResultDocument) -> Issued:
    return Issued(result=paper.document, number=paper.number, digest=paper.digest, file_ref=str(paper.pk))


def _papers(file: CaseFile, item: ItemState, now: datetime) -> list[ResultDocument]:
    source = packs().catalogue.items.get(item.item.key)
    results = {one.document: one for one in source.results} if source else {}
    index = sorted(file.state.items).index(item.item.key) + 1
    made: list[ResultDocument] = []
    try:
        for place, document in enumerate(item.item.results, 1):
            number = f"{file.case.number}-{index:02d}{place:02d}"
            made.append(_paper(file, item, document, results.get(document), number, now))
    except BaseException:
        _throw_away(made)
        raise
    return made


def _throw_away(papers: list[ResultDocument]) -> None:
    for paper in papers:
        default_storage.delete(paper.file)


def _paper(
    file: CaseFile, item: ItemState, document: str, result: Result | None, number: str, now: datetime
) -> ResultDocument:
    today = timezone.localdate(now)
    kind = packs().catalogue.documents.get(document)
    title = (result.name if result else "") or (kind.name if kind else document)
    valid_to = _months_later(today, result.validity_months) if result and result.validity_months else None
    paper = ResultDocument(
        case=file.case,
        item=item.item.key,
        result=result.key if result else document,
        document=document,
        name=title,
        number=number,
        code="".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)),
        body=item.item.body,
        holder=file.case.party.name,
        issued_on=today,
        valid_to=valid_to,
    )
    data = render_result(
        ResultPaper(
            title=title,
            number=number,
            body=file.state.body_name(item.item.body),
            lines=_lines(file, item, paper),
            issued_on=today,
            code=paper.code,
            verify_url=f"{settings.BANCHENG_ADDRESS}/verify/{paper.code}",
            sample=_is_sample(item),
        )
    )
    paper.digest = _sha(data)
    paper.file = default_storage.save(f"results/{paper.pk}.pdf", ContentFile(data))
    return paper


def _lines(file: CaseFile, item: ItemState, paper: ResultDocument) -> tuple[tuple[str, str], ...]:
    party = file.case.party
    of = blueprint(file.case.blueprint_id)
    # Answers that are being prepared to a notice are a later row and no part of the application yet.
    form = file.case.forms.filter(digest=file.state.form_digest).order_by("-number").first()
    values = form.values or {} if form else {}
    lines = [("持有人", party.name), ("事项", item.item.name)]
    for field in of.fields:
        stored = values.get(field.element)
        if field.element in SHOWN_ON_RESULTS and item.item.key in field.items and stored is not None:
            lines.append((field.name, show_value(field, stored_value(field, stored))))
    if paper.valid_to is not None:
        lines.append(("有效期至", chinese_date(paper.valid_to)))
    lines.append(("办件编号", file.case.number))
    return tuple(lines)


SHOWN_ON_RESULTS = frozenset(
    {"premises_name", "premises_address", "company_name", "company_address", "baby_name"}
)
"""Elements a result shows besides its holder; what identifies a person stays off the paper."""


def _is_sample(item: ItemState) -> bool:
    """Whether anything about the paper is made up: then it says so across the page."""
    office = body(item.item.body)
    return settings.BANCHENG_DEMO or (
        office.provenance is not None and office.provenance.confidence is Confidence.FICTITIOUS
    )


def _months_later(day: date, months: int) -> date:
    """The last day of a validity of `months`: the day before the same day of the month, as licences count."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) - timedelta(days=1)


def my_results(actor: Actor, case: UUID | str) -> list[ResultDocument]:
    """The results of a case the actor may see, in the order of issue."""
    return list(open_case(actor, case).case.results.order_by("issued_on", "number"))


def _kept_back(actor: Actor, paper: ResultDocument) -> bool:
    """Something is owed or unpaid, or the mandate does not reach to collecting."""
    state = load(paper.case).state
    return bool(hindrances(state, Hindered.DELIVER, paper.item)) or not may(actor, paper.case, "collect")


def open_result(actor: Actor, result: UUID) -> tuple[ResultDocument, bytes]:
    """A result paper the actor may see. While a deferred material is owed it is locked for the applicant (容缺); the
    first time the applicant opens it, it counts as delivered online.

    Raises:
        NotFound: none among what they may see, or still locked.
        Fault: the file is not the one that was issued.
    """
    paper = (
        ResultDocument.objects.filter(pk=result, case__in=visible_cases(actor)).select_related("case").first()
    )
    if paper is None:
        raise NotFound("result")
    mine = owns(actor, paper.case)
    if mine and _kept_back(actor, paper):
        raise NotFound("result.locked")
    if not mine:
        record(actor, "result.open", f"result:{paper.pk}", paper.case.number)
    with default_storage.open(paper.file) as handle:
        data = handle.read()
    if _sha(data) != paper.digest:
        raise Fault(f"the file of result {paper.number} was changed")
    if mine:
        served_online(paper.case, paper.item)
    return paper, data


def served_online(case: Case, item: str) -> None:
    """The applicant has opened what was decided on an item: it is delivered, if it was not yet."""
    state = load(case).state
    if not ready(state.items[item]):
        return
    command = commands.Deliver(way=Delivery.ONLINE, items=(item,), to_ref=f"party:{case.party_id}")
    with suppress(CommandRefused):  # the same person opened it twice at once: it is delivered
        act(MACHINE, case.pk, command)


class Verified(Record):
    """What an outsider learns from a verification code, and no more: persons' names masked, companies' in full."""

    title: str
    number: str
    body: str
    holder: str
    issued_on: date
    valid_to: date | None
    expired: bool
    matches: bool | None
    "Whether a file shown along is the one that was issued; None when none was shown."


def verify(code: str, file: bytes | None = None) -> Verified | None:
    """What was issued under a code (grouping and case do not matter), or None: no such paper."""
    plain = "".join(char for char in unicodedata.normalize("NFKC", code).upper() if char.isalnum())
    if len(plain) != CODE_LENGTH:
        return None
    paper = ResultDocument.objects.filter(code=plain).select_related("case__party").first()
    if paper is None:
        return None
    person = paper.case.party.subject == Subject.PERSON.value
    return Verified(
        title=paper.name,
        number=paper.number,
        body=body(paper.body).name,
        holder=mask_name(paper.holder) if person else paper.holder,
        issued_on=paper.issued_on,
        valid_to=paper.valid_to,
        expired=paper.valid_to is not None and paper.valid_to < timezone.localdate(),
        matches=None if file is None else _sha(file) == paper.digest,
    )


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
