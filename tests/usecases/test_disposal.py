"""档案到期: packages are handed over, appraised by two people, destroyed with a record, and the chain stays whole."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import Settings
from tests.usecases import town as specimen

from bancheng.core.casework import CommandRefused
from bancheng.core.kernel import ProblemsFound
from bancheng.store.models import (
    ArchiveLine,
    ArchiveList,
    ArchivePackage,
    AuditEntry,
    Case,
    CaseEvent,
    CaseForm,
    Membership,
    Paper,
    Party,
    ResultDocument,
    Upload,
)
from bancheng.store.models.papers import DESTROYED
from bancheng.usecases import archiving, disposal, erasing, letters, play, results, verifying
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.casework import CaseFile, examine
from bancheng.usecases.lists import Wanted

pytestmark = pytest.mark.usefixtures("town")
ALL = Wanted()
WHY = "保管期满，没有继续保存的价值"


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.BANCHENG_HOME = tmp_path_factory.mktemp("home")


def kept() -> tuple[CaseFile, ArchivePackage]:
    """A finished case with its package."""
    file = play.whole(specimen.SERIAL)
    archiving.archive_due(timezone.now() + timedelta(days=31))
    return specimen.fresh(file), ArchivePackage.objects.get(case=file.case)


def keepers(body: str) -> tuple[Actor, Actor]:
    """A clerk and a senior of a body, whether it had them or not."""
    senior = specimen.official("senior", body)
    clerk = specimen.official("clerk", specimen.clerk_of(specimen.submitted()).posts[0][1])
    Membership.objects.get_or_create(user_id=clerk.user_id, role="clerk", body=body)
    return Actor(**{**vars(clerk), "posts": (*clerk.posts, ("clerk", body))}), senior


def after(package: ArchivePackage) -> datetime:
    """Noon of the day after its time is over."""
    assert package.keep_until is not None
    day = datetime.combine(package.keep_until, datetime.min.time(), timezone.get_current_timezone())
    return day + timedelta(days=1, hours=12)


def test_a_package_goes_its_way_from_due_to_destroyed_and_two_people_stand_for_it() -> None:
    file = play.whole(specimen.SERIAL)
    clerk, senior = keepers(file.case.lead)
    soon = timezone.now() + timedelta(days=31)
    assert [one.pk for one in disposal.to_pack(senior, ALL, soon)] == [file.case.pk]
    archiving.archive_due(soon)
    package = ArchivePackage.objects.get(case=file.case)
    now = after(package)
    number, today = file.case.number, timezone.localdate(now)

    assert disposal.packages(clerk, "hand", Wanted(text=number), today).get() == package
    with pytest.raises(ProblemsFound):
        disposal.hand_over(clerk, [number], " ", now)
    (handed,) = disposal.hand_over(clerk, [number], "市档案馆", now)
    assert "档移" in handed.number
    assert not disposal.packages(clerk, "hand", ALL, today).exists()

    assert not disposal.packages(senior, "appraise", ALL, package.keep_until).exists()
    assert disposal.packages(senior, "appraise", ALL, today).get() == package
    with pytest.raises(CommandRefused) as early:
        disposal.propose(senior, [number], "destroy", WHY, timezone.now())
    assert number in str(early.value)
    for wrong in ({"kind": "burn"}, {"reason": ""}, {"numbers": []}, {"kind": "extend"}):
        with pytest.raises(ProblemsFound):
            disposal.propose(
                senior, **{"numbers": [number], "kind": "destroy", "reason": WHY, **wrong}, now=now
            )  # type: ignore[arg-type]  # reason: each wrong in one part
    (proposed,) = disposal.propose(senior, [number], "destroy", WHY, now)
    with pytest.raises((ProblemsFound, NotFound)):
        disposal.propose(clerk, [number], "destroy", WHY, now)
    assert not disposal.packages(senior, "appraise", ALL, today).exists()
    assert disposal.destroy_agreed(now) == 0, "nobody has confirmed it"

    assert not disposal.may_decide(senior, proposed), "four eyes"
    with pytest.raises(CommandRefused):
        disposal.answer(senior, proposed.pk, True, "", now)
    with pytest.raises(NotFound):
        disposal.answer(clerk, proposed.pk, True, "", now)
    other = second_senior(file.case.lead)
    with pytest.raises(ProblemsFound):
        disposal.answer(other, proposed.pk, False, "", now)
    disposal.answer(other, proposed.pk, False, "还在诉讼中", now)
    (again,) = disposal.propose(clerk, [number], "destroy", WHY, now)
    disposal.answer(other, again.pk, True, "", now)
    check_destroyed(file, package, again, other, now)


def second_senior(body: str) -> Actor:
    """Another senior of the body."""
    away = next(one for one in Membership.objects.filter(role="senior").exclude(body=body).order_by("id"))
    Membership.objects.create(user=away.user, role="senior", body=body)
    return Actor(
        id=f"user:{away.user_id}",
        name=away.user.get_full_name(),
        user_id=away.user_id,
        roles=frozenset({"senior"}),
        posts=(("senior", body),),
    )


def check_destroyed(
    file: CaseFile, package: ArchivePackage, one: ArchiveList, by: Actor, now: datetime
) -> None:
    """The record stands, what was personal is gone, the log proves itself as before."""
    before, party = examine(file.case), file.case.party
    paper, slip = ResultDocument.objects.filter(case=file.case)[0], Paper.objects.filter(case=file.case)[0]
    owner, head = specimen.applicant_of(file), CaseEvent.objects.get(case=file.case, seq=package.seq).hash
    assert disposal.destroy_agreed(now) == 1
    assert disposal.destroy_agreed(now) == 0
    line = disposal.destroyed(by, ALL).get()
    assert (line.list, line.digest, line.head) == (one, package.digest, head)
    assert line.done_at == now
    assert line.files > 2
    assert not any(default_storage.exists(name) for name in (package.file, paper.file, slip.file))
    assert AuditEntry.objects.filter(act="archive.destroyed", object=f"case:{file.case.number}").exists()

    case = Case.objects.get(pk=file.case.pk)
    assert examine(case).state == before.state, "the chain is whole and folds to the same"
    assert (case.party.name, case.applicant) == (erasing.NOBODY, None)
    assert not Upload.objects.filter(case=case).exists()
    assert set(CaseForm.objects.filter(case=case).values_list("values", "known", "salt")) == {
        (None, None, "")
    }
    assert Party.objects.filter(pk=party.pk).exists(), "its account stays theirs"
    with pytest.raises(NotFound):
        results.open_result(owner, paper.pk)
    with pytest.raises(NotFound):
        letters.slip(by, case.number, slip.seq)
    with pytest.raises(NotFound):
        archiving.open_package(by, case.number)
    letters.make_waiting(now)
    assert set(Paper.objects.filter(case=case).values_list("file", flat=True)) == {DESTROYED}
    assert not archiving.due_for_archive(now).exists()
    shown = verifying.verify(paper.code)
    assert shown is not None
    assert (shown.number, party.name in shown.holder) == (paper.number, False)


def test_a_second_person_may_keep_it_longer_and_packing_anew_does_not_shorten_it() -> None:
    file, package = kept()
    clerk, _senior = keepers(file.case.lead)
    now, later = after(package), date(2099, 12, 31)
    (one,) = disposal.propose(clerk, [file.case.number], "extend", "还有复议", now, later)
    disposal.answer(second_senior(file.case.lead), one.pk, True, "", now)
    assert ArchivePackage.objects.get(pk=package.pk).keep_until == later
    assert archiving.archive(file.case, now).keep_until == later
    assert not ArchiveLine.objects.filter(open=True).exists()


def test_a_changed_package_is_not_handed_over_and_a_valid_licence_keeps_its_file() -> None:
    file, package = kept()
    clerk, senior = keepers(file.case.lead)
    now = after(package)
    ResultDocument.objects.filter(case=file.case).update(valid_to=date(2099, 1, 1))
    with pytest.raises(CommandRefused) as valid:
        disposal.propose(senior, [file.case.number], "destroy", WHY, now)
    assert valid.value.refusals[0].code == "archive.valid"
    ArchivePackage.objects.update(digest="0" * 64)
    with pytest.raises(ProblemsFound):
        disposal.hand_over(clerk, [file.case.number], "市档案馆", now)
    stranger = specimen.official("clerk", specimen.clerk_of(file).posts[0][1])
    if file.case.lead not in stranger.bodies:
        with pytest.raises(NotFound):
            disposal.hand_over(stranger, [file.case.number], "市档案馆", now)
    with pytest.raises(NotFound):
        disposal.packages(specimen.applicant_of(file), "hand", ALL, now.date())


def test_every_table_that_refers_to_a_case_is_erased_or_has_a_reason_to_stay() -> None:
    named = {one.__name__ for one in (*erasing.TAKEN_AWAY, *erasing.EMPTIED)} | set(erasing.STAYING)
    assert {one.related_model.__name__ for one in Case._meta.related_objects} == named
