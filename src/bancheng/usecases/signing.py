"""One form signed by several: everybody is asked, sees the same frozen values, and signs their digest or declines.

While a round of signing is open nothing is submitted until everybody has signed these very values; changed answers
mean a new round. Who signed which digest is written into the first event of the case. What the applicant alone
declares in the end (a plain yes under a sentence) may come after the others have signed.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from bancheng.core.casework import Signed
from bancheng.core.compiler import MergedField, stored_value, to_stored
from bancheng.core.evidence import Value
from bancheng.core.kernel import (
    Place,
    Problem,
    ProblemsFound,
    digest,
    normalise_code,
    normalise_id_number,
    search_key,
)
from bancheng.store.models import Draft, Mandate, Message, Party, SignRequest, SignRound
from bancheng.usecases.access import Actor, NotAllowed, NotFound, record, valid_mandates
from bancheng.usecases.apply import Preparation
from bancheng.usecases.mandate_scope import capacity
from bancheng.usecases.town import blueprint


@dataclass(frozen=True)
class Standing:
    """How signing stands for a draft: the open round, and whether the answers are still those of the round."""

    round: SignRound
    requests: tuple[SignRequest, ...]
    same: bool

    @property
    def complete(self) -> bool:
        """Everybody signed what stands there now."""
        return self.same and all(one.state == SignRequest.SIGNED for one in self.requests)


def values_of(preparation: Preparation) -> dict[str, object]:
    """The values of a draft as they would be frozen now."""
    shown = {one.field.element: one for one in preparation.personal.fields if one.shown}
    values: dict[str, object] = {
        key: to_stored(one.value) for key, one in shown.items() if one.value is not None
    }
    values.update(preparation.blueprint.fixed)
    for question in preparation.blueprint.questions:
        value = preparation.answers.get(question.element)
        if value is not None:
            values.setdefault(question.element, to_stored(value))
    return values


def standing(preparation: Preparation) -> Standing | None:
    """The open round of a draft, or None where nobody else signs."""
    # By its key: a draft submitted a moment ago has none any more, and then nothing is found; the submission says so.
    of_draft = SignRound.objects.filter(draft_id__in=[preparation.draft.pk], open=True)
    held = of_draft.order_by("-created_at").first()
    if held is None:
        return None
    requests = tuple(held.requests.select_related("party", "user").order_by("pk"))
    return Standing(held, requests, _same(held.values or {}, values_of(preparation)))


def _same(signed: Mapping[str, object], now: Mapping[str, object]) -> bool:
    """Nothing that was signed is other now, and nothing was added but a yes under a sentence."""
    kept = all(now.get(key) == value for key, value in signed.items())
    return kept and all(value is True for key, value in now.items() if key not in signed)


def problems(preparation: Preparation) -> tuple[Problem, ...]:
    """What keeps a draft from being submitted while others still have to sign."""
    now = standing(preparation)
    if now is None:
        return ()
    at = Place(path="sign")
    if not now.same:
        return (Problem("sign.changed", "内容在签署后改过，请重新发给各方签署。", at),)
    words = {SignRequest.ASKED: "还没有签署", SignRequest.DECLINED: "没有同意签署"}
    return tuple(
        Problem("sign.missing", f"{one.party.name}{words[one.state]}。", at)
        for one in now.requests
        if one.state in words
    )


def ask(actor: Actor, preparation: Preparation, people: list[tuple[str, str]]) -> SignRound:
    """Freeze the form and ask every one of `people` (name, ID number or credit code) to sign it; a former round ends.

    Raises:
        ProblemsFound: nobody named, or somebody without a verified account; placed by ``people``.
    """
    found: dict[UUID, Party] = {}
    wrong: list[Problem] = []
    for name, number in people:
        plain = normalise_id_number(number) or normalise_code(number)
        party = Party.objects.filter(number=plain, search_key=search_key(name)).exclude(number="").first()
        if party is None or not valid_mandates(timezone.localdate()).filter(party=party).exists():
            advice = "请核对姓名和号码；对方要先有核实过身份的账号。"
            wrong.append(Problem("sign.nobody", f"没有找到“{name}”的账号。", Place(path="people"), advice))
        elif party.pk != preparation.draft.party_id:
            found[party.pk] = party
    if not wrong and not found:
        wrong.append(Problem("sign.people", "请写明还有谁要签。", Place(path="people")))
    if wrong:
        raise ProblemsFound(tuple(wrong))
    salt, values = secrets.token_hex(16), values_of(preparation)
    with transaction.atomic():
        Draft.objects.select_for_update().get(pk=preparation.draft.pk)
        SignRound.objects.filter(draft=preparation.draft, open=True).update(open=False)
        made = SignRound.objects.create(
            draft=preparation.draft,
            onething=preparation.blueprint.key,
            blueprint=preparation.blueprint.digest,
            values=values,
            salt=salt,
            digest=digest([salt, values]),
        )
        SignRequest.objects.bulk_create(SignRequest(round=made, party=one) for one in found.values())
        _tell(made, list(found.values()), preparation)
        record(actor, "sign.ask", f"round:{made.pk}", preparation.blueprint.key)
    return made


def _tell(made: SignRound, parties: list[Party], preparation: Preparation) -> None:
    name = preparation.party_name
    text = f"{name}办“{preparation.blueprint.name}”，要您一起签署。请看过内容再决定。"
    held = valid_mandates(timezone.localdate()).filter(party__in=parties, onething__in=["", made.onething])
    users = set(held.values_list("user_id", flat=True)) - {preparation.draft.user_id}
    Message.objects.bulk_create(
        Message(user_id=user, title="请签署一份申请", text=text) for user in sorted(users)
    )


def cancel(preparation: Preparation) -> None:
    """Nobody else signs after all."""
    SignRound.objects.filter(draft=preparation.draft, open=True).update(open=False)


# ------------------------------------------------------------------------------------------------ who is asked


def requests_for(actor: Actor) -> QuerySet[SignRequest]:
    """What the actor is asked to sign, for themself or whom they may act for; open ones first."""
    parties = [one.party for one in actor.acting if not one.acts or "apply" in one.acts]
    rows = SignRequest.objects.filter(party__in=parties, round__open=True)
    return rows.select_related("round", "round__draft__party", "party").order_by("state", "-pk")


def open_request(actor: Actor, pk: int) -> SignRequest:
    """One of them.

    Raises:
        NotFound: none of theirs, or the round has ended.
    """
    found = requests_for(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound("request")
    return found


def frozen(request: SignRequest) -> list[tuple[MergedField, Value]]:
    """The values to be signed, in the order of the form: the same for everybody."""
    of = blueprint(request.round.blueprint)
    stored = request.round.values or {}
    found = ((field, stored_value(field, stored.get(field.element))) for field in of.fields)
    return [(field, value) for field, value in found if value is not None]


def answer(actor: Actor, pk: int, seen: str, *, agree: bool, note: str = "") -> SignRequest:
    """Sign the form of digest `seen`, or decline with a word.

    Raises:
        NotFound: none of theirs.
        ProblemsFound: another form than the one shown, no reason for declining, or answered already.
    """
    request = open_request(actor, pk)
    wrong = ""
    if seen != request.round.digest:
        wrong = "内容已经改过，请看过新内容再签。"
    elif request.state != SignRequest.ASKED:
        wrong = "这份申请您已经答复过了。"
    elif not agree and not note.strip():
        wrong = "请写明不同意的原因。"
    if wrong:
        raise ProblemsFound((Problem("sign.answer", wrong, Place(path="note")),))
    acting = capacity(actor, str(request.party_id), request.round.onething)
    with transaction.atomic():
        done = SignRequest.objects.filter(pk=pk, state=SignRequest.ASKED, round__open=True).update(
            state=SignRequest.SIGNED if agree else SignRequest.DECLINED,
            user_id=actor.user_id,
            capacity=acting["capacity"] or Mandate.SELF,
            note=note.strip()[:300],
            at=timezone.now(),
        )
        if not done:
            raise NotFound("request")
        record(actor, "sign.agree" if agree else "sign.decline", f"request:{pk}", request.round.digest)
        draft = request.round.draft
        if draft is not None and draft.user_id is not None:
            told = "已经签署" if agree else f"没有同意签署：{note.strip()[:200]}"
            Message.objects.create(
                user_id=draft.user_id, title="签署有了答复", text=f"{request.party.name}{told}。"
            )
    request.refresh_from_db()
    return request


def signatures(preparation: Preparation) -> tuple[Signed, ...]:
    """Who signed what, for the first event of the case; nobody where nobody else signs."""
    now = standing(preparation)
    if now is None:
        return ()
    return tuple(
        Signed(
            party=f"party:{one.party_id}",
            digest=now.round.digest,
            at=one.at,
            agent=f"user:{one.user_id}",
            capacity="" if one.capacity == Mandate.SELF else one.capacity,
        )
        for one in now.requests
        if one.at is not None
    )


def to_case(preparation: Preparation, case: UUID) -> None:
    """The signatures go with the case; the round is closed."""
    SignRound.objects.filter(draft=preparation.draft, open=True).update(case_id=case, draft=None, open=False)


def may_ask(actor: Actor, preparation: Preparation) -> None:
    """Only whoever prepares the draft asks others.

    Raises:
        NotAllowed: somebody else's.
    """
    if preparation.draft.user_id != actor.user_id:
        raise NotAllowed("sign")
