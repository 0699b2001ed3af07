"""Deciding items and issuing their results: papers with a number and a code by which anyone can verify them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from bancheng.connect.documents import ResultPaper, render_result
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
from bancheng.core.catalogue import StepKind
from bancheng.core.compiler import show_value, stored_value
from bancheng.core.kernel import Fault, chinese_date
from bancheng.store.models import Case, ResultDocument
from bancheng.store.models.papers import DESTROYED
from bancheng.usecases.access import MACHINE, Actor, NotFound, owns, record, visible_cases
from bancheng.usecases.casework import CaseFile, act, load, open_case
from bancheng.usecases.failing import or_else
from bancheng.usecases.mandate_scope import may
from bancheng.usecases.sealing import (
    ALPHABET,
    CODE_LENGTH,
    digest_of,
    is_sample,
    new_code,
    seal_of,
    signed,
    template_of,
)
from bancheng.usecases.town import blueprint, body, packs

__all__ = ["ALPHABET", "CODE_LENGTH"]


def decide_item(  # noqa: PLR0913  # reason: each is a line of the decision
    actor: Actor,
    case: UUID | str,
    item: str,
    verdict: Verdict,
    *,
    reasons: str = "",
    basis: str = "",
    remedies: str = "",
    limits: str = "",
    body: str = "",
    seen: int | None = None,
    now: datetime | None = None,
) -> CaseFile:
    """Approve or refuse one item. An approval makes its result papers at once, unless a later step issues them.

    `limits` make it an approval of a part: what is granted, on which conditions, and what is not.

    Raises:
        NotFound: not theirs to see.
        CommandRefused: the rules say no; no paper exists then.
    """
    now = now or timezone.now()
    file = open_case(actor, case)
    state = file.state.items.get(item)
    at_once = state is not None and verdict is Verdict.APPROVE and not _issued_later(file.state, state)
    papers = _papers(file, state, now, limits) if at_once and state is not None else []
    command = commands.DecideItem(
        item=item,
        verdict=verdict,
        reasons=reasons,
        basis=basis,
        remedies=remedies,
        limits=limits,
        results=tuple(issued(paper) for paper in papers),
    )
    return with_papers(actor, file, command, papers, body, seen, now)


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
    papers = _papers(file, state, now, state.limits) if state is not None and not state.issued else []
    command = commands.IssueResult(item=item, results=tuple(issued(paper) for paper in papers))
    return with_papers(actor, file, command, papers, body, seen, now)


def with_papers(
    actor: Actor,
    file: CaseFile,
    command: Command,
    papers: list[ResultDocument],
    body: str,
    seen: int | None,
    now: datetime,
) -> CaseFile:
    """Act, and keep the papers that the act is about; when it fails their files are thrown away.

    Raises:
        CommandRefused, Stale: as `act`.
    """
    with or_else(lambda: throw_away(papers)), transaction.atomic():
        after = act(actor, file.case.pk, command, body=body, seen=seen, now=now)
        for paper in papers:
            paper.save(force_insert=True)
    return after


def _issued_later(state: CaseState, item: ItemState) -> bool:
    return any(state.steps[key].plan.kind is StepKind.ISSUE for key in item.steps)


def issued(paper: ResultDocument) -> Issued:
    """A paper as the log refers to it."""
    return Issued(result=paper.document, number=paper.number, digest=paper.digest, file_ref=str(paper.pk))


def _papers(file: CaseFile, item: ItemState, now: datetime, limits: str) -> list[ResultDocument]:
    index = sorted(file.state.items).index(item.item.key) + 1
    # After a re-opening papers are made anew; none is ever written over.
    edition = 1 + (_last_edition(file.case, item.item.key) or 0)
    made: list[ResultDocument] = []
    with or_else(lambda: throw_away(made)):
        for place, document in enumerate(item.item.results, 1):
            number = f"{file.case.number}-{index:02d}{place:02d}" + (f"-{edition}" if edition > 1 else "")
            notes = (f"准予范围和条件：{limits}",) if limits else ()
            made.append(_paper(file, item, document, number, edition, now, notes=notes))
    return made


def _last_edition(case: Case, item: str) -> int | None:
    last: int | None = ResultDocument.objects.filter(case=case, item=item).aggregate(Max("edition"))[
        "edition__max"
    ]
    return last


def throw_away(papers: Iterable[ResultDocument]) -> None:
    """Delete the files of papers that were not issued."""
    for paper in papers:
        default_storage.delete(paper.file)


def corrected(
    file: CaseFile, item: ItemState, old: ResultDocument, lines: tuple[tuple[str, str], ...], now: datetime
) -> ResultDocument:
    """A paper in place of `old`, with these lines; not yet issued."""
    edition = 1 + (_last_edition(file.case, item.item.key) or 0)
    base = old.number.removesuffix(f"-{old.edition}") if old.edition > 1 else old.number
    notes = (f"本件由编号 {old.number} 的文书更正而来，原件作废。",)
    limits = (f"准予范围和条件：{item.limits}",) if item.limits else ()
    return _paper(
        file, item, old.document, f"{base}-{edition}", edition, now, notes=(*limits, *notes), lines=lines
    )


def _paper(
    file: CaseFile,
    item: ItemState,
    document: str,
    number: str,
    edition: int,
    now: datetime,
    *,
    notes: tuple[str, ...] = (),
    lines: tuple[tuple[str, str], ...] = (),
) -> ResultDocument:
    today = timezone.localdate(now)
    source = packs().catalogue.items.get(item.item.key)
    result = next((one for one in source.results if one.document == document), None) if source else None
    kind = packs().catalogue.documents.get(document)
    title = (result.name if result else "") or (kind.name if kind else document)
    valid_to = months_later(today, result.validity_months) if result and result.validity_months else None
    paper = ResultDocument(
        case=file.case,
        item=item.item.key,
        result=result.key if result else document,
        document=document,
        name=title,
        number=number,
        code=new_code(),
        body=item.item.body,
        holder=file.case.party.name,
        issued_on=today,
        valid_to=valid_to,
        edition=edition,
    )
    lines = lines or _lines(file, item, paper)
    paper.lines = [list(line) for line in lines]
    paper.holder = dict(lines).get(HOLDER, paper.holder)
    made = render_result(
        ResultPaper(
            title=title,
            number=number,
            body=file.state.body_name(item.item.body),
            lines=lines,
            issued_on=today,
            code=paper.code,
            verify_url=f"{settings.BANCHENG_ADDRESS}/verify/{paper.code}",
            sample=is_sample(body(item.item.body)),
            seal=seal_of(item.item.body),
            template=template_of(document, item.item.body),
            notes=notes,
        )
    )
    data = signed(made, title)
    paper.digest = digest_of(data)
    paper.file = default_storage.save(f"results/{paper.pk}.pdf", ContentFile(data))
    return paper


def _lines(file: CaseFile, item: ItemState, paper: ResultDocument) -> tuple[tuple[str, str], ...]:
    party = file.case.party
    of = blueprint(file.case.blueprint_id)
    # Answers that are being prepared to a notice are a later row and no part of the application yet.
    form = file.case.forms.filter(digest=file.state.form_digest).order_by("-number").first()
    values = form.values or {} if form else {}
    lines = [(HOLDER, party.name), ("事项", item.item.name)]
    for field in of.fields:
        stored = values.get(field.element)
        if field.element in SHOWN_ON_RESULTS and item.item.key in field.items and stored is not None:
            lines.append((field.name, show_value(field, stored_value(field, stored))))
    if paper.valid_to is not None:
        lines.append(("有效期至", chinese_date(paper.valid_to)))
    lines.append(("办件编号", file.case.number))
    return tuple(lines)


HOLDER = "持有人"
"""The line of a paper that names whose it is."""
SHOWN_ON_RESULTS = frozenset(
    {"premises_name", "premises_address", "company_name", "company_address", "baby_name"}
)
"""Elements a result shows besides its holder; what identifies a person stays off the paper."""


def months_later(day: date, months: int) -> date:
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
        NotFound: none among what they may see, still locked, or destroyed when its time was over.
        Fault: the file is not the one that was issued.
    """
    paper = (
        ResultDocument.objects.filter(pk=result, case__in=visible_cases(actor)).select_related("case").first()
    )
    if paper is None:
        raise NotFound("result")
    if paper.file == DESTROYED:
        raise NotFound("result.destroyed")
    mine = owns(actor, paper.case)
    if mine and _kept_back(actor, paper):
        raise NotFound("result.locked")
    if not mine:
        record(actor, "result.open", f"result:{paper.pk}", paper.case.number)
    with default_storage.open(paper.file) as handle:
        data = handle.read()
    if digest_of(data) != paper.digest:
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
