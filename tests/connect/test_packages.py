"""Content packages: closed, the same each time, recognised again, and hard to fool."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bancheng.connect.packs import (
    LIBRARY_KINDS,
    ComparedRecord,
    ContentPackage,
    Local,
    RecordStanding,
    compare_package,
    default_folders,
    load_packs,
    make_package,
    open_package,
    portable,
)
from bancheng.core.catalogue import Catalogue, check_catalogue
from bancheng.core.kernel import ProblemsFound, canonical, digest

BASE = load_packs(default_folders()).standards.base
TODAY = date(2026, 11, 22)
ONETHINGS = sorted(BASE.onethings)
SHOP = "open_restaurant"


def packed(*keys: str, catalogue: Catalogue = BASE) -> bytes:
    return make_package(catalogue, keys, origin="https://elsewhere.example", made_on=TODAY)


def here(package: ContentPackage, own: bool = False) -> dict[tuple[str, str], Local]:
    return {identity: Local(content=one, own=own) for identity, one in package.records.items()}


def standings(found: tuple[ComparedRecord, ...]) -> set[RecordStanding]:
    return {one.standing for one in found}


def rebuilt(package: ContentPackage) -> Catalogue:
    sections: dict[str, dict[str, msgspec.Struct]] = {}
    for (kind, key), one in package.records.items():
        sections.setdefault(LIBRARY_KINDS[kind][0], {})[key] = one
    return Catalogue(**sections)


@pytest.mark.parametrize("key", ONETHINGS)
def test_a_package_holds_whatever_its_records_name(key: str) -> None:
    found = check_catalogue(rebuilt(open_package(packed(key))))
    known = {(one.code, one.message) for one in check_catalogue(BASE)}
    assert [one.render() for one in found if (one.code, one.message) not in known] == []


def test_the_same_content_gives_the_same_bytes() -> None:
    assert packed(SHOP) == packed(SHOP)


def test_no_setting_of_the_place_travels() -> None:
    with zipfile.ZipFile(io.BytesIO(packed(*ONETHINGS))) as file:
        folders = {name.split("/")[1] for name in file.namelist() if "/" in name}
    assert folders <= set(LIBRARY_KINDS) - {"source", "overlay"}


@given(st.sets(st.sampled_from(ONETHINGS), min_size=1, max_size=3))
def test_what_was_packed_comes_out_equal(keys: set[str]) -> None:
    package = open_package(packed(*sorted(keys)))
    for (kind, key), one in package.records.items():
        assert one == portable(getattr(BASE, LIBRARY_KINDS[kind][0])[key])


@given(st.sets(st.sampled_from(ONETHINGS), min_size=1, max_size=3))
def test_a_second_import_finds_everything_the_same(keys: set[str]) -> None:
    package = open_package(packed(*sorted(keys)))
    first = compare_package(package, {}, {})
    assert standings(first) == {RecordStanding.NEW}
    bases = {(one.kind, one.key): one.base for one in first}
    assert standings(compare_package(package, here(package), bases)) == {RecordStanding.SAME}
    assert standings(compare_package(package, here(package), {})) == {RecordStanding.SAME}


CHANGES = st.sampled_from(["nobody", "they", "we", "both", "both alike"])


@given(st.data())
def test_three_ways_tell_who_changed_what(data: st.DataObject) -> None:
    """They and we start from one package; each may change an item afterwards."""
    old = open_package(packed(SHOP))
    identity = data.draw(st.sampled_from(sorted(one for one in old.records if one[0] == "item")))
    who = data.draw(CHANGES)
    bases = {one: digest(record) for one, record in old.records.items()}
    local = here(old)
    section = dict(BASE.items)
    item = section[identity[1]]
    if who in {"they", "both", "both alike"}:
        section[identity[1]] = msgspec.structs.replace(item, name=item.name + "（改）")
    if who in {"we", "both"}:
        local[identity] = Local(content=msgspec.structs.replace(item, name="本地", overlay=""), own=True)
    if who == "both alike":
        local[identity] = Local(
            content=msgspec.structs.replace(item, name=item.name + "（改）", overlay=""), own=True
        )
    package = open_package(packed(SHOP, catalogue=msgspec.structs.replace(BASE, items=section)))
    found = {(one.kind, one.key): one.standing for one in compare_package(package, local, bases)}
    expected = {
        "nobody": RecordStanding.SAME,
        "they": RecordStanding.CHANGED,
        "we": RecordStanding.KEPT,
        "both": RecordStanding.CONFLICT,
        "both alike": RecordStanding.SAME,
    }
    assert found.pop(identity) is expected[who]
    assert set(found.values()) == {RecordStanding.SAME}


def test_what_this_city_wrote_itself_is_never_written_over_unasked() -> None:
    package = open_package(packed(SHOP))
    local = here(package)
    item = next(one for one in local if one[0] == "item")
    local[item] = Local(content=msgspec.structs.replace(local[item].content, name="本地"), own=True)
    found = {(one.kind, one.key): one.standing for one in compare_package(package, local, {})}
    assert found[item] is RecordStanding.CONFLICT


def test_the_same_thing_under_another_name_is_recognised_and_references_are_led_there() -> None:
    package = open_package(packed(SHOP))
    items = " ".join(canonical(one).decode() for (kind, _), one in package.records.items() if kind == "item")
    element = next(
        key for kind, key in package.records if kind == "element" and f'"element":"{key}"' in items
    )
    local = here(package)
    content = local.pop(("element", element)).content
    local["element", "called_otherwise"] = Local(
        content=msgspec.structs.replace(content, key="called_otherwise"), own=True
    )
    found = compare_package(package, local, {})
    led = next(one for one in found if one.key == element and one.kind == "element")
    assert (led.standing, led.local_key) == (RecordStanding.RENAMED, "called_otherwise")
    whole = " ".join(canonical(one.content).decode() for one in found if one.kind in {"item", "onething"})
    assert "called_otherwise" in whole
    assert f'"element":"{element}"' not in whole


# ---------------------------------------------------------------- hostile files


def rewritten(change: dict[str, bytes | None], more: dict[str, bytes] | None = None) -> bytes:
    """The shop's package with members replaced (None: left out) and others added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(packed(SHOP))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = change.get(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
        for name, data in (more or {}).items():
            new.writestr(name, data)
    return out.getvalue()


def manifest() -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(packed(SHOP))) as file:
        found: dict[str, Any] = json.loads(file.read("manifest.json"))
    return found


def pointing_outside() -> bytes:
    told = manifest()
    records = [{**told["records"][0], "key": "../../etc/passwd"}, *told["records"][1:]]
    first = f"records/{told['records'][0]['kind']}/{told['records'][0]['key']}.json"
    told |= {"records": records, "digest": digest(records)}
    kind = records[0]["kind"]
    return rewritten(
        {"manifest.json": json.dumps(told).encode(), first: None},
        {f"records/{kind}/../../etc/passwd.json": b"{}"},
    )


def with_format(number: int) -> bytes:
    return rewritten({"manifest.json": json.dumps({**manifest(), "format": number}).encode()})


FIRST_ITEM = next(one["key"] for one in manifest()["records"] if one["kind"] == "item")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "package.broken"),
        (b"no zip", "package.broken"),
        (packed(SHOP)[:-200], "package.broken"),
        (rewritten({"manifest.json": None}), "package.broken"),
        (rewritten({"manifest.json": b"{}"}), "package.broken"),
        (rewritten({}, {"run.sh": b"rm"}), "package.listed"),
        (rewritten({f"records/item/{FIRST_ITEM}.json": None}), "package.listed"),
        (rewritten({f"records/item/{FIRST_ITEM}.json": b" " * 2_000_000}), "package.size"),
        (with_format(9), "package.format"),
        (pointing_outside(), "package.kind"),
        (b"0" * (21 * 1024 * 1024), "package.size"),
    ],
    ids=[
        "empty", "no zip", "cut off", "no manifest", "odd manifest", "more than listed", "less than listed",
        "a bomb", "future format", "path out of it", "too large",
    ],
)  # fmt: skip
def test_a_hostile_package_stays_outside_and_says_why(data: bytes, code: str) -> None:
    with pytest.raises(ProblemsFound) as caught:
        open_package(data)
    assert [one.code for one in caught.value.problems] == [code]
    assert all(one.suggestion for one in caught.value.problems)


def test_a_changed_record_does_not_match_its_digest() -> None:
    with zipfile.ZipFile(io.BytesIO(packed(SHOP))) as file:
        item = json.loads(file.read(f"records/item/{FIRST_ITEM}.json"))
    changed = json.dumps({**item, "name": "别的"}, ensure_ascii=False).encode()
    with pytest.raises(ProblemsFound, match="摘要"):
        open_package(rewritten({f"records/item/{FIRST_ITEM}.json": changed}))
