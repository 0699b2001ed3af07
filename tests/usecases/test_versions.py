"""Versions with their days: a future one becomes current on its day, by itself, once; running cases keep theirs."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from tests.packs.test_load import manifest, write

from bancheng.connect.packs import dated, load_packs
from bancheng.core.kernel import digest
from bancheng.jobs.sweeps import versions as sweep
from bancheng.store.models import BlueprintVersion, PlannedVersion
from bancheng.usecases import town

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
    first = town.make_current(loaded, town.compile_all(loaded), now).current["open_shop"]
    town.make_current(loaded, town.compile_all(loaded), now)
    [plan] = PlannedVersion.objects.all()
    assert (plan.key, plan.on_day) == ("open_shop", turn)
    at = datetime.combine(turn, datetime.min.time(), tzinfo=timezone.get_current_timezone())
    assert sweep.sweep(at - timedelta(minutes=1)) == 0
    assert BlueprintVersion.objects.get(current=True).digest == first
    assert (sweep.sweep(at), sweep.sweep(at)) == (1, 0)
    second = BlueprintVersion.objects.get(key="open_shop", current=True)
    assert second.digest == plan.digest != first
    assert town.blueprint(second.digest).items[0].promised.amount == 9
    assert town.blueprint(first).items[0].promised.amount == 10
    # Whoever publishes again on that day finds nothing to change.
    later = dated(loaded, turn)
    assert town.make_current(later, town.compile_all(later), at).changed == ()
    assert digest(later.catalogue.items["shop_permit"]) != digest(loaded.catalogue.items["shop_permit"])


@pytest.mark.django_db
def test_every_process_sees_the_days_catalogue_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate()
    turn = today + timedelta(days=40)
    loaded = load_packs([_pack(tmp_path, turn)], on=today)
    monkeypatch.setattr(town, "load", lambda _library: loaded)
    monkeypatch.setattr(town, "LOOK_EVERY", 0.0)
    process = town._Packs()
    assert process().catalogue.items["shop_permit"].promised.amount == 10
    monkeypatch.setattr(town.timezone, "localdate", lambda: turn)
    assert process().catalogue.items["shop_permit"].promised.amount == 9
