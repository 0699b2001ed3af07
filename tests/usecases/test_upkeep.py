"""What happens by itself: silence, warnings, messages, files left behind — once, whatever is broken beside it."""

import io
import logging
from datetime import date, datetime, timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from tests.usecases import town as specimen

from bancheng.connect.documents import CleanFile
from bancheng.core.casework import AnyEvent, Phase, clocks
from bancheng.core.casework import events as ev
from bancheng.core.clock import Colour
from bancheng.store.models import Case, CaseEvent, Mandate, Message, Outbox, StuckRow, Upload, User
from bancheng.usecases import play, submission, upkeep, uploads
from bancheng.usecases.access import NotFound
from bancheng.usecases.casework import TOLD, CaseFile
from bancheng.usecases.each import TRIES
from bancheng.usecases.telling import FOR_OFFICIALS
from bancheng.usecases.town import packs

CHINA = ZoneInfo("Asia/Shanghai")


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=CHINA)


def _received(moment: datetime, onething: str = specimen.SERIAL) -> CaseFile:
    actor, preparation = specimen.draft(onething)
    return submission.submit(actor, preparation, declared=True, now=moment)


QUIET = {
    **dict.fromkeys(
        (
            "CorrectedOnSpot",
            "CreditAsked",
            "FormChecked",
            "HandedIn",
            "LateAdded",
            "MeasureObjected",
            "NoticeAnswered",
            "Rated",
            "Resubmitted",
            "SignerRecorded",
            "VisitDeclined",
            "VisitRepaired",
        ),
        "their own act or done before them at the window",
    ),
    **dict.fromkeys(
        (
            "CalendarAnnounced",
            "CaseMigrated",
            "CreditAnswered",
            "FeesBilled",
            "MarksProposed",
            "MoreTimeAsked",
            "MoreTimeDeclined",
            "OpinionGiven",
            "StepReported",
            "VisitHeld",
            "VisitPartRecorded",
        ),
        "told by what comes of it",
    ),
    **dict.fromkeys(
        (
            "Acknowledged",
            "DeliveryLate",
            "Dispatched",
            "Escalated",
            "ExchangeFailed",
            "HandoverCleared",
            "HandoverReceived",
            "HandoverSent",
            "SentOut",
            "SentRecalled",
            "StepAssigned",
            "StepClaimed",
            "StepReleased",
            "StepTakenBack",
            "SupervisionAcknowledged",
            "SupervisionChased",
            "SupervisionHanded",
            "TakenBack",
            "Warned",
            "WarningAcknowledged",
        ),
        "between bodies",
    ),
}
"""Events an applicant gets no message of, each with the reason."""


@pytest.mark.usefixtures("town")
class TestOneWorker:
    """On both databases."""

    def test_five_working_days_of_silence_are_acceptance_from_the_day_of_receipt(self) -> None:
        file = _received(at(2, 13))
        assert upkeep.run_due_cases(at(2, 27, 23)) <= 1, "a warning at most"
        assert specimen.fresh(file).state.phase is Phase.RECEIVED
        assert upkeep.run_due_cases(at(2, 28, 0)) > 1, "accepted, and what is late by then is said"
        after = specimen.fresh(file)
        assert after.state.phase is Phase.ACCEPTED
        assert (after.state.accepted, after.state.silent) == (date(2026, 2, 13), True)
        assert after.case.accepted_on == date(2026, 2, 13)
        bundle = clocks(after.state, packs().calendar, at(2, 28)).bundle
        assert bundle is not None
        assert (bundle.start, after.case.due_on) == (date(2026, 2, 13), bundle.due)
        assert after.state.open_steps
        accepted = next(event for event in after.events if isinstance(event, ev.Accepted))
        assert accepted.by.id == "machine"
        row = CaseEvent.objects.get(case=file.case, kind="Accepted")
        assert (row.actor, row.actor_name) == ("machine", "系统")
        settled = CaseEvent.objects.count()
        upkeep.run_due_cases(at(2, 28, 0))
        upkeep.run_due_cases(at(2, 28, 1))
        assert CaseEvent.objects.filter(kind="Accepted").count() == 1
        assert CaseEvent.objects.count() == settled

    def test_the_day_is_that_of_china_whatever_the_zone_of_the_clock(self) -> None:
        file = _received(at(2, 13))
        utc = ZoneInfo("UTC")
        upkeep.run_due_cases(datetime(2026, 2, 27, 15, 59, tzinfo=utc))
        assert specimen.fresh(file).state.phase is Phase.RECEIVED
        upkeep.run_due_cases(datetime(2026, 2, 27, 16, 1, tzinfo=utc))
        assert specimen.fresh(file).state.phase is Phase.ACCEPTED

    def test_a_step_turns_yellow_and_red_once_each_and_tells_its_body(self) -> None:
        file = play.accept(_received(at(3, 2)), lambda: at(3, 3))
        for day in range(3, 28):
            upkeep.run_due_cases(at(3, day))
            upkeep.run_due_cases(at(3, day, 15))
        after = specimen.fresh(file)
        warned = [event for event in after.events if isinstance(event, ev.Warned)]
        assert len({(one.level, one.key, one.colour) for one in warned}) == len(warned)
        assert {one.colour for one in warned} == {Colour.YELLOW, Colour.RED}
        assert all(one.receivers for one in warned)
        for red in (one for one in warned if one.colour is Colour.RED):
            assert red.at.astimezone(CHINA).date() == red.due + timedelta(days=1)

    def test_only_cases_that_are_due_are_looked_at(self, monkeypatch: pytest.MonkeyPatch) -> None:
        _received(at(2, 13))
        monkeypatch.setattr(upkeep, "load", lambda _: pytest.fail("this case is not due"))
        assert upkeep.run_due_cases(at(2, 13)) == 0

    def test_a_damaged_case_does_not_hold_up_the_others(self, caplog: pytest.LogCaptureFixture) -> None:
        broken, sound = _received(at(2, 13)), _received(at(2, 13))
        CaseEvent.objects.filter(case=broken.case).update(hash="0" * 64)
        with caplog.at_level(logging.ERROR):
            assert upkeep.run_due_cases(at(3, 2)) >= 1
        assert specimen.fresh(sound).state.phase is Phase.ACCEPTED
        assert "cannot be done" in caplog.text

    def test_a_date_that_is_out_of_date_is_put_right_and_not_looked_at_for_ever(self) -> None:
        file = _received(at(2, 13))
        expected = Case.objects.get(pk=file.case.pk).attention_on
        Case.objects.filter(pk=file.case.pk).update(attention_on=date(2020, 1, 1))
        assert upkeep.run_due_cases(at(2, 13)) == 0
        assert Case.objects.get(pk=file.case.pk).attention_on == expected

    def test_each_event_is_told_once_to_those_who_may_see_the_case_today(self) -> None:
        file = _received(at(3, 2))
        party = file.case.party
        for name, onething, until in (
            ("partner", "", None),
            ("former", "", date(2026, 3, 1)),
            ("elsewhere", "retirement", None),
        ):
            user = User.objects.create_user(name)
            Mandate.objects.create(
                user=user, party=party, kind=Mandate.AGENT, onething=onething, valid_until=until
            )
        assert upkeep.deliver_messages(at(3, 2)) == 1
        assert upkeep.deliver_messages(at(3, 2)) == 0
        told = set(Message.objects.values_list("user__username", flat=True))
        assert told == {"partner", User.objects.get(pk=file.case.applicant_id).username}
        assert Message.objects.count() == 2
        assert Outbox.objects.get().payload == {}

    def test_a_crash_between_telling_and_noting_tells_nobody_twice(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _received(at(3, 2))
        real = upkeep._applicants

        def crash(case: Case, today: date) -> set[int]:
            raise OSError("gone")

        monkeypatch.setattr(upkeep, "_applicants", crash)
        assert upkeep.deliver_messages(at(3, 2)) == 0
        row, note = Outbox.objects.get(), StuckRow.objects.get()
        assert (Message.objects.count(), row.done_at, note.tries) == (0, None, 1)
        assert (note.what, note.about, note.error.split()[0]) == ("messages.news", row.case.number, "OSError")
        assert row.payload["words"]
        monkeypatch.setattr(upkeep, "_applicants", real)
        assert upkeep.deliver_messages(at(3, 2)) == 0, "it waits its time"
        assert upkeep.deliver_messages(at(3, 3)) == 1
        assert (Message.objects.count(), StuckRow.objects.count()) == (1, 0)

    def test_a_row_nobody_can_tell_needs_a_person_after_some_tries_and_holds_up_nothing(self) -> None:
        row = Outbox.objects.create(kind="Unheard", case=_received(at(3, 2)).case, payload={"words": "x"})
        for day in range(TRIES):
            upkeep.deliver_messages(at(3, 2) + timedelta(days=day))
        assert StuckRow.objects.get().key == str(row.pk)
        assert StuckRow.objects.get().state == StuckRow.PERSON
        assert Message.objects.count() == 1

    def test_every_event_that_is_told_has_a_title(self) -> None:
        # A paper that ends is told of by its day and not by an event.
        assert {kind.__name__ for kind in TOLD} == set(upkeep.TITLES) - {"ResultExpires"} - FOR_OFFICIALS

    def test_every_event_is_told_to_the_applicant_or_there_is_a_reason_why_not(self) -> None:
        every, told = {kind.__name__ for kind in get_args(AnyEvent)}, {kind.__name__ for kind in TOLD}
        assert not told & set(QUIET)
        assert every == told | set(QUIET)

    # ----------------------------------------------------------------------------------------- files

    def _left(self, data: bytes | None, **fields: Any) -> Upload:
        draft = specimen.draft()[1].draft
        row = Upload.objects.create(
            **{"draft": draft, "document": "layout_plan", "name": "x", "size": 1, **fields}
        )
        if data is not None:
            row.file = default_storage.save(f"quarantine/{row.pk}", ContentFile(data))
            row.save()
        Upload.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(minutes=6))
        return row

    def test_a_file_whose_request_was_cut_off_is_finished(self) -> None:
        row = self._left(play._picture().read())
        assert uploads.release_left_behind(timezone.now()) == 1
        row.refresh_from_db()
        assert (row.state, row.content_type) == (Upload.CLEAN, "image/jpeg")
        assert not any(path.parent.name == "quarantine" for path in specimen.stored_files())
        assert uploads.release_left_behind(timezone.now()) == 0

    def test_a_file_that_never_arrived_is_refused(self) -> None:
        row = self._left(None)
        uploads.release_left_behind(timezone.now())
        row.refresh_from_db()
        assert row.state == Upload.REFUSED

    def test_a_file_that_breaks_its_reader_is_refused_and_holds_up_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bad, good = self._left(b"bad"), self._left(play._picture().read())
        real = uploads.inspect_upload

        def looking(data: bytes) -> object:
            if data == b"bad":
                raise MemoryError
            return real(data)

        monkeypatch.setattr(uploads, "inspect_upload", looking)
        uploads.release_left_behind(timezone.now())
        bad.refresh_from_db()
        good.refresh_from_db()
        assert (bad.state, good.state) == (Upload.REFUSED, Upload.CLEAN)

    def test_a_file_that_brought_a_worker_down_is_not_looked_into_again(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row = self._left(b"bomb", reason=uploads.LOOKED_INTO)
        monkeypatch.setattr(uploads, "inspect_upload", lambda _: pytest.fail("looked into again"))
        uploads.release_left_behind(timezone.now())
        row.refresh_from_db()
        assert row.state == Upload.REFUSED

    def test_files_that_belong_to_nothing_are_deleted(self, django_capture_on_commit_callbacks: Any) -> None:
        row = self._left(play._picture().read(), draft=None)
        with django_capture_on_commit_callbacks(execute=True):
            assert uploads.release_left_behind(timezone.now()) == 1
        assert not Upload.objects.filter(pk=row.pk).exists()
        assert not any(str(row.pk) in path.name for path in specimen.stored_files())

    def test_a_document_the_matter_does_not_know_is_not_taken(self) -> None:
        draft = specimen.draft()[1].draft
        before = Upload.objects.count()
        with pytest.raises(NotFound):
            uploads.attach(draft, None, "x" * 500, "x.jpg", play._picture())
        assert Upload.objects.count() == before

    def test_a_refused_file_leaves_a_reason_and_no_bytes(self) -> None:
        draft = specimen.draft()[1].draft
        before = specimen.stored_files()
        refused = uploads.attach(draft, None, "layout_plan", "x.exe", io.BytesIO(b"MZ\x00"))
        assert not isinstance(refused, Upload | CleanFile)
        row = Upload.objects.get(draft=draft, state=Upload.REFUSED)
        assert (row.file, row.reason) == ("", refused.message)
        assert specimen.stored_files() == before


@pytest.mark.usefixtures("busy_town")
class TestManyWorkers:
    """On PostgreSQL."""

    def test_two_workers_accept_by_silence_once(self) -> None:
        file = _received(at(2, 13))
        specimen.side_by_side(*[lambda: upkeep.run_due_cases(at(2, 28))] * 3)
        after = specimen.fresh(file)
        assert sum(isinstance(event, ev.Accepted) for event in after.events) == 1
        assert Outbox.objects.filter(kind="Accepted").count() == 1

    def test_two_drainers_tell_each_event_once(self) -> None:
        for _ in range(6):
            specimen.submitted()
        done = specimen.side_by_side(*[lambda: upkeep.deliver_messages(timezone.now())] * 3)
        assert sum(done) == 6
        assert Message.objects.count() == 6
