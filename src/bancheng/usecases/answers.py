"""What the applicant still does after submitting: answers a notice, hands in what is owed, takes back, rates."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction

from bancheng.core.casework import Answer, MarkKind, MaterialRef, WithdrawReason, commands
from bancheng.core.compiler import read_form, to_stored
from bancheng.core.kernel import Place, Problem, digest
from bancheng.store.models import Case, CaseForm, Upload
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.casework import CaseFile, act
from bancheng.usecases.mycases import Marked, MyNotice, form_of, my_file, my_notice, prepared_form
from bancheng.usecases.uploads import attach

INDICATORS = {
    True: ("办事效率高", "指南说得准", "办起来方便", "页面好用"),
    False: ("等得太久", "指南说得不准", "办起来麻烦", "页面不好用"),
}
"""What may be ticked beside a rating of three and more, or below it; the four indicators of GB/T 39735 for the net."""


def answer_field(
    actor: Actor, number: str, notice: int, mark: str, raw: Mapping[str, Sequence[str]]
) -> tuple[Problem, ...]:
    """Answer a marked field with a new value, or say what is wrong with it. The last answer sends the file back.

    `raw` maps the element's key to what was sent for it, and for a list of records ``element.row.column``, too.

    Raises:
        NotFound: no such open mark of theirs.
        CommandRefused: the rules say no.
    """
    mine, marked = _marked(actor, number, notice, mark)
    if marked.field is None:
        raise NotFound("mark")
    values, problems = read_form((marked.field,), raw)
    value = values.get(marked.field.element)
    if problems or value is None:
        return problems or (
            Problem("field", f"请填写“{marked.field.name}”。", Place(path=marked.field.element)),
        )
    with transaction.atomic():
        form = _with_value(mine.file, marked.field.element, to_stored(value))
        _answer(actor, mine, marked, digest([form.salt, to_stored(value)]))
    return ()


def add_file(
    actor: Actor, number: str, notice: int, mark: str, name: str, data: BinaryIO
) -> Upload | Problem:
    """Add a file to the answer of a marked material; it is not sent yet.

    Raises:
        NotFound: no such open mark of theirs.
    """
    mine, marked = _marked(actor, number, notice, mark)
    if marked.mark.kind is not MarkKind.MATERIAL:
        raise NotFound("mark")
    return attach(None, mine.file.case, marked.mark.target, name, data)


def remove_file(actor: Actor, number: str, notice: int, mark: str, upload: UUID) -> None:
    """Take back a file given in answer to an open notice; what was submitted before stays.

    Raises:
        NotFound: no such file among the answers.
    """
    _, marked = _marked(actor, number, notice, mark)
    row = next((one for one in marked.uploads if one.pk == upload), None)
    if row is None:
        raise NotFound("upload")
    default_storage.delete(row.file)
    row.delete()


def answer_material(actor: Actor, number: str, notice: int, mark: str) -> tuple[Problem, ...]:
    """The files given are the answer to a marked material. The last answer sends the file back.

    Raises:
        NotFound: no such open mark of theirs.
        CommandRefused: the rules say no.
    """
    mine, marked = _marked(actor, number, notice, mark)
    if not marked.uploads:
        return (Problem("material", f"请先上传“{marked.mark.name}”。", Place(path="file")),)
    with transaction.atomic():
        _answer(actor, mine, marked, digest([one.digest for one in marked.uploads]))
    return ()


def _marked(actor: Actor, number: str, notice: int, mark: str) -> tuple[MyNotice, Marked]:
    mine = my_notice(actor, number, notice)
    found = next((one for one in mine.marks if one.mark.key == mark), None)
    if found is None:
        raise NotFound("mark")
    return mine, found


def _answer(actor: Actor, mine: MyNotice, marked: Marked, answer: str) -> None:
    file = mine.file
    form = prepared_form(file)
    materials = tuple(_ref(one) for one in mine.marks if one.uploads)
    command = commands.AnswerNotice(
        number=mine.notice.number,
        answers=(Answer(mark=marked.mark.key, digest=answer),),
        form_digest=form.digest if form else file.state.form_digest,
        materials=materials,
    )
    act(actor, file.case.pk, command, seen=file.state.seq)


def _ref(marked: Marked) -> MaterialRef:
    return MaterialRef(
        document=marked.mark.target,
        name=marked.mark.name,
        file_ref=",".join(str(one.pk) for one in marked.uploads),
        digest=digest([one.digest for one in marked.uploads]),
    )


def _with_value(file: CaseFile, element: str, stored: Any) -> CaseForm:
    """The form being prepared with one more value; it begins as a copy of the one that counts."""
    form = prepared_form(file)
    if form is None:
        before = form_of(file)
        form = CaseForm(
            case=file.case,
            number=before.number + 1 if before else 1,
            values=dict(before.values or {}) if before else {},
            known=dict(before.known or {}) if before else {},
            salt=secrets.token_hex(16),
        )
    form.values = {**(form.values or {}), element: stored}
    form.known = {key: one for key, one in (form.known or {}).items() if key != element}
    form.digest = digest([form.salt, form.values])
    form.save()
    return form


def owed_files(case: Case, document: str) -> list[Upload]:
    """Files given for a deferred material and not yet handed in."""
    return list(
        Upload.objects.filter(case=case, document=document, state=Upload.CLEAN).order_by("created_at")
    )


def add_owed_file(actor: Actor, number: str, document: str, name: str, data: BinaryIO) -> Upload | Problem:
    """Add a file for a deferred material.

    Raises:
        NotFound: nothing of this kind is owed.
    """
    return attach(None, _owing(actor, number, document).case, document, name, data)


def hand_in(actor: Actor, number: str, document: str) -> tuple[Problem, ...]:
    """Hand in a deferred material: the files given for it.

    Raises:
        NotFound: nothing of this kind is owed.
        CommandRefused: the rules say no.
    """
    file = _owing(actor, number, document)
    owed = file.state.owed[document]
    files = owed_files(file.case, document)
    if not files:
        return (Problem("material", f"请先上传“{owed.material.name}”。", Place(path="file")),)
    ref = MaterialRef(
        document=document,
        name=owed.material.name,
        file_ref=",".join(str(one.pk) for one in files),
        digest=digest([one.digest for one in files]),
    )
    act(actor, file.case.pk, commands.HandIn(material=ref), seen=file.state.seq)
    return ()


def _owing(actor: Actor, number: str, document: str) -> CaseFile:
    file = my_file(actor, number)
    owed = file.state.owed.get(document)
    if owed is None or owed.handed_in is not None:
        raise NotFound("owed")
    return file


def withdraw(actor: Actor, number: str, reason: WithdrawReason) -> CaseFile:
    """Take the case back; what was decided stays decided.

    Raises:
        NotFound: not theirs.
        CommandRefused: the rules say no.
    """
    return act(actor, my_file(actor, number).case.pk, commands.Withdraw(reason=reason))


def rate(actor: Actor, number: str, level: int, indicators: Sequence[str] = ()) -> CaseFile:
    """好差评, once: 1 (very poor) to 5 (very good). Indicators that do not belong to the level are left out.

    Raises:
        NotFound: not theirs.
        CommandRefused: the rules say no.
    """
    offered = INDICATORS[level >= 3]
    chosen = tuple(one for one in offered if one in indicators)
    return act(actor, my_file(actor, number).case.pk, commands.Rate(level=level, indicators=chosen))
