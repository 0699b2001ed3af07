"""再办一次: the same matter again with what was filled in before; and the word to a holder whose paper ends.

A licence is renewed on an application made thirty days before it ends (行政许可法 art. 50), so its holder hears of it
well before that.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from bancheng.core.casework import ItemStatus, Phase
from bancheng.core.kernel import chinese_date
from bancheng.store.models import Case, Draft, Outbox, ResultDocument
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.casework import CaseFile, load
from bancheng.usecases.each import each
from bancheng.usecases.late import carried
from bancheng.usecases.mycases import my_case
from bancheng.usecases.town import current_blueprint

REMIND = timedelta(days=60)
"""How long before its last day a holder is reminded: a month to prepare, and the thirty days of art. 50."""
APPLY = timedelta(days=30)
"""How long before its last day a renewal is to be applied for (art. 50, unless another law says otherwise)."""
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
    blueprint = current_blueprint(mine.case.onething)
    if blueprint is None or not may_begin_again(mine.file):
        raise NotFound("again")
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=mine.case.pk)
        mine_now = Draft.objects.filter(
            user_id=actor.user_id, party_id=mine.case.party_id, onething=mine.case.onething, channel="online"
        )
        begun = mine_now.order_by("-updated_at").first()
        if begun is not None:
            return begun
        return Draft.objects.create(
            user_id=actor.user_id,
            party_id=mine.case.party_id,
            onething=mine.case.onething,
            blueprint_id=blueprint.digest,
            answers=carried(mine, blueprint),
        )


def remind(now: datetime) -> int:
    """Tell the holders of papers that end within `REMIND`, each once; how many papers were looked at."""
    today = timezone.localdate(now)
    ending = ResultDocument.objects.filter(
        expiry_told=False, valid_to__gte=today, valid_to__lte=today + REMIND
    ).select_related("case")

    def told(row: ResultDocument) -> int:
        # Of several workers the first tells.
        if ResultDocument.objects.filter(pk=row.pk, expiry_told=False).update(expiry_told=True):
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
    by = row.valid_to - APPLY
    words = (
        f"“{row.name}”（{row.number}）有效到{chinese_date(row.valid_to)}。要接着用，"
        f"请在{chinese_date(by)}前申请延续；打开这一件，上次填的都还在。"
    )
    Outbox.objects.create(kind="ResultExpires", case=row.case, payload={"words": words})
