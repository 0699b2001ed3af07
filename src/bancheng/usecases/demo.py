"""The specimen town's people as accounts, so that a newcomer can walk every road at once. Demo mode only."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from bancheng.connect.packs import Person
from bancheng.core.catalogue import Subject
from bancheng.store.models import Mandate, Membership, Party, User
from bancheng.usecases.access import NotAllowed
from bancheng.usecases.apply import party_of
from bancheng.usecases.town import packs

PASSWORD = "bancheng-demo-2026"  # noqa: S105 - reason: printed for everyone to read, and refused outside demo mode
_OF_THE_PUBLIC = {"applicant", "agent"}
OF_THE_PUBLIC_SHOWN = 3


def sign_ins() -> list[tuple[str, str, str]]:
    """Whom a newcomer may sign in as, to see each side once: (what for, user name, password).

    The first of each role that the packs list, and the first `OF_THE_PUBLIC_SHOWN` of the public; the others, of every
    body, stand in the specimen's `people.yaml`.
    """
    chosen, seen, public = [], set[str](), 0
    for person in packs().people:
        roles = {post.role for post in person.roles}
        if roles & _OF_THE_PUBLIC:
            public += 1
            fresh = public <= OF_THE_PUBLIC_SHOWN or "agent" in roles - seen
        else:
            fresh = not roles <= seen
        if fresh:
            seen |= roles
            chosen.append((f"{person.name}：{person.note}", person.username, PASSWORD))
    return chosen


def settle() -> int:
    """Make the accounts, parties, mandates and posts of the specimen's people; how many people. Idempotent.

    Raises:
        NotAllowed: this deployment is not in demo mode.
    """
    if not settings.BANCHENG_DEMO:
        raise NotAllowed("demo")
    # One password, printed for everyone: hashing it once is enough, and saves half a minute of a first start.
    password = make_password(PASSWORD)
    with transaction.atomic():
        for person in _unsettled():
            _settle(person, password)
    return len(packs().people)


def _unsettled() -> list[Person]:
    """Those who lack an account, a post or a mandate; on a second start nobody, told by three queries."""
    demo = User.objects.filter(is_demo=True)
    names = set(demo.values_list("username", flat=True))
    posts = set(demo.values_list("username", "memberships__role", "memberships__body"))
    mandates = set(demo.values_list("username", "mandates__kind", "mandates__party__number"))
    themselves = {username for username, kind, _ in mandates if kind == Mandate.SELF}
    companies = {(username, number) for username, kind, number in mandates if kind != Mandate.SELF}
    return [
        person
        for person in packs().people
        if not (
            person.username in names
            and all(
                (person.username, post.role, post.body) in posts
                if post.role not in _OF_THE_PUBLIC
                else person.username in themselves
                for post in person.roles
            )
            and all((person.username, code) in companies for code in person.represents)
        )
    ]


def _settle(person: Person, password: str) -> None:
    user, _ = User.objects.get_or_create(
        username=person.username,
        defaults={
            "display_name": person.name,
            "phone": person.phone,
            "is_demo": True,
            "password": password,
        },
    )
    if not user.is_demo:
        # Somebody's own account happens to have this name: nothing of the demonstration is given to them.
        return
    roles = {post.role for post in person.roles}
    for post in person.roles:
        if post.role not in _OF_THE_PUBLIC:
            Membership.objects.get_or_create(user=user, role=post.role, body=post.body)
    if roles & _OF_THE_PUBLIC:
        own = _own_party(user, person)
        Mandate.objects.get_or_create(user=user, party=own, kind=Mandate.SELF)
    kind = Mandate.AGENT if "agent" in roles else Mandate.REPRESENTATIVE
    for code in person.represents:
        company = party_of(Subject.COMPANY, _company_name(code), code)
        Mandate.objects.get_or_create(user=user, party=company, kind=kind)


def _own_party(user: User, person: Person) -> Party:
    mandate = Mandate.objects.filter(user=user, kind=Mandate.SELF).select_related("party").first()
    if mandate is not None:
        return mandate.party
    return party_of(Subject.PERSON, person.name, person.id_number, person.phone)


def _company_name(code: str) -> str:
    for entries in packs().registers.values():
        name = entries[code].values.get("company_name") if code in entries else None
        if isinstance(name, str):
            return name
    return code
