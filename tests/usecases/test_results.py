"""Papers that are issued: verified by anyone, opened by those who may, printed alike for ever."""

import io
from datetime import timedelta

import pypdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from tests.usecases import town as specimen

from bancheng.connect.documents import group_verification_code
from bancheng.core.casework import MaterialKind, Phase, commands
from bancheng.core.casework import events as ev
from bancheng.core.clock import PauseReason
from bancheng.core.kernel import Fault
from bancheng.store.models import AuditEntry, Party, ResultDocument
from bancheng.usecases import apply, casework, letters, play, results, submission, uploads, verifying
from bancheng.usecases.access import NotFound
from bancheng.usecases.casework import CaseFile

pytestmark = pytest.mark.usefixtures("town")


def _paper(file: CaseFile) -> ResultDocument:
    return ResultDocument.objects.filter(case=file.case).order_by("number")[0]


def _words(data: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages).replace("\n", "")


def test_a_code_is_found_however_it_is_typed() -> None:
    paper = _paper(play.whole(specimen.SERIAL))
    grouped = group_verification_code(paper.code)
    wide = "".join(chr(ord(char) + 0xFEE0) for char in paper.code)
    for typed in (paper.code, grouped, grouped.lower(), f" {grouped.replace('-', ' ')}\n", wide):
        found = verifying.verify(typed)
        assert found is not None
        assert found.number == paper.number
        assert (found.expired, found.matches) == (False, None)


def test_a_wrong_code_finds_nothing() -> None:
    play.whole(specimen.SERIAL)
    for code in ("", "ABCD", "2" * 16, "2" * 17, "'; drop table--", "二" * 16, "\x00" * 16):
        assert verifying.verify(code) is None


def test_a_code_with_something_more_in_it_is_not_taken_for_the_right_one() -> None:
    paper = _paper(play.whole(specimen.SERIAL))
    assert verifying.verify(paper.code + "0") is None
    assert verifying.verify("I" + paper.code) is None


def test_codes_cannot_be_guessed_and_hold_no_letter_that_is_mistaken() -> None:
    assert len(results.ALPHABET) ** results.CODE_LENGTH >= 2**80
    assert len(set(results.ALPHABET)) == len(results.ALPHABET)
    assert not set("01IO") & set(results.ALPHABET)


def test_a_company_is_shown_in_full_and_a_person_masked() -> None:
    file = play.whole(specimen.SERIAL)
    paper = _paper(file)
    shown = verifying.verify(paper.code)
    assert shown is not None
    assert shown.holder == file.case.party.name == "云溪县老张面馆"
    Party.objects.filter(pk=file.case.party_id).update(subject="person")
    ResultDocument.objects.filter(pk=paper.pk).update(holder="阿依古丽·买买提")
    shown = verifying.verify(paper.code)
    assert shown is not None
    assert shown.holder == "阿******提"


def test_a_file_shown_along_is_compared_and_a_changed_one_is_not_handed_out() -> None:
    file = play.whole(specimen.SERIAL)
    paper, data = results.open_result(specimen.applicant_of(file), _paper(file).pk)
    told = (verifying.verify(paper.code, data), verifying.verify(paper.code, data + b" "))
    assert [one and one.matches for one in told] == [True, False]
    default_storage.delete(paper.file)
    default_storage.save(paper.file, ContentFile(data + b" "))
    with pytest.raises(Fault):
        results.open_result(specimen.applicant_of(file), paper.pk)


def test_an_expired_paper_says_so() -> None:
    paper = _paper(play.whole(specimen.SERIAL))
    yesterday = timezone.localdate() - timedelta(days=1)
    ResultDocument.objects.filter(pk=paper.pk).update(valid_to=yesterday)
    shown = verifying.verify(paper.code)
    assert shown is not None
    assert shown.expired
    ResultDocument.objects.filter(pk=paper.pk).update(valid_to=timezone.localdate())
    shown = verifying.verify(paper.code)
    assert shown is not None
    assert not shown.expired


def test_while_a_material_is_owed_the_applicant_cannot_open_the_result() -> None:
    actor, preparation = specimen.draft()
    owed = next(
        one.material.document
        for one in preparation.asked_materials()
        if one.required and one.material.deferrable
    )
    for upload in preparation.uploads_of(owed):
        uploads.remove(preparation.draft, upload.pk)
    file = submission.submit(actor, apply.prepare(actor, preparation.draft), declared=True)
    file = play.accept(file)
    for scene in play.work(file):
        file = scene.file
    assert file.state.still_owed
    papers = file.case.results.all()
    paper = next(one for one in papers if file.state.locks(one.item))
    for free in (one for one in papers if not file.state.locks(one.item)):
        assert results.open_result(actor, free.pk)[0] == free
    with pytest.raises(NotFound):
        results.open_result(actor, paper.pk)
    assert results.open_result(specimen.official("reviewer", paper.body), paper.pk)[1]
    ref = file.state.owed[owed].material
    given = type(ref)(document=owed, name=ref.name, file_ref="x", digest="x", kind=MaterialKind.UPLOADED)
    casework.act(actor, file.case.number, commands.HandIn(material=given))
    assert results.open_result(actor, paper.pk)[1]


def test_opening_somebody_elses_result_is_written_down() -> None:
    file = play.whole(specimen.SERIAL)
    paper = _paper(file)
    results.open_result(specimen.applicant_of(file), paper.pk)
    assert not AuditEntry.objects.exists()
    clerk = specimen.clerk_of(file)
    results.open_result(clerk, paper.pk)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.act, entry.object) == (clerk.id, "result.open", f"result:{paper.pk}")


@pytest.mark.parametrize("name", ["𬱖小溪", "阿依古丽·买买提", "丹", "MARIA GARCIA LOPEZ", "㛃䶮"])
def test_papers_carry_names_as_people_have_them(name: str) -> None:
    file = specimen.submitted()
    Party.objects.filter(pk=file.case.party_id).update(name=name)
    file = play.accept(specimen.fresh(file))
    for scene in play.work(file):
        file = scene.file
    assert name in _words(results.open_result(specimen.applicant_of(file), _paper(file).pk)[1])
    assert name in _words(letters.slip(specimen.applicant_of(file), file.case.number, 1)[1])


def test_an_answer_in_the_making_is_not_yet_on_the_paper() -> None:
    file = specimen.accepted()
    form = file.case.forms.get()
    form.pk, form.number, form.digest = None, 2, "0" * 64
    form.values = {**form.values, "premises_name": "还没有交的名字"}
    form.save(force_insert=True)
    for scene in play.work(file):
        file = scene.file
    words = [
        _words(results.open_result(specimen.applicant_of(file), one.pk)[1])
        for one in ResultDocument.objects.filter(case=file.case)
    ]
    assert not any("还没有交的名字" in one for one in words)


def test_a_slip_prints_the_same_whatever_happens_later() -> None:
    file = specimen.accepted()
    who = specimen.applicant_of(file)
    seq = next(one.seq for one in letters.slips(file) if one.title == "受理通知书")
    before = letters.slip(who, file.case.number, seq)[1]
    item = next(iter(file.state.items.values())).item
    pause = commands.Pause(
        reason=PauseReason.INSPECTION, item=item.key, basis="行政许可法第四十五条", max_days=10
    )
    later = casework.act(specimen.official("reviewer", item.body), file.case.number, pause, body=item.body)
    assert any(isinstance(event, ev.ClockPaused) for event in later.events)
    assert later.state.phase is Phase.ACCEPTED
    assert letters.slip(who, file.case.number, seq)[1] == before


def test_a_slip_that_no_event_tells_of_does_not_exist() -> None:
    file = specimen.submitted()
    for seq in (0, 2, 99, -1):
        with pytest.raises(NotFound):
            letters.slip(specimen.applicant_of(file), file.case.number, seq)


def test_a_result_is_delivered_when_the_applicant_opens_it_and_not_when_an_official_does() -> None:
    file = play.whole(specimen.SERIAL)
    paper = _paper(file)
    results.open_result(specimen.official("reviewer", paper.body), paper.pk)
    assert casework.load(file.case).state.items[paper.item].delivered is None
    applicant = specimen.applicant_of(file)
    for _ in range(2):
        results.open_result(applicant, paper.pk)
    after = casework.load(file.case)
    assert after.state.items[paper.item].delivered is not None
    assert [type(event).__name__ for event in after.events].count("Delivered") == 1
    paper.refresh_from_db()
    assert paper.delivered_at is not None
