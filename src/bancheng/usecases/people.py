"""The people of a body: their posts, what they can do, when they are away and who stands in. Entered by themselves for
themselves, by the senior of the body for its people, by an administrator for everyone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from bancheng.core.casework import Staff
from bancheng.core.kernel import Place, Problem, ProblemsFound
from bancheng.store.models import Absence, CaseTask, Deputy, Membership, Skill, User
from bancheng.usecases.access import OFFICIAL_ROLES, Actor, NotAllowed, NotFound, record
from bancheng.usecases.town import body_name

OFFICE = frozenset({"clerk", "reviewer", "inspector", "senior"})
"""Roles that hold tasks: at the window and in the offices."""
HELD = ("open", "claimed")
KINDS = (Absence.LEAVE, Absence.SICK, Absence.DUTY, Absence.OTHER)
MOST_TAGS = 20


@dataclass(frozen=True)
class Member:
    """Somebody of a body: roles, tasks in hand and overdue, skills, the absence that runs or comes, the deputy."""

    user: int
    name: str
    roles: tuple[str, ...]
    held: int = 0
    overdue: int = 0
    skills: tuple[str, ...] = ()
    absence: Absence | None = None
    away: bool = False
    deputy: str = ""
    deputy_id: int = 0

    @property
    def id(self) -> str:
        """As events name them."""
        return f"user:{self.user}"

    @property
    def staff(self) -> Staff:
        """As a task is given to them."""
        return Staff(id=self.id, name=self.name)


@dataclass
class _Rows:
    names: dict[int, str] = field(default_factory=dict)
    roles: dict[int, list[str]] = field(default_factory=dict)


def team(body: str, on: date, roles: Collection[str] = OFFICIAL_ROLES) -> tuple[Member, ...]:
    """Everybody with one of these roles in a body, by name: five queries, however many there are."""
    rows = _Rows()
    posts = Membership.objects.filter(body=body, role__in=roles, user__is_active=True).select_related("user")
    for post in posts.order_by("user__display_name", "user_id", "role"):
        rows.names[post.user_id] = post.user.get_full_name()
        rows.roles.setdefault(post.user_id, []).append(post.role)
    held = _held(body, on)
    skills: dict[int, list[str]] = {}
    for user, tag in Skill.objects.filter(body=body).order_by("tag").values_list("user_id", "tag"):
        skills.setdefault(user, []).append(tag)
    deputies = {
        one.user_id: one.deputy
        for one in Deputy.objects.filter(body=body).select_related("deputy")
        if one.deputy_id in rows.names
    }
    absences: dict[int, Absence] = {}
    for one in current_absences(on, rows.names):
        absences.setdefault(one.user_id, one)
    found = []
    for user, name in rows.names.items():
        mine, late = held.get(f"user:{user}", (0, 0))
        absence, deputy = absences.get(user), deputies.get(user)
        found.append(
            Member(
                user=user,
                name=name,
                roles=tuple(rows.roles[user]),
                held=mine,
                overdue=late,
                skills=tuple(skills.get(user, ())),
                absence=absence,
                away=absence is not None and absence.first <= on,
                deputy=deputy.get_full_name() if deputy else "",
                deputy_id=deputy.pk if deputy else 0,
            )
        )
    return tuple(found)


def _held(body: str, on: date) -> Mapping[str, tuple[int, int]]:
    """Tasks in hand, and those of them past their day, by person."""
    rows = (
        CaseTask.objects.filter(body=body, state="claimed")
        .values_list("assignee")
        .annotate(held=Count("id"), late=Count("id", filter=Q(due_on__lt=on)))
    )
    return {who: (held, late) for who, held, late in rows}


def current_absences(on: date, users: Collection[int]) -> list[Absence]:
    """Absences of these people that run on a day or are still to come, the earliest first."""
    rows = Absence.objects.filter(user_id__in=list(users), last__gte=on, called_off_at=None)
    return list(rows.select_related("deputy").order_by("first", "id"))


def stand_in(member: Member, members: Iterable[Member]) -> Member | None:
    """Who takes over from an absent member: the deputy of this absence, else the standing one; never an absent one."""
    here = {one.user: one for one in members if not one.away}
    named = member.absence.deputy_id if member.absence else None
    return here.get(named or 0) or here.get(member.deputy_id)


# ------------------------------------------------------------------------------------------------ entering


def may_enter_for(actor: Actor, user: int) -> bool:
    """Oneself, the people of a body one is senior of, and for an administrator everyone."""
    if actor.user_id == user or actor.has("administrator"):
        return True
    bodies = [body for role, body in actor.posts if role == "senior"]
    return Membership.objects.filter(user_id=user, body__in=bodies, role__in=OFFICIAL_ROLES).exists()


def enter_absence(
    actor: Actor,
    user: int,
    first: date | None,
    last: date | None,
    kind: str,
    deputy: int = 0,
    now: datetime | None = None,
) -> Absence:
    """Write down that somebody is away; their tasks go to whoever stands in from the first day on.

    Raises:
        NotAllowed: not for this person.
        ProblemsFound: the days are missing, over, or overlap an absence that is there.
    """
    now = now or timezone.now()
    if not may_enter_for(actor, user):
        raise NotAllowed("absence")
    person = official(user)
    problems = list(_days(first, last, timezone.localdate(now)))
    if kind not in KINDS:
        problems.append(problem("kind", "请选择原因。"))
    if deputy and (deputy == user or not _same_body(user, deputy)):
        problems.append(problem("deputy", "代办人应是同部门的另一位同事。"))
    if first and last and not problems:
        with transaction.atomic():
            # Whoever enters for the same person at the same moment waits here.
            User.objects.select_for_update().get(pk=user)
            live = Absence.objects.filter(user=person, called_off_at=None)
            if not live.filter(first__lte=last, last__gte=first).exists():
                made = Absence.objects.create(
                    user=person,
                    first=first,
                    last=last,
                    kind=kind,
                    deputy_id=deputy or None,
                    entered_by=actor.name,
                    entered_at=now,
                )
                record(actor, "absence.enter", f"user:{user}", f"{first} — {last}")
                return made
        problems.append(problem("first", "这几天已经登记过了。"))
    raise ProblemsFound(tuple(problems))


def _days(first: date | None, last: date | None, today: date) -> Iterable[Problem]:
    if first is None:
        yield problem("first", "请填写第一天。")
    if last is None:
        yield problem("last", "请填写最后一天。")
    elif first and last < first:
        yield problem("last", "最后一天早于第一天。")
    elif last < today:
        yield problem("last", "这几天已经过去了。")


def call_off(actor: Actor, absence: int, now: datetime | None = None) -> Absence:
    """The person is back, or stays: tasks that moved stay where they are, no further ones move.

    Raises:
        NotFound: no such absence that still runs or comes.
        NotAllowed: not for this person.
    """
    row = Absence.objects.filter(pk=absence, called_off_at=None).first()
    if row is None:
        raise NotFound("absence")
    if not may_enter_for(actor, row.user_id):
        raise NotAllowed("absence")
    Absence.objects.filter(pk=row.pk, called_off_at=None).update(called_off_at=now or timezone.now())
    record(actor, "absence.call_off", f"user:{row.user_id}", f"{row.first} — {row.last}")
    return row


def set_deputy(actor: Actor, body: str, user: int, deputy: int) -> None:
    """Name the standing deputy of somebody in a body; 0 takes it away.

    Raises:
        NotAllowed: neither themself nor their senior.
        ProblemsFound: the deputy is no colleague of theirs there.
    """
    if not may_enter_for(actor, user):
        raise NotAllowed("deputy")
    if not deputy:
        Deputy.objects.filter(user_id=user, body=body).delete()
    elif deputy == user or not _works(deputy, body) or not _works(user, body):
        raise ProblemsFound((problem("deputy", "代理人应是同部门的另一位同事。"),))
    else:
        Deputy.objects.update_or_create(user_id=user, body=body, defaults={"deputy_id": deputy})
    record(actor, "deputy.set", f"user:{user}", f"{body_name(body)}：user:{deputy}")


def set_skills(actor: Actor, body: str, user: int, tags: Iterable[str]) -> None:
    """What somebody can do, as words that rules of dispatch ask for; by the senior of the body.

    Raises:
        NotAllowed: no senior there and no administrator.
        ProblemsFound: too many, or too long.
    """
    if not (actor.has("senior", body) or actor.has("administrator")) or not _works(user, body):
        raise NotAllowed("skills")
    wanted = {tag.strip() for tag in tags if tag.strip()}
    if len(wanted) > MOST_TAGS or any(len(tag) > 40 for tag in wanted):
        raise ProblemsFound((problem("skills", f"最多 {MOST_TAGS} 个，每个不超过 40 字。"),))
    with transaction.atomic():
        Skill.objects.filter(user_id=user, body=body).exclude(tag__in=wanted).delete()
        Skill.objects.bulk_create(
            [Skill(user_id=user, body=body, tag=tag) for tag in sorted(wanted)], ignore_conflicts=True
        )
    record(actor, "skills.set", f"user:{user}", "、".join(sorted(wanted))[:300])


def official(user: int) -> User:
    """An account that is in use.

    Raises:
        NotFound: none.
    """
    found = User.objects.filter(pk=user, is_active=True).first()
    if found is None:
        raise NotFound("user")
    return found


def _works(user: int, body: str) -> bool:
    return Membership.objects.filter(user_id=user, body=body, role__in=OFFICIAL_ROLES).exists()


def _same_body(user: int, other: int) -> bool:
    bodies = Membership.objects.filter(user_id=user, role__in=OFFICIAL_ROLES).values("body")
    return Membership.objects.filter(user_id=other, body__in=bodies, role__in=OFFICIAL_ROLES).exists()


def problem(path: str, words: str) -> Problem:
    """What is wrong with a field of these pages."""
    return Problem(f"people.{path}", words, Place(path=path))
