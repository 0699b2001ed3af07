"""Applying: a draft is started, answered, filled with what is known, given its papers and checked.

The one picture of a draft is its `Preparation`: the row, the blueprint it follows, what the city knows of the party,
and the personal list that `core.compiler.narrow` derives from them. Pages show it, nothing else is stored.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from bancheng.core.catalogue import ElementKind, Subject
from bancheng.core.compiler import (
    Blueprint,
    Eligibility,
    MergedMaterial,
    PersonalField,
    PersonalList,
    PersonalMaterial,
    Stored,
    facts_of,
    field_kinds,
    from_stored,
    lacking_cells,
    read_form,
    to_stored,
)
from bancheng.core.evidence import Known, Value
from bancheng.core.kernel import Place, Problem, ProblemsFound, normalise_name, search_key
from bancheng.store.models import Draft, Mandate, Party, Upload
from bancheng.usecases.access import Acting, Actor, NotAllowed, NotFound, visible_drafts
from bancheng.usecases.evidence import from_row, known_from_case, known_of, to_row
from bancheng.usecases.files import erase
from bancheng.usecases.narrowing import list_for
from bancheng.usecases.town import blueprint, current_blueprint

KNOWN_FOR = timedelta(minutes=30)
"""How long an answer of the sources serves a draft before they are asked again."""
DOWN_FOR = timedelta(minutes=2)
"""The same when a source gave no answer: it may be back soon, but nobody waits for it on every page."""


@dataclass(frozen=True)
class Preparation:
    """A draft as it stands now."""

    draft: Draft
    blueprint: Blueprint
    known: Known
    answers: dict[str, Value]
    personal: PersonalList
    uploads: tuple[Upload, ...]
    promised: frozenset[str] = frozenset()
    "Documents for which the person signed a promise."

    @property
    def party_name(self) -> str:
        """Whom the matter is about, or empty before sign-in."""
        return self.draft.party.name if self.draft.party else ""

    @property
    def facts(self) -> dict[str, object]:
        """Everything told or known, as the rules read it."""
        return facts_of(self.blueprint, self.answers, self.known, tuple(self.draft.wanted))

    def uploads_of(self, document: str) -> tuple[Upload, ...]:
        """Files given for a document type."""
        return tuple(upload for upload in self.uploads if upload.document == document)

    def files_for(self, material: MergedMaterial) -> tuple[Upload, ...]:
        """Files given for a material, of whichever document that serves."""
        serves = {material.document, *material.options}
        return tuple(upload for upload in self.uploads if upload.document in serves)

    def on_paper(self, material: MergedMaterial) -> bool:
        """Did a window keep the material, or one that serves as well, on paper?"""
        return not {material.document, *material.options}.isdisjoint(self.draft.papers)

    def asked_fields(self) -> tuple[PersonalField, ...]:
        """Fields this person sees."""
        return tuple(one for one in self.personal.fields if one.shown)

    def asked_materials(self) -> tuple[PersonalMaterial, ...]:
        """Materials this person must or may bring."""
        return tuple(one for one in self.personal.materials if one.asked)


def parties_for(actor: Actor, of: Blueprint) -> tuple[Acting, ...]:
    """Whom the actor may apply for in this matter."""
    return tuple(
        one for one in actor.acting if one.subject == of.subject.value and one.covers(of.key, "apply")
    )


def similar(actor: Actor, key: str) -> Draft | None:
    """The newest unfinished application of this actor for the same one-thing: offered instead of a second copy."""
    return visible_drafts(actor).filter(onething=key, channel="online").order_by("-updated_at").first()


def start(actor: Actor, key: str, party: UUID | None = None, channel: str = "online") -> Draft:
    """A new draft of the one-thing `key`, for the party named or, when there is only one, that one.

    Raises:
        NotFound: there is no such one-thing.
        NotAllowed: the actor has no mandate for the party, or takes in for others and is no clerk.
    """
    of = current_blueprint(key)
    if of is None:
        raise NotFound(key)
    if channel != "online" and not actor.has("clerk"):
        raise NotAllowed("channel")
    allowed = parties_for(actor, of) if channel == "online" else ()
    if party is None and allowed:
        party = allowed[0].party
    if party is not None and channel == "online" and party not in {one.party for one in allowed}:
        raise NotAllowed("party")
    return Draft.objects.create(
        user_id=actor.user_id or None, party_id=party, onething=key, blueprint_id=of.digest, channel=channel
    )


def open_draft(actor: Actor, draft: UUID, held: Collection[str] = ()) -> Draft:
    """The actor's draft. One begun before sign-in (its id is `held` in the session) becomes theirs on the way.

    Raises:
        NotFound: no such draft of theirs, or the mandate for its party has ended.
    """
    unclaimed = Draft.objects.filter(user=None) if str(draft) in held else Draft.objects.none()
    row = (visible_drafts(actor) | unclaimed).select_related("party").filter(pk=draft).first()
    if row is None:
        raise NotFound("draft")
    if row.user_id is None and actor.signed_in:
        allowed = parties_for(actor, blueprint(row.blueprint_id))
        row.user_id = actor.user_id
        row.party = Party.objects.get(pk=allowed[0].party) if allowed else None
        row.save(update_fields=["user", "party", "updated_at"])
    return row


def my_drafts(actor: Actor) -> list[Draft]:
    """The actor's unfinished applications, newest first."""
    return list(visible_drafts(actor).select_related("blueprint", "party").order_by("-updated_at")[:20])


def prepare(actor: Actor, draft: Draft) -> Preparation:
    """How the draft stands: sources are asked when nothing recent is known, then the list is derived anew."""
    of = blueprint(draft.blueprint_id)
    known = _known(actor, draft, of)
    answers = _answers(of, draft.answers)
    personal = list_for(
        draft.pk,
        of,
        answers,
        known,
        timezone.localdate(),
        tuple(draft.wanted),
        # Before it is known whom the matter is about no source can be asked; the list says what they will be asked for.
        assume_coverage=draft.party is None,
    )
    uploads = tuple(draft.uploads.order_by("created_at"))
    promised = frozenset(
        draft.promises.values_list("document", flat=True)
        if any(one.commitment for one in of.materials)
        else ()
    )
    return Preparation(draft, of, known, answers, personal, uploads, promised)


def _known(actor: Actor, draft: Draft, of: Blueprint) -> Known:
    if draft.party is None:
        return Known()
    if draft.follows is not None and draft.renews_id is None:
        return known_from_case(draft.follows).merged(_asked_sources(actor, draft, of))
    return _asked_sources(actor, draft, of)


def _asked_sources(actor: Actor, draft: Draft, of: Blueprint) -> Known:
    now = timezone.now()
    serves = DOWN_FOR if draft.known and draft.known["down"] else KNOWN_FOR
    if draft.known_at is None or now - draft.known_at > serves:
        known = known_of(_asked_about(actor, draft), of, actor)
        draft.known, draft.known_at = to_row(known), now
        draft.save(update_fields=["known", "known_at"])
    return from_row(draft.known, kinds(of))


def _asked_about(actor: Actor, draft: Draft) -> list[Party]:
    # A company's matter also needs facts of the person who represents it, whose own number is at hand. What is known
    # of an agent is nothing of the company's.
    parties = [draft.party] if draft.party else []
    own = actor.own
    represents = any(
        one.party == draft.party_id and one.kind == Mandate.REPRESENTATIVE for one in actor.acting
    )
    if own is not None and represents and draft.channel == "online":
        parties += list(Party.objects.filter(pk=own.party))
    return parties


def kinds(of: Blueprint) -> dict[str, ElementKind]:
    """The kind of every element a blueprint asks for, columns too."""
    return field_kinds((*of.questions, *of.fields))


def _answers(of: Blueprint, stored: Mapping[str, Stored]) -> dict[str, Value]:
    known_kinds = kinds(of)
    read = {
        key: from_stored(known_kinds[key], value, known_kinds)
        for key, value in stored.items()
        if key in known_kinds
    }
    return {key: value for key, value in read.items() if value is not None}


def answer(preparation: Preparation, raw: Mapping[str, Sequence[str]]) -> tuple[Problem, ...]:
    """Save what was typed, as far as it is sound, and say what is not. Nothing typed well is lost to what is not.

    `raw` maps element keys to texts. A value equal to what is known is not stored: it stays the source's.
    """
    of, draft = preparation.blueprint, preparation.draft
    values, problems = read_form((*of.questions, *of.fields), raw)
    answers = dict(draft.answers)
    for element, value in values.items():
        known = preparation.known.values.get(element)
        if value is None or (known is not None and known.value == value):
            answers.pop(element, None)
        else:
            answers[element] = to_stored(value)
    draft.answers = answers
    questions = {one.element for one in of.questions}
    draft.asked += [one for one in values if one in questions and one in answers and one not in draft.asked]
    draft.save(update_fields=["answers", "asked", "updated_at"])
    return problems


def asked_before(preparation: Preparation, element: str = "") -> str:
    """The question answered just before `element`, or the last one answered; empty when there is none.

    Answers whose turn is not known, given before turns were kept, count as the first ones, in the printed order.
    """
    printed = [one.element for one in preparation.blueprint.questions]
    turns = {key: turn for turn, key in enumerate(preparation.draft.asked)}
    trail = sorted(
        (one for one in printed if one in preparation.answers),
        key=lambda one: (turns.get(one, -1), printed.index(one)),
    )
    earlier = trail[: trail.index(element)] if element in trail else trail
    return earlier[-1] if earlier else ""


def wish(preparation: Preparation, items: Collection[str]) -> None:
    """Take the optional items of this list into the draft, and only these."""
    optional = {item.key for item in preparation.blueprint.items if item.optional or item.late}
    preparation.draft.wanted = sorted(optional & set(items))
    preparation.draft.save(update_fields=["wanted", "updated_at"])


def for_party(preparation: Preparation, actor: Actor, party: UUID) -> None:
    """Make the draft one for another party the actor may act for; the sources are asked again.

    Raises:
        NotAllowed: the actor has no mandate for it.
    """
    if party not in {one.party for one in parties_for(actor, preparation.blueprint)}:
        raise NotAllowed("party")
    draft = preparation.draft
    draft.party_id, draft.known, draft.known_at = party, None, None
    draft.save(update_fields=["party", "known", "known_at", "updated_at"])


def discard(actor: Actor, draft: UUID, held: Collection[str] = ()) -> None:
    """Delete a draft with its files, the bytes too.

    Raises:
        NotFound: no such draft of theirs.
    """
    row = open_draft(actor, draft, held)
    with transaction.atomic():
        erase(row.uploads.all())
        row.delete()


def what_is_missing(preparation: Preparation) -> tuple[Problem, ...]:
    """Everything that stands between this draft and its submission, each with the element or document it is about.

    The path of a problem is the element key, or ``material/<document>``.
    """
    personal = preparation.personal
    problems: list[Problem] = []
    if personal.eligibility is Eligibility.NOT_ELIGIBLE:
        problems += [Problem("gate", one.reason, suggestion=one.remedy) for one in personal.refusals]
    elif not (personal.items or personal.questions):
        problems.append(Problem("items", "按您的情况，没有需要办理的事项。"))
    problems += [
        Problem("question", f"请先回答：{one.text}", Place(path=one.element)) for one in personal.questions
    ]
    for field in personal.fields:
        problems += lacking(preparation, field)
    for material in personal.materials:
        if not (material.asked and material.required) or material.material.deferrable:
            continue
        if preparation.on_paper(material.material) or material.material.document in preparation.promised:
            continue
        if not any(upload.state == Upload.CLEAN for upload in preparation.files_for(material.material)):
            path = f"material/{material.material.document}"
            problems.append(Problem("material", f"请上传“{material.material.name}”。", Place(path=path)))
    return tuple(problems)


def lacking(preparation: Preparation, one: PersonalField) -> tuple[Problem, ...]:
    """What is missing in one field; in a list of records every row and cell that is."""
    field = one.field
    if not one.shown:
        return ()
    if one.value is None:
        said = Problem("field", f"请填写“{field.name}”。", Place(path=field.element))
        return (said,) if one.required else ()
    if field.kind is not ElementKind.RECORDS:
        return ()
    rows = tuple(row for row in one.value if isinstance(row, dict)) if isinstance(one.value, tuple) else ()
    return lacking_cells(field, rows, preparation.facts, timezone.localdate())


def ready(preparation: Preparation) -> None:
    """Check that the draft may be submitted.

    Raises:
        ProblemsFound: with everything that is missing.
    """
    missing = what_is_missing(preparation)
    if missing:
        raise ProblemsFound(missing)


def party_of(subject: Subject, name: str, number: str, phone: str = "") -> Party:
    """The party with this number, made when the town meets it for the first time; without number always a new one."""
    shown = normalise_name(name)
    if number:
        party, _ = Party.objects.get_or_create(
            subject=subject.value,
            number=number,
            defaults={"name": shown, "search_key": search_key(shown), "phone": phone},
        )
        return party
    return Party.objects.create(subject=subject.value, name=shown, search_key=search_key(shown), phone=phone)
