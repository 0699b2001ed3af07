"""Loading: packs on packs, overlays, values by their elements, and where everything stands."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bancheng.connect.packs import Loaded, default_folders, load_packs
from bancheng.core.clock import Limit, LimitUnit
from bancheng.core.kernel import Confidence, Severity


def write(folder: Path, files: dict[str, str]) -> Path:
    """A pack folder with these files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def manifest(name: str, requires: str = "[base]", level: str = "county") -> str:
    head = f"name: {name}\ntitle: {name}\nversion: '1'\nlevel: {level}\nrequires: {requires}\n"
    return head + "sources: {sample: 虚构示例}\n"


@pytest.fixture(scope="module")
def loaded(base: Path) -> Loaded:
    return load_packs([base])


def test_a_sound_pack_has_no_problems(loaded: Loaded) -> None:
    assert loaded.problems == ()
    assert loaded.ok
    assert [pack.name for pack in loaded.packs] == ["base"]
    assert (loaded.packs[0].items, loaded.packs[0].onethings) == (1, 1)


def test_shorthand_is_expanded(loaded: Loaded) -> None:
    item = loaded.catalogue.items["shop_permit"]
    assert item.promised == Limit(10, LimitUnit.WORKDAY)
    assert (item.basis[0].title, item.basis[0].article) == ("测试条例（虚构）", "第三条")
    assert item.fields[0].element == "shop_name"
    assert item.fields[0].required == "true"
    assert (item.conditions[1].text, item.conditions[1].rule) == ("人员身体健康", "")


def test_a_source_key_becomes_its_public_title(loaded: Loaded) -> None:
    provenance = loaded.catalogue.items["shop_permit"].provenance
    assert (provenance.source, provenance.confidence) == ("虚构示例", Confidence.FICTITIOUS)


def test_codes_keep_their_zeros_and_texts_their_letters(base: Path, tmp_path: Path) -> None:
    listed = "[{value: 010, name: on}, {value: no, name: 2026-01-01}, {value: 1e3, name: null_}]"
    codes = f"codes:\n  odd:\n    name: 怪值\n    codes: {listed}\n"
    pack = write(tmp_path / "odd", {"pack.yaml": manifest("odd"), "dictionary/c.yaml": codes})
    result = load_packs([base, pack])
    assert result.problems == ()
    assert [(code.value, code.name) for code in result.catalogue.codes["odd"].codes] == [
        ("010", "on"),
        ("no", "2026-01-01"),
        ("1e3", "null_"),
    ]


def test_packs_load_after_what_they_require_whatever_the_order(base: Path, tmp_path: Path) -> None:
    first = write(tmp_path / "first", {"pack.yaml": manifest("first")})
    second = write(tmp_path / "second", {"pack.yaml": manifest("second", "[first]")})
    assert [pack.name for pack in load_packs([second, first, base]).packs] == ["base", "first", "second"]


def test_packs_that_require_each_other_are_told_with_the_loop(tmp_path: Path) -> None:
    first = write(tmp_path / "first", {"pack.yaml": manifest("first", "[second]")})
    second = write(tmp_path / "second", {"pack.yaml": manifest("second", "[first]")})
    problems = load_packs([first, second]).problems
    assert [(one.code, "first → second → first" in one.message) for one in problems] == [("pack_loop", True)]


def test_a_folder_that_is_no_pack_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    codes = [one.code for one in load_packs([tmp_path / "empty", tmp_path / "nowhere"]).problems]
    assert codes == ["no_pack", "no_pack"]


def test_an_overlay_sets_local_things_and_leaves_the_standard(base: Path, tmp_path: Path) -> None:
    overlay = "- {item: shop_permit, body: fire, promised: 5 workday, visits: 0}\n"
    pack = write(tmp_path / "local", {"pack.yaml": manifest("local"), "overlays/o.yaml": overlay})
    result = load_packs([base, pack])
    item, standard = result.catalogue.items["shop_permit"], load_packs([base]).catalogue.items["shop_permit"]
    assert (item.body, item.promised.amount, item.visits, item.overlay) == ("fire", 5, 0, "local")
    assert (item.fields, item.statutory) == (standard.fields, standard.statutory)
    assert result.problems == ()
    assert result.positions.place("items/shop_permit/promised").file == "local/overlays/o.yaml"
    assert result.positions.place("items/shop_permit/materials/0").file == "base/items/shop.yaml"


def test_what_a_shorter_promise_and_another_body_make_untrue_falls_away(base: Path, tmp_path: Path) -> None:
    overlay = "- {item: shop_permit, body: fire, promised: 5 workday}\n"
    quick = "- {item: shop_permit, promised: 2 workday}\n"
    pack = write(tmp_path / "local", {"pack.yaml": manifest("local"), "overlays/o.yaml": overlay})
    item = load_packs([base, pack]).catalogue.items["shop_permit"]
    assert item.task_code == ""
    assert (item.materials[0].deferrable, item.materials[0].defer_days) == (True, 3)
    fast = write(tmp_path / "fast", {"pack.yaml": manifest("fast"), "overlays/o.yaml": quick})
    item = load_packs([base, fast]).catalogue.items["shop_permit"]
    assert (item.materials[0].deferrable, item.materials[0].defer_days) == (False, 0)


def test_overlays_stack_where_packs_build_on_each_other(base: Path, tmp_path: Path) -> None:
    for name, requires, days in (("city", "[base]", 8), ("county", "[city]", 6), ("other", "[base]", 7)):
        overlay = f"- {{item: shop_permit, promised: {days} workday}}\n"
        write(tmp_path / name, {"pack.yaml": manifest(name, requires), "overlays/o.yaml": overlay})
    stacked = load_packs([base, tmp_path / "city", tmp_path / "county"])
    assert stacked.ok
    assert stacked.catalogue.items["shop_permit"].promised.amount == 6
    rivals = load_packs([base, tmp_path / "city", tmp_path / "other"])
    assert [one.code for one in rivals.problems] == ["duplicate_overlay"]
    assert "city/overlays/o.yaml:1" in rivals.problems[0].message


def test_positions_point_at_the_line(loaded: Loaded) -> None:
    place = loaded.positions.place("items/shop_permit/steps/1/name")
    assert (place.file, place.line) == ("base/items/shop.yaml", 32)
    assert loaded.positions.place("elements/floor_area").line == 9
    missing = loaded.positions.place("items/shop_permit/faq/3")
    assert (missing.file, missing.line) == ("base/items/shop.yaml", 1)
    assert loaded.positions.place("items/nothing").file == ""


def test_register_values_are_read_by_their_elements(base: Path, tmp_path: Path) -> None:
    registers = (
        'shop_register:\n  "999999197203161016":\n    as_of: 2026-10-01\n'
        "    values: {shop_name: 123, floor_area: 60.5, opening_date: 2020-05-01, has_gas: true}\n"
        'licence_library:\n  "999999197203161016":\n    as_of: 2026-10-02\n'
        "    documents: {shop_licence: {identifier: abc, valid_to: 2030-01-01}}\n"
    )
    pack = write(tmp_path / "demo", {"pack.yaml": manifest("demo"), "registers/r.yaml": registers})
    result = load_packs([base, pack])
    assert result.problems == ()
    entry = result.registers["shop_register"]["999999197203161016"]
    assert entry.values == {
        "shop_name": "123",
        "floor_area": Decimal("60.5"),
        "opening_date": date(2020, 5, 1),
        "has_gas": True,
    }
    held = result.registers["licence_library"]["999999197203161016"].documents["shop_licence"]
    assert (held.identifier, held.valid_to) == ("abc", date(2030, 1, 1))


def test_cases_people_and_calendars_are_read(base: Path, tmp_path: Path) -> None:
    files = {
        "pack.yaml": manifest("demo"),
        "cases/c.yaml": "name: 面馆\nonething: open_shop\nanswers: {use_kind: noodles, floor_area: 60}\n"
        "evidence: {person: '999999197203161016'}\nexpect: {eligible: true, items: [shop_permit], days: 10, fee: 10}\n",
        "people.yaml": "- {username: zhang, name: 张老三, roles: [{role: reviewer, body: office}]}\n",
        "calendar/2026.yaml": "year: 2026\nsource: 示例\nconfidence: practice\nholidays: [2026-01-01]\nswapped: []\n",
    }
    result = load_packs([base, write(tmp_path / "demo", files)])
    assert result.problems == ()
    case = result.cases[0]
    assert (case.pack, case.answers["floor_area"], case.evidence.person) == (
        "demo",
        Decimal(60),
        "999999197203161016",
    )
    assert (case.expect.eligible, case.expect.items, case.expect.questions) == (True, ("shop_permit",), None)
    assert result.people[0].roles[0].body == "office"
    assert not result.calendar.is_workday(date(2026, 1, 1))
    assert not result.calendar.is_provisional(date(2026, 3, 2))


def test_json_says_the_same_as_yaml(base: Path, tmp_path: Path) -> None:
    element_text = '{"name": "数", "kind": "decimal", "minimum": 0.5, "sensitive": true, "codes": ""}'
    codes_text = '{"x": {"name": "表", "codes": [{"value": "a", "name": "甲\\n乙"}]}}'
    text = f'{{"codes": {codes_text},\n "elements": {{"n": {element_text}}}}}'
    pack = write(tmp_path / "j", {"pack.yaml": manifest("j"), "dictionary/d.json": text})
    result = load_packs([base, pack])
    assert result.problems == ()
    element = result.catalogue.elements["n"]
    assert (element.minimum, element.sensitive) == (Decimal("0.5"), True)
    assert result.catalogue.codes["x"].codes[0].name == "甲\n乙"
    assert result.positions.place("elements/n").line == 2


def test_a_reference_to_a_pack_that_is_only_broken_elsewhere_is_no_second_problem(
    base: Path, tmp_path: Path
) -> None:
    files = {
        "pack.yaml": manifest("half"),
        "dictionary/e.yaml": "elements:\n  torn: {name: 坏, kind: txt}\n",
        "items/i.yaml": "thing:\n  name: 事\n  body: office\n  item_type: permit\n  handling: promised\n"
        "  statutory: null\n  promised: 3 workday\n  provenance: {source: sample, confidence: fictitious}\n"
        "  fields: [{element: torn, visible: torn = 3}]\n",
    }
    problems = load_packs([base, write(tmp_path / "half", files)]).problems
    assert [one.code for one in problems] == ["unknown_value"]


def test_the_shipped_packs_are_found_and_read() -> None:
    result = load_packs(default_folders())
    assert {pack.name for pack in result.packs} == {"national", "specimen"}
    errors = [one.render() for one in result.problems if one.severity is Severity.ERROR]
    assert errors == []
