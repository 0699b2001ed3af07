"""A person comes back to the window: with what a notice asked for, all answered at once, or to take the case back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from bancheng.core.casework import (
    Answer,
    Mark,
    MarkKind,
    MaterialKind,
    MaterialRef,
    Notice,
    WithdrawReason,
    commands,
)
from bancheng.core.compiler import MergedField, Stored, from_stored, read_form, to_stored
from bancheng.core.evidence import Value
from bancheng.core.kernel import Place, Problem, ProblemsFound, digest
from bancheng.store.models import Upload
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.casework import CaseFile, act
from bancheng.usecases.counter import next_form, receiving_of
from bancheng.usecases.examining import Dossier
from bancheng.usecases.mandate_scope import NOBODY, ActsFor, stands_for
from bancheng.usecases.uploads import attach

Given = Mapping[str, Sequence[tuple[str, BinaryIO]]]
"""Files by document: name and bytes."""


@dataclass(frozen=True)
class ToAnswer:
    """A mark still to be answered: with the field and its present value, or a paper to bring."""

    mark: Mark
    field: MergedField | None
    value: Value | None


def to_answer(dossier: Dossier, number: int) -> tuple[Notice, tuple[ToAnswer, ...]]:
    """An open notice and what is left of it.

    Raises:
        NotFound: there is no such open notice.
    """
    notice = next((one for one in dossier.state.open_notices if one.number == number), None)
    if notice is None:
        raise NotFound("notice")
    fields = {one.element: one for one in dossier.blueprint.fields}
    left = tuple(
        ToAnswer(
            mark,
            fields.get(mark.target) if mark.kind is MarkKind.FIELD else None,
            dossier.values.get(mark.target),
        )
        for mark in notice.unanswered
    )
    return notice, left


def answer_at_window(
    actor: Actor,
    dossier: Dossier,
    number: int,
    *,
    raw: Mapping[str, Sequence[str]],
    papers: Collection[str] = (),
    files: Given,
    seen: int | None = None,
    mandate: int = 0,
) -> tuple[CaseFile | None, tuple[Problem, ...]]:
    """Answer every mark that is left: new values, papers kept (`papers`: document types) or scanned.

    Problems are placed by element, or ``material/<document>``. `mandate` is that of the agent who stands there; 0: the
    applicant themself.

    Raises:
        NotFound: there is no such open notice.
        CommandRefused: the rules say no, or the mandate does not hold for answering.
        Stale: the case has moved.
    """
    notice, left = to_answer(dossier, number)
    stands = stands_for(actor, mandate, dossier.case, "answer")
    values, problems = _values(left, raw)
    lacking = [
        Problem(
            "material", f"请收下“{one.mark.name}”，或扫描上传。", Place(path=f"material/{one.mark.target}")
        )
        for one in left
        if one.mark.kind is MarkKind.MATERIAL
        and one.mark.target not in papers
        and not files.get(one.mark.target)
    ]
    if problems or lacking:
        return None, (*problems, *lacking)
    # Files stay outside of the transaction: a paper refused for its content is told, the others are kept.
    scanned, refused = _scanned(dossier, left, files)
    if refused:
        return None, refused
    changed = {key: to_stored(value) for key, value in values.items()}
    return _put(actor, dossier, notice, left, changed, scanned, seen, stands=stands), ()


def withdraw_at_window(
    actor: Actor,
    dossier: Dossier,
    reason: WithdrawReason,
    *,
    checked: bool,
    seen: int | None,
    mandate: int = 0,
) -> CaseFile:
    """Take the case back for whoever stands there: the applicant, or the agent with this `mandate`. What was decided
    stays decided; fees go back as everywhere else.

    Raises:
        ProblemsFound: nobody `checked` who stands there.
        CommandRefused: the rules say no, or the mandate does not hold for applying and taking back.
        Stale: the case has moved.
    """
    if not checked:
        lacking = "请先核对来人的证件，并打勾。"
        raise ProblemsFound((Problem("checked", lacking, Place(path="checked")),))
    stands = stands_for(actor, mandate, dossier.case, "apply")
    command = commands.Withdraw(reason=reason)
    return act(actor, dossier.case.pk, command, body=receiving_of(dossier), seen=seen, stands=stands)


def answer_from_elsewhere(
    actor: Actor,
    dossier: Dossier,
    number: int,
    *,
    values: Mapping[str, Stored],
    files: Given,
    now: datetime,
) -> tuple[CaseFile | None, tuple[Problem, ...]]:
    """The same for answers that were looked through at another town's window: stored values, papers as they came there.

    Raises:
        NotFound: there is no such open notice.
        CommandRefused: the rules say no.
    """
    notice, left = to_answer(dossier, number)
    kinds = {one.field.element: one.field.kind for one in left if one.field is not None}
    lacking = tuple(
        Problem("field", f"“{key}”没有答复，或不是这一栏的内容。", Place(path=key))
        for key, kind in kinds.items()
        if from_stored(kind, values.get(key), kinds) is None
    )
    if lacking:
        return None, lacking
    scanned, refused = _scanned(dossier, left, files)
    if refused:
        return None, refused
    return _put(actor, dossier, notice, left, {key: values[key] for key in kinds}, scanned, None, now), ()


def _put(
    actor: Actor,
    dossier: Dossier,
    notice: Notice,
    left: Sequence[ToAnswer],
    changed: Mapping[str, Stored],
    scanned: Sequence[MaterialRef],
    seen: int | None,
    now: datetime | None = None,
    stands: ActsFor = NOBODY,
) -> CaseFile:
    with transaction.atomic():
        form = next_form(dossier, changed)
        form.save()
        command = commands.AnswerNotice(
            number=notice.number,
            answers=tuple(Answer(mark=one.mark.key, digest=_digest(one, form.salt, changed)) for one in left),
            form_digest=form.digest,
            materials=tuple(scanned),
        )
        return act(
            actor, dossier.case.pk, command, body=receiving_of(dossier), seen=seen, now=now, stands=stands
        )


def _digest(one: ToAnswer, salt: str, changed: Mapping[str, object]) -> str:
    return digest([salt, changed.get(one.mark.target)]) if one.field else ""


def _values(
    left: Sequence[ToAnswer], raw: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Value | None], tuple[Problem, ...]]:
    fields = [one.field for one in left if one.field is not None]
    values, problems = read_form(fields, raw)
    bad = {problem.place.path for problem in problems}
    empty = tuple(
        Problem("field", f"请填写“{field.name}”。", Place(path=field.element))
        for field in fields
        if values.get(field.element) is None and field.element not in bad
    )
    return values, (*problems, *empty)


def _scanned(
    dossier: Dossier, left: Sequence[ToAnswer], files: Given
) -> tuple[list[MaterialRef], tuple[Problem, ...]]:
    refs: list[MaterialRef] = []
    problems: list[Problem] = []
    for mark in (one.mark for one in left if one.mark.kind is MarkKind.MATERIAL):
        kept = [
            attach(None, dossier.case, mark.target, name, data) for name, data in files.get(mark.target, ())
        ]
        problems += [
            one.at(Place(path=f"material/{mark.target}")) for one in kept if isinstance(one, Problem)
        ]
        clean = [one for one in kept if isinstance(one, Upload)]
        refs.append(
            MaterialRef(
                document=mark.target,
                name=mark.name,
                file_ref=",".join(str(one.pk) for one in clean),
                digest=digest([one.digest for one in clean]) if clean else "",
                kind=MaterialKind.UPLOADED if clean else MaterialKind.PAPER,
            )
        )
    return refs, tuple(problems)
