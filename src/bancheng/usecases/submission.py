"""Submitting: a checked draft becomes a case, its values frozen, its files the case's, the draft gone."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from msgspec.structs import replace

from bancheng.core.casework import Actor as CoreActor
from bancheng.core.casework import CaseItem, Context, MaterialKind, MaterialRef, commands
from bancheng.core.catalogue import Channel, Item
from bancheng.core.clock import Thresholds
from bancheng.core.compiler import MergedMaterial, PersonalMaterial, PlannedItem, to_stored
from bancheng.core.kernel import Place, Problem, ProblemsFound, digest
from bancheng.store.models import Case, CaseForm, Draft, SignedPromise, Upload
from bancheng.usecases import signers, signing
from bancheng.usecases.access import Actor, NotAllowed, NotFound, next_serial, visible_drafts
from bancheng.usecases.apply import Preparation, what_is_missing
from bancheng.usecases.casework import CaseFile, act, create, load
from bancheng.usecases.fees import charges_of, keep_form
from bancheng.usecases.files import erase
from bancheng.usecases.mandate_scope import NOBODY, ActsFor, capacity
from bancheng.usecases.places import places_of
from bancheng.usecases.promises import as_material, begin_check, check_credit
from bancheng.usecases.renewal import renewal_of
from bancheng.usecases.town import body as town_body
from bancheng.usecases.town import body_name, packs, receiving_body


def submit(
    actor: Actor,
    preparation: Preparation,
    *,
    declared: bool,
    receiving: str = "",
    handed: tuple[str, str, str] = ("", "", ""),
    stands: ActsFor = NOBODY,
    now: datetime | None = None,
) -> CaseFile:
    """Submit a draft: one application for all its items.

    `declared` is the applicant's word that what they gave is true (行政许可法 art. 31); `receiving` the body at whose
    window it is taken in; without one, the integrated window (综合窗口) or, where the town has none, the lead body.
    `stands` names the agent who stands at the window. `handed` names another town that took it in: its system, its
    name, its number of the case.

    Raises:
        ProblemsFound: something is missing, everything told at once; nothing has happened.
        NotAllowed: no one is signed in, or the draft names nobody the matter is about.
        NotFound: the draft is not theirs, no longer theirs, or was submitted already.
    """
    draft, of = preparation.draft, preparation.blueprint
    if not actor.signed_in or draft.party is None:
        raise NotAllowed("submit")
    _whole(preparation, declared=declared)
    now = now or timezone.now()
    receiving = receiving or receiving_body() or of.lead
    with transaction.atomic():
        _only_once(actor, draft)
        case = Case(
            number=case_number(receiving, timezone.localdate(now)),
            onething=of.key,
            name=of.name,
            blueprint_id=of.digest,
            party=draft.party,
            applicant_id=actor.user_id if draft.channel == "online" else None,
            created_at=now,
            follows_id=draft.follows_id,
        )
        form = freeze(case, 1, preparation)
        materials = tuple(
            ref for one in preparation.personal.materials if (ref := _material(one, preparation)) is not None
        )
        command = _application(actor, preparation, receiving, form.digest, materials)
        by, name, theirs = handed
        places = replace(command.places, handed_by=by, handed_name=name, handed_number=theirs)
        command = replace(command, places=places)
        core_actor = _as_core(actor, preparation, receiving, stands)
        file = create(case, command, actor, Context(now=now, actor=core_actor, calendar=packs().calendar))
        keep_form(form, of)
        signing.to_case(preparation, case.pk)
        _tell_the_first(actor, draft, case, preparation, now)
        _take_along(draft, case, materials)
        checking = begin_check(file, now)
    if checking:
        check_credit(now, case.pk)
    return load(case) if checking else file


def _as_core(actor: Actor, preparation: Preparation, receiving: str, stands: ActsFor) -> CoreActor:
    """Who submits, as the rules know them: the applicant's side, or somebody at the window that takes it in, for the
    agent who stands there."""
    draft = preparation.draft
    online = draft.channel == "online"
    return CoreActor(
        id=actor.id,
        name="" if online else actor.name,
        roles=("applicant",) if online else tuple(sorted(actor.roles)),
        body="" if online else receiving,
        **(capacity(actor, str(draft.party_id), preparation.blueprint.key) if online else stands),
    )


def _tell_the_first(actor: Actor, draft: Draft, case: Case, preparation: Preparation, now: datetime) -> None:
    """The case that a late item follows says so in its own events."""
    if draft.follows_id is not None and draft.renews_id is None:
        late = preparation.personal.items[0]
        command = commands.AddLate(item=late.key, name=late.name, number=case.number)
        act(actor, draft.follows_id, command, now=now)


def _application(
    actor: Actor,
    preparation: Preparation,
    receiving: str,
    form_digest: str,
    materials: tuple[MaterialRef, ...],
) -> commands.Submit:
    draft, of, personal = preparation.draft, preparation.blueprint, preparation.personal
    party = f"party:{draft.party_id}"
    return commands.Submit(
        onething=of.key,
        onething_name=of.name,
        blueprint=of.digest,
        items=tuple(_case_item(item, draft) for item in personal.items),
        plan=personal.plan,
        promised=personal.clock.promised,
        form_digest=form_digest,
        applicant_ref=f"user:{actor.user_id}" if draft.channel == "online" else party,
        on_behalf_ref=party,
        receiving_body=receiving,
        lead_body=of.lead,
        partial=of.partial,
        materials=materials,
        channel=Channel(draft.channel),
        places=(places := places_of(draft, receiving, of.lead)),
        body_names=_body_names(preparation, receiving, places.collecting_body),
        charges=charges_of(personal.fees),
        signed=signing.signatures(preparation),
        signers=signers.due(preparation),
        thresholds=_thresholds(of.key),
    )


def _only_once(actor: Actor, draft: Draft) -> None:
    """Hold the draft until the case exists: a second submission of it waits here and finds it gone."""
    held = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if held is None or not visible_drafts(actor).filter(pk=draft.pk).exists():
        raise NotFound("draft")


def _whole(preparation: Preparation, *, declared: bool) -> None:
    """Everything that is missing, told at once."""
    missing = (*what_is_missing(preparation), *signing.problems(preparation))
    if not declared:
        missing = (*missing, Problem("declared", "请确认所填内容和材料真实有效。", Place(path="declared")))
    if missing:
        raise ProblemsFound(missing)


def _take_along(draft: Draft, case: Case, materials: tuple[MaterialRef, ...]) -> None:
    """Files and promises become the case's; what it does not ask for is none of the bodies' business."""
    Upload.objects.filter(pk__in=_files_of(materials), draft=draft).update(case=case, draft=None)
    signed = [one.file_ref for one in materials if one.kind is MaterialKind.COMMITMENT]
    SignedPromise.objects.filter(pk__in=signed, draft=draft).update(case=case, draft=None)
    erase(draft.uploads.all())
    draft.delete()


def _files_of(materials: Iterable[MaterialRef]) -> list[UUID]:
    given = [one for one in materials if one.kind is MaterialKind.UPLOADED]
    return [UUID(ref) for one in given for ref in one.file_ref.split(",") if ref]


def freeze(case: Case, number: int, preparation: Preparation) -> CaseForm:
    """The values as they stand now, not yet saved: what was typed and what was known, each apart, under one salt."""
    shown = {one.field.element: one for one in preparation.personal.fields if one.shown}
    values = {key: to_stored(one.value) for key, one in shown.items() if one.value is not None}
    values.update(preparation.blueprint.fixed)
    for question in preparation.blueprint.questions:
        value = preparation.answers.get(question.element)
        if value is not None:
            values.setdefault(question.element, to_stored(value))
    known = {
        key: [one.known.source, one.known.source_name, one.known.as_of.isoformat()]
        for key, one in shown.items()
        if one.known is not None
    }
    salt = secrets.token_hex(16)
    return CaseForm(
        case=case, number=number, values=values, known=known, salt=salt, digest=digest([salt, values])
    )


def _material(one: PersonalMaterial, preparation: Preparation) -> MaterialRef | None:
    material = one.material
    if one.document is not None:
        return MaterialRef(
            document=material.document,
            name=material.name,
            file_ref=one.document.identifier,
            kind=MaterialKind.WAIVED,
        )
    if not one.asked:
        return None
    files = [file for file in preparation.files_for(material) if file.state == Upload.CLEAN]
    if files:
        return MaterialRef(
            document=material.document,
            name=_given_name(material, files),
            file_ref=",".join(str(file.pk) for file in files),
            digest=digest([file.digest for file in files]),
        )
    if preparation.on_paper(material):
        return MaterialRef(document=material.document, name=material.name, kind=MaterialKind.PAPER)
    signed = (
        preparation.draft.promises.filter(document=material.document).first() if material.commitment else None
    )
    if signed is not None:
        return as_material(signed, material)
    if one.required and material.deferrable:
        return MaterialRef(
            document=material.document,
            name=material.name,
            kind=MaterialKind.DEFERRED,
            defer_days=material.defer_days,
            items=material.items,
        )
    return None


def _given_name(material: MergedMaterial, files: Iterable[Upload]) -> str:
    """What was given: of several papers that serve, the one that was chosen."""
    chosen = dict.fromkeys(material.names[one.document] for one in files if one.document in material.names)
    return "、".join(chosen) or material.name


def _case_item(item: PlannedItem, draft: Draft) -> CaseItem:
    source: Item | None = packs().catalogue.items.get(item.key)
    return CaseItem(
        key=item.key,
        name=item.name,
        body=item.body,
        promised=item.promised,
        statutory=item.statutory,
        requires=item.requires,
        results=item.results,
        procedures=source.special_procedures if source else (),
        supervisor=source.supervisor if source else "",
        renews=renewal_of(draft, item.key),
    )


def _thresholds(onething: str) -> Thresholds:
    found = packs().catalogue.onethings.get(onething)
    return found.thresholds if found else Thresholds()


def _body_names(preparation: Preparation, receiving: str, collecting: str) -> dict[str, str]:
    keys = {receiving, preparation.blueprint.lead, *((collecting,) if collecting else ())}
    for item in preparation.personal.items:
        source = packs().catalogue.items.get(item.key)
        keys |= {item.body, *((source.supervisor,) if source and source.supervisor else ())}
    for step in preparation.personal.plan.steps:
        keys |= {*step.bodies, *step.asks}
    return {key: body_name(key) for key in sorted(keys)}


def case_number(body: str, on: date) -> str:
    """A number people can read out: town code, day, and a serial of that day. Submissions of one town take turns."""
    prefix = f"{town_body(body).division or '999999'}{on:%Y%m%d}"
    return f"{prefix}{next_serial(f'case:{prefix}'):05d}"
