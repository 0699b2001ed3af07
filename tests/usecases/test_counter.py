"""The window's use cases: whose window it is, what counts as kept on paper, what a correction changes."""

import io

import pytest
from django.utils import timezone
from PIL import Image
from tests.usecases import town as specimen

from bancheng.core.casework import CommandRefused, Mark, MarkKind, MarkReason, MaterialKind, Phase, commands
from bancheng.core.catalogue import Subject
from bancheng.core.kernel import ProblemsFound
from bancheng.store.models import AuditEntry, Case, Mandate, Membership, Party
from bancheng.usecases import (
    access,
    apply,
    casework,
    counter,
    counter_answers,
    counter_people,
    mandate_scope,
    play,
)
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.apply import Preparation

pytestmark = pytest.mark.usefixtures("town")
MOTHER = "999999199604121049"
WINDOW = "yunxi_approval_bureau"


def at_window() -> Preparation:
    """A birth being taken in by the clerk, filled but without papers."""
    clerk = specimen.person("clerk")
    mother = Party.objects.get(number=MOTHER)
    draft = counter.begin(clerk, "newborn", mother.pk)
    preparation, _ = play.fill(clerk, apply.prepare(clerk, draft))
    return preparation


def complete() -> Preparation:
    """The same with every paper kept."""
    clerk, preparation = specimen.person("clerk"), at_window()
    counter.keep_papers(preparation, [one.material.document for one in preparation.asked_materials()])
    return apply.prepare(clerk, preparation.draft)


def test_only_papers_that_are_asked_for_count_as_kept() -> None:
    preparation = at_window()
    asked = {one.material.document for one in preparation.asked_materials()}
    counter.keep_papers(preparation, ["no_such_paper", *asked])
    assert set(preparation.draft.papers) == asked


def test_a_paper_kept_is_a_material_of_the_case_and_can_be_missing_without() -> None:
    clerk, preparation = specimen.person("clerk"), at_window()
    papers = [one.message for one in apply.what_is_missing(preparation)]
    required = [
        one
        for one in preparation.asked_materials()
        if one.required and not one.material.deferrable and one.document is None
    ]
    assert len(papers) == len(required)
    file = counter.submit_at_window(clerk, complete(), declared=True)
    kept = {key for key, one in file.state.materials.items() if one.kind is MaterialKind.PAPER}
    assert kept >= {one.material.document for one in required}


def test_an_agent_at_the_window_is_checked_and_stands_in_the_log() -> None:
    clerk, preparation = specimen.person("clerk"), complete()
    boss, party = specimen.person("liu"), preparation.draft.party_id

    def refused(mandate: Mandate, who: Actor = clerk) -> str:
        with pytest.raises(CommandRefused) as no:
            counter.submit_at_window(who, preparation, declared=True, mandate=mandate.pk)
        assert not Case.objects.exists()
        return no.value.refusals[0].reason

    held = Mandate.objects.create(user_id=boss.user_id, party_id=party, kind="agent", onething="open_shop")
    assert "范围不包括" in refused(held)
    Mandate.objects.filter(pk=held.pk).update(onething="", revoked_at=timezone.now())
    assert "已经撤回" in refused(held)
    own = Mandate.objects.create(user_id=clerk.user_id, party_id=party, kind="agent")
    assert "不能办理自己代办的件" in refused(own)
    elsewhere = Mandate.objects.filter(kind="representative").exclude(party=party)[0]
    assert "没有登记" in refused(elsewhere)
    assert [one.pk for one in mandate_scope.standing_in(party, "newborn", timezone.localdate())] == [own.pk]
    Mandate.objects.filter(pk=held.pk).update(revoked_at=None)
    file = counter.submit_at_window(clerk, preparation, declared=True, mandate=held.pk)
    by = file.events[0].by
    assert (by.id, by.agent, by.capacity) == (clerk.id, boss.id, "agent")


def test_a_clerks_own_mandate_says_nothing_when_somebody_else_came() -> None:
    clerk, preparation = specimen.person("clerk"), complete()
    Mandate.objects.create(user_id=clerk.user_id, party_id=preparation.draft.party_id, kind="agent")
    clerk = specimen.person("clerk")
    file = counter.submit_at_window(clerk, preparation, declared=True)
    assert (file.events[0].by.agent, file.events[0].by.capacity) == ("", "")


def test_a_clerk_of_two_windows_says_at_which() -> None:
    clerk = specimen.person("clerk")
    Membership.objects.create(user_id=clerk.user_id, role="clerk", body="bancheng_town")
    clerk, preparation = specimen.person("clerk"), complete()
    with pytest.raises(ProblemsFound, match="哪个窗口"):
        counter.submit_at_window(clerk, preparation, declared=True)
    file = counter.submit_at_window(clerk, preparation, declared=True, body="bancheng_town")
    assert file.state.submission is not None
    assert file.state.submission.receiving_body == "bancheng_town"


def test_the_persons_word_is_needed() -> None:
    with pytest.raises(ProblemsFound):
        counter.submit_at_window(specimen.person("clerk"), complete(), declared=False)
    assert not Case.objects.exists()


def test_a_clerk_takes_in_at_their_own_window_only() -> None:
    clerk, preparation = specimen.person("clerk"), complete()
    with pytest.raises(NotFound):
        counter.submit_at_window(clerk, preparation, declared=True, body="bancheng_town")
    with pytest.raises(NotFound):
        counter.submit_at_window(specimen.person("market_reviewer"), preparation, declared=True)
    file = counter.submit_at_window(clerk, preparation, declared=True, accept=True)
    assert file.state.phase is Phase.ACCEPTED
    assert file.state.bodies[0] == WINDOW


def test_a_received_case_is_open_to_its_window_alone() -> None:
    file = specimen.submitted()
    for username in ("clerk", "approval_bureau_senior"):
        dossier = counter.open_received(specimen.person(username), file.case.number)
        assert dossier.items == frozenset(file.state.items)
    for username in ("clerk2", "market_senior", "zhang", "approval_bureau_reviewer"):
        with pytest.raises(NotFound):
            counter.open_received(specimen.person(username), file.case.number)


def test_the_figures_of_the_window_follow_the_cases() -> None:
    clerk = specimen.person("clerk")
    assert counter.today(clerk).to_judge == 0
    file = counter.submit_at_window(clerk, complete(), declared=True)
    figures = counter.today(clerk)
    assert (figures.to_judge, figures.taken_in) == (1, 1)
    counter.accept(clerk, counter.open_received(clerk, file.case.number))
    assert counter.today(clerk).to_judge == 0


def test_a_correction_leaves_the_old_form_and_drops_the_source_of_what_was_changed() -> None:
    clerk = specimen.person("clerk")
    file = counter.submit_at_window(clerk, complete(), declared=True)
    dossier = counter.open_received(clerk, file.case.number)
    corrected, problems = counter.correct(clerk, dossier, {"mother_name": ["𬱖小河"]})
    assert problems == ()
    assert corrected is not None
    now = counter.open_received(clerk, file.case.number)
    assert now.values["mother_name"] == "𬱖小河"
    assert next(one for one in now.facts if one.element == "mother_name").source == ""
    assert now.case.forms.count() == 2


def test_a_refused_correction_leaves_no_form_behind() -> None:
    clerk = specimen.person("clerk")
    file = specimen.accepted()
    dossier = counter.open_received(clerk, file.case.number)
    with pytest.raises(CommandRefused):
        counter.correct(clerk, dossier, {"shop_name": ["别的店名"]})
    assert file.case.forms.count() == 1


def noticed() -> str:
    """A case with a notice about a field and a paper."""
    clerk = specimen.person("clerk")
    file = counter.submit_at_window(clerk, complete(), declared=True)
    marks = [
        Mark(
            key=f"{kind.value}:{target}",
            kind=kind,
            target=target,
            reason=MarkReason.WRONG,
            words="请改",
            name=target,
        )
        for kind, target in ((MarkKind.FIELD, "baby_name"), (MarkKind.MATERIAL, "id_photo"))
    ]
    casework.act(clerk, file.case.number, commands.IssueNotice(marks=tuple(marks)))
    return file.case.number


def test_a_notice_is_answered_whole_at_the_window() -> None:
    clerk, number = specimen.person("clerk"), noticed()
    dossier = counter.open_received(clerk, number)
    file, problems = counter_answers.answer_at_window(clerk, dossier, 1, raw={"baby_name": [""]}, files={})
    assert file is None
    assert {one.place.path for one in problems} == {"baby_name", "material/id_photo"}
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(picture, "JPEG")
    picture.seek(0)
    file, problems = counter_answers.answer_at_window(
        clerk, dossier, 1, raw={"baby_name": ["小满"]}, files={"id_photo": [("照片.jpg", picture)]}
    )
    assert problems == ()
    assert file is not None
    assert file.state.phase is Phase.RECEIVED
    assert file.state.materials["id_photo"].kind is MaterialKind.UPLOADED
    assert counter.open_received(clerk, number).values["baby_name"] == "小满"
    with pytest.raises(NotFound):
        counter_answers.to_answer(counter.open_received(clerk, number), 1)


def test_a_scan_that_is_no_picture_answers_nothing() -> None:
    clerk, number = specimen.person("clerk"), noticed()
    dossier = counter.open_received(clerk, number)
    file, problems = counter_answers.answer_at_window(
        clerk, dossier, 1, raw={"baby_name": ["小满"]}, files={"id_photo": [("x.jpg", io.BytesIO(b"MZ"))]}
    )
    assert file is None
    assert [one.place.path for one in problems] == ["material/id_photo"]
    assert len(casework.open_case(clerk, number).state.open_notices) == 1


def test_results_stay_locked_while_a_paper_is_owed() -> None:
    clerk = specimen.person("clerk")
    file = specimen.submitted()
    if not file.state.owed:
        file = _owing()
    number = file.case.number
    counter.accept(clerk, counter.open_received(clerk, number))
    for _ in play.work(casework.open_case(clerk, number)):
        pass
    dossier = counter.open_received(clerk, number)
    items = counter.ready_items(dossier)
    with pytest.raises(CommandRefused, match="容缺"):
        counter.hand_over(clerk, dossier, items)
    for document in dossier.state.owed:
        counter.hand_in_paper(clerk, counter.open_received(clerk, number), document)
    after = counter.hand_over(clerk, counter.open_received(clerk, number), items)
    assert all(after.state.items[key].delivered for key in items)
    with pytest.raises(NotFound):
        counter.hand_in_paper(clerk, counter.open_received(clerk, number), "no_such")


def _owing() -> casework.CaseFile:
    """A noodle shop whose deferrable papers were left out."""
    actor, preparation = play.begin(play.example_of(specimen.SERIAL))
    preparation, _ = play.fill(actor, preparation)
    for one in preparation.asked_materials():
        if one.required and not one.material.deferrable:
            preparation.draft.papers = [*preparation.draft.papers, one.material.document]
    preparation.draft.save()
    return play.hand_in(actor, apply.prepare(actor, preparation.draft))


def test_a_common_name_is_cut_off_with_advice_and_one_character_finds_only_itself() -> None:
    clerk = specimen.person("clerk")
    for _ in range(25):
        counter_people.make_party(clerk, Subject.PERSON, name="待取名", paper="none", number="", phone="")
    found, advice = counter_people.find_parties(clerk, Subject.PERSON, "待取名")
    assert len(found) == counter_people.FOUND_AT_MOST
    assert advice is not None
    found, _ = counter_people.find_parties(clerk, Subject.PERSON, "待")
    assert found == []
    found, _ = counter_people.find_parties(clerk, Subject.PERSON, "丹")
    assert [one.name for one in found] == ["丹"]
    assert access.audit_is_whole()
    assert AuditEntry.objects.filter(act="party.search").count() == 3


def test_whoever_works_at_no_window_takes_nobody_in() -> None:
    reviewer = specimen.person("market_reviewer")
    with pytest.raises(NotFound):
        counter.begin(reviewer, "newborn", Party.objects.get(number=MOTHER).pk)


def test_a_proposal_of_a_body_is_part_of_the_notice_without_the_windows_own() -> None:
    clerk, file = specimen.person("clerk"), specimen.submitted()
    mark = Mark(
        key="field:floor_area",
        kind=MarkKind.FIELD,
        target="floor_area",
        reason=MarkReason.WRONG,
        words="与房产证不一致",
        name="使用面积",
    )
    market = specimen.official("reviewer", "yunxi_market")
    casework.act(market, file.case.number, commands.ProposeMarks(marks=(mark,)), body="yunxi_market")
    after = casework.act(clerk, file.case.number, commands.IssueNotice(marks=()))
    assert [one.target for one in after.state.notices[0].marks] == ["floor_area"]


def test_a_persons_matter_is_not_begun_for_a_company_nor_an_unknown_one_for_anybody() -> None:
    clerk = specimen.person("clerk")
    mother = Party.objects.get(number=MOTHER)
    for key in ("open_restaurant", "no_such_thing"):
        with pytest.raises(NotFound):
            counter.begin(clerk, key, mother.pk)


def test_what_a_clerk_applies_for_themselves_is_not_done_at_their_window() -> None:
    clerk = specimen.person("clerk")
    own = apply.start(clerk, "newborn")
    with pytest.raises(NotFound):
        counter.window_draft(clerk, own.pk)
