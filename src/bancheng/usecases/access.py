"""Who is asking, and what they may see. Every query of a case goes through `visible_cases`, every file through
`visible_uploads`; there is no other road."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from bancheng.core.kernel import chain
from bancheng.store import statements
from bancheng.store.models import AuditEntry, Case, CaseBody, Draft, Mandate, Membership, Serial, Upload, User

OFFICIAL_ROLES = frozenset({"clerk", "reviewer", "inspector", "senior", "government"})


class NotAllowed(Exception):
    """The person who asks may not do or see this. The page says so without saying whether it exists."""


class NotFound(Exception):
    """No such thing among what this person may see."""


@dataclass(frozen=True)
class Acting:
    """A party the actor may act for, and how."""

    party: UUID
    name: str
    subject: str
    number: str
    kind: str
    onething: str = ""
    acts: frozenset[str] = frozenset()

    def covers(self, onething: str, act: str = "") -> bool:
        """Whether the mandate reaches this matter and, if one is named, this act."""
        return self.onething in {"", onething} and (not act or not self.acts or act in self.acts)


@dataclass(frozen=True)
class Actor:
    """Whoever asks, read once per request. `id` is written into events, `user_id` is 0 without an account."""

    id: str = ""
    name: str = ""
    user_id: int = 0
    roles: frozenset[str] = frozenset()
    posts: tuple[tuple[str, str], ...] = ()
    acting: tuple[Acting, ...] = ()

    @property
    def signed_in(self) -> bool:
        """Whether there is an account behind this actor."""
        return self.user_id != 0

    @property
    def bodies(self) -> frozenset[str]:
        """Bodies for which the actor works on cases; managing items or a system opens no case."""
        return frozenset(body for role, body in self.posts if body and role in OFFICIAL_ROLES)

    def has(self, role: str, body: str = "") -> bool:
        """Whether the actor holds `role`, in `body` when one is named."""
        if not body:
            return role in self.roles
        return (role, body) in self.posts

    @property
    def own(self) -> Acting | None:
        """The actor as a party, or None when the account is not tied to a person."""
        return next((acting for acting in self.acting if acting.kind == Mandate.SELF), None)


ANONYMOUS = Actor()
MACHINE = Actor(id="machine", name="系统", roles=frozenset({"machine"}))


def actor_for(user: User | AbstractBaseUser | AnonymousUser, today: date | None = None) -> Actor:
    """The actor behind a signed-in account: two queries. Expired mandates do not count."""
    if not isinstance(user, User):
        return ANONYMOUS
    on = today or timezone.localdate()
    posts = tuple(Membership.objects.filter(user=user).order_by("role", "body").values_list("role", "body"))
    mandates = valid_mandates(on).filter(user=user).select_related("party").order_by("id")
    acting = tuple(
        Acting(
            m.party_id, m.party.name, m.party.subject, m.party.number, m.kind, m.onething, frozenset(m.acts)
        )
        for m in mandates
    )
    roles = {role for role, _ in posts}
    if acting or not posts:
        roles.add("applicant")
    if any(one.kind == Mandate.AGENT for one in acting):
        roles.add("agent")
    return Actor(
        id=f"user:{user.pk}",
        name=user.get_full_name(),
        user_id=user.pk,
        roles=frozenset(roles),
        posts=posts,
        acting=acting,
    )


def valid_mandates(today: date) -> QuerySet[Mandate]:
    """The mandates that hold on this day, the last day of each included; what was taken back holds no more."""
    return Mandate.objects.filter(Q(valid_until=None) | Q(valid_until__gte=today), revoked_at=None)


def of_parties(actor: Actor) -> Q:
    """Rows (of cases or drafts) about a party the actor may act for, in the matter they may act in. Whoever once
    applied for somebody sees the case no longer than the mandate lasts."""
    scope = Q(pk__in=())
    for one in actor.acting:
        mine = Q(party_id=one.party)
        scope |= mine & Q(onething=one.onething) if one.onething else mine
    return scope


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """The cases this actor may see: their parties', their bodies', or all for supervision."""
    if {"supervisor", "machine"} & actor.roles:
        return Case.objects.all()
    # A body's own system has a post and no account: it sees what its body sees.
    if not actor.signed_in and not actor.bodies:
        return Case.objects.none()
    scope = of_parties(actor)
    if actor.bodies:
        # Asked of each case: a list of all cases of a large body would be made for every question. And a join would
        # make every row once for each body, and need DISTINCT.
        scope |= Q(Exists(CaseBody.objects.filter(case=OuterRef("pk"), body__in=actor.bodies)))
    return Case.objects.filter(scope)


def visible_case(actor: Actor, case: UUID | str) -> Case:
    """One case by id or number among those the actor may see, with its party.

    Raises:
        NotFound: there is none, or it is not theirs to see; the two look the same.
    """
    return _one(visible_cases(actor).select_related("party"), case)


def visible_row(actor: Actor, case: UUID | str) -> Case:
    """The same without its party, for an act that touches the case alone.

    Raises:
        NotFound: as `visible_case`.
    """
    ask = _asked(connection.vendor, actor, isinstance(case, UUID))
    column = "id" if isinstance(case, UUID) else "number"
    for row in ask.rows(Case, statements.prepared(Case, column, case)):
        return row
    raise NotFound("case")


@lru_cache(maxsize=512)
def _asked(_vendor: str, actor: Actor, by_id: bool) -> statements.Ask:
    """The question for one case among those an actor may see: asked at every act, so its text is made once for whoever
    is the same actor in everything."""
    place: UUID | str = UUID(int=0) if by_id else "case number"
    column = "id" if by_id else "number"
    query = visible_cases(actor).filter(**{column: place})[:1]
    return statements.Ask(query, statements.prepared(Case, column, place))


def _one(cases: QuerySet[Case], case: UUID | str) -> Case:
    found = cases.filter(Q(pk=case) if isinstance(case, UUID) else Q(number=case))[:1]
    for row in found:
        return row
    raise NotFound("case")


def owns(actor: Actor, case: Case) -> bool:
    """Whether the actor is on the applicant's side of the case."""
    return any(one.party == case.party_id and one.onething in {"", case.onething} for one in actor.acting)


def visible_drafts(actor: Actor) -> QuerySet[Draft]:
    """The actor's unfinished applications: taken in at their window, or about a party they may still act for."""
    if not actor.signed_in:
        return Draft.objects.none()
    mine = Draft.objects.filter(user_id=actor.user_id)
    return mine.filter(~Q(channel="online") | Q(party=None) | of_parties(actor))


def visible_uploads(actor: Actor) -> QuerySet[Upload]:
    """Files the actor may open: their drafts' and, once clean, those of the cases they may see."""
    if not actor.signed_in and "machine" not in actor.roles:
        return Upload.objects.none()
    return Upload.objects.filter(
        Q(draft__in=visible_drafts(actor)) | Q(case__in=visible_cases(actor), state=Upload.CLEAN)
    )


def record(actor: Actor, act: str, what: str, reason: str = "") -> None:
    """Add to the audit chain that `actor` did `act` on `what`. Each entry covers the hash of the one before.

    Officials stand there by name; everyone else only by reference, so that they can be erased.
    """
    with transaction.atomic():
        # Locks the end of the chain until this entry is committed: two writers cannot both follow the same entry.
        next_serial(AUDIT_SERIAL)
        now = timezone.now()
        last = AuditEntry.objects.order_by("-id").first()
        previous = last.hash if last else ""
        facts = {"at": now.isoformat(), "actor": actor.id, "act": act, "object": what, "reason": reason}
        AuditEntry.objects.create(
            at=now,
            actor=actor.id,
            actor_name=actor.name if actor.posts else "",
            act=act,
            object=what,
            reason=reason,
            previous=previous,
            hash=chain(previous, facts),
        )


def audit_is_whole() -> bool:
    """Whether every entry still fits the one before it and none is missing at the end. Linear in their number."""
    # Read first: entries added meanwhile only make the chain longer than this.
    written = Serial.objects.filter(name=AUDIT_SERIAL).values_list("last", flat=True).first() or 0
    previous, count = "", 0
    for entry in AuditEntry.objects.order_by("id").iterator():
        count += 1
        facts = {
            "at": entry.at.isoformat(),
            "actor": entry.actor,
            "act": entry.act,
            "object": entry.object,
            "reason": entry.reason,
        }
        if entry.previous != previous or entry.hash != chain(previous, facts):
            return False
        previous = entry.hash
    return count >= written


AUDIT_SERIAL = "audit"


def next_serial(name: str) -> int:
    """The next number of a series, from 1; a number whose transaction is rolled back is given again.

    Whoever asks for the same series meanwhile waits until this transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [name])
        ((number,),) = cursor.fetchall()
    return int(number)


_NEXT = (
    'INSERT INTO store_serial (name, "last") VALUES (%s, 1)'
    ' ON CONFLICT (name) DO UPDATE SET "last" = store_serial."last" + 1 RETURNING "last"'
)
"""One statement: the first number makes the series, every other moves it and holds its row."""
