"""A firm's many applications at once: one sheet in, every problem with row and column out, good rows as drafts, all
submitted together, one list of receipts. Sent by the firm's agent, or brought to a window (`channel`)."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from bancheng.connect.documents import join_papers
from bancheng.connect.tables import FilledRow, FormColumn, read_form_sheet, write_form_sheet
from bancheng.core.casework import CommandRefused
from bancheng.core.catalogue import ElementKind
from bancheng.core.compiler import Blueprint, GuidedQuestion, MergedField
from bancheng.core.kernel import Place, Problem, ProblemsFound
from bancheng.store.models import Batch, BatchRow, Draft
from bancheng.usecases import apply, counter, counter_people, uploads
from bancheng.usecases.access import Actor, NotAllowed, NotFound, record
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.counter_people import windows
from bancheng.usecases.letters import slip
from bancheng.usecases.mandate_scope import represented
from bancheng.usecases.spreadsheets import as_workbook
from bancheng.usecases.submission import submit
from bancheng.usecases.town import blueprint, current_blueprint

MOST = 300
"""Rows of one sheet: beyond that a person waits too long for the answer."""
SAMPLE = 10
"""Drafts whose lists are made to show what a batch still lacks; what is given goes to all that lack it."""
Asked = GuidedQuestion | MergedField
WINDOW = "window"
"""The channel of what is brought to a window; the clerk enters it for the firm, whose agent stands there."""
_YES_NO = {"是": "true", "否": "false"}
_SPLIT = str.maketrans("，；;,", "、、、、")


def _asked(of: Blueprint) -> dict[str, Asked]:
    """What a sheet can hold, in the order of the form: lists of records do not fit into a cell."""
    found: dict[str, Asked] = {one.element: one for one in of.questions}
    found |= {one.element: one for one in of.fields if one.kind is not ElementKind.RECORDS}
    return {key: one for key, one in found.items() if key not in of.fixed}


def _name(one: Asked) -> str:
    return one.name if isinstance(one, MergedField) else one.text


def _choices(one: Asked) -> dict[str, str]:
    """The texts a cell may hold, with the values they stand for; empty where anything may be typed."""
    if one.kind is ElementKind.BOOLEAN:
        return _YES_NO
    options = one.codes if isinstance(one, MergedField) else one.options
    return {option.label: option.value for option in options}


def template(actor: Actor, key: str) -> tuple[str, bytes]:
    """The name and bytes of the empty sheet of a one-thing.

    Raises:
        NotFound: there is no such one-thing.
        NotAllowed: nobody is signed in.
    """
    of = current_blueprint(key)
    if of is None:
        raise NotFound(key)
    if not actor.signed_in:
        raise NotAllowed("batch")
    columns = []
    for element, one in _asked(of).items():
        many = one.kind is ElementKind.MULTI_CHOICE
        choices = tuple(_choices(one))
        how = f"从列表选{'，几个用“、”隔开' if many else ''}" if choices else ""
        if one.kind is ElementKind.DATE:
            how = "如 2026-03-01"
        hint = one.hint if isinstance(one, MergedField) else one.help
        source = one.source_name if isinstance(one, MergedField) and one.source else ""
        how = "；".join(part for part in (how, hint, f"能从{source}取到的可以空着" if source else "") if part)
        must = isinstance(one, MergedField) and one.required == "true" and not source
        columns.append(FormColumn(element, _name(one), how, () if many else choices, must))
    out = io.BytesIO()
    write_form_sheet(out, of.name, columns)
    return f"{of.name}-批量模板.xlsx", out.getvalue()


def take_in(actor: Actor, key: str, party: UUID, name: str, data: BinaryIO, channel: str = "online") -> Batch:
    """Read a filled sheet: a draft for each good row, the problems of every other; the same sheet twice is one batch.

    A row that was taken from an earlier sheet is known again and makes no second application: so a sheet is put right
    and sent whole. Whoever wants the same twice gives the rows different numbers of their own.

    Raises:
        NotFound: there is no such one-thing, or at a window no such party or window of theirs.
        NotAllowed: the actor may not apply for this party.
        ProblemsFound: the file as a whole cannot be read.
    """
    of = current_blueprint(key)
    if of is None:
        raise NotFound(key)
    if channel == WINDOW:
        if counter_people.party(actor, party).subject != of.subject.value:
            raise NotFound(key)
    elif party not in {one.party for one in apply.parties_for(actor, of)}:
        raise NotAllowed("party")
    content = data.read(uploads_limit() + 1)
    if len(content) > uploads_limit():
        raise ProblemsFound((Problem("batch_large", "文件太大。", suggestion="请拆成几个表。"),))
    same = {
        "user_id": actor.user_id,
        "party_id": party,
        "onething": key,
        "digest": hashlib.sha256(content).hexdigest(),
        "channel": channel,
    }
    again = Batch.objects.filter(**same).first()
    if again is not None:
        return again
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as held:
        held.write(content)
        held.flush()
        rows = read_form_sheet(Path(held.name), name, _asked(of), MOST)
    with transaction.atomic():
        # Pressed twice at once, the second finds what the first made.
        batch, made = Batch.objects.get_or_create(**same, defaults={"name": name[:200]})
        if not made:
            return batch
        known, before = None, _taken_before(batch)
        for row in rows:
            mark = _mark(row)
            twin = before.get(mark)
            if twin is None:
                kept, known = _take_row(actor, batch, of, row, known)
            else:
                kept = _seen_before(batch, row, twin)
            kept.digest = mark
            kept.save()
            if twin is None and kept.draft_id is not None:
                before[mark] = kept
    record(actor, "batch.take", f"batch:{batch.pk}", f"批量申请{len(rows)}件")
    return batch


def uploads_limit() -> int:
    """Bytes of a sheet at most."""
    return 5 * 1024 * 1024


def _mark(row: FilledRow) -> str:
    told = json.dumps(row.cells, ensure_ascii=False, sort_keys=True)
    return salted_hmac("bancheng.batch", told, algorithm="sha256").hexdigest()


def _taken_before(batch: Batch) -> dict[str, BatchRow]:
    """Rows of earlier sheets for the same matter and party: submitted by anybody, or drafts of the same account."""
    rows = BatchRow.objects.filter(batch__party=batch.party_id, batch__onething=batch.onething)
    taken = Q(case__isnull=False) | Q(draft__isnull=False, batch__user=batch.user_id)
    return {one.digest: one for one in rows.filter(taken).exclude(digest="").order_by("pk")}


def _seen_before(batch: Batch, row: FilledRow, held: BatchRow) -> BatchRow:
    kept = BatchRow(batch=batch, number=row.number, label=row.cells.get("_label", "")[:200])
    if held.batch_id == batch.pk:
        how = "确实要办两次的，请在第一列给两行写上不同的编号。"
        kept.problems = [["", f"和第{held.number}行完全一样，没有重复收下。", how]]
    else:
        kept.draft_id, kept.case_id = held.draft_id, held.case_id
    return kept


def _take_row(
    actor: Actor, batch: Batch, of: Blueprint, row: FilledRow, known: Draft | None
) -> tuple[BatchRow, Draft]:
    """The row with its draft or its problems, not yet written; and what the sources said."""
    draft = apply.start(actor, of.key, batch.party_id, batch.channel)
    if known is not None:
        # The same party: what the sources said of it for the first row holds for all.
        draft.known, draft.known_at = known.known, known.known_at
        draft.save(update_fields=["known", "known_at"])
    preparation = apply.prepare(actor, draft)
    asked = _asked(of)
    raw, problems = _texts(asked, row)
    problems += apply.answer(preparation, raw)
    preparation = apply.prepare(actor, preparation.draft)
    wrong = {one.place.path for one in problems}
    problems += [
        one
        for one in apply.what_is_missing(preparation)
        if not one.place.path.startswith("material/") and one.place.path not in wrong
    ]
    kept = BatchRow(
        batch=batch,
        number=row.number,
        label=row.cells.get("_label", "")[:200],
        draft=None if problems else preparation.draft,
        problems=[
            [_name(asked[one.place.path]) if one.place.path in asked else "", one.message, one.suggestion]
            for one in problems
        ],
    )
    seen = Draft(known=preparation.draft.known, known_at=preparation.draft.known_at)
    if problems:
        draft.delete()
    return kept, seen


def _texts(asked: dict[str, Asked], row: FilledRow) -> tuple[dict[str, list[str]], list[Problem]]:
    raw: dict[str, list[str]] = {}
    problems: list[Problem] = []
    for key, text in row.cells.items():
        if key not in asked or not text:
            continue
        choices = _choices(asked[key])
        many = asked[key].kind is ElementKind.MULTI_CHOICE
        parts = [part for part in text.translate(_SPLIT).split("、") if part.strip()] if many else [text]
        values = [choices.get(part.strip(), part.strip()) for part in parts]
        if choices and not set(values) <= set(choices.values()):
            words = f"“{text}”不在可选的范围里。"
            listed = "、".join(list(choices)[:12])
            problems.append(Problem("value", words, Place(path=key), f"请填：{listed}"))
            continue
        raw[key] = values
    return raw, problems


# ------------------------------------------------------------------------------------------------ the batch


def my_batches(actor: Actor, channel: str = "online") -> QuerySet[Batch]:
    """The actor's batches, newest first: of parties they may still act for, or what they took in at a window."""
    rows = Batch.objects.filter(user_id=actor.user_id, channel=channel)
    if channel == WINDOW:
        rows = rows if windows(actor, ("clerk",)) else rows.none()
    else:
        rows = rows.filter(party__in=[one.party for one in actor.acting])
    return rows.select_related("party").order_by("-created_at")


def counted(found: QuerySet[Batch]) -> list[tuple[Batch, int, int]]:
    """Batches with how many of their rows wait and how many were sent: two queries."""
    batches = list(found)
    rows = BatchRow.objects.filter(batch__in=batches).values_list("batch_id", "draft_id", "case_id")
    waiting, sent = Counter[UUID](), Counter[UUID]()
    for batch, draft, case in rows:
        waiting[batch] += draft is not None
        sent[batch] += case is not None
    return [(one, waiting[one.pk], sent[one.pk]) for one in batches]


def my_batch(actor: Actor, pk: UUID, channel: str = "online") -> Batch:
    """One of them.

    Raises:
        NotFound: none of theirs.
    """
    found = my_batches(actor, channel).filter(pk=pk).first()
    if found is None:
        raise NotFound("batch")
    return found


def any_batch(actor: Actor, pk: UUID) -> Batch:
    """One of theirs, online or at a window.

    Raises:
        NotFound: none of theirs.
    """
    channel = Batch.objects.filter(pk=pk, user_id=actor.user_id).values_list("channel", flat=True).first()
    return my_batch(actor, pk, channel or "online")


def open_rows(batch: Batch) -> QuerySet[BatchRow]:
    """Rows whose drafts wait to be submitted."""
    return batch.rows.filter(draft__isnull=False).select_related("draft")


def papers(actor: Actor, batch: Batch) -> list[tuple[str, str]]:
    """The papers the open drafts still lack, as far as the first `SAMPLE` of them tell: document and name."""
    found: dict[str, str] = {}
    for row in open_rows(batch)[:SAMPLE]:
        if row.draft is None:
            continue
        preparation = apply.prepare(actor, row.draft)
        lacking = {one.place.path for one in apply.what_is_missing(preparation)}
        for one in preparation.asked_materials():
            if f"material/{one.material.document}" in lacking:
                found.setdefault(one.material.document, one.material.name)
    return list(found.items())


def give_paper(actor: Actor, batch: Batch, document: str, name: str, data: BinaryIO) -> int:
    """The same file for every open draft that lacks this paper; how many got it.

    Raises:
        ProblemsFound: the file is not taken.
    """
    content, given = data.read(), 0
    for row in open_rows(batch):
        if row.draft is None:
            continue
        preparation = apply.prepare(actor, row.draft)
        if f"material/{document}" not in {one.place.path for one in apply.what_is_missing(preparation)}:
            continue
        taken = uploads.attach(row.draft, None, document, name, io.BytesIO(content))
        if isinstance(taken, Problem):
            raise ProblemsFound((taken.at(Place(path="file")),))
        given += 1
    return given


def see_paper(actor: Actor, batch: Batch, document: str) -> int:
    """The original of this paper was seen at the window and kept, for every open draft that lacks it; how many."""
    seen = 0
    for row in open_rows(batch):
        if row.draft is None or batch.channel != WINDOW:
            continue
        preparation = apply.prepare(actor, row.draft)
        if f"material/{document}" in {one.place.path for one in apply.what_is_missing(preparation)}:
            counter.keep_papers(preparation, {*row.draft.papers, document})
            seen += 1
    return seen


def submit_all(
    actor: Actor, batch: Batch, *, declared: bool, body: str = "", mandate: int = 0
) -> tuple[int, int]:
    """Submit every draft that is complete: how many went, how many wait with their problems. One failing row holds up
    no other; pressed twice, nothing is submitted twice.

    At a window `body` is the one that takes it in and `mandate` that of the agent who stands there, asked again for
    each case and written in its log.

    Raises:
        ProblemsFound: not declared to be true, no window of the clerk's, or a mandate that does not hold.
    """
    if not declared:
        words = "请确认所填内容和材料真实有效。"
        raise ProblemsFound((Problem("declared", words, Place(path="declared")),))
    if batch.channel == WINDOW:
        _at_window(actor, batch, body, mandate)
    went = waits = 0
    for row in open_rows(batch):
        if row.draft is None:
            continue
        # The draft goes with its submission; a sheet that was sent again has a row for it, too.
        told = list(BatchRow.objects.filter(draft=row.draft).values_list("pk", flat=True))
        try:
            with transaction.atomic():
                file = _submitted(actor, batch, row.draft, body, mandate)
                BatchRow.objects.filter(pk__in=told).update(case=file.case, draft=None, problems=[])
            went += 1
        except ProblemsFound as found:
            wrong = [["", one.message, one.suggestion] for one in found.problems]
            BatchRow.objects.filter(pk__in=told).update(problems=wrong)
            waits += 1
        except CommandRefused as no:
            wrong = [["", one.reason, one.remedy] for one in no.refusals]
            BatchRow.objects.filter(pk__in=told).update(problems=wrong)
            waits += 1
        except NotFound:
            # Somebody else submitted or discarded this draft meanwhile.
            waits += 1
    return went, waits


def _at_window(actor: Actor, batch: Batch, body: str, mandate: int) -> None:
    """Told before anything is submitted, and not a hundred times."""
    held = windows(actor, ("clerk",))
    if body not in {"", *held} or (not body and len(held) > 1):
        raise ProblemsFound((Problem("window", "请选在哪个窗口收。", Place(path="window")),))
    try:
        represented(actor, mandate, batch.party_id, batch.onething, timezone.localdate())
    except CommandRefused as no:
        told = tuple(Problem(one.code, one.reason, Place(path="agent"), one.remedy) for one in no.refusals)
        raise ProblemsFound(told) from None


def _submitted(actor: Actor, batch: Batch, draft: Draft, body: str, mandate: int) -> CaseFile:
    preparation = apply.prepare(actor, draft)
    if batch.channel == WINDOW:
        return counter.submit_at_window(actor, preparation, declared=True, body=body, mandate=mandate)
    return submit(actor, preparation, declared=True, now=timezone.now())


def slips(actor: Actor, batch: Batch) -> bytes:
    """The receipts of all that was submitted as one PDF, to be printed at once.

    Raises:
        NotFound: nothing of it was submitted yet.
    """
    numbers = batch.rows.filter(case__isnull=False).values_list("case__number", flat=True)
    papers = [slip(actor, number, 1)[1] for number in numbers]
    if not papers:
        raise NotFound("slips")
    return join_papers(papers)


def receipts(batch: Batch) -> bytes:
    """One list of what became of every row, as a workbook."""
    rows: list[Sequence[object]] = [("行", "您的编号", "办件编号", "结果")]
    for row in batch.rows.select_related("case"):
        told = "；".join(_told(row))
        number = row.case.number if row.case else ""
        rows.append((row.number, row.label, number, "已提交" if row.case else told or "待提交"))
    return as_workbook(rows)


def _told(row: BatchRow) -> Iterator[str]:
    for column, message, suggestion in row.problems:
        yield f"{column}：{message}{suggestion}" if column else f"{message}{suggestion}"


def onething_name(batch: Batch) -> str:
    """What the batch applies for."""
    of = current_blueprint(batch.onething)
    if of is not None:
        return of.name
    row = batch.rows.exclude(case=None).select_related("case").first()
    return blueprint(row.case.blueprint_id).name if row and row.case else batch.onething
