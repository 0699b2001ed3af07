"""Who stands at the window: whose window it is, and the person or company found by number or name or written down."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from bancheng.core.catalogue import Subject
from bancheng.core.kernel import (
    Place,
    Problem,
    check_credit_code,
    check_id_number,
    check_name,
    check_phone,
    normalise_code,
    normalise_id_number,
    normalise_name,
    normalise_phone,
    search_key,
)
from bancheng.store.models import Mandate, Party
from bancheng.usecases.access import Actor, NotFound, record
from bancheng.usecases.apply import party_of

WINDOW_ROLES = ("clerk", "senior")
FOUND_AT_MOST = 20
LONG_ENOUGH = 2
"""Characters of a name below which a search would list half the town."""


def windows(actor: Actor, roles: Collection[str] = WINDOW_ROLES) -> tuple[str, ...]:
    """The bodies at whose window the actor works, or whose window they answer for."""
    return tuple(dict.fromkeys(body for role, body in actor.posts if role in roles and body))


def find_parties(actor: Actor, subject: Subject, text: str) -> tuple[list[Party], Problem | None]:
    """People or companies of this number, or of this name or beginning of one; the search is written down.

    A name alone must have two characters unless somebody is called exactly so. Whoever only declared a name online is
    not among them: what is taken in for a person at the window must not reach the account of a namesake.
    """
    number = normalise_id_number(text) if subject is Subject.PERSON else normalise_code(text)
    key = search_key(text)
    if not number and not key:
        return [], None
    record(actor, "party.search", f"subject:{subject.value}", "窗口查找申请人")
    exact = Q(number=number) | Q(search_key=key)
    if len(key) >= LONG_ENOUGH and not number.isdigit():
        exact |= Q(search_key__startswith=key)
    own = Mandate.objects.filter(party=OuterRef("pk"), kind=Mandate.SELF)
    met = Party.objects.filter(~Q(number="") | ~Exists(own), exact, subject=subject.value)
    found = list(met.order_by("search_key", "id")[: FOUND_AT_MOST + 1])
    if len(found) > FOUND_AT_MOST:
        words = f"同名的太多，只列出前{FOUND_AT_MOST}个。"
        return found[:FOUND_AT_MOST], Problem("party.many", words, suggestion="请用证件号码查找。")
    return found, None


class Chosen(NamedTuple):
    """The one for whom something is taken in."""

    party: UUID
    name: str


def party(actor: Actor, pk: UUID) -> Party:
    """Whom the clerk takes a matter in for.

    Raises:
        NotFound: there is no such party, or the actor holds no window.
    """
    found = Party.objects.filter(pk=pk).first() if windows(actor) else None
    if found is None:
        raise NotFound("party")
    return found


def make_party(
    actor: Actor, subject: Subject, *, name: str, paper: str, number: str, phone: str
) -> tuple[Party | None, tuple[Problem, ...]]:
    """The party as read from their papers: found by number or made new. `paper` is ``id_card``, ``passport``,
    ``credit_code`` or ``none`` (a newborn, or papers lost); problems are placed by ``name``, ``number``, ``phone``.
    """
    problems: list[Problem] = []
    shown = normalise_name(name)
    problems += _at("name", check_name(shown))
    plain = ""
    if paper != "none":
        plain, problem = _number(paper, number)
        problems += _at("number", problem)
    telephone = normalise_phone(phone)
    if telephone:
        problems += _at("phone", check_phone(telephone))
    known = Party.objects.filter(subject=subject.value, number=plain).first() if plain else None
    if known is not None and not problems and search_key(known.name) != search_key(shown):
        problems.append(
            Problem(
                "party.name",
                "这个号码已经登记在另一个姓名下。",
                Place(path="name"),
                "请核对证件；如果改过名，请先按户籍或登记部门的记录更正。",
            )
        )
    if problems:
        return None, tuple(problems)
    found = party_of(subject, shown, plain, telephone)
    record(actor, "party.take", f"party:{found.pk}", "窗口核对证件")
    return found, ()


def _at(path: str, problem: Problem | None) -> list[Problem]:
    return [problem.at(Place(path=path))] if problem else []


def _number(paper: str, number: str) -> tuple[str, Problem | None]:
    if paper == "credit_code":
        plain = normalise_code(number)
        return plain, check_credit_code(plain)
    plain = normalise_id_number(number)
    if paper == "id_card":
        return plain, check_id_number(plain)
    if not (5 <= len(plain) <= 20 and plain.isascii() and plain.isalnum()):
        return plain, Problem(
            "party.passport", "证件号码应为5到20位字母或数字。", suggestion="请照证件上的号码填写。"
        )
    return plain, None
