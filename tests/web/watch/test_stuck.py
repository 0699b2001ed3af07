"""The desk of what sweeps could not do: an administrator acts, supervision looks."""

from datetime import timedelta

from django.utils import timezone
from tests.web.public.conftest import SignIn

from bancheng.store.models import AuditEntry, StuckRow
from bancheng.usecases.each import TRIES, each


def _stuck(*keys: str) -> None:
    def fail(row: str) -> int:
        raise LookupError(row)

    start = timezone.now() - timedelta(days=TRIES + 1)
    for day in range(TRIES):
        each("slips.paper", keys, fail, start + timedelta(days=day))


def test_what_needs_a_person_is_tried_again_or_set_aside_with_a_reason(town: None, sign_in: SignIn) -> None:
    _stuck("first", "second")
    first, second = StuckRow.objects.order_by("key")
    admin, watcher = sign_in("admin"), sign_in("watch")
    page = admin.get("/watch/stuck/").content.decode()
    assert page.count("文书制作") == 2
    assert "LookupError" in page
    at = f"/watch/stuck/{first.pk}/"
    empty = admin.post(at, {"do": "aside", "why": ""})
    assert (empty.status_code, "请写明搁置的原因" in empty.content.decode()) == (422, True)
    admin.post(at, {"do": "aside", "why": "原件已毁"})
    admin.post(f"/watch/stuck/{second.pk}/", {"do": "again"})
    states = dict(StuckRow.objects.values_list("key", "state"))
    assert states == {"first": StuckRow.ASIDE, "second": StuckRow.WAITING}
    assert "原件已毁" in watcher.get("/watch/stuck/?tab=aside").content.decode()
    assert "马上再试" not in watcher.get(at).content.decode()
    assert watcher.post(at, {"do": "again"}).status_code == 404
    assert sign_in("clerk").get("/watch/stuck/").status_code in {403, 404}
    assert AuditEntry.objects.filter(act__startswith="stuck.").count() == 2
