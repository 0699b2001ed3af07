"""档案到期 by API: what is due, lists handed over and proposed, the second person's answer, what was destroyed."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Schema, Status

from bancheng.api import _schemas as out
from bancheng.api import _show
from bancheng.api._auth import actor_of, allow
from bancheng.store.models import ArchiveLine, ArchiveList
from bancheng.usecases import disposal
from bancheng.usecases.access import Actor
from bancheng.usecases.lists import wanted

router = Router()


class KeptOut(Schema):
    """A package as it is kept."""

    case: str
    name: str
    digest: str
    keep_until: date | None
    rule: str


class KeptPage(Schema):
    """One page of packages."""

    count: int
    items: list[KeptOut]


class ArchiveLineOut(Schema):
    """A package on a list as it was then; `files` were destroyed with it."""

    case: str
    digest: str
    log_head: str
    keep_until: date | None
    done_at: datetime | None
    files: int


class ArchiveListOut(Schema):
    """A list with the two people who stand for it."""

    id: int
    kind: str
    body: str
    number: str
    state: str
    place: str
    until: date | None
    reason: str
    by: str
    at: datetime
    second: str
    second_words: str
    second_at: datetime | None
    lines: list[ArchiveLineOut]


class ArchiveListIn(Schema):
    """What is to be done with packages: hand them to `place`, or propose to destroy or to keep them `until`."""

    kind: Literal["hand", "destroy", "extend"]
    cases: list[str]
    place: str = ""
    reason: str = ""
    until: date | None = None


class ArchiveAnswerIn(Schema):
    """What the second person says."""

    agree: bool
    words: str = ""


def _shown(one: ArchiveList) -> ArchiveListOut:
    lines = ArchiveLine.objects.filter(list=one).select_related("case").order_by("case__number")
    return ArchiveListOut(
        id=one.pk,
        kind=one.kind,
        body=one.body,
        number=one.number,
        state=one.state,
        place=one.place,
        until=one.until,
        reason=one.reason,
        by=one.by_name,
        at=one.at,
        second=one.second_name,
        second_words=one.second_words,
        second_at=one.second_at,
        lines=[
            ArchiveLineOut(
                case=line.case.number,
                digest=line.digest,
                log_head=line.head,
                keep_until=line.keep_until,
                done_at=line.done_at,
                files=line.files,
            )
            for line in lines
        ],
    )


@router.get("", response={200: KeptPage, **out.PROBLEMS}, summary="Packages to hand over or to appraise")
@allow(*disposal.LOOKERS)
def due(
    request: HttpRequest,
    tab: Literal["hand", "appraise"] = "appraise",
    q: str = "",
    limit: Query[int] = 50,
    offset: Query[int] = 0,
) -> Any:
    """Those whose time ends first stand first; at most 100 at a time."""
    rows = disposal.packages(actor_of(request), tab, wanted({"q": q}), timezone.localdate())
    items = [
        KeptOut(
            case=one.case.number,
            name=one.case.name,
            digest=one.digest,
            keep_until=one.keep_until,
            rule=one.rule,
        )
        for one in _show.some(rows, limit, offset)
    ]
    return KeptPage(count=rows.count(), items=items)


@router.post(
    "/lists",
    response={201: list[ArchiveListOut], **out.PROBLEMS},
    summary="Hand packages over, or propose to destroy or keep them longer",
)
@allow(*disposal.KEEPERS)
def listed(request: HttpRequest, given: ArchiveListIn) -> Any:
    """One list for each body. What is proposed waits for a second person."""
    actor, now = actor_of(request), timezone.now()
    return Status(201, [_shown(one) for one in _made(actor, given, now)])


def _made(actor: Actor, given: ArchiveListIn, now: datetime) -> list[ArchiveList]:
    if given.kind == ArchiveList.HAND:
        return disposal.hand_over(actor, given.cases, given.place, now)
    return disposal.propose(actor, given.cases, given.kind, given.reason, now, given.until)


@router.get("/lists/{pk}", response={200: ArchiveListOut, **out.PROBLEMS}, summary="A list with its lines")
@allow(*disposal.LOOKERS)
def one(request: HttpRequest, pk: Path[int]) -> Any:
    """Numbers, digests and who stands for it; it stays when the packages are gone."""
    return _shown(disposal.list_of(actor_of(request), pk))


@router.post(
    "/lists/{pk}/answer",
    response={200: ArchiveListOut, **out.PROBLEMS},
    summary="Decide as the second person (四眼)",
)
@allow("senior")
def answer(request: HttpRequest, pk: Path[int], given: ArchiveAnswerIn) -> Any:
    """Not by whoever proposed it."""
    return _shown(disposal.answer(actor_of(request), pk, given.agree, given.words, timezone.now()))
