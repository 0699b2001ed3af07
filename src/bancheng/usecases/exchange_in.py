"""What bodies' own systems send back: read, checked, mapped, and done here by the same commands as people's.

A message has an effect once, whatever its way and however often it comes. A code that no table has is kept in
quarantine; what the rules forbid is refused, and the system is told.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import partial

import msgspec
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from bancheng.connect.documents import CleanFile, inspect_upload
from bancheng.connect.exchange import Arrived, Damaged, SystemDown, digest_of
from bancheng.core.casework import (
    Command,
    CommandRefused,
    Issued,
    Opinion,
    Sent,
    Staff,
    StepOutcome,
    Underway,
    Verdict,
    commands,
    sent_key,
)
from bancheng.core.catalogue import CodeTable, ExternalSystem, StepKind
from bancheng.core.kernel import Record
from bancheng.store.models import Parcel, ResultDocument
from bancheng.usecases import results
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.casework import CaseFile, act, load
from bancheng.usecases.each import each
from bancheng.usecases.exchange import Codes, Lacking, as_actor, connected, parcel_key, port_of
from bancheng.usecases.failing import or_else
from bancheng.usecases.town import packs

UNDEALT = timedelta(minutes=2)
"""After this a message whose handling was cut off is taken up again."""


class Licence(Record):
    """A paper the system made: their code of the document, its number, the file it came in, and that file's SHA-256.

    `code`: by what another town verifies it; whoever asks here finds it by the same.
    """

    document: str
    number: str
    file: str
    digest: str
    code: str = ""
    valid_to: date | None = None


class Told(Record):
    """A message of a system about the parcel `about`. `code` is of the table that belongs to what the step wants."""

    kind: str
    about: str
    reference: str = ""
    code: str = ""
    words: str = ""
    basis: str = ""
    remedies: str = ""
    item: str = ""
    staff: tuple[Staff, ...] = ()
    licences: tuple[Licence, ...] = ()


class NotTaken(Exception):
    """The message is refused; the reason is told to the system."""


def fetch_all(now: datetime) -> int:
    """Ask every connected system for what it left, and finish what was cut off; how many messages were dealt with."""
    systems = connected().values()
    fetched = each(
        "exchange.system",
        systems,
        partial(_fetch, now=now),
        now,
        key=lambda one: one.key,
        about=lambda one: one.name,
    )
    left = Parcel.objects.filter(direction=Parcel.IN, state=Parcel.WAITING)

    def dealt(parcel: Parcel) -> int:
        if not Parcel.objects.filter(pk=parcel.pk, next_at=parcel.next_at).update(next_at=now + UNDEALT):
            return 0
        deal(parcel, now)
        return 1

    due = left.filter(next_at__lte=now).select_related("case").order_by("created_at")
    return fetched + each("exchange.undealt", due, dealt, now, most=50, wanted=left)


def _fetch(system: ExternalSystem, now: datetime) -> int:
    """Take in what a system left; each message for itself."""

    def taken(one: Arrived | Damaged) -> int:
        parcel = take_in(system, one, now)
        port.taken(one.key)
        return parcel.done_at == now

    try:
        port = port_of(system.key)
        return each(
            "exchange.message",
            port.fetch(),
            taken,
            now,
            key=lambda one: f"{system.key}/{one.key}"[:200],
            about=lambda _one: system.name,
        )
    except SystemDown:
        # Nothing is lost: what they left is offered again, and what we owe them is tried on its own.
        return 0


def take_in(system: ExternalSystem, arrived: Arrived | Damaged, now: datetime) -> Parcel:
    """Take a message in and deal with it; the same one again changes nothing and gets the same answer.

    The same key with another content is kept beside the first and refused: one of the two is a lie.
    """
    if isinstance(arrived, Damaged):
        return _kept_damaged(system, arrived, now)
    digest = digest_of(arrived.body + b"".join(arrived.files[name] for name in sorted(arrived.files)))
    held = Parcel.objects.filter(system=system.key, direction=Parcel.IN, key=arrived.key).first()
    if held is not None and held.digest == digest:
        # What another town sends again after it was refused is looked at anew: what stood in its way may be over.
        return _once_more(held, arrived, now) if system.city and held.state == Parcel.REFUSED else held
    key = arrived.key if held is None else f"{arrived.key}#{digest[:16]}"
    parcel, made = Parcel.objects.get_or_create(
        system=system.key,
        direction=Parcel.IN,
        key=key,
        defaults={
            "body": system.body,
            "kind": "answer",
            "digest": digest,
            "content": arrived.body.decode(errors="replace"),
            "next_at": now + UNDEALT,
            "created_at": now,
        },
    )
    if not made:
        return parcel
    if held is not None:
        return _refused(parcel, "同一编号先后送来不同的内容", now)
    return _with_files(parcel, arrived, now)


def _with_files(parcel: Parcel, arrived: Arrived, now: datetime) -> Parcel:
    parcel.files = {
        name: default_storage.save(f"exchange/{parcel.pk}/{index}", ContentFile(data))
        for index, (name, data) in enumerate(arrived.files.items())
    }
    parcel.save(update_fields=["files"])
    return deal(parcel, now)


def _once_more(parcel: Parcel, arrived: Arrived, now: datetime) -> Parcel:
    parcel.state, parcel.error, parcel.done_at = Parcel.WAITING, "", None
    parcel.content, parcel.next_at = arrived.body.decode(errors="replace"), now + UNDEALT
    parcel.save(update_fields=["state", "error", "done_at", "content", "next_at"])
    return _with_files(parcel, arrived, now)


def _kept_damaged(system: ExternalSystem, damaged: Damaged, now: datetime) -> Parcel:
    parcel, _ = Parcel.objects.get_or_create(
        system=system.key,
        direction=Parcel.IN,
        key=f"{damaged.key}#{damaged.digest[:16]}",
        defaults={
            "body": system.body,
            "kind": "answer",
            "state": Parcel.DEAD,
            "digest": damaged.digest,
            "error": damaged.reason,
            "next_at": now,
            "created_at": now,
            "done_at": now,
        },
    )
    return parcel


def deal(parcel: Parcel, now: datetime) -> Parcel:
    """Do what a message says, or keep it with the reason why not."""
    system = connected().get(parcel.system)
    if system is None:
        return _refused(parcel, "这个系统已不再接入", now)
    try:
        if system.city:
            # Here and not above: what another town says is done with the help of this module.
            from bancheng.usecases import towns_in  # noqa: PLC0415  # reason: see above

            towns_in.deal(parcel, system, now)
            # What it says to the other town's window goes back with the receipt.
            return _over(parcel, Parcel.SETTLED, parcel.error, now)
        told = _read(parcel)
        out = _about(parcel, told)
        parcel.case, parcel.step, parcel.kind, parcel.about = out.case, out.step, told.kind[:20], out.key
        parcel.save(update_fields=["case", "step", "kind", "about"])
        _done_here(parcel, out, told, system, now)
    except Lacking as lacking:
        parcel.lacking = lacking.told
        parcel.state, parcel.error = Parcel.QUARANTINED, f"不认识对方的代码“{lacking}”"
        parcel.save(update_fields=["lacking", "state", "error"])
        return parcel
    except CommandRefused as no:
        return _refused(parcel, str(no), now)
    except NotTaken as no:
        return _refused(parcel, str(no), now)
    except NotFound:
        return _refused(parcel, "没有把这份办件转给你方", now)
    if told.kind == "result":
        Parcel.objects.filter(pk=out.pk).update(state=Parcel.SETTLED, error="", done_at=now)
    return _over(parcel, Parcel.SETTLED, "", now)


def _about(parcel: Parcel, told: Told) -> Parcel:
    """The parcel of ours that a message speaks of; anything else is not for this system to speak of."""
    sent = Parcel.objects.filter(system=parcel.system, direction=Parcel.OUT, kind="step")
    out = sent.filter(key=told.about).select_related("case").first()
    if out is None or out.case is None:
        raise NotTaken("没有把这份办件转给你方")
    return out


def _read(parcel: Parcel) -> Told:
    try:
        return msgspec.json.decode(parcel.content, type=Told)
    except msgspec.MsgspecError as error:
        raise NotTaken("消息的结构与说明不符") from error


def _refused(parcel: Parcel, why: str, now: datetime) -> Parcel:
    """Keep it with the reason, and tell the system; another town reads it in the answer to its request."""
    system = connected().get(parcel.system)
    if system is not None and system.city:
        return _over(parcel, Parcel.REFUSED, why, now)
    told = {"kind": "refusal", "about": parcel.about, "message": parcel.key, "reason": why}
    Parcel.objects.get_or_create(
        system=parcel.system,
        direction=Parcel.OUT,
        key=f"refusal/{parcel.pk}",
        defaults={
            "kind": "refusal",
            "case": parcel.case,
            "body": parcel.body,
            "content": json.dumps(told, ensure_ascii=False),
            "next_at": now,
            "created_at": now,
        },
    )
    return _over(parcel, Parcel.REFUSED, why, now)


def _over(parcel: Parcel, state: str, error: str, now: datetime) -> Parcel:
    for name in parcel.files.values():
        default_storage.delete(name)
    parcel.state, parcel.error, parcel.done_at = state, error[:500], now
    # What it said stands in the case now, or was refused; nothing about a person is kept here.
    parcel.content, parcel.files, parcel.lacking = "", {}, None
    parcel.save()
    return parcel


# ------------------------------------------------------------------------------------------------ doing it


def _done_here(parcel: Parcel, out: Parcel, told: Told, system: ExternalSystem, now: datetime) -> None:
    if out.case is None:
        raise NotTaken("没有把这份办件转给你方")
    file, codes = load(out.case), Codes(system)
    sent = file.state.exchange.get(sent_key(out.step, out.body))
    if sent is None or parcel_key(out.case, sent) != out.key:
        raise NotTaken("这次转办已经收回")
    actor = as_actor(system)
    if told.kind in ("received", "underway"):
        known = [one.value for one in Underway]
        how = codes.ours(CodeTable.UNDERWAY, told.code, known) if told.code else Underway.RECEIVED.value
        receipt = commands.ConfirmReceipt(
            step=out.step, reference=told.reference[:60], underway=Underway(how)
        )
        act(actor, out.case.pk, receipt, body=out.body, now=now)
    elif told.kind == "result":
        _result(parcel, file, sent, told, codes, actor, now)
    else:
        raise NotTaken(f"不认识消息的种类“{told.kind[:20]}”")


def _result(
    parcel: Parcel, file: CaseFile, sent: Sent, told: Told, codes: Codes, actor: Actor, now: datetime
) -> None:
    step = file.state.steps[sent.step]
    back = commands.TakeBack(step=sent.step, message=parcel.key, digest=parcel.digest)
    if sent.body not in step.plan.bodies:
        answers = (Opinion.AGREE.value, Opinion.OBJECT.value)
        answer = Opinion(codes.ours(CodeTable.OPINION, told.code, answers))
        doing: Command = commands.GiveOpinion(step=sent.step, answer=answer, words=told.words)
    elif step.plan.kind in (StepKind.DECISION, StepKind.ISSUE):
        _decision(parcel, file, sent, told, codes, actor, back, now)
        return
    else:
        outcome = StepOutcome(codes.ours(CodeTable.OUTCOME, told.code, [one.value for one in StepOutcome]))
        staff = tuple(Staff(id=f"{actor.id}/{one.id}", name=one.name) for one in told.staff)
        doing = commands.CompleteStep(step=sent.step, outcome=outcome, findings=told.words, staff=staff)
    act(actor, file.case.pk, [back, doing], body=sent.body, now=now)


def _decision(
    parcel: Parcel,
    file: CaseFile,
    sent: Sent,
    told: Told,
    codes: Codes,
    actor: Actor,
    back: Command,
    now: datetime,
) -> None:
    """An item is decided, or its papers issued, with the papers the system made or, where it made none, with ours."""
    step = file.state.steps[sent.step]
    item = codes.ours(CodeTable.ITEM, told.item, step.plan.items)
    issuing = step.plan.kind is StepKind.ISSUE
    verdict = Verdict.APPROVE
    if not issuing:
        verdict = Verdict(codes.ours(CodeTable.VERDICT, told.code, [one.value for one in Verdict]))
    papers = papers_of(parcel, file, item, told.licences, codes, now) if verdict is Verdict.APPROVE else []
    if not papers:
        # Both or none: what is taken back is decided.
        with transaction.atomic():
            act(actor, file.case.pk, back, body=sent.body, now=now)
            if issuing:
                results.issue(actor, file.case.pk, item, body=sent.body, now=now)
            else:
                results.decide_item(
                    actor,
                    file.case.pk,
                    item,
                    verdict,
                    reasons=told.words,
                    basis=told.basis,
                    remedies=told.remedies,
                    body=sent.body,
                    now=now,
                )
        return
    issued = tuple(
        Issued(result=one.document, number=one.number, digest=one.digest, file_ref=str(one.pk))
        for one in papers
    )
    doing: Command = commands.DecideItem(item=item, verdict=verdict, reasons=told.words, results=issued)
    if issuing:
        doing = commands.IssueResult(item=item, results=issued)

    def also(_after: CaseFile) -> None:
        for paper in papers:
            paper.save(force_insert=True)

    with or_else(lambda: results.throw_away(papers)):
        act(actor, file.case.pk, [back, doing], body=sent.body, now=now, also=also)


def papers_of(
    parcel: Parcel,
    file: CaseFile,
    item: str,
    licences: Iterable[Licence],
    codes: Codes,
    now: datetime,
    *,
    exact: bool = False,
) -> list[ResultDocument]:
    """The papers that came with a message, checked and not yet saved; `exact` keeps them byte for byte, as signed.

    Raises:
        NotTaken: one lacks, or is not what it says.
    """
    wanted = file.state.items[item].item.results
    read = [(codes.ours(CodeTable.DOCUMENT, one.document, wanted), one) for one in licences]
    checked = [(document, one, _checked(parcel.files, one, exact=exact)) for document, one in read]
    kinds = packs().catalogue.documents
    made = []
    for document, one, data in checked:
        paper = ResultDocument(
            case=file.case,
            item=item,
            result=document,
            document=document,
            name=kinds[document].name if document in kinds else document,
            number=one.number,
            code=_code(one.code if exact else ""),
            body=file.state.items[item].item.body,
            holder=file.case.party.name,
            digest=data.digest,
            issued_on=timezone.localdate(now),
            valid_to=one.valid_to,
        )
        paper.file = default_storage.save(f"results/{paper.pk}.{data.extension}", ContentFile(data.data))
        made.append(paper)
    return made


def _code(theirs: str) -> str:
    """Theirs, as it stands on the paper, where it is one and nobody here has it; else a new one."""
    sound = len(theirs) == results.CODE_LENGTH and set(theirs) <= set(results.ALPHABET)
    if sound and not ResultDocument.objects.filter(code=theirs).exists():
        return theirs
    return "".join(secrets.choice(results.ALPHABET) for _ in range(results.CODE_LENGTH))


def _checked(files: Mapping[str, str], licence: Licence, *, exact: bool = False) -> CleanFile:
    """The file of a licence, if it is the one they speak of and nothing active is in it."""
    if licence.file not in files:
        raise NotTaken(f"缺少附件“{licence.file[:60]}”")
    with default_storage.open(files[licence.file]) as handle:
        data = handle.read()
    if digest_of(data) != licence.digest:
        raise NotTaken(f"附件“{licence.file[:60]}”与摘要不一致")
    if not licence.number.strip() or ResultDocument.objects.filter(number=licence.number).exists():
        raise NotTaken("证照没有编号，或编号已经用过")
    looked = inspect_upload(data)
    if not isinstance(looked, CleanFile):
        raise NotTaken(f"附件“{licence.file[:60]}”打不开：{looked.message}")
    if exact:
        # The form of a signature is no danger; anything that would run is.
        if set(looked.removed) - {"/AcroForm"}:
            raise NotTaken(f"附件“{licence.file[:60]}”里有会运行的内容")
        return msgspec.structs.replace(looked, data=data, digest=licence.digest)
    return looked
