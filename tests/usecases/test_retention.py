"""What nobody will come back for is erased in time, and nothing else."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image
from tests.usecases.town import SERIAL, draft, stored_files, submitted

from bancheng.store.models import Case, Draft, Outbox, Upload
from bancheng.usecases import apply, retention, uploads
from bancheng.usecases.access import ANONYMOUS

pytestmark = pytest.mark.django_db


def touched(row: Draft, ago: timedelta) -> None:
    Draft.objects.filter(pk=row.pk).update(updated_at=timezone.now() - ago)


def picture() -> io.BytesIO:
    data = io.BytesIO()
    Image.new("RGB", (9, 9)).save(data, "PNG")
    data.seek(0)
    return data


@pytest.mark.usefixtures("town")
def test_a_draft_without_a_person_is_forgotten_after_a_week_and_a_persons_after_ninety_days() -> None:
    nobody, fresh = apply.start(ANONYMOUS, SERIAL), apply.start(ANONYMOUS, SERIAL)
    _, mine = draft()
    touched(nobody, timedelta(days=8))
    touched(fresh, timedelta(days=6))
    touched(mine.draft, timedelta(days=89))
    retention.forget(timezone.now())
    assert set(Draft.objects.values_list("pk", flat=True)) == {fresh.pk, mine.draft.pk}
    touched(mine.draft, timedelta(days=91))
    retention.forget(timezone.now())
    assert not Draft.objects.filter(pk=mine.draft.pk).exists()


@pytest.mark.usefixtures("town")
def test_the_files_of_a_forgotten_draft_go_with_it(django_capture_on_commit_callbacks: object) -> None:
    before = stored_files()
    row = apply.start(ANONYMOUS, SERIAL)
    document = apply.prepare(ANONYMOUS, row).blueprint.materials[0].document
    assert isinstance(uploads.attach(row, None, document, "a.png", picture()), Upload)
    touched(row, timedelta(days=8))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # reason: a pytest-django fixture
        retention.forget(timezone.now())
    assert not Upload.objects.filter(draft=row).exists()
    assert stored_files() == before


@pytest.mark.usefixtures("town")
def test_a_case_and_its_files_stay() -> None:
    file = submitted()
    Outbox.objects.update(done_at=timezone.now() - timedelta(days=31))
    held = Upload.objects.filter(case=file.case).count()
    retention.forget(timezone.now() + timedelta(days=4000))
    assert Case.objects.filter(pk=file.case.pk).exists()
    assert Upload.objects.filter(case=file.case).count() == held > 0
    assert not Outbox.objects.exists()
