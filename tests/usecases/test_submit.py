"""Submitting: all or nothing, once, and for ever as it was."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from tests.usecases import town as specimen

from bancheng.core.casework import MaterialKind
from bancheng.core.kernel import ProblemsFound, digest
from bancheng.store.models import Case, CaseEvent, CaseForm, Draft, Outbox, Serial, Upload
from bancheng.usecases import apply, play, submission, uploads
from bancheng.usecases.access import ANONYMOUS, NotAllowed, NotFound

TABLES = (Case, CaseEvent, CaseForm, Draft, Outbox, Upload, Serial)


def _counts() -> list[int]:
    return [table.objects.count() for table in TABLES]


@pytest.mark.usefixtures("town")
class TestOneAtATime:
    """Without contention, on both databases."""

    def test_everything_missing_is_told_at_once_and_nothing_has_happened(self) -> None:
        zhang = specimen.person("zhang")
        preparation = apply.prepare(zhang, apply.start(zhang, specimen.SERIAL))
        before, files = _counts(), specimen.stored_files()
        with pytest.raises(ProblemsFound) as missing:
            submission.submit(zhang, preparation, declared=False)
        codes = {one.code for one in missing.value.problems}
        assert codes == {"question", "field", "material", "declared"}
        assert {one.place.path for one in missing.value.problems if one.place} >= {"declared"}
        assert (_counts(), specimen.stored_files()) == (before, files)

    def test_the_word_that_all_is_true_is_asked_in_the_act_and_in_no_field(self) -> None:
        actor, preparation = specimen.draft()
        assert "truth_declared" not in {one.field.element for one in preparation.personal.fields}
        with pytest.raises(ProblemsFound) as missing:
            submission.submit(actor, preparation, declared=False)
        assert [one.code for one in missing.value.problems] == ["declared"]
        assert submission.submit(actor, preparation, declared=True).case.number

    def test_nobody_submits_without_an_account_or_somebody_elses_draft(self) -> None:
        _, preparation = specimen.draft()
        before = _counts()
        with pytest.raises(NotAllowed):
            submission.submit(ANONYMOUS, preparation, declared=True)
        with pytest.raises(NotFound):
            submission.submit(specimen.person("wang"), preparation, declared=True)
        assert _counts() == before

    def test_a_draft_is_submitted_once(self) -> None:
        actor, preparation = specimen.draft()
        submission.submit(actor, preparation, declared=True)
        before = _counts()
        preparation.draft.pk = preparation.draft.pk or None
        with pytest.raises((NotFound, NotAllowed)):
            submission.submit(actor, preparation, declared=True)
        assert _counts() == before

    def test_what_was_submitted_stays_whatever_is_changed_or_found_later(self) -> None:
        actor, preparation = specimen.draft()
        file = submission.submit(actor, preparation, declared=True)
        form = CaseForm.objects.get(case=file.case)
        kept = (form.values, form.known, form.digest)
        again = apply.prepare(actor, apply.start(actor, specimen.SERIAL))
        apply.answer(again, {"premises_name": ["完全不同的名字"]})
        form.refresh_from_db()
        assert (form.values, form.known, form.digest) == kept
        assert specimen.fresh(file).state.form_digest == form.digest

    def test_a_second_submission_changes_nothing_of_what_the_first_is_judged_by(self) -> None:
        first = specimen.submitted()
        judged, form = specimen.fresh(first).state, CaseForm.objects.get(case=first.case)
        before = (form.values, form.known, judged.submission)
        actor, preparation = specimen.draft()
        apply.answer(preparation, {"premises_name": ["第二次写的名字"]})
        second = submission.submit(actor, apply.prepare(actor, preparation.draft), declared=True)
        assert second.case.pk != first.case.pk
        again, form = specimen.fresh(first).state, CaseForm.objects.get(case=first.case)
        assert (form.values, form.known, again.submission) == before
        assert CaseForm.objects.get(case=second.case).values["premises_name"] == "第二次写的名字"

    def test_the_digest_is_salted_so_that_equal_forms_do_not_look_alike(self) -> None:
        forms = [CaseForm.objects.get(case=specimen.submitted().case) for _ in range(2)]
        assert forms[0].values == forms[1].values
        assert forms[0].salt != forms[1].salt
        assert forms[0].digest != forms[1].digest
        assert [one.digest for one in forms] == [digest([one.salt, one.values]) for one in forms]

    def test_an_erased_form_leaves_a_case_that_replays_the_same(self) -> None:
        file = play.whole(specimen.SERIAL)
        CaseForm.objects.filter(case=file.case).update(values=None, known=None, salt="")
        assert specimen.fresh(file).state == file.state

    def test_each_material_is_known_given_or_owed(self) -> None:
        actor, preparation = specimen.draft()
        file = submission.submit(actor, preparation, declared=True)
        assert file.state.submission is not None
        refs = {one.document: one for one in file.state.submission.materials}
        for one in preparation.personal.materials:
            document = one.material.document
            given = preparation.uploads_of(document)
            if one.document is not None:
                assert refs[document].kind is MaterialKind.WAIVED
                assert refs[document].file_ref == one.document.identifier
            elif one.asked and given:
                assert refs[document].kind is MaterialKind.UPLOADED
                assert refs[document].file_ref == ",".join(str(upload.pk) for upload in given)
                assert refs[document].digest == digest([upload.digest for upload in given])
            elif one.asked and one.required:
                assert (refs[document].kind, refs[document].defer_days) == (
                    MaterialKind.DEFERRED,
                    one.material.defer_days,
                )
                assert one.material.deferrable
            else:
                assert document not in refs
        assert {one.kind for one in refs.values()} >= {MaterialKind.WAIVED, MaterialKind.UPLOADED}
        assert set(Upload.objects.filter(case=file.case).values_list("pk", flat=True)) == {
            upload.pk for upload in preparation.uploads if upload.document in refs
        }

    def test_a_material_that_may_follow_is_owed_when_it_is_not_brought(self) -> None:
        actor, preparation = specimen.draft()
        later = [
            one.material.document
            for one in preparation.asked_materials()
            if one.required and one.material.deferrable
        ]
        assert later
        for upload in preparation.uploads_of(later[0]):
            uploads.remove(preparation.draft, upload.pk)
        file = submission.submit(actor, apply.prepare(actor, preparation.draft), declared=True)
        assert list(play.accept(file).state.owed) == [later[0]]

    def test_files_nobody_asks_for_any_more_are_not_handed_to_the_bodies(
        self, django_capture_on_commit_callbacks: Any
    ) -> None:
        actor, preparation = specimen.draft()
        unasked = next(one for one in preparation.personal.materials if not one.asked).material.document
        stray = uploads.attach(preparation.draft, None, unasked, "x.jpg", play._picture())
        assert isinstance(stray, Upload)
        with django_capture_on_commit_callbacks(execute=True):
            submission.submit(actor, apply.prepare(actor, preparation.draft), declared=True)
        assert not Upload.objects.filter(pk=stray.pk).exists()
        assert not any(str(stray.pk) in path.name for path in specimen.stored_files())

    def test_numbers_go_up_by_town_and_day(self) -> None:
        days = (date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 3))
        numbers = [submission.case_number("yunxi_market", day) for day in days]
        assert [one[-5:] for one in numbers] == ["00001", "00002", "00001"]
        Serial.objects.filter(name__contains="20260302").update(last=99_999)
        assert submission.case_number("yunxi_market", days[0]).endswith("20260302100000")

    def test_a_body_that_left_the_packs_still_gives_numbers(self) -> None:
        assert submission.case_number("closed_long_ago", date(2026, 3, 2)) == "9999992026030200001"


@pytest.mark.usefixtures("busy_town")
class TestManyAtOnce:
    """Contention, on PostgreSQL."""

    def test_one_draft_submitted_from_two_windows_becomes_one_case(self) -> None:
        actor, preparation = specimen.draft()
        copies = [apply.prepare(actor, Draft.objects.get(pk=preparation.draft.pk)) for _ in range(2)]
        ends = specimen.side_by_side(
            *(lambda one=one: submission.submit(actor, one, declared=True) for one in copies)
        )
        assert sorted(type(end).__name__ for end in ends) == ["CaseFile", "NotFound"]
        assert Case.objects.count() == CaseForm.objects.count() == 1
        assert Outbox.objects.filter(kind="Submitted").count() == 1

    def test_numbers_are_never_given_twice(self) -> None:
        drafts = [specimen.draft() for _ in range(8)]
        ends = specimen.side_by_side(
            *(lambda one=one: submission.submit(*one, declared=True).case.number for one in drafts)
        )
        assert connection.vendor == "postgresql"
        assert sorted(str(end)[-5:] for end in ends) == [f"{number:05d}" for number in range(1, 9)]
        assert Case.objects.filter(created_at__gt=timezone.now() - timedelta(hours=1)).count() == 8
