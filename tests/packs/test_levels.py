"""A province's deployment: county packs beside one another, each overlaying one standard, each with its own offices."""

from datetime import date
from pathlib import Path

from tests.packs.test_load import manifest, write

from bancheng.connect.packs import load_packs
from bancheng.core.catalogue import Level, level_of

TODAY = date(2026, 11, 22)


def county(folder: Path, name: str, code: str, promised: int) -> Path:
    """A county with an office of its own and one overlay, none of which names its division again."""
    office = f"bodies:\n  {name}_office: {{name: {name}局, level: county, stands_for: office}}\n"
    return write(
        folder / name,
        {
            "pack.yaml": manifest(name) + f"within: '{code}'\n",
            "dictionary/b.yaml": office,
            "overlays/o.yaml": f"- {{item: shop_permit, promised: {promised} workday}}\n",
        },
    )


def test_counties_stand_side_by_side_over_one_standard(base: Path, tmp_path: Path) -> None:
    east = county(tmp_path, "east", "999901", 6)
    west = county(tmp_path, "west", "999902", 4)
    loaded = load_packs([base, east, west], on=TODAY)
    assert loaded.problems == ()
    found = {
        place: loaded.standards.item("shop_permit", TODAY, place)
        for place in ("", "999900", "999901", "999901002000", "999902")
    }
    assert {place: (one.promised.amount, one.body) for place, one in found.items() if one} == {
        "": (10, "office"),
        "999900": (10, "office"),
        "999901": (6, "east_office"),
        "999901002000": (6, "east_office"),
        "999902": (4, "west_office"),
    }
    assert loaded.catalogue.items["shop_permit"].promised.amount == 10
    assert loaded.standards.places() == ("999901", "999902")
    assert level_of("999901002000") is Level.TOWNSHIP
    steps = loaded.standards.catalogue(TODAY, "999901").onethings["open_shop"]
    assert steps.lead == "east_office"


def test_a_township_is_held_to_what_its_county_promised(base: Path, tmp_path: Path) -> None:
    east = county(tmp_path, "east", "999901", 6)
    town = write(
        tmp_path / "town",
        {
            "pack.yaml": manifest("town", "[east]") + "within: '999901002'\n",
            "overlays/o.yaml": "- {item: shop_permit, promised: 7 workday}\n",
        },
    )
    loaded = load_packs([base, east, town], on=TODAY)
    assert [(one.code, one.place.file, one.place.line) for one in loaded.problems] == [
        ("loosened", "town/overlays/o.yaml", 1)
    ]
    assert "7个工作日比上级的6个工作日长（上级写在 east/overlays/o.yaml:1）" in loaded.problems[0].message


def test_one_overlay_a_place_and_time(base: Path, tmp_path: Path) -> None:
    rows = (
        "- {item: shop_permit, promised: 8 workday, valid_to: 2026-12-31}\n"
        "- {item: shop_permit, promised: 7 workday, valid_from: 2027-01-01}\n"
        "- {item: shop_permit, within: '999901', promised: 5 workday}\n"
    )
    pack = write(tmp_path / "city", {"pack.yaml": manifest("city"), "overlays/o.yaml": rows})
    loaded = load_packs([base, pack], on=TODAY)
    assert loaded.problems == ()
    then = loaded.standards.item("shop_permit", date(2027, 1, 1))
    assert then is not None
    assert (loaded.catalogue.items["shop_permit"].promised.amount, then.promised.amount) == (8, 7)
    overlapping = rows.replace("2027-01-01", "2026-12-31")
    again = write(tmp_path / "again", {"pack.yaml": manifest("again"), "overlays/o.yaml": overlapping})
    assert [one.code for one in load_packs([base, again], on=TODAY).problems] == ["duplicate_overlay"]
