"""Versions with their days: a future one becomes current on its day, by itself, once; running cases keep theirs."""

from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from django.utils import timezone
from tests.packs.test_load import manifest, write
from tests.usecases import town as specimen

from bancheng.connect.packs import dated, load_packs
from bancheng.core.catalogue import ItemOverlay
from bancheng.core.clock import Limit
from bancheng.core.kernel import ProblemsFound, digest
from bancheng.jobs.sweeps import versions as sweep
from bancheng.store.models import BlueprintVersion, PlannedVersion
from bancheng.usecases import library, library_deciding
from bancheng.usecases import town as town_module
from bancheng.usecases.town import current_blueprint, packs, turn_versions

BASE = Path(__file__).parents[1] / "packs" / "base"
SHOP = (BASE / "items" / "shop.yaml").read_text(encoding="utf-8")


def _pack(folder: Path, turn: date) -> Path:
    """The shop's permit, and a second version of it from `turn` on that takes a day less."""
    last = f"  valid_to: {turn - timedelta(days=1)}\n"
    second = SHOP.replace("shop_permit:", "shop_permit@2:").replace(
        "promised: 10 workday", "promised: 9 workday"
    )
    files = {
        "pack.yaml": manifest("base", "[]"),
        "dictionary/all.yaml": (BASE / "dictionary" / "all.yaml").read_text(encoding="utf-8"),
        "items/shop.yaml": SHOP + last,
        "items/later.yaml": second + f"  valid_from: {turn}\n",
        "onethings/open_shop.yaml": (BASE / "onethings" / "open_shop.yaml").read_text(encoding="utf-8"),
        "sources.yaml": (BASE / "sources.yaml").read_text(encoding="utf-8"),
    }
    return write(folder / "base", files)


def test_a_catalogue_is_that_of_the_day_asked_for(tmp_path: Path) -> None:
    turn = date(2027, 1, 1)
    before = load_packs([_pack(tmp_path, turn)], on=date(2026, 11, 22))
    assert before.problems == ()
    assert before.catalogue.items["shop_permit"].promised.amount == 10
    after = dated(before, turn)
    assert (after.catalogue.items["shop_permit"].promised.amount, after.loaded_for) == (9, turn)
    on_the_day = load_packs([_pack(tmp_path, turn)], on=turn)
    assert on_the_day.positions.place("items/shop_permit").file == "base/items/later.yaml"
    assert dated(before, date(2026, 12, 31)).catalogue is before.catalogue


@pytest.mark.django_db
def test_a_version_published_ahead_becomes_current_on_its_day_and_only_once(
    tmp_path: Path,
) -> None:
    today = timezone.localdate()
    turn = today + timedelta(days=40)
    loaded = load_packs([_pack(tmp_path, turn)], on=today)
    now = timezone.now()
    first = town_module.make_current(loaded, town_module.compile_all(loaded), now).current["open_shop"]
    town_module.make_current(loaded, town_module.compile_all(loaded), now)
    [plan] = PlannedVersion.objects.all()
    assert (plan.key, plan.on_day) == ("open_shop", turn)
    at = datetime.combine(turn, datetime.min.time(), tzinfo=timezone.get_current_timezone())
    assert sweep.sweep(at - timedelta(minutes=1)) == 0
    assert BlueprintVersion.objects.get(current=True).digest == first
    assert (sweep.sweep(at), sweep.sweep(at)) == (1, 0)
    second = BlueprintVersion.objects.get(key="open_shop", current=True)
    assert second.digest == plan.digest != first
    assert town_module.blueprint(second.digest).items[0].promised.amount == 9
    assert town_module.blueprint(first).items[0].promised.amount == 10
    # Whoever publishes again on that day finds nothing to change.
    later = dated(loaded, turn)
    assert town_module.make_current(later, town_module.compile_all(later), at).changed == ()
    assert digest(later.catalogue.items["shop_permit"]) != digest(loaded.catalogue.items["shop_permit"])


@pytest.mark.django_db
def test_every_process_sees_the_days_catalogue_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate()
    turn = today + timedelta(days=40)
    loaded = load_packs([_pack(tmp_path, turn)], on=today)
    monkeypatch.setattr(town_module, "load", lambda _library: loaded)
    monkeypatch.setattr(town_module, "LOOK_EVERY", 0.0)
    process = town_module._Packs()
    assert process().catalogue.items["shop_permit"].promised.amount == 10
    monkeypatch.setattr(town_module.timezone, "localdate", lambda: turn)
    assert process().catalogue.items["shop_permit"].promised.amount == 9


@pytest.mark.django_db
def test_the_library_holds_a_later_version_beside_the_one_in_force(town: None) -> None:
    author, second = specimen.person("items"), specimen.person("items2")
    today = timezone.localdate()
    turn, now = today + timedelta(days=40), timezone.now()
    one = packs().catalogue.items["signboard_setup"]
    ending = msgspec.structs.replace(one, valid_to=turn - timedelta(days=1))
    later = msgspec.structs.replace(one, version=2, promised=Limit(1), valid_from=turn)
    try:
        alone = library.save(author, "item", later, now, edition=True)
        with pytest.raises(ProblemsFound, match="没有失效日期"):
            library_deciding.propose(author, alone.entry, now)
        entries = (library.save(author, "item", ending, now).entry, alone.entry)
        library_deciding.propose_many(author, entries, now)
        library_deciding.approve_many(second, entries, now)
        assert packs().catalogue.items["signboard_setup"].promised == one.promised
        then = dated(packs(), turn).catalogue.items["signboard_setup"]
        assert (then.promised, then.version) == (Limit(1), 2)
        plans = dict(PlannedVersion.objects.filter(on_day=turn).values_list("key", "digest"))
        assert "open_restaurant" in plans
        assert turn_versions(turn) == len(plans)
        now_current = current_blueprint("open_restaurant")
        assert now_current is not None
        assert now_current.digest == plans["open_restaurant"]
    finally:
        packs.cache_clear()


@pytest.mark.django_db
def test_a_countys_overlay_in_the_library_stands_beside_the_citys(town: None) -> None:
    author, second, now = specimen.person("items"), specimen.person("items2"), timezone.now()
    here = ItemOverlay(item="tobacco_retail_licence", promised=Limit(5), reason="当场核")
    there = msgspec.structs.replace(here, within="999999002", promised=Limit(4))
    try:
        entries = tuple(library.save(author, "overlay", one, now).entry for one in (here, there))
        library_deciding.propose_many(author, entries, now)
        library_deciding.approve_many(second, entries, now)
        standards = packs().standards
        found = [
            standards.item("tobacco_retail_licence", timezone.localdate(), at) for at in ("", "999999002")
        ]
        assert [one.promised.amount for one in found if one] == [5, 4]
        worse = msgspec.structs.replace(there, promised=Limit(6))
        saved = library.save(author, "overlay", worse, now)
        with pytest.raises(ProblemsFound, match="比上级的5个工作日长"):
            library_deciding.propose(author, saved.entry, now)
    finally:
        packs.cache_clear()
