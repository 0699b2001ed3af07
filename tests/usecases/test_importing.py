"""A list from upload to drafts: preview, mapping, taking in, again, and what a second person puts in force."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.utils import timezone
from tests.connect.tables.lists import HEADINGS, row, workbook
from tests.usecases import town as specimen

from bancheng.connect.tables import Mapping
from bancheng.core.catalogue import Item, ItemStatus
from bancheng.core.clock import Limit
from bancheng.core.kernel import ProblemsFound
from bancheng.store.models import AuditEntry, ImportRun, LibraryEntry, Membership, User
from bancheng.usecases import importing, itemlists, library, library_deciding
from bancheng.usecases import town as town_module
from bancheng.usecases.access import Actor, NotAllowed, actor_for
from bancheng.usecases.importing import upload

MATERIALS = [
    ("事项名称", "材料名称", "材料必要性"),
    ("茶摊备案", "营业执照", "必要"),
    ("茶摊备案", "茶桌摆放图", "必要"),
]
BASIS = "茶摊管理办法（虚构） 第三条"
LIST = [(*HEADINGS, "设定依据"), [*row(), BASIS], [*row(实施编码="XK-000001", 事项名称="茶摊注销"), BASIS]]


@pytest.fixture
def manager(town: None) -> Actor:
    """The item manager."""
    return specimen.person("items")


@pytest.fixture
def second(town: None) -> Iterator[Actor]:
    """Another item manager. What they put in force is undone with the test, so the process must forget it too."""
    user = User.objects.create_user("second-manager")
    Membership.objects.create(user=user, role="item_manager")
    yield actor_for(user)
    town_module.packs.cache_clear()


def brought(actor: Actor, tmp_path: Path, sheets: dict[str, Any], *, whole: bool = True) -> ImportRun:
    """A run of one workbook, previewed."""
    path = workbook(tmp_path / "清单.xlsx", sheets)
    run = upload(actor, "河畔清单", [("清单.xlsx", BytesIO(path.read_bytes()))], timezone.now(), whole=whole)
    assert importing.preview(run, timezone.now())
    return run


def taken(actor: Actor, run: ImportRun, *, cancel: bool = False) -> ImportRun:
    """The run, taken in."""
    importing.order(actor, run.pk, timezone.now(), cancel=cancel)
    assert importing.take_in(run, actor, timezone.now())
    return run


def draft(key: str) -> Item:
    """The item's open draft."""
    entry = library.draft_of("item", key)
    assert entry is not None
    found = library.content_of(entry)
    assert isinstance(found, Item)
    return found


def test_a_preview_writes_nothing_into_the_library(manager: Actor, tmp_path: Path) -> None:
    run = brought(manager, tmp_path, {"事项": LIST, "材料": MATERIALS})
    assert run.state == ImportRun.READY
    assert (run.counts["added"], run.counts["items"], run.counts["rows"]) == (2, 2, 4)
    assert not LibraryEntry.objects.exists()


def test_taking_in_makes_drafts_of_items_and_of_the_words_they_use(manager: Actor, tmp_path: Path) -> None:
    taken(manager, brought(manager, tmp_path, {"事项": LIST, "材料": MATERIALS}))
    kinds = sorted(LibraryEntry.objects.filter(state="draft").values_list("kind", flat=True))
    assert kinds == ["body", "document", "item", "item"]
    keys = set(LibraryEntry.objects.filter(kind="item").values_list("key", flat=True))
    assert "t_xk_000001" in keys
    acts = set(AuditEntry.objects.values_list("act", flat=True))
    assert {"import.upload", "import.take", "library.drafts"} <= acts


def test_the_same_file_again_changes_nothing(manager: Actor, tmp_path: Path) -> None:
    taken(manager, brought(manager, tmp_path, {"事项": LIST, "材料": MATERIALS}))
    before = list(LibraryEntry.objects.order_by("pk").values_list("pk", "revision", "digest"))
    run = brought(manager, tmp_path, {"事项": LIST, "材料": MATERIALS})
    assert run.counts["unchanged"] == 2
    assert "added" not in run.counts
    assert run.proposals == []
    taken(manager, run)
    assert list(LibraryEntry.objects.order_by("pk").values_list("pk", "revision", "digest")) == before


def test_a_later_list_says_what_was_added_changed_and_cancelled(manager: Actor, tmp_path: Path) -> None:
    taken(manager, brought(manager, tmp_path, {"事项": LIST, "材料": MATERIALS}))
    later = [LIST[0], [*row(承诺办结时限=2), BASIS], [*row(实施编码="XK-000002", 事项名称="茶摊变更"), BASIS]]
    run = brought(manager, tmp_path, {"事项": later, "材料": MATERIALS})
    counts = {name: run.counts.get(name) for name in ("added", "changed", "unchanged", "cancelled")}
    assert counts == {"added": 1, "changed": 1, "unchanged": None, "cancelled": 1}
    changed = run.lines.get(outcome="changed")
    assert changed.changes == [["承诺办结时限", "5 工作日", "2 工作日"]]
    taken(manager, run)
    assert draft(changed.key).promised == Limit(2)
    assert draft("t_xk_000001").status is ItemStatus.IN_USE
    taken(manager, brought(manager, tmp_path, {"事项": later, "材料": MATERIALS}), cancel=True)
    assert draft("t_xk_000001").status is ItemStatus.CANCELLED
    again = brought(manager, tmp_path, {"事项": later, "材料": MATERIALS})
    assert "cancelled" not in again.counts


def test_a_part_of_a_list_cancels_nothing(manager: Actor, tmp_path: Path) -> None:
    taken(manager, brought(manager, tmp_path, {"事项": LIST}))
    run = brought(manager, tmp_path, {"事项": LIST[:2]}, whole=False)
    assert "cancelled" not in run.counts


def test_a_completed_mapping_releases_what_waited(manager: Actor, tmp_path: Path) -> None:
    sheets = {
        "事项": [LIST[0], LIST[1], [*row(实施编码="XK-000001", 事项名称="茶摊注销", 办件类型="7"), BASIS]]
    }
    run = taken(manager, brought(manager, tmp_path, sheets))
    assert run.counts["quarantined"] == 1
    (unknown,) = run.unknown
    assert (unknown["list"], unknown["written"], unknown["times"]) == ("handling", "7", 1)
    assert "第 3 行 ‘办件类型’列" in unknown["first"]
    mapping = msgspec.structs.replace(itemlists.mapping_of("河畔清单"), codes={"handling": {"7": "promised"}})
    itemlists.save_mapping(manager, mapping, timezone.now())
    again = importing.read_again(manager, run.pk, timezone.now())
    importing.preview(again, timezone.now())
    assert (again.counts["added"], again.counts["unchanged"]) == (1, 1)
    assert "quarantined" not in again.counts
    taken(manager, again)
    assert LibraryEntry.objects.filter(kind="item", state="draft").count() == 2


def test_a_choice_for_a_name_is_used_instead_of_a_new_word(manager: Actor, tmp_path: Path) -> None:
    run = brought(manager, tmp_path, {"事项": LIST})
    (proposal,) = run.proposals
    assert (proposal["section"], proposal["name"]) == ("bodies", "河畔示范城管局")
    mapping = Mapping(name="河畔清单", title="河畔", names={"bodies": {"河畔示范城管局": "urban_management"}})
    itemlists.save_mapping(manager, mapping, timezone.now())
    again = importing.read_again(manager, run.pk, timezone.now())
    importing.preview(again, timezone.now())
    assert again.proposals == []


def test_what_was_edited_between_preview_and_taking_in_is_left_alone(manager: Actor, tmp_path: Path) -> None:
    taken(manager, brought(manager, tmp_path, {"事项": LIST}))
    run = brought(manager, tmp_path, {"事项": [LIST[0], [*row(承诺办结时限=2), BASIS], LIST[2]]})
    key = run.lines.get(outcome="changed").key
    edited = msgspec.structs.replace(draft(key), name_en="Tea stall")
    library.save(manager, "item", edited, timezone.now())
    taken(manager, run)
    assert run.counts["moved"] == 1
    assert draft(key) == edited


def test_taking_in_twice_takes_once(manager: Actor, tmp_path: Path) -> None:
    run = taken(manager, brought(manager, tmp_path, {"事项": LIST}))
    assert not importing.take_in(run, manager, timezone.now())
    assert not importing.preview(run, timezone.now())


def test_only_item_managers_handle_lists(manager: Actor, tmp_path: Path) -> None:
    run = brought(manager, tmp_path, {"事项": LIST})
    stranger = specimen.person("zhang")
    now = timezone.now()
    for act in (
        lambda: upload(stranger, "x", [], now),
        lambda: importing.runs(stranger),
        lambda: importing.run_of(stranger, run.pk),
        lambda: importing.order(stranger, run.pk, now, cancel=False),
        lambda: importing.take_in(run, stranger, now),
        lambda: importing.propose(stranger, run.pk, now),
        lambda: itemlists.save_mapping(stranger, Mapping(name="x"), now),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_file_that_cannot_be_read_refuses_the_run_with_the_reason(manager: Actor) -> None:
    run = upload(manager, "河畔清单", [("清单.xlsx", BytesIO(b"PK not a workbook"))], timezone.now())
    importing.preview(run, timezone.now())
    assert run.state == ImportRun.REFUSED
    assert "打不开" in run.message
    with pytest.raises(ProblemsFound):
        upload(manager, "河畔清单", [], timezone.now())


def test_the_worker_reads_and_takes_in_what_waits(manager: Actor, tmp_path: Path) -> None:
    path = workbook(tmp_path / "清单.xlsx", {"事项": LIST})
    run = upload(manager, "河畔清单", [("清单.xlsx", BytesIO(path.read_bytes()))], timezone.now())
    assert importing.work(timezone.now()) == 1
    run.refresh_from_db()
    assert run.state == ImportRun.READY
    importing.order(manager, run.pk, timezone.now(), cancel=False)
    assert importing.work(timezone.now()) == 1
    run.refresh_from_db()
    assert (run.state, run.counts["saved"]) == (ImportRun.TAKEN, 2)
    ImportRun.objects.filter(pk=run.pk).update(
        state=ImportRun.READING, moved_at=timezone.now() - timezone.timedelta(hours=1)
    )
    assert importing.work(timezone.now()) == 1
    run.refresh_from_db()
    assert run.state == ImportRun.READY


def test_a_second_person_puts_a_whole_import_in_force(manager: Actor, second: Actor, tmp_path: Path) -> None:
    run = taken(manager, brought(manager, tmp_path, {"事项": LIST, "材料": MATERIALS}))
    count, problems = importing.propose(manager, run.pk, timezone.now())
    assert (count, problems) == (4, ())
    with pytest.raises(library_deciding.OwnWork):
        importing.approve(manager, run.pk, timezone.now())
    assert importing.approve(second, run.pk, timezone.now()) == 4
    assert library.served("item", "t_xk_000001") is not None


def test_an_item_that_would_be_wrong_stays_a_draft_and_does_not_hold_the_others(
    manager: Actor, tmp_path: Path
) -> None:
    late = [*row(实施编码="XK-000009", 事项名称="太慢的事", 承诺办结时限=30), BASIS]
    run = taken(manager, brought(manager, tmp_path, {"事项": [*LIST, late]}))
    count, problems = importing.propose(manager, run.pk, timezone.now())
    assert count == 3
    assert ["承诺时限30个工作日超过法定时限20个工作日" in one.message for one in problems] == [True]
    assert library.draft_of("item", "t_xk_000009") is not None


def test_words_that_still_wait_for_approval_are_said_once_with_their_run(
    manager: Actor, second: Actor, tmp_path: Path
) -> None:
    first = taken(manager, brought(manager, tmp_path, {"事项": LIST, "材料": MATERIALS}))
    assert importing.propose(manager, first.pk, timezone.now())[0] == 4
    later = [(*HEADINGS, "设定依据"), [*row(实施编码="XK-000002", 事项名称="茶摊延期"), BASIS]]
    papers = [MATERIALS[0], ("茶摊延期", "营业执照", "必要"), ("茶摊延期", "茶桌摆放图", "必要")]
    run = taken(manager, brought(manager, tmp_path, {"事项": later, "材料": papers}, whole=False))
    count, (problem,) = importing.propose(manager, run.pk, timezone.now())
    assert (count, problem.code, problem.place.path) == (0, "words-wait", f"imports/{first.pk}")
    importing.approve(second, first.pk, timezone.now())
    assert importing.propose(manager, run.pk, timezone.now()) == (1, ())
