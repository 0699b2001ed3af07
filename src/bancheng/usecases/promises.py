"""容缺 and 告知承诺: signing a promise, asking about credit, and what people do when a word is not kept."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from bancheng.connect.credit import PATIENCE, CreditDown, CreditSource, source_of
from bancheng.core.casework import (
    CommandRefused,
    Kept,
    MaterialKind,
    MaterialRef,
    Measure,
    PromiseText,
    Standing,
    commands,
    on_trust,
    promise_text,
)
from bancheng.core.compiler import MergedMaterial, PersonalMaterial
from bancheng.core.kernel import Place, Problem, ProblemsFound, Refusal, digest
from bancheng.store.models import Case, CreditCheck, CreditRecord, Party, SignedPromise, Statement
from bancheng.usecases.access import MACHINE, Actor, NotFound, owns, record
from bancheng.usecases.apply import Preparation
from bancheng.usecases.casework import CaseFile, act, load, open_case
from bancheng.usecases.each import each
from bancheng.usecases.town import body_name, packs

_log = logging.getLogger(__name__)

AGAIN = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
"""How long after each failure a credit source that was down is asked again; then every two hours."""
OWN_REGISTER = "本地信用记录"


# ------------------------------------------------------------------------------------------------ signing


def promisable(one: PersonalMaterial) -> bool:
    """May a written promise stand for this material?"""
    return bool(one.asked and one.required and one.material.commitment)


def material_of(preparation: Preparation, document: str) -> MergedMaterial | None:
    """The asked material of this document for which a promise may stand."""
    return next(
        (one.material for one in preparation.asked_materials()
         if one.material.document == document and promisable(one)), None
    )  # fmt: skip


def text_of(of: MergedMaterial, preparation: Preparation) -> PromiseText:
    """The promise for a material of a draft, in full."""
    names = [one.name for one in preparation.personal.items if one.key in of.items]
    return promise_text(of.name, names, [body_name(body) for body in of.bodies], verify_days(of))


def verify_days(of: MergedMaterial) -> int:
    """Working days after the decision for the check: the shortest that an item names; 0 where none does."""
    named = [
        material.verify_days
        for key in of.items
        if (item := packs().catalogue.items.get(key)) is not None
        for material in item.materials
        if material.document in {of.document, *of.options} and material.verify_days
    ]
    return min(named, default=0)


def barred(party: Party) -> CreditRecord | None:
    """The record for which this party may sign no promise until it is repaired, or None."""
    return CreditRecord.objects.filter(party=party, repaired_at=None).order_by("recorded_at").first()


def sign(
    actor: Actor,
    preparation: Preparation,
    document: str,
    *,
    shown: str,
    name: str,
    now: datetime | None = None,
) -> SignedPromise:
    """Sign the promise for a material. `shown` is the digest of the text that stood on the page, `name` the signature.

    Raises:
        NotFound: no promise can stand for it, or nobody is named whom the matter is about.
        ProblemsFound: the name is missing, or the text has changed since it was shown.
        CommandRefused: an unrepaired record of a broken word (国办发〔2020〕42号).
    """
    draft = preparation.draft
    found = material_of(preparation, document)
    if found is None or draft.party is None:
        raise NotFound("promise")
    held = barred(draft.party)
    if held is not None:
        raise CommandRefused((barred_refusal(held),))
    text = text_of(found, preparation)
    if text.digest != shown:
        raise ProblemsFound(
            (Problem("promise.changed", "承诺书的内容有更新，请再看一遍。", Place(path="name")),)
        )
    if not name.strip():
        raise ProblemsFound((Problem("promise.name", "请写上您的姓名，表示确认。", Place(path="name")),))
    return SignedPromise.objects.update_or_create(
        draft=draft,
        document=document,
        defaults={
            "name": found.name,
            "version": text.version,
            "text": text.plain,
            "digest": text.digest,
            "signer": name.strip()[:200],
            "account": actor.id,
            "identified": _identified(draft.channel, draft.party),
            "signed_at": now or timezone.now(),
        },
    )[0]


def _identified(channel: str, party: Party) -> str:
    if channel != "online":
        return "窗口核验证件"
    return "本人账号登录，身份未核实" if party.unverified else "实名账号登录"


def barred_refusal(held: CreditRecord) -> Refusal:
    """Why nobody may promise again before an old promise is repaired."""
    return Refusal(
        "promise.barred",
        f"您有一条没有修复的承诺失信记录（{held.title}），修复之前不能再用承诺代替材料。",
        "国办发〔2020〕42号",
        "您可以提交这份材料，或先申请信用修复、提出异议。",
    )


def unsign(preparation: Preparation, document: str) -> None:
    """Take a promise back before submission: the paper is asked for again."""
    SignedPromise.objects.filter(draft=preparation.draft, document=document).delete()


def as_material(promise: SignedPromise, of: MergedMaterial) -> MaterialRef:
    """The promise as a material of the case."""
    return MaterialRef(
        document=of.document,
        name=of.name,
        file_ref=str(promise.pk),
        digest=promise.digest,
        kind=MaterialKind.COMMITMENT,
        items=of.items,
        text_version=promise.version,
        verify_days=verify_days(of),
    )


def promises_of(file: CaseFile) -> list[SignedPromise]:
    """The promises signed for a case, as they were."""
    if not any(one.kind is MaterialKind.COMMITMENT for one in file.state.materials.values()):
        return []
    return list(SignedPromise.objects.filter(case=file.case).order_by("signed_at"))


def open_promise(actor: Actor, promise: UUID) -> SignedPromise:
    """A signed promise of a case the actor may see; officials' reading is recorded.

    Raises:
        NotFound: none among theirs.
    """
    row = SignedPromise.objects.select_related("case", "case__party").filter(pk=promise).first()
    if row is None or row.case is None:
        raise NotFound("promise")
    open_case(actor, row.case.pk)
    if not owns(actor, row.case):
        record(actor, "promise.open", f"promise:{row.pk}", row.case.number)
    return row


# ------------------------------------------------------------------------------------------------ credit


def credit_source() -> CreditSource | None:
    """The credit platform this deployment is connected to."""
    return source_of(
        settings.BANCHENG_CREDIT,
        demo=settings.BANCHENG_DEMO,
        behaviour=settings.BANCHENG_DEMO_CREDIT,
        today=timezone.localdate,
    )


def begin_check(file: CaseFile, now: datetime) -> bool:
    """Inside the submission's transaction: a case that rests on somebody's word gets a check; whether it did."""
    source = credit_source()
    if source is None or not on_trust(file.state):
        return False
    act(MACHINE, file.case.pk, commands.AskCredit(source=source.name), now=now)
    CreditCheck.objects.create(case=file.case, next_at=now)
    return True


def check_credit(now: datetime, case: UUID | None = None) -> int:
    """Ask about every case whose check is due (or only `case`); how many answers came. The source is asked outside
    any transaction; who asks twice changes nothing."""
    rows = CreditCheck.objects.filter(done_at=None, next_at__lte=now).select_related("case__party")
    if case is not None:
        rows = rows.filter(case_id=case)
    wanted = CreditCheck.objects.filter(done_at=None)
    return each(
        "credit.check",
        rows.order_by("next_at"),
        lambda row: _check(row, now),
        now,
        most=50,
        wanted=wanted,
        about=lambda row: row.case.number,
    )


def _check(row: CreditCheck, now: datetime) -> bool:
    pause = AGAIN[min(row.tries, len(AGAIN) - 1)]
    mine = CreditCheck.objects.filter(pk=row.pk, next_at=row.next_at, done_at=None)
    if not mine.update(next_at=now + pause, tries=F("tries") + 1):
        return False  # another worker has it
    standing, note, as_of = _ask(row.case.party)
    command = commands.RecordCredit(standing=standing, note=note, as_of=as_of)
    try:
        act(MACHINE, row.case_id, command, now=now)
    except CommandRefused:
        # Settled by a person meanwhile, or down as before: there is nothing new to say.
        settled = load(Case.objects.get(pk=row.case_id)).state.promises.credit
        if settled is not None and settled.waits and standing is Standing.DOWN:
            return False
    if standing is not Standing.DOWN:
        CreditCheck.objects.filter(pk=row.pk).update(done_at=now, next_at=None)
    return standing is not Standing.DOWN


def _ask(party: Party) -> tuple[Standing, str, date | None]:
    held = barred(party)
    if held is not None:
        return Standing.BAD, f"{OWN_REGISTER}：{held.title}", timezone.localdate(held.recorded_at)
    source = credit_source()
    if source is None:
        return Standing.DOWN, "", None
    try:
        answer = source.ask(party.subject, party.number, PATIENCE)
    except (CreditDown, OSError) as error:
        _log.warning("credit source %s: %s", source.name, type(error).__name__)
        return Standing.DOWN, "", None
    return (Standing.BAD if answer.bad else Standing.GOOD), answer.note, answer.as_of


def decide_credit(
    actor: Actor, number: str, *, allow: bool, reason: str, body: str, seen: int | None = None
) -> CaseFile:
    """A clerk decides whether the case may defer and promise, in writing.

    Raises:
        CommandRefused: nothing to decide, no reason, or not the window's clerk.
    """
    return act(actor, number, commands.DecideCredit(allow=allow, reason=reason), body=body, seen=seen)


# ------------------------------------------------------------------------------------------------ measures


def object_to(actor: Actor, number: str, proposal: int, words: str, now: datetime | None = None) -> CaseFile:
    """The applicant's answer to a proposal, heard before anybody decides.

    Raises:
        NotFound: not theirs.
        CommandRefused: no words, answered before, or settled.
    """
    file = open_case(actor, number)
    if not owns(actor, file.case):
        raise NotFound("case")
    at, said = now or timezone.now(), words.strip()
    mark = digest([str(file.case.pk), at.isoformat(), said]) if said else ""

    def keep(after: CaseFile) -> None:
        Statement.objects.create(case=after.case, number=proposal, words=said, said_at=at)

    return act(actor, number, commands.ObjectTo(number=proposal, words_digest=mark), now=now, also=keep)


def statements(file: CaseFile) -> dict[int, str]:
    """What the applicant said to each proposal, as far as it is kept; no query where nothing was said."""
    if not any(one.objected for one in file.state.promises.proposals):
        return {}
    return dict(Statement.objects.filter(case=file.case).values_list("number", "words"))


def settle(
    actor: Actor,
    number: str,
    proposal: int,
    *,
    measures: Sequence[Measure],
    reason: str,
    body: str,
    seen: int | None = None,
    now: datetime | None = None,
) -> CaseFile:
    """A named person carries proposed measures out, or drops them. A record enters the register in the same breath.

    Raises:
        CommandRefused: too early, not proposed, no reason, or not their body's.
    """
    command = commands.Settle(number=proposal, measures=tuple(measures), reason=reason)
    at = now or timezone.now()

    def keep(after: CaseFile) -> None:
        one = after.state.promises.proposals[proposal - 1]
        if Measure.RECORD in one.carried:
            CreditRecord.objects.create(
                party=after.case.party,
                case=after.case,
                proposal=one.number,
                title=one.title,
                reason=f"{one.reason}。{one.words}",
                body=body,
                recorded_by=actor.id,
                recorded_name=actor.name,
                recorded_at=at,
            )

    return act(actor, number, command, body=body, seen=seen, now=now, also=keep)


def verify(
    actor: Actor,
    number: str,
    document: str,
    *,
    outcome: Kept,
    findings: str,
    body: str,
    seen: int | None = None,
) -> CaseFile:
    """Enter the check of a promise after the decision.

    Raises:
        CommandRefused: nothing to check, checked before, a breach without findings, or not their body's.
    """
    command = commands.VerifyPromise(document=document, outcome=outcome, findings=findings)
    return act(actor, number, command, body=body, seen=seen)


# ------------------------------------------------------------------------------------------------ register


def my_records(actor: Actor) -> QuerySet[CreditRecord]:
    """The records about the parties the actor may act for."""
    parties = [one.party for one in actor.acting]
    return (
        CreditRecord.objects.filter(party_id__in=parties)
        .select_related("case", "party")
        .order_by("-recorded_at", "id")
    )


def register(actor: Actor, tab: str = "held") -> QuerySet[CreditRecord]:
    """The records of the actor's bodies: ``held`` in force, ``objected`` waiting for an answer, ``repaired``."""
    rows = CreditRecord.objects.filter(body__in=actor.bodies).select_related("case", "party")
    if tab == "objected":
        rows = rows.exclude(objected_at=None).filter(answered_at=None, repaired_at=None)
    else:
        rows = rows.filter(repaired_at__isnull=tab != "repaired")
    return rows.order_by("-recorded_at", "id")


def object_to_record(actor: Actor, pk: int, words: str, now: datetime | None = None) -> CreditRecord:
    """The party objects to a record about them, or asks for its repair; once until it is answered.

    Raises:
        NotFound: not about them.
        ProblemsFound: no words, or an objection still waits.
    """
    row = my_records(actor).filter(pk=pk, repaired_at=None).first()
    if row is None:
        raise NotFound("record")
    if not words.strip():
        raise ProblemsFound((Problem("objection.words", "请写明您的意见。", Place(path="words")),))
    open_rows = CreditRecord.objects.filter(pk=row.pk).exclude(objected_at__isnull=False, answered_at=None)
    done = open_rows.update(
        objection=words.strip(),
        objected_at=now or timezone.now(),
        answer="",
        answered_name="",
        answered_at=None,
    )
    if not done:
        raise ProblemsFound((Problem("objection.twice", "上一次的意见还没有答复。", Place(path="words")),))
    row.refresh_from_db()
    return row


def answer_record(
    actor: Actor, pk: int, *, repair: bool, words: str, now: datetime | None = None
) -> CreditRecord:
    """A senior of the recording body answers, and repairs the record or keeps it.

    Raises:
        NotFound: not their body's, or repaired already.
        ProblemsFound: no reason given.
    """
    row = register(actor).filter(pk=pk).first()
    if row is None or not actor.has("senior", row.body):
        raise NotFound("record")
    if not words.strip():
        raise ProblemsFound((Problem("answer.words", "请写明理由。", Place(path="words")),))
    at = now or timezone.now()
    with transaction.atomic():
        row.answer, row.answered_name, row.answered_at = words.strip(), actor.name, at
        row.repaired_at = at if repair else None
        row.save(update_fields=["answer", "answered_name", "answered_at", "repaired_at"])
        record(actor, "credit.repair" if repair else "credit.keep", f"credit:{row.pk}", words.strip()[:300])
    return row
