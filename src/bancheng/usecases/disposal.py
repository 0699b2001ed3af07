"""档案到期: packages due to be made, handed to the archive, appraised (鉴定) and destroyed, each list with a number.

The machine only says whose time is over. One person proposes to destroy or to keep longer, with a reason; a senior who
is somebody else decides (四眼); then a sweep erases case by case and writes down what was destroyed. Lists stay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from bancheng.core.casework import CommandRefused, against_destroying, against_keeping_longer, against_second
from bancheng.core.kernel import Fault, Place, Problem, ProblemsFound, Refusal
from bancheng.store.models import (
    ArchiveLine,
    ArchiveList,
    ArchivePackage,
    Case,
    CaseEvent,
    CreditRecord,
    ResultDocument,
)
from bancheng.store.models.papers import DESTROYED
from bancheng.usecases import lists
from bancheng.usecases.access import MACHINE, Actor, NotFound, next_serial, record
from bancheng.usecases.archiving import due_for_archive, kept_package
from bancheng.usecases.casework import load
from bancheng.usecases.each import each
from bancheng.usecases.erasing import erase_case
from bancheng.usecases.sealing import number_of

KEEPERS = ("clerk", "senior")
"""Who hands over and proposes, for their own body; a senior decides on what somebody else proposed."""
LOOKERS = (*KEEPERS, "supervisor")
TABS = ("pack", "hand", "appraise", "second", "lists", "gone")
MOST = 200
"""Packages of one list."""
WORD = {ArchiveList.HAND: "档移", ArchiveList.DESTROY: "档销", ArchiveList.EXTEND: "档延"}
"""The word of a series, as it stands in a list's number."""
BATCH = 20
_PRESENT = ~Q(file=DESTROYED)


def bodies_of(actor: Actor, *roles: str) -> frozenset[str]:
    """The bodies whose archive the actor keeps, in one of these roles."""
    return frozenset(body for role, body in actor.posts if body and role in (roles or KEEPERS))


def _mine(actor: Actor, column: str) -> Q:
    if actor.has("supervisor"):
        return Q()
    if not (bodies := bodies_of(actor)):
        raise NotFound("archives")
    return Q(**{f"{column}__in": bodies})


# ------------------------------------------------------------------------------------------------ lists


def to_pack(actor: Actor, asked: lists.Wanted, now: datetime) -> QuerySet[Case]:
    """Cases whose package is due to be made, by the sweep; the oldest first.

    Raises:
        NotFound: the actor keeps no archive.
    """
    rows = due_for_archive(now).filter(_mine(actor, "lead"))
    return lists.cases(rows, asked, timezone.localdate(now)).select_related("party")


def packages(actor: Actor, tab: str, asked: lists.Wanted, today: date) -> QuerySet[ArchivePackage]:
    """Packages to hand over (``hand``), else those whose time is over and which stand on no list (``appraise``).

    Raises:
        NotFound: as `to_pack`.
    """
    rows = ArchivePackage.objects.filter(_PRESENT, _mine(actor, "case__lead"))
    if tab == "hand":
        rows = rows.filter(Q(handed_seq=None) | Q(handed_seq__lt=F("seq")), seq=F("case__seq"))
    else:
        rows = rows.filter(keep_until__lt=today).exclude(case__archive_lines__open=True)
    return _narrowed(rows, asked).select_related("case__party").order_by("keep_until", "pk")


def lists_of(actor: Actor, tab: str, asked: lists.Wanted) -> QuerySet[ArchiveList]:
    """Lists that wait for a second person (``second``), else those that took effect or were refused; newest first.

    Raises:
        NotFound: as `to_pack`.
    """
    rows = ArchiveList.objects.filter(_mine(actor, "body"))
    waiting = Q(state=ArchiveList.PROPOSED)
    rows = rows.filter(waiting if tab == "second" else ~waiting)
    if asked.text:
        rows = rows.filter(number__contains=asked.text)
    return rows.order_by("-at", "-pk")


def destroyed(actor: Actor, asked: lists.Wanted) -> QuerySet[ArchiveLine]:
    """The record of destruction, line by line, the newest first; what is agreed and not yet done stands in it, too.

    Raises:
        NotFound: as `to_pack`.
    """
    agreed = Q(list__kind=ArchiveList.DESTROY, list__state=ArchiveList.AGREED)
    rows = ArchiveLine.objects.filter(agreed, _mine(actor, "list__body"))
    return _narrowed(rows, asked).select_related("list", "case").order_by("-list__second_at", "pk")


def _narrowed(rows: QuerySet, asked: lists.Wanted) -> QuerySet:  # type: ignore[type-arg]  # reason: of either model
    if asked.text:
        rows = rows.filter(case__in=Case.objects.filter(lists.matching(asked.text)))
    if asked.onething:
        rows = rows.filter(case__onething=asked.onething)
    if asked.since:
        rows = rows.filter(keep_until__gte=asked.since)
    if asked.until:
        rows = rows.filter(keep_until__lte=asked.until)
    return rows


def list_of(actor: Actor, pk: int) -> ArchiveList:
    """A list with its lines.

    Raises:
        NotFound: none, or not of the actor's archive.
    """
    found = ArchiveList.objects.filter(_mine(actor, "body"), pk=pk).first()
    if found is None:
        raise NotFound("archive list")
    return found


def may_decide(actor: Actor, one: ArchiveList) -> bool:
    """Whether the actor may be the second person of a list."""
    waits = one.state == ArchiveList.PROPOSED and one.body in bodies_of(actor, "senior")
    return waits and not against_second(one.by, actor.id)


# ------------------------------------------------------------------------------------------------ acts


def hand_over(actor: Actor, numbers: Sequence[str], place: str, now: datetime) -> list[ArchiveList]:
    """Hand packages to an archive: every file is read and held against its digest first. One list for each body.

    Raises:
        NotFound: not of the actor's archive.
        ProblemsFound: none chosen, no archive named, or a package that is not what was kept.
    """
    problems = [] if place.strip() else [_problem("place", "请写明移交给哪个档案馆（室）。")]
    return _listed(
        actor,
        numbers,
        problems,
        _need_whole,
        lambda _row: (),
        ArchiveList(kind=ArchiveList.HAND, state=ArchiveList.AGREED, place=place.strip()[:200], at=now),
    )


def propose(
    actor: Actor, numbers: Sequence[str], kind: str, reason: str, now: datetime, until: date | None = None
) -> list[ArchiveList]:
    """Propose to destroy packages whose time is over, or to keep them until another day. One list for each body.

    Raises:
        NotFound: not of the actor's archive.
        ProblemsFound: none chosen, no reason or day, or a package that stands on a list already.
        CommandRefused: the rules are against it (`core.casework`).
    """
    problems = []
    if kind not in {ArchiveList.DESTROY, ArchiveList.EXTEND}:
        problems.append(_problem("kind", "请选鉴定意见。"))
    if not reason.strip():
        problems.append(_problem("reason", "请写明鉴定意见的理由。"))
    if kind == ArchiveList.EXTEND and until is None:
        problems.append(_problem("until", "请写明保管到哪一天。"))
    made = ArchiveList(
        kind=kind,
        state=ArchiveList.PROPOSED,
        reason=reason.strip()[:500],
        until=until if kind == ArchiveList.EXTEND else None,
        at=now,
    )
    today = timezone.localdate(now)
    return _listed(actor, numbers, problems, lambda _row: None, partial(_against, made, today=today), made)


def _listed(
    actor: Actor,
    numbers: Sequence[str],
    problems: list[Problem],
    look: Callable[[ArchivePackage], object],
    against: Callable[[ArchivePackage], Sequence[Refusal]],
    like: ArchiveList,
) -> list[ArchiveList]:
    wanted = list(dict.fromkeys(numbers))
    if not 0 < len(wanted) <= MOST:
        problems.insert(0, _problem("case", f"请勾选要列入清单的档案，一次最多 {MOST} 件。"))
    if problems:
        raise ProblemsFound(tuple(problems))
    with transaction.atomic():
        rows = ArchivePackage.objects.select_for_update().filter(_PRESENT, case__number__in=wanted)
        mine = rows.filter(case__lead__in=bodies_of(actor)).select_related("case").order_by("case__number")
        found = list(mine)
        if len(found) != len(wanted):
            raise NotFound("archive")
        for row in found:
            look(row)
        if refusals := [_named(row, no) for row in found for no in against(row)]:
            raise CommandRefused(refusals)
        leads = sorted({row.case.lead for row in found})
        return [_write(actor, like, body, [row for row in found if row.case.lead == body]) for body in leads]


def _write(actor: Actor, like: ArchiveList, body: str, rows: Sequence[ArchivePackage]) -> ArchiveList:
    year, word = timezone.localdate(like.at).year, WORD[like.kind]
    number = number_of(body, word, year, next_serial(f"archive:{body}:{word}:{year}"))
    made = ArchiveList.objects.create(
        kind=like.kind,
        body=body,
        number=number,
        state=like.state,
        place=like.place,
        until=like.until,
        reason=like.reason,
        by=actor.id,
        by_name=actor.name,
        at=like.at,
    )
    handed = like.kind == ArchiveList.HAND
    heads = dict(
        CaseEvent.objects.filter(case__in=[row.case_id for row in rows], seq=F("case__archived__seq"))
        .order_by()
        .values_list("case_id", "hash")
    )
    lines = [
        ArchiveLine(
            list=made,
            case_id=row.case_id,
            seq=row.seq,
            head=heads[row.case_id],
            digest=row.digest,
            size=row.size,
            keep_until=row.keep_until,
            rule=row.rule,
            open=not handed,
            done_at=like.at if handed else None,
        )
        for row in rows
    ]
    try:
        with transaction.atomic():
            ArchiveLine.objects.bulk_create(lines)
    except IntegrityError:
        raise ProblemsFound((_problem("case", "其中有的已经列入另一份清单，请重新勾选。"),)) from None
    if handed:
        ArchivePackage.objects.filter(pk__in=[row.pk for row in rows]).update(handed_seq=F("seq"))
    record(actor, f"archive.{like.kind}", f"archive-list:{made.pk}", f"{number} {like.reason or like.place}")
    return made


def answer(actor: Actor, pk: int, agree: bool, words: str, now: datetime) -> ArchiveList:
    """Decide as the second person on what somebody proposed. Agreed, packages are kept longer at once and destroyed by
    the sweep.

    Raises:
        NotFound: none that waits, or the actor is no senior of its body.
        ProblemsFound: refused without words.
        CommandRefused: their own proposal, or the rules are against it by now.
    """
    with transaction.atomic():
        waiting = ArchiveList.objects.select_for_update().filter(state=ArchiveList.PROPOSED)
        one = waiting.filter(pk=pk, body__in=bodies_of(actor, "senior")).first()
        if one is None:
            raise NotFound("archive list")
        if refusals := against_second(one.by, actor.id):
            raise CommandRefused(refusals)
        if not agree and not words.strip():
            raise ProblemsFound((_problem("words", "请写明不同意的理由。"),))
        lines = list(one.lines.select_related("case__archived"))
        if agree:
            _need_still(one, lines, timezone.localdate(now))
        one.state = ArchiveList.AGREED if agree else ArchiveList.REFUSED
        one.second, one.second_name = actor.id, actor.name
        one.second_words, one.second_at = words.strip()[:500], now
        one.save()
        if not agree:
            one.lines.update(open=False)
        elif one.kind == ArchiveList.EXTEND:
            ArchivePackage.objects.filter(case__archive_lines__list=one).update(keep_until=one.until)
            one.lines.update(open=False, done_at=now)
        record(actor, "archive.agree" if agree else "archive.refuse", f"archive-list:{one.pk}", one.number)
    return one


def _need_still(one: ArchiveList, lines: Sequence[ArchiveLine], today: date) -> None:
    found = []
    for line in lines:
        package = line.case.archived
        if package.digest != line.digest:
            again = Refusal("archive.moved", "列入清单以后又重新归档了。", remedy="请退回，重新鉴定。")
            found.append(_named(package, again))
        found += [_named(package, no) for no in _against(one, package, today)]
    if found:
        raise CommandRefused(found)


def _against(one: ArchiveList, row: ArchivePackage, today: date) -> tuple[Refusal, ...]:
    if one.until is not None:
        return against_keeping_longer(row.keep_until, one.until, today)
    state = load(row.case).state
    papers = ResultDocument.objects.filter(case=row.case_id).exclude(item__in=state.outcomes.revoked)
    on_record = CreditRecord.objects.filter(case=row.case_id, repaired_at=None).exists()
    valid_to = papers.values_list("valid_to", flat=True)
    return against_destroying(state.closed, row.keep_until, valid_to, on_record, today)


def _need_whole(row: ArchivePackage) -> None:
    try:
        kept_package(row)
    except (Fault, OSError):
        words = f"{row.case.number} 的归档包与登记的摘要不一致，不能移交，请先查明。"
        raise ProblemsFound((_problem("case", words),)) from None


def _named(row: ArchivePackage, no: Refusal) -> Refusal:
    return Refusal(no.code, f"{row.case.number}：{no.reason}", no.basis, no.remedy)


def _problem(path: str, words: str) -> Problem:
    return Problem(f"archive.{path}", words, Place(path=path))


def destroy_agreed(now: datetime) -> int:
    """Destroy some of what two people agreed on, case by case, and write down each; how many."""
    waiting = ArchiveLine.objects.filter(
        open=True, list__kind=ArchiveList.DESTROY, list__state=ArchiveList.AGREED
    )

    def gone(line: ArchiveLine) -> int:
        files = erase_case(line.case)
        with transaction.atomic():
            ArchiveLine.objects.filter(pk=line.pk).update(open=False, done_at=now, files=files)
            record(MACHINE, "archive.destroyed", f"case:{line.case.number}", line.list.number)
        return 1

    rows = waiting.select_related("case__party", "list").order_by("pk")
    return each("archives.destroy", rows, gone, now, most=BATCH, wanted=waiting)
