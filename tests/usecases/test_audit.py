"""The audit chain: who saw what, whole or visibly not."""

from collections.abc import Callable

import pytest
from pytest_django import Settings
from tests.usecases import town as specimen

from bancheng.store.models import AuditEntry, User
from bancheng.usecases import access, demo
from bancheng.usecases.access import MACHINE, NotAllowed, audit_is_whole, next_serial, record


@pytest.mark.usefixtures("town")
class TestOneWriter:
    """On both databases."""

    def test_entries_follow_one_another(self) -> None:
        assert audit_is_whole()
        for number in range(4):
            record(specimen.official("clerk", "yunxi_approval_bureau"), "case.open", f"case:{number}", "因公")
            assert audit_is_whole()
        assert AuditEntry.objects.filter(previous="").count() == 1

    @pytest.mark.parametrize("edit", ["field", "deleted", "end", "swapped", "added"])
    def test_an_edit_shows(self, edit: str) -> None:
        for number in range(3):
            record(MACHINE, "case.open", f"case:{number}")
        first, second, third = AuditEntry.objects.order_by("id")
        edits: dict[str, Callable[[], object]] = {
            "field": lambda: AuditEntry.objects.filter(pk=second.pk).update(reason="别的理由"),
            "deleted": second.delete,
            "end": third.delete,
            "swapped": lambda: AuditEntry.objects.filter(pk=first.pk).update(object="case:9"),
            "added": lambda: AuditEntry.objects.create(
                at=third.at, actor="x", actor_name="", act="x", object="x", previous=third.hash, hash="0" * 64
            ),
        }
        edits[edit]()
        assert not audit_is_whole()

    def test_officials_stand_there_by_name_and_applicants_by_reference_only(self) -> None:
        record(specimen.person("zhang"), "result.open", "result:1")
        record(specimen.official("clerk", "yunxi_approval_bureau"), "result.open", "result:1")
        names = list(AuditEntry.objects.order_by("id").values_list("actor_name", flat=True))
        assert names[0] == ""
        assert names[1]

    def test_a_name_of_the_demonstration_that_somebody_has_gives_them_nothing(self) -> None:
        User.objects.filter(username="clerk").delete()
        own = User.objects.create_user("clerk")
        demo.settle()
        assert access.actor_for(own).posts == ()

    def test_people_of_the_demonstration_are_made_in_demo_mode_only(self, settings: Settings) -> None:
        settings.BANCHENG_DEMO = False
        with pytest.raises(NotAllowed):
            demo.settle()


@pytest.mark.usefixtures("busy_town")
class TestManyWriters:
    """On PostgreSQL."""

    def test_the_chain_does_not_fork(self) -> None:
        ends = specimen.side_by_side(*[lambda: record(MACHINE, "case.open", "case:1")] * 10)
        assert ends == [None] * 10
        assert AuditEntry.objects.count() == 10
        assert audit_is_whole()

    def test_a_series_gives_each_number_once(self) -> None:
        assert sorted(specimen.side_by_side(*[lambda: next_serial("x")] * 10)) == list(range(1, 11))
