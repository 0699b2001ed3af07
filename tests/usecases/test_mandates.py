"""Acting for others: what a mandate reaches, when it ends, what the record says; accounts tied to people."""

from datetime import date, timedelta
from itertools import combinations, product

import pytest
from django.utils import timezone
from tests.usecases import town as specimen

from bancheng.core.casework import CommandRefused, WithdrawReason, commands
from bancheng.core.casework import events as ev
from bancheng.core.catalogue import Subject
from bancheng.core.kernel import ProblemsFound, sample_id_number
from bancheng.store.models import Case, Draft, Mandate, Party, User
from bancheng.usecases import (
    access,
    answers,
    apply,
    casework,
    cashier,
    counter,
    fees,
    identity,
    mandates,
    mycases,
)
from bancheng.usecases.access import Actor, NotAllowed, NotFound
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.mandate_scope import ACTS, MandateEnded, may, stands_for
from bancheng.usecases.mandates import Wanted

pytestmark = pytest.mark.usefixtures("town")


@pytest.fixture
def boss_and_case() -> tuple[Actor, CaseFile]:
    """A company's representative and a case of the company, with a fee."""
    actor, preparation = specimen.draft(specimen.PARALLEL)
    return actor, specimen.play.hand_in(actor, preparation)


def _helper() -> tuple[Actor, Wanted]:
    person = specimen.person("liu")
    assert person.own is not None
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    return person, Wanted(number=person.own.number, name=person.own.name, kind="agent", until=until)


def _anew(actor: Actor, today: date | None = None) -> Actor:
    return access.actor_for(User.objects.get(pk=actor.user_id), today)


def _company(actor: Actor) -> Party:
    return Party.objects.get(pk=next(one.party for one in actor.acting if one.subject == "company"))


def _given(boss: Actor, **changes: object) -> tuple[Actor, Mandate]:
    helper, wanted = _helper()
    values = {field: getattr(wanted, field) for field in Wanted.__dataclass_fields__}
    made = mandates.grant(boss, _company(boss).pk, Wanted(**{**values, **changes}))
    return _anew(helper), made


def test_a_mandate_reaches_its_acts_and_no_others(boss_and_case: tuple[Actor, CaseFile]) -> None:
    boss, file = boss_and_case
    helper, _ = _given(boss, acts=("pay", "answer"))
    assert mycases.my_file(helper, file.case.number)
    assert fees.start_payment(helper, file.case.number, str).amount
    with pytest.raises(CommandRefused) as no:
        answers.withdraw(helper, file.case.number, WithdrawReason.LATER)
    assert no.value.refusals[0].code == "mandate.scope"
    blueprint = apply.current_blueprint(specimen.PARALLEL)
    assert blueprint is not None
    assert _company(boss).pk not in {one.party for one in apply.parties_for(helper, blueprint)}


def test_a_mandate_for_one_matter_shows_no_other(boss_and_case: tuple[Actor, CaseFile]) -> None:
    boss, file = boss_and_case
    helper, _ = _given(boss, onething=specimen.SERIAL)
    with pytest.raises(NotFound):
        mycases.my_file(helper, file.case.number)


def test_who_acts_for_somebody_stands_in_the_event(boss_and_case: tuple[Actor, CaseFile]) -> None:
    boss, file = boss_and_case
    helper, _ = _given(boss)
    answers.withdraw(helper, file.case.number, WithdrawReason.LATER)
    events = casework.examine(Case.objects.get(pk=file.case.pk)).events
    event = next(one for one in events if isinstance(one, ev.CaseWithdrawn))
    assert (event.by.agent, event.by.capacity) == (helper.id, "agent")
    assert (events[0].by.agent, events[0].by.capacity) == (boss.id, "representative")


def test_a_mandate_ends_on_its_day_and_when_it_is_taken_back(boss_and_case: tuple[Actor, CaseFile]) -> None:
    boss, file = boss_and_case
    helper, made = _given(boss)
    assert made.valid_until is not None
    stranger = specimen.person("wang")
    with pytest.raises(NotFound) as unknown:
        mycases.my_file(stranger, file.case.number)
    assert not isinstance(unknown.value, MandateEnded)
    mandates.take_back(boss, made.pk)
    with pytest.raises(MandateEnded) as gone:
        mycases.my_file(_anew(helper), file.case.number)
    assert "已经收回" in gone.value.words
    Mandate.objects.filter(pk=made.pk).update(
        revoked_at=None, valid_until=timezone.localdate() - timedelta(days=1)
    )
    with pytest.raises(MandateEnded) as late:
        mycases.my_file(_anew(helper), file.case.number)
    assert "已经到期" in late.value.words
    assert _company(boss).name in late.value.words
    Mandate.objects.filter(pk=made.pk).update(valid_until=made.valid_until)
    mandates.take_back(boss, made.pk)
    with pytest.raises(NotFound):
        mandates.take_back(boss, made.pk)
    _given(boss)


ACT = {"apply": commands.Withdraw(reason=WithdrawReason.LATER), "answer": commands.WaiveHearing(number=1)}
"""A command of the applicant's side for each act that is one; paying and collecting have roads of their own."""


def test_no_act_for_somebody_passes_outside_its_matter_its_acts_or_its_time(
    boss_and_case: tuple[Actor, CaseFile],
) -> None:
    boss, file = boss_and_case
    clerk = specimen.person("clerk")
    helper, made = _given(boss)
    today = timezone.localdate()
    subsets = [list(some) for size in range(len(ACTS) + 1) for some in combinations(sorted(ACTS), size)]
    for onething, acts, days, gone in product(
        ("", file.case.onething, specimen.SERIAL), subsets, (-1, 0), (False, True)
    ):
        until = today + timedelta(days=days)
        Mandate.objects.filter(pk=made.pk).update(
            onething=onething, acts=acts, valid_until=until, revoked_at=timezone.now() if gone else None
        )
        online = _anew(helper)
        holds = not gone and days >= 0 and onething in {"", file.case.onething}
        for act in ACTS:
            lawful = holds and (not acts or act in acts)
            assert may(online, file.case, act) is lawful, (onething, acts, days, gone, act)
            if lawful:
                assert stands_for(clerk, made.pk, file.case, act) == {"agent": helper.id, "capacity": "agent"}
            else:
                with pytest.raises(CommandRefused):
                    stands_for(clerk, made.pk, file.case, act)
            if act in ACT and not lawful:
                with pytest.raises((CommandRefused, NotFound)) as no:
                    casework.act(online, file.case.number, ACT[act])
                if isinstance(no.value, CommandRefused):
                    assert no.value.refusals[0].code == "mandate.scope"


def test_whoever_acts_under_two_mandates_is_named_by_the_one_that_reaches(
    boss_and_case: tuple[Actor, CaseFile],
) -> None:
    boss, file = boss_and_case
    _given(boss, kind="helper", acts=("collect",))
    helper, _ = _given(boss, kind="agent", acts=("apply",))
    answers.withdraw(helper, file.case.number, WithdrawReason.LATER)
    event = casework.examine(Case.objects.get(pk=file.case.pk)).events[-1]
    assert (event.by.agent, event.by.capacity) == (helper.id, "agent")


def test_who_pays_at_the_window_for_somebody_shows_a_mandate_that_holds(
    boss_and_case: tuple[Actor, CaseFile],
) -> None:
    boss, file = boss_and_case
    clerk = specimen.person("clerk")
    helper, narrow = _given(boss, acts=("collect",))
    dossier = counter.open_received(clerk, file.case.number)
    with pytest.raises(CommandRefused) as no:
        cashier.take_cash(clerk, dossier, mandate=narrow.pk)
    assert no.value.refusals[0].code == "mandate.agent"
    Mandate.objects.filter(pk=narrow.pk).update(acts=["pay"], valid_until=date(2026, 1, 1))
    with pytest.raises(CommandRefused) as late:
        cashier.take_cash(clerk, dossier, mandate=narrow.pk)
    assert "已经到期" in late.value.refusals[0].reason
    Mandate.objects.filter(pk=narrow.pk).update(valid_until=timezone.localdate())
    cashier.take_cash(clerk, dossier, mandate=narrow.pk)
    paid = casework.examine(Case.objects.get(pk=file.case.pk)).events
    event = next(one for one in paid if isinstance(one, ev.FeePaid))
    assert (event.by.id, event.by.agent, event.by.capacity) == (clerk.id, helper.id, "agent")


def test_whoever_was_entrusted_hands_nothing_on(boss_and_case: tuple[Actor, CaseFile]) -> None:
    helper, _ = _given(boss_and_case[0])
    _, wanted = _helper()
    with pytest.raises(NotAllowed):
        mandates.grant(helper, _company(boss_and_case[0]).pk, wanted)


def test_a_mandate_has_an_end_and_somebody_known(boss_and_case: tuple[Actor, CaseFile]) -> None:
    boss = boss_and_case[0]
    for changes in ({"until": ""}, {"until": "2020-01-01"}, {"name": "别人"}, {"kind": "administrator"}):
        with pytest.raises(ProblemsFound):
            _given(boss, **changes)


def test_an_administrator_takes_over_with_the_paper_of_a_court(
    boss_and_case: tuple[Actor, CaseFile],
) -> None:
    boss, file = boss_and_case
    clerk, (helper, wanted) = specimen.person("clerk"), _helper()
    company = _company(boss)
    court = Wanted(number=wanted.number, name=wanted.name, kind="administrator")
    with pytest.raises(ProblemsFound):
        mandates.record_paper(clerk, company.pk, court)
    named = Wanted(
        number=wanted.number, name=wanted.name, kind="administrator", basis="（2026）示0101破1号决定书"
    )
    mandates.record_paper(clerk, company.pk, named)
    assert mycases.my_file(_anew(helper), file.case.number)
    with pytest.raises(NotFound):
        mycases.my_file(_anew(boss), file.case.number)
    with pytest.raises(NotFound):
        mandates.take_back(_anew(boss), Mandate.objects.get(kind="administrator").pk)


def test_a_parent_acts_until_the_child_is_of_age() -> None:
    clerk, (_, wanted) = specimen.person("clerk"), _helper()
    born = timezone.localdate() - timedelta(days=10 * 366)
    child = apply.party_of(Subject.PERSON, "示小童", sample_id_number(born, 7))
    made = mandates.record_paper(
        clerk, child.pk, Wanted(number=wanted.number, name=wanted.name, kind="parent", basis="出生医学证明")
    )
    assert made.valid_until is not None
    assert made.valid_until.year == born.year + 18
    grown = apply.party_of(Subject.PERSON, "示成年", sample_id_number(date(1990, 5, 5), 7))
    with pytest.raises(ProblemsFound):
        mandates.record_paper(
            clerk, grown.pk, Wanted(number=wanted.number, name=wanted.name, kind="parent", basis="户口簿")
        )


def test_an_account_is_verified_at_the_window_and_merged_with_whom_the_town_knows() -> None:
    clerk = specimen.person("clerk")
    number = sample_id_number(date(1985, 6, 7), 31)
    known = apply.party_of(Subject.PERSON, "示大名", number)
    user = User.objects.create_user("selfmade", "long-enough-2026")
    declared = identity.declare(access.actor_for(user), "示大名")
    begun = apply.start(access.actor_for(user), "newborn", declared.pk)
    with pytest.raises(ProblemsFound):
        mandates.verify_account(clerk, "selfmade", "别的名", number)
    assert mandates.verify_account(clerk, "selfmade", "示大名", number).pk == known.pk
    own = access.actor_for(user).own
    assert own is not None
    assert own.party == known.pk
    assert Draft.objects.get(pk=begun.pk).party_id == known.pk
    assert not Party.objects.filter(pk=declared.pk).exists()
    other = User.objects.create_user("second", "long-enough-2026")
    identity.declare(access.actor_for(other), "示大名")
    with pytest.raises(ProblemsFound):
        mandates.verify_account(clerk, "second", "示大名", number)
