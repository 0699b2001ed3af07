"""容缺 and 告知承诺 as people use them: sign, be asked about, be checked, be recorded, be repaired."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.usecases import town as specimen

from bancheng.connect.credit import CreditDown, DemoBehaviour, DemoCredit, source_of
from bancheng.core.casework import CommandRefused, Kept, MaterialKind, Measure, Phase, Standing
from bancheng.core.kernel import Fault, ProblemsFound
from bancheng.store.models import CreditCheck, CreditRecord, SignedPromise
from bancheng.usecases import apply, play, promises, submission
from bancheng.usecases.access import Actor, NotFound, actor_for
from bancheng.usecases.apply import Preparation
from bancheng.usecases.casework import CaseFile

PROMISED, DEFERRED = "festival_credit_report", "festival_place_consent"


@pytest.fixture(autouse=True)
def credit(settings: Settings) -> None:
    settings.BANCHENG_CREDIT = "demo"
    settings.BANCHENG_DEMO_CREDIT = "good"


def signed_draft() -> tuple[Actor, Preparation]:
    actor, begun = specimen.draft(specimen.PARALLEL)
    for upload in begun.uploads_of(PROMISED):
        upload.delete()
    begun = apply.prepare(actor, begun.draft)
    (material,) = [one.material for one in begun.asked_materials() if one.material.document == PROMISED]
    shown = promises.text_of(material, begun).digest
    promises.sign(actor, begun, PROMISED, shown=shown, name="周敏")
    return actor, apply.prepare(actor, begun.draft)


def submitted() -> CaseFile:
    actor, begun = signed_draft()
    return submission.submit(actor, begun, declared=True)


@pytest.mark.usefixtures("town")
class TestSigning:
    def test_a_promise_stands_for_the_paper_and_names_who_when_and_how(self) -> None:
        file = submitted()
        ref = file.state.materials[PROMISED]
        assert ref.kind is MaterialKind.COMMITMENT
        row = SignedPromise.objects.get(case=file.case)
        assert (str(row.pk), row.digest, row.version) == (ref.file_ref, ref.digest, ref.text_version)
        assert row.signer == "周敏"
        assert row.identified
        assert "撤销决定" in row.text
        assert file.state.promises.credit is not None
        assert file.state.promises.credit.standing is Standing.GOOD

    def test_a_text_that_was_not_shown_is_not_signed_and_neither_is_one_without_a_name(self) -> None:
        actor, begun = specimen.draft(specimen.PARALLEL)
        with pytest.raises(ProblemsFound):
            promises.sign(actor, begun, PROMISED, shown="0" * 64, name="周敏")
        (material,) = [one.material for one in begun.asked_materials() if one.material.document == PROMISED]
        shown = promises.text_of(material, begun).digest
        with pytest.raises(ProblemsFound):
            promises.sign(actor, begun, PROMISED, shown=shown, name=" ")
        with pytest.raises(NotFound):
            promises.sign(actor, begun, "festival_plan", shown=shown, name="周敏")


def clerk_of(file: CaseFile) -> tuple[Actor, str]:
    body = file.state.submission.receiving_body if file.state.submission else ""
    return specimen.official("clerk", body), body


@pytest.mark.usefixtures("town")
class TestCredit:
    def test_a_bad_answer_is_decided_on_by_a_clerk(self, settings: Settings) -> None:
        settings.BANCHENG_DEMO_CREDIT = "bad"
        file = submitted()
        clerk, body = clerk_of(file)
        with pytest.raises(CommandRefused):
            play.accept(file)
        after = promises.decide_credit(
            clerk, file.case.number, allow=True, reason="记录已在修复中", body=body
        )
        assert play.accept(after).state.phase is Phase.ACCEPTED

    def test_a_source_that_is_down_is_asked_again_until_it_answers(self, settings: Settings) -> None:
        settings.BANCHENG_DEMO_CREDIT = "down"
        file = submitted()
        assert file.state.promises.credit is not None
        assert file.state.promises.credit.standing is Standing.DOWN
        now = timezone.now()
        assert promises.check_credit(now) == 0, "not before its time"
        assert promises.check_credit(now + timedelta(hours=1)) == 0, "still down"
        events = len(file.events)
        assert len(specimen.fresh(file).events) == events, "being down a second time is no event"
        settings.BANCHENG_DEMO_CREDIT = "good"
        assert promises.check_credit(now + timedelta(hours=3)) == 1
        assert CreditCheck.objects.get(case=file.case).done_at is not None
        assert play.accept(specimen.fresh(file)).state.phase is Phase.ACCEPTED

    def test_nobody_is_asked_about_where_nothing_rests_on_their_word(self) -> None:
        file = specimen.submitted(specimen.SERIAL)
        trusted = {MaterialKind.DEFERRED, MaterialKind.COMMITMENT}
        assert trusted.isdisjoint(one.kind for one in file.state.materials.values())
        assert file.state.promises.credit is None


class TestDemoSource:
    def test_it_can_be_good_bad_slow_and_down(self) -> None:
        waits: list[float] = []

        def source(behaviour: DemoBehaviour) -> DemoCredit:
            return DemoCredit(behaviour, today=timezone.localdate, sleep=waits.append)

        assert not source(DemoBehaviour.GOOD).ask("person", "1", 3).bad
        assert source(DemoBehaviour.BAD).ask("person", "1", 3).bad
        for behaviour in (DemoBehaviour.SLOW, DemoBehaviour.DOWN):
            with pytest.raises(CreditDown):
                source(behaviour).ask("person", "1", 3)
        assert waits == [3], "nobody waits longer than their patience"

    def test_it_serves_in_demo_mode_only(self) -> None:
        with pytest.raises(Fault):
            source_of("demo", demo=False, today=timezone.localdate)
        assert source_of("", demo=False, today=timezone.localdate) is None


@pytest.mark.usefixtures("town")
def test_from_a_broken_promise_to_the_register_and_back() -> None:
    file = play.accept(submitted())
    for scene in play.work(file):
        file = scene.file
    item = next(key for key in file.state.materials[PROMISED].items if key in file.state.items)
    body = file.state.items[item].item.body
    officer, number = specimen.official("reviewer", body), file.case.number
    applicant = actor_for(file.case.applicant)

    file = promises.verify(officer, number, PROMISED, outcome=Kept.BREACHED, findings="有失信记录", body=body)
    with pytest.raises(CommandRefused):
        promises.settle(officer, number, 1, measures=[Measure.RECORD], reason="承诺不实", body=body)
    promises.object_to(applicant, number, 1, "当时不知情")
    with pytest.raises(NotFound):
        promises.object_to(officer, number, 1, "不是我的")
    assert promises.statements(specimen.fresh(file)) == {1: "当时不知情"}
    promises.settle(officer, number, 1, measures=[Measure.RECORD], reason="承诺不实", body=body)

    record = CreditRecord.objects.get(case=file.case)
    assert (record.body, record.recorded_name) == (body, officer.name)
    other, begun = specimen.draft(specimen.PARALLEL)
    (material,) = [one.material for one in begun.asked_materials() if one.material.document == PROMISED]
    shown = promises.text_of(material, begun).digest
    with pytest.raises(CommandRefused, match="失信记录"):
        promises.sign(other, begun, PROMISED, shown=shown, name="周敏")

    promises.object_to_record(applicant, record.pk, "已经整改，申请修复")
    with pytest.raises(ProblemsFound):
        promises.object_to_record(applicant, record.pk, "再说一次")
    senior = specimen.official("senior", body)
    with pytest.raises(NotFound):
        promises.answer_record(officer, record.pk, repair=True, words="同意")
    promises.answer_record(senior, record.pk, repair=True, words="整改到位，予以修复")
    promises.sign(other, begun, PROMISED, shown=shown, name="周敏")
    promises.unsign(begun, PROMISED)
    assert not begun.draft.promises.exists()


@pytest.mark.usefixtures("town")
def test_a_second_word_after_a_breach_is_for_the_clerk_to_weigh() -> None:
    first = submitted()
    CreditRecord.objects.create(
        party=first.case.party,
        case=first.case,
        proposal=1,
        title="信用报告",
        reason="承诺不实",
        body="x",
        recorded_by="user:1",
        recorded_name="王主任",
        recorded_at=timezone.now(),
    )
    actor, begun = specimen.draft(specimen.PARALLEL)
    for upload in begun.uploads_of(DEFERRED):
        upload.delete()
    file = submission.submit(actor, apply.prepare(actor, begun.draft), declared=True)
    assert file.state.promises.credit is not None
    assert file.state.promises.credit.standing is Standing.BAD, "the source itself is good"
    assert promises.OWN_REGISTER in file.state.promises.credit.note
