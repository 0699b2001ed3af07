"""One visit of several bodies in the specimen town: finding a time, races for it, the checklist, the record."""

from __future__ import annotations

import base64
import io
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from PIL import ExifTags, Image
from pytest_django import Settings
from tests.usecases import town as specimen

from bancheng.connect.documents import picture_place
from bancheng.core.casework import (
    Absent,
    CommandRefused,
    Conclusion,
    StepOutcome,
    StepStatus,
    VisitStatus,
    commands,
)
from bancheng.core.kernel import Problem, ProblemsFound
from bancheng.store.models import (
    Absence,
    CaseTask,
    Outbox,
    SiteVisit,
    Upload,
    User,
    VisitAnswer,
    VisitPhoto,
    VisitSeat,
)
from bancheng.usecases import casework, upkeep, visit_records, visit_sheets, visits
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.casework import CaseFile

VISIT = "shared.festival_site.inspection"


def other_fair() -> CaseFile:
    """A fair whose site several bodies are to look at together."""
    file = specimen.accepted(specimen.PARALLEL)
    for key in ("festival_permit.review", "festival_safety_permit.review"):
        if key in file.state.steps:
            body = file.state.steps[key].plan.bodies[0]
            report = commands.CompleteStep(step=key, outcome=StepOutcome.OK, findings="符合")
            file = casework.act(specimen.official("reviewer", body), file.case.pk, report, body=body)
    assert file.state.steps[VISIT].status is StepStatus.OPEN
    return file


@pytest.fixture
def open_fair(town: None) -> CaseFile:
    return other_fair()


def lead(file: CaseFile) -> Actor:
    return specimen.official("inspector", "yunxi_culture")


def fire(file: CaseFile) -> Actor:
    return specimen.official("inspector", "yunxi_fire")


def arranged(file: CaseFile) -> CaseFile:
    offer = visits.arranging(file, VISIT, timezone.now()).offers[0]
    return visits.propose(lead(file), file.case.number, VISIT, offer.slot.begins)


def firm(file: CaseFile) -> CaseFile:
    return visits.confirm(specimen.applicant_of(file), arranged(file).case.number, 1)


def there(file: CaseFile) -> tuple[CaseFile, datetime]:
    """The officials stand on the site."""
    file = firm(file)
    visit = file.state.visits.all[0]
    now = visit.slot.begins + timedelta(minutes=5)
    who = person(visit.people[0].id)
    return visits.hold(who, file.case.number, 1, [one.id for one in visit.people], now=now), now


def person(reference: str) -> Actor:
    return specimen.person(User.objects.get(pk=int(reference.partition(":")[2])).username)


def of(file: CaseFile, body: str, place: int = 0) -> Actor:
    return person([one.id for one in file.state.visits.all[0].present if one.body == body][place])


def picture(place: bool = False) -> io.BytesIO:
    image = Image.new("RGB", (900, 600), "#88aacc")
    exif = Image.Exif()
    if place:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", (35.0, 24.0, 36.0)
        gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", (116.0, 35.0, 0.0)
    data = io.BytesIO()
    image.save(data, "JPEG", exif=exif)
    data.seek(0)
    return data


def fill(file: CaseFile, body: str, now: datetime, *, bad: bool = False) -> CaseFile:
    who = of(file, body)
    part = visit_sheets.sheet(who, file.case.number, 1, body)
    for look in part.looks:
        value = {"yes_no": "no" if bad else "yes", "number": "3.5", "words": "", "photo": ""}[look.kind]
        visit_sheets.save_line(who, file.case.number, 1, body, look.key, value=value, now=now)
        if look.wants_photo:
            shot = visit_sheets.add_photo(
                who, file.case.number, 1, body, look.key, "a.jpg", picture(), now=now
            )
            assert isinstance(shot, VisitPhoto)
    outcome = StepOutcome.NOT_OK if bad else StepOutcome.OK
    words = "有一处不符合" if bad else ""
    return visit_sheets.confirm_part(who, file.case.number, 1, body, outcome, words, now=now)


def refused(code: str, no: CommandRefused) -> bool:
    return no.refusals[0].code == code


# ---------------------------------------------------------------------------------------------------


def test_three_bodies_go_once_and_one_record_is_kept(open_fair: CaseFile) -> None:
    file, now = there(open_fair)
    bodies = file.state.steps[VISIT].plan.bodies
    number = file.case.number
    assert len(bodies) >= 2
    for body in bodies:
        file = fill(file, body, now)
    assert file.state.visits.all[0].status is VisitStatus.RECORDED
    assert CaseTask.objects.filter(case=file.case, key="visit.1", body="yunxi_culture").exists()
    drawn = "data:image/png;base64," + base64.b64encode(_png()).decode()
    who = of(file, "yunxi_culture")
    visit_sheets.sign(who, number, 1, "yunxi_culture", "张老三", drawn, now=now)
    file = visit_records.conclude(who, number, 1, Conclusion.PASSED, "场地符合要求", now=now)
    assert file.state.steps[VISIT].status is StepStatus.DONE
    assert {one.body for one in file.state.steps[VISIT].reports} == set(bodies)
    record = visit_records.open_record(specimen.applicant_of(file), number, 1)
    assert record.startswith(b"%PDF")
    assert len(record) > 10_000
    assert visit_records.open_record(fire(file), number, 1) == record
    with pytest.raises(NotFound):
        visit_records.open_record(specimen.official("inspector", "yunxi_tobacco"), number, 1)
    assert not VisitSeat.objects.filter(visit__case=file.case).exists()
    told = set(Outbox.objects.filter(case=file.case).values_list("kind", flat=True))
    assert {"VisitProposed", "VisitConfirmed", "VisitConcluded"} <= told
    assert {one for one in told if one.startswith("Visit")} <= set(upkeep.TITLES)


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 120), "white").save(out, "PNG")
    return out.getvalue()


def test_those_on_leave_or_booked_are_not_offered(open_fair: CaseFile) -> None:
    now = timezone.now()
    before = visits.arranging(open_fair, VISIT, now).offers[0]
    away = before.people[0]
    Absence.objects.create(
        user_id=int(away.id.partition(":")[2]),
        first=before.slot.day,
        last=before.slot.day,
        entered_by="user:1",
        entered_at=now,
    )
    after = visits.arranging(open_fair, VISIT, now)
    same_day = [one for one in after.offers if one.slot.day == before.slot.day]
    assert all(away not in one.people for one in same_day)
    # The other visit of the same people takes their half hours.
    file = arranged(open_fair)
    taken = file.state.visits.all[0].slot
    other = visits.arranging(file, VISIT, now)
    assert all(
        one.slot != taken or not {p.id for p in one.people} & {p.id for p in file.state.visits.all[0].people}
        for one in other.offers
    )


def test_two_bookings_of_one_slot_are_never_both_firm(open_fair: CaseFile) -> None:
    first = arranged(open_fair)
    slot = first.state.visits.all[0].slot
    people = [one.id for one in first.state.visits.all[0].people]
    second = other_fair()
    second = visits.propose(lead(second), second.case.number, VISIT, slot.begins, people)
    visits.confirm(specimen.applicant_of(first), first.case.number, 1)
    with pytest.raises(CommandRefused) as no:
        visits.confirm(specimen.applicant_of(second), second.case.number, 1)
    assert refused("visit.taken", no.value)
    assert specimen.fresh(second).state.visits.all[0].status is VisitStatus.PROPOSED
    seat = VisitSeat.objects.filter(firm=True)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitSeat.objects.filter(person=seat.person, cell=seat.cell).update(firm=True)
    # Another time is one act away.
    begins = visits.arranging(second, VISIT, timezone.now(), second.state.visits.all[0]).offers[0].slot.begins
    moved = visits.move(specimen.applicant_of(second), second.case.number, 1, begins)
    assert moved.state.visits.all[0].status is VisitStatus.CONFIRMED


def test_of_many_who_confirm_the_same_slot_at_once_exactly_one_wins(busy_town: None) -> None:
    files = [other_fair() for _ in range(4)]
    first = arranged(files[0])
    visit = first.state.visits.all[0]
    people = [one.id for one in visit.people]
    for file in files[1:]:
        visits.propose(lead(file), file.case.number, VISIT, visit.slot.begins, people)
    actors = [specimen.applicant_of(file) for file in files]
    ends = specimen.side_by_side(
        *(
            lambda actor=actor, file=file: visits.confirm(actor, file.case.number, 1)
            for actor, file in zip(actors, files, strict=True)
        )
    )
    won = [one for one in ends if isinstance(one, CaseFile)]
    lost = [one for one in ends if isinstance(one, CommandRefused)]
    assert (len(won), len(lost)) == (1, 3)
    assert all(refused("visit.taken", one) for one in lost)
    assert SiteVisit.objects.filter(status="confirmed").count() == 1


def test_an_answer_typed_offline_is_refused_when_the_visit_moved_or_a_colleague_answered(
    open_fair: CaseFile,
) -> None:
    file, now = there(open_fair)
    number, who, colleague = file.case.number, of(file, "yunxi_fire"), of(file, "yunxi_fire", 1)
    line = visit_sheets.sheet(who, number, 1, "yunxi_fire").looks[0].key
    args = (number, 1, "yunxi_fire", line)
    first = visit_sheets.save_line(who, *args, value="yes", revision=0, now=now)
    assert visit_sheets.save_line(who, *args, value="yes", revision=0, now=now).version == first.version
    with pytest.raises(CommandRefused) as no:
        visit_sheets.save_line(colleague, *args, value="no", note="锁着", revision=0, version=0, now=now)
    assert refused("visit.line", no.value)
    seen = visit_sheets.save_line(colleague, *args, value="no", note="锁着", version=first.version, now=now)
    assert seen.version == first.version + 1
    stranger = specimen.official("reviewer", "yunxi_fire")
    with pytest.raises(CommandRefused) as no:
        visit_sheets.save_line(stranger, *args, value="yes", now=now)
    assert refused("visit.there", no.value)
    visits.cancel(who, number, 1, "下暴雨", now=now)
    with pytest.raises(CommandRefused) as no:
        visit_sheets.save_line(who, *args, value="yes", revision=0, version=seen.version, now=now)
    assert refused("visit.status", no.value)
    assert VisitAnswer.objects.get(case=file.case, line=line).value == "no"


def test_numbers_have_bounds_and_nonsense_is_said(open_fair: CaseFile) -> None:
    file, now = there(open_fair)
    who, number = of(file, "yunxi_fire"), file.case.number
    line = "festival_fire_check.aisle"
    with pytest.raises(ProblemsFound):
        visit_sheets.save_line(who, number, 1, "yunxi_fire", line, value="三米", now=now)
    visit_sheets.save_line(who, number, 1, "yunxi_fire", line, value="2.9", now=now)
    part = visit_sheets.sheet(who, number, 1, "yunxi_fire")
    assert part.bad == 1
    with pytest.raises(CommandRefused) as no:
        visit_sheets.confirm_part(who, number, 1, "yunxi_fire", StepOutcome.OK, "", now=now)
    assert refused("visit.left", no.value)
    with pytest.raises(NotFound):
        visit_sheets.save_line(who, number, 1, "yunxi_fire", "no.such", value="yes", now=now)
    with pytest.raises(NotFound):
        visit_sheets.sheet(who, number, 1, "yunxi_culture")


def test_a_photograph_is_hostile_until_looked_into_and_its_place_follows_the_rule(
    open_fair: CaseFile, settings: Settings
) -> None:
    file, now = there(open_fair)
    who, number, line = of(file, "yunxi_fire"), file.case.number, "festival_fire_check.extinguishers"
    args = (who, number, 1, "yunxi_fire", line)
    assert picture_place(picture(place=True).getvalue()) == "35.4100,116.5833"
    dropped = visit_sheets.add_photo(*args, "a.jpg", picture(place=True), now=now)
    assert isinstance(dropped, VisitPhoto)
    assert dropped.place == ""
    again = visit_sheets.add_photo(*args, "a.jpg", picture(place=True), now=now)
    assert again == dropped, "sent again because no answer came, it is the same photograph"
    assert VisitPhoto.objects.count() == Upload.objects.filter(document__startswith="visit.1.").count() == 1
    settings.BANCHENG_PHOTO_PLACE = True
    args = (*args[:-1], "festival_fire_check.aisle")
    kept = visit_sheets.add_photo(*args, "b.jpg", picture(place=True), now=now)
    assert isinstance(kept, VisitPhoto)
    assert kept.place == "35.4100,116.5833"
    small = visit_sheets.open_thumb(who, number, 1, kept.pk)
    assert Image.open(io.BytesIO(small)).size == (640, 427)
    assert picture_place(small) == ""
    for bytes_ in (b"<svg onload=alert(1)>", b"%PDF-1.7 not a photograph", picture().getvalue()[:300]):
        assert isinstance(visit_sheets.add_photo(*args, "x.jpg", io.BytesIO(bytes_), now=now), Problem)
    with pytest.raises(NotFound):
        visit_sheets.open_thumb(specimen.official("inspector", "yunxi_tobacco"), number, 1, kept.pk)


def test_what_is_to_be_put_right_is_looked_at_again(open_fair: CaseFile) -> None:
    file, now = there(open_fair)
    for body in file.state.steps[VISIT].plan.bodies:
        file = fill(file, body, now, bad=body == "yunxi_fire")
    who, number = of(file, "yunxi_culture"), file.case.number
    with pytest.raises(CommandRefused) as no:
        visit_records.conclude(who, number, 1, Conclusion.PASSED, "", now=now)
    assert refused("visit.against", no.value)
    papers = specimen.stored_files()
    due = timezone.localdate(now) + timedelta(days=7)
    file = visit_records.conclude(who, number, 1, Conclusion.REPAIR, "清出通道", due, now=now)
    assert len(specimen.stored_files() - papers) == 1
    applicant = specimen.applicant_of(file)
    file = visits.report_repaired(applicant, number, 1, "通道已清出", now=now)
    assert visits.wishes(file.case, 1) == ["通道已清出"]
    begins = visits.arranging(file, VISIT, now).offers[0].slot.begins
    file = visits.propose(who, number, VISIT, begins, now=now)
    assert file.state.visits.all[1].round == 2


def test_a_withdrawn_case_frees_the_time_of_its_visit(open_fair: CaseFile) -> None:
    file = firm(open_fair)
    assert VisitSeat.objects.filter(firm=True).exists()
    casework.act(specimen.applicant_of(file), file.case.pk, commands.Withdraw(reason="later"))
    assert not VisitSeat.objects.exists()
    casework.rebuild()
    assert not VisitSeat.objects.exists()
    assert SiteVisit.objects.get(case=file.case).status == "cancelled"


def test_rebuilding_makes_the_same_rows(open_fair: CaseFile) -> None:
    firm(open_fair)
    before = sorted(VisitSeat.objects.values_list("person", "cell", "firm"))
    assert before
    SiteVisit.objects.all().delete()
    casework.rebuild()
    assert sorted(VisitSeat.objects.values_list("person", "cell", "firm")) == before


def test_none_suits_missed_and_called(open_fair: CaseFile) -> None:
    file = arranged(open_fair)
    number, applicant, who = file.case.number, specimen.applicant_of(file), lead(file)
    file = visits.decline(applicant, number, 1, "周末才有空")
    assert visits.wishes(file.case, 1) == ["周末才有空"]
    place = visits.call(who, number, 1)
    assert place.phone
    begins = visits.arranging(file, VISIT, timezone.now()).offers[0].slot.begins
    file = visits.propose(who, number, VISIT, begins)
    assert [row.case.number for row in visits.my_visits(person(file.state.visits.all[1].people[0].id))] == [
        number
    ]
    after = file.state.visits.all[1].slot.begins + timedelta(hours=1)
    file = visits.miss(applicant, number, 2, Absent.OFFICIALS, now=after)
    assert file.state.visits.all[1].status is VisitStatus.MISSED
    with pytest.raises(NotFound):
        visits.call(specimen.official("inspector", "yunxi_tobacco"), number, 2)
