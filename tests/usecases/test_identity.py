"""Who an account is: vouched for by the city, or only by the person's own word."""

from datetime import date

import pytest
from tests.usecases import town as specimen

from bancheng.core.catalogue import Subject
from bancheng.core.kernel import ProblemsFound, sample_id_number
from bancheng.store.models import AuditEntry, EvidenceCall, Mandate, Party, User
from bancheng.usecases import access, apply, counter_people, play, submission
from bancheng.usecases.access import ANONYMOUS, Actor, NotAllowed, NotFound
from bancheng.usecases.identity import declare, identify

pytestmark = pytest.mark.usefixtures("town")
MOTHER, NAME = "999999199604121049", "𬱖小溪"


def newcomer(name: str = "newcomer") -> User:
    """An account that is nobody yet."""
    return User.objects.create_user(name)


def again(user: User) -> Actor:
    """The actor of the next request."""
    return access.actor_for(user)


def acts() -> list[str]:
    """What the audit chain says of identities."""
    found = AuditEntry.objects.filter(act__startswith="identity.").order_by("id")
    return list(found.values_list("act", flat=True))


def test_whom_the_city_vouches_for_is_the_person_of_that_number() -> None:
    user = newcomer()
    assert identify(user, NAME, MOTHER.lower()) is None
    own = again(user).own
    assert own is not None
    assert own.party == Party.objects.get(number=MOTHER).pk
    assert identify(user, NAME, MOTHER) is None
    assert acts() == ["identity.vouched"]
    assert access.audit_is_whole()


def test_somebody_the_town_has_not_met_is_made_once() -> None:
    number = sample_id_number(date(1990, 1, 1), 77)
    before = Party.objects.count()
    assert identify(newcomer("one"), "欧阳·新", number) is None
    assert identify(newcomer("two"), "欧阳·新", number) is None
    assert Party.objects.count() == before + 1
    assert not Party.objects.get(number=number).unverified


def test_an_account_tied_to_one_person_is_never_given_to_another() -> None:
    user = User.objects.get(username="zhang")
    before = again(user)
    problem = identify(user, NAME, MOTHER)
    assert problem is not None
    assert "不一致" in problem.message
    assert again(user) == before
    assert acts() == ["identity.refused"]


@pytest.mark.parametrize(
    ("name", "number"), [(NAME, "999999199604121040"), (NAME, "123"), ("", MOTHER), ("7", MOTHER)]
)
def test_what_the_provider_says_is_checked(name: str, number: str) -> None:
    user = newcomer()
    assert identify(user, name, number) is not None
    assert again(user).own is None


def test_a_declared_name_makes_a_person_without_a_number_who_may_apply() -> None:
    user = newcomer()
    person = declare(again(user), " 阿依古丽 • 买买提 ")
    assert (person.name, person.number, person.subject) == ("阿依古丽·买买提", "", "person")
    assert person.unverified
    assert declare(again(user), "另一个名字") == person
    assert acts() == ["identity.declared"]
    draft = apply.start(again(user), "newborn")
    assert draft.party == person


def test_whoever_is_somebody_already_stays_so_by_declaring() -> None:
    zhang = specimen.person("zhang")
    assert zhang.own is not None
    assert declare(zhang, "李四").pk == zhang.own.party
    assert acts() == []


def test_nobody_declares_without_an_account_or_a_name() -> None:
    with pytest.raises(NotAllowed):
        declare(ANONYMOUS, "李四")
    user = newcomer()
    for name in ("", "   ", "李4", "!"):
        with pytest.raises(ProblemsFound) as found:
            declare(again(user), name)
        assert found.value.problems[0].place.path == "name"
    assert again(user).own is None


def test_a_declared_person_is_never_one_the_town_knows() -> None:
    known = dict(Party.objects.filter(subject="person").values_list("pk", "name"))
    user = newcomer()
    for name in known.values():
        Mandate.objects.filter(user=user).delete()
        assert declare(again(user), name).pk not in known


def test_calling_oneself_like_somebody_shows_nothing_of_theirs() -> None:
    file = play.whole("newborn")
    namesake = newcomer()
    declare(again(namesake), file.case.party.name)
    actor = again(namesake)
    assert not access.visible_cases(actor).exists()
    assert not access.visible_uploads(actor).exists()
    with pytest.raises(NotFound):
        access.visible_case(actor, file.case.number)
    before = EvidenceCall.objects.count()
    prepared = apply.prepare(actor, apply.start(actor, "newborn"))
    assert not prepared.known.values
    assert not prepared.known.documents
    assert not any(one.known for one in prepared.personal.fields)
    # A number typed into the form is only what was typed.
    apply.answer(prepared, {"mother_id_number": [MOTHER], "id_number": [MOTHER]})
    assert not apply.prepare(actor, prepared.draft).known.values
    assert EvidenceCall.objects.count() == before


def test_a_clerk_does_not_mistake_a_declared_namesake_for_the_person_at_the_window() -> None:
    namesake = declare(again(newcomer()), NAME)
    clerk = specimen.person("clerk")
    found, _ = counter_people.find_parties(clerk, Subject.PERSON, NAME)
    assert [one.number for one in found] == [MOTHER]
    made, problems = counter_people.make_party(
        clerk, Subject.PERSON, name=NAME, paper="none", number="", phone=""
    )
    assert not problems
    assert made is not None
    assert made != namesake
    assert made in counter_people.find_parties(clerk, Subject.PERSON, NAME)[0]


def test_a_declared_person_vouched_for_later_keeps_what_they_began() -> None:
    user, number = newcomer(), "999999199109191074"
    Party.objects.filter(number=number).delete()
    person = declare(again(user), "买买提·艾山")
    actor = again(user)
    draft = apply.start(actor, "newborn")
    assert not apply.prepare(actor, draft).known.values
    assert identify(user, "买买提·艾山", number) is None
    person.refresh_from_db()
    assert person.number == number
    assert not person.unverified
    assert apply.prepare(again(user), apply.open_draft(again(user), draft.pk)).known.values
    assert acts() == ["identity.declared", "identity.vouched"]


@pytest.mark.parametrize("name", [NAME, "别的名字"])
def test_a_declared_person_does_not_become_somebody_else(name: str) -> None:
    user = newcomer()
    person = declare(again(user), name)
    number = MOTHER if name == NAME else sample_id_number(date(1990, 1, 1), 78)
    assert identify(user, NAME, number) is not None
    person.refresh_from_db()
    assert person.number == ""
    assert acts()[-1] == "identity.refused"


def test_a_declared_person_submits_and_the_case_is_theirs() -> None:
    actor = again(newcomer())
    declare(actor, "何自填")
    actor = again(User.objects.get(pk=actor.user_id))
    prepared = apply.prepare(actor, apply.start(actor, "newborn"))
    prepared, typed = play.fill(actor, prepared)
    assert typed
    file = submission.submit(actor, play.give_papers(actor, prepared), declared=True)
    assert file.case.party.unverified
    assert list(access.visible_cases(actor)) == [file.case]
