"""Who an account is: vouched for by the city's identity provider, or only declared by the person."""

from __future__ import annotations

from django.db import transaction

from bancheng.core.catalogue import Subject
from bancheng.core.kernel import (
    Place,
    Problem,
    ProblemsFound,
    check_id_number,
    check_name,
    normalise_id_number,
    normalise_name,
    search_key,
)
from bancheng.store.models import Draft, Mandate, Party, User
from bancheng.usecases.access import Actor, NotAllowed, actor_for, record
from bancheng.usecases.apply import party_of


def identify(user: User, name: str, number: str) -> Problem | None:
    """Tie an account to the person of this name and number, for whom the city's provider vouches; at every sign-in.

    Whoever declared a name before keeps their party, which now gets the number, if the name is the same and nobody has
    that number yet. An account tied to somebody else stays so: the attempt is written down.

    Returns:
        Why the account was not tied, to be told to the person; None when it is theirs.
    """
    plain, shown = normalise_id_number(number), normalise_name(name)
    wrong = check_id_number(plain) or check_name(shown)
    if wrong is not None:
        return Problem(
            "identity.unreadable",
            "统一身份认证没有给出完整的姓名和身份证号码，您的身份还没有核实。",
            wrong.place,
            "您可以自己填写着办；要核实身份，请到窗口。",
        )
    with transaction.atomic():
        # Two requests of one account take turns: the second finds what the first has made.
        User.objects.select_for_update().get(pk=user.pk)
        own = _own(user)
        if own is None:
            person = party_of(Subject.PERSON, shown, plain)
            Mandate.objects.create(user=user, party=person, kind=Mandate.SELF)
            record(actor_for(user), "identity.vouched", f"party:{person.pk}", "统一身份认证")
        elif own.number != plain and not _fits(own, shown, plain):
            record(actor_for(user), "identity.refused", f"party:{own.pk}", "统一身份认证给出的是另一个人")
            return Problem(
                "identity.other",
                "统一身份认证给出的身份，和这个账号原来的身份不一致，没有改动。",
                suggestion="请带身份证到窗口核对。",
            )
        elif own.number != plain:
            own.number = plain
            own.save(update_fields=["number"])
            # The sources knew nothing of somebody without a number; now they may be asked.
            Draft.objects.filter(party=own).update(known=None, known_at=None)
            record(actor_for(user), "identity.vouched", f"party:{own.pk}", "统一身份认证")
    return None


def declare(actor: Actor, name: str) -> Party:
    """The party of a person nobody has vouched for: a name and no number, never one that the town knew before.

    Sources are asked by number only, so what a city knows of a person cannot be had by calling oneself like them.
    An account that is somebody already stays who it is.

    Raises:
        NotAllowed: no one is signed in.
        ProblemsFound: this cannot be a name; placed by ``name``.
    """
    if not actor.signed_in:
        raise NotAllowed("declare")
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=actor.user_id)
        own = _own(user)
        if own is not None:
            return own
        shown = normalise_name(name)
        problem = check_name(shown)
        if problem is not None:
            raise ProblemsFound((problem.at(Place(path="name")),))
        person = party_of(Subject.PERSON, shown, "")
        Mandate.objects.create(user=user, party=person, kind=Mandate.SELF)
        record(actor, "identity.declared", f"party:{person.pk}", "自报姓名，未核实身份")
    return person


def _own(user: User) -> Party | None:
    mandate = Mandate.objects.filter(user=user, kind=Mandate.SELF).select_related("party").first()
    return mandate.party if mandate else None


def _fits(own: Party, name: str, number: str) -> bool:
    """Whether a declared person may turn out to be the one of this number."""
    if own.number or own.search_key != search_key(name):
        return False
    return not Party.objects.filter(subject=own.subject, number=number).exists()
