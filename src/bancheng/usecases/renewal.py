"""再办一次, 延续: the same matter again with what was filled in before; a licence renewed, by decision or by silence.

A licence is renewed on an application made thirty days before it ends (行政许可法 art. 50), so its holder hears of it
well before that. What nobody decides until then counts as renewed: see `core.casework`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from bancheng.core.casework import APPLY_BEFORE, ItemStatus, Phase, Renewal
from bancheng.core.catalogue import ItemType
from bancheng.core.kernel import chinese_date
from bancheng.store.models import Case, Draft, Outbox, ResultDocument
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.casework import CaseFile, load
from bancheng.usecases.each import each
from bancheng.usecases.late import alone, carried
from bancheng.usecases.mycases import my_case
from bancheng.usecases.results import months_later
from bancheng.usecases.town import blueprint, current_blueprint, keep, packs
from bancheng.usecases.verifying import Standing, standing_of

EARLY = timedelta(days=180)
"""How long before its last day a renewal may be applied for here."""
REMIND = timedelta(days=60)
"""How long before its last day a holder is reminded: a month to prepare, and the thirty days of art. 50."""
ONCE = timedelta(days=90)
"""What was granted for less than this was granted for an occasion: nobody is reminded of its end, nor renews it."""
BATCH = 500
_OVER = frozenset({Phase.FINISHED, Phase.WITHDRAWN})


def may_begin_again(file: CaseFile) -> bool:
    """Whether the matter is over and is still offered."""
    return file.state.phase in _OVER and current_blueprint(file.case.onething) is not None


def begin_again(actor: Actor, number: str) -> Draft:
    """A draft of the same matter in its present version with what was filled in before; one begun already goes on.

    Raises:
        NotFound: the case is not theirs, not over, or its matter is no longer offered.
    """
    mine = my_case(actor, number)
    present = current_blueprint(mine.case.onething)
    if present is None or not may_begin_again(mine.file):
        raise NotFound("again")
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=mine.case.pk)
        mine_now = Draft.objects.filter(
            user_id=actor.user_id,
            party_id=mine.case.party_id,
            onething=mine.case.onething,
            channel="online",
            renews=None,
        )
        begun = mine_now.order_by("-updated_at").first()
        if begun is not None:
            return begun
        return Draft.objects.create(
            user_id=actor.user_id,
            party_id=mine.case.party_id,
            onething=mine.case.onething,
            blueprint_id=present.digest,
            answers=carried(mine, present),
        )


def renewable(file: CaseFile, now: datetime) -> list[ResultDocument]:
    """The licences of a case that hold and end before long: a renewal may be applied for."""
    today, items = timezone.localdate(now), packs().catalogue.items
    permits = [key for key in file.state.items if key in items and items[key].item_type is ItemType.PERMIT]
    rows = ResultDocument.objects.filter(
        case=file.case, item__in=permits, valid_to__gte=today, valid_to__lte=today + EARLY
    )
    held = [row for row in rows.order_by("number") if _lasts(row)]
    return [row for row in held if standing_of(file.state, row)[0] is Standing.VALID]


def _lasts(row: ResultDocument) -> bool:
    return row.valid_to is not None and row.valid_to - row.issued_on >= ONCE


def renew(actor: Actor, number: str, paper: UUID, now: datetime) -> Draft:
    """A draft of the one item, to renew a licence of a case of theirs; one begun already goes on.

    Raises:
        NotFound: none of theirs, or none that may be renewed now.
        CommandRefused: the item cannot be applied for by itself now.
    """
    mine = my_case(actor, number)
    row = next((one for one in renewable(mine.file, now) if one.pk == paper), None)
    items = blueprint(mine.case.blueprint_id).items
    planned = next((one for one in items if row is not None and one.key == row.item), None)
    if row is None or planned is None:
        raise NotFound("paper")
    single = alone(mine.case.onething, planned, "延续")
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=mine.case.pk)
        begun = Draft.objects.filter(renews=row, user_id=actor.user_id).first()
        if begun is not None:
            return begun
        keep(single, now)
        return Draft.objects.create(
            user_id=actor.user_id,
            party_id=mine.case.party_id,
            onething=mine.case.onething,
            blueprint_id=single.digest,
            answers=carried(mine, single),
            follows=mine.case,
            renews=row,
        )


def renewal_of(draft: Draft, item: str) -> Renewal | None:
    """What an item of an application is to renew: its paper as it stands, and how long it would hold on."""
    paper = draft.renews
    if paper is None or paper.item != item or paper.valid_to is None:
        return None
    source = packs().catalogue.items.get(item)
    months = (
        next((one.validity_months for one in source.results if one.key == paper.result), None)
        if source
        else None
    )
    begins = paper.valid_to + timedelta(days=1)
    until = months_later(begins, months) if months else begins + (paper.valid_to - paper.issued_on)
    return Renewal(number=paper.number, name=paper.name, valid_to=paper.valid_to, until=until)


def by_silence(actor: Actor) -> QuerySet[ResultDocument]:
    """The licences that silence renewed, the newest first, for supervision and the bodies they are of.

    Raises:
        NotFound: the actor is neither.
    """
    rows = ResultDocument.objects.exclude(renewed_in=None).select_related("case__party", "renewed_in")
    if not actor.has("supervisor"):
        if not actor.bodies:
            raise NotFound("renewals")
        rows = rows.filter(body__in=actor.bodies)
    return rows.order_by("-valid_to", "number")


def remind(now: datetime) -> int:
    """Tell the holders of papers that end within `REMIND` and held for longer than `ONCE`; how many were looked at."""
    today = timezone.localdate(now)
    ending = ResultDocument.objects.filter(
        expiry_told=False, valid_to__gte=today, valid_to__lte=today + REMIND
    ).select_related("case")

    def told(row: ResultDocument) -> int:
        # Of several workers the first tells.
        if ResultDocument.objects.filter(pk=row.pk, expiry_told=False).update(expiry_told=True) and _lasts(
            row
        ):
            _tell(row)
        return 1

    rows = ending.order_by("valid_to", "pk")
    return each("renewals.paper", rows, transaction.atomic(told), now, most=BATCH, wanted=ending)


def _tell(row: ResultDocument) -> None:
    item = load(row.case).state.items.get(row.item)
    newest = not ResultDocument.objects.filter(
        case=row.case, item=row.item, result=row.result, edition__gt=row.edition
    ).exists()
    if item is None or item.status is not ItemStatus.APPROVED or not newest or row.valid_to is None:
        return
    by = row.valid_to - APPLY_BEFORE
    words = (
        f"“{row.name}”（{row.number}）有效到{chinese_date(row.valid_to)}。要接着用，"
        f"请在{chinese_date(by)}前申请延续；打开这一件，上次填的都还在。"
    )
    Outbox.objects.create(kind="ResultExpires", case=row.case, payload={"words": words})
