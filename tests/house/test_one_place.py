"""Adding something touches one place. Proven by inventing one of each, in a folder of its own and nowhere else."""

import textwrap
from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest

from bancheng.connect.packs import Loaded, load_packs, packs_root
from bancheng.connect.sources import EvidenceDesk, demo_adapters
from bancheng.core.catalogue import Subject
from bancheng.core.compiler import Disposition, compile_onething, narrow
from bancheng.core.evidence import Purpose, SubjectRef
from bancheng.core.kernel import sample_credit_code
from bancheng.jobs import sweeps
from bancheng.site import cli_main

CITY = {
    "pack.yaml": """
        name: moonville
        title: 月亮湾（虚构）
        version: 1.0.0
        level: county
        requires: [national]
        sources: {sample: 示例数据，纯属虚构}
    """,
    "dictionary/all.yaml": """
        bodies:
          moon_market: {name: 月亮湾示范市场监管所, stands_for: market, receives: true,
                        provenance: {source: sample, confidence: fictitious}}
        elements:
          lamp_count: {name: 灯笼数量, kind: integer, subject: company, minimum: 1}
        documents:
          lamp_permit: {name: 灯笼悬挂许可证, kind: licence}
          lamp_drawing: {name: 悬挂位置图}
          lamp_insurance: {name: 灯笼保险单, kind: licence}
    """,
    "items/lamps.yaml": """
        lamp_hanging:
          name: 灯笼悬挂许可
          body: market
          item_type: permit
          handling: promised
          statutory: 20 workday
          promised: 2 workday
          objects: [company]
          basis: [月亮湾灯笼管理办法（虚构） 第三条]
          provenance: {source: sample, confidence: fictitious}
          fields: [company_name, credit_code, lamp_count]
          materials:
            - {key: drawing, document: lamp_drawing}
            - {key: insurance, document: lamp_insurance, source: government}
          results: [{key: permit, document: lamp_permit}]
          steps: [{key: decide, name: 审查决定, kind: decision, limit: 2 workday}]
          review_points: [{key: few, text: 不超过一百盏, rule: lamp_count <= 100, elements: [lamp_count]}]
    """,
    "onethings/lamps.yaml": """
        hang_lamps:
          name: 挂灯笼一件事
          subject: company
          stage: company_access
          lead: market
          members: [{item: lamp_hanging}, {item: signboard_setup, optional: true}]
          provenance: {source: sample, confidence: fictitious}
    """,
    "sources.yaml": """
        lamp_insurers:
          name: 灯笼保险库（虚构）
          body: moon_market
          kind: licences
          keyed_by: credit_code
          subject: company
          documents: [lamp_insurance]
          basis: 月亮湾数据共享办法（虚构）
          provenance: {source: sample, confidence: fictitious}
    """,
    "calendar/2031.yaml": """
        year: 2031
        announced: true
        source: 月亮湾放假安排（虚构）
        confidence: fictitious
        holidays: [2031-03-05]
        swapped: [2031-03-08]
    """,
}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    folder = tmp_path_factory.mktemp("packs") / "moonville"
    number = sample_credit_code(7777)
    held = "{as_of: 2026-11-01, documents: {lamp_insurance: {identifier: LAMP-1}}}"
    register = f'lamp_insurers: {{"{number}": {held}}}'
    files = {**CITY, "registers/all.yaml": register}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return load_packs([packs_root() / "national", folder])


def test_a_city_its_bodies_items_papers_and_scenes_are_one_folder(city: Loaded) -> None:
    assert [problem.render() for problem in city.problems if problem.place.file.startswith("moonville")] == []
    compiled = compile_onething(city.catalogue.onethings["hang_lamps"], city.catalogue, city.coverage)
    assert compiled.blueprint is not None
    assert compiled.blueprint.lead == "moon_market"
    assert {field.element for field in compiled.blueprint.fields} >= {"lamp_count", "company_name"}
    assert city.catalogue.items["lamp_hanging"].review_points[0].rule == "lamp_count <= 100"


def test_a_source_is_known_from_its_folder_and_waives_what_it_holds(city: Loaded) -> None:
    blueprint = compile_onething(
        city.catalogue.onethings["hang_lamps"], city.catalogue, city.coverage
    ).blueprint
    assert blueprint is not None
    desk = EvidenceDesk(
        city.coverage,
        demo_adapters(city, today=lambda: date(2026, 11, 22)),
        recorder=lambda call: None,
        hash_key=b"k" * 32,
    )
    subject = SubjectRef(subject=Subject.COMPANY, number=sample_credit_code(7777))
    known = desk.look_up(subject, (), ("lamp_insurance",), Purpose(onething="hang_lamps"))
    person = narrow(blueprint, {}, known, date(2026, 11, 22))
    papers = {one.material.document: one for one in person.materials}
    assert papers["lamp_insurance"].material.disposition is Disposition.WAIVED
    assert papers["lamp_insurance"].asked is False
    assert papers["lamp_drawing"].asked is True


def test_a_year_of_the_calendar_is_one_file(city: Loaded) -> None:
    assert not city.calendar.is_workday(date(2031, 3, 5))
    assert city.calendar.is_workday(date(2031, 3, 8))


@pytest.fixture
def hello(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hello.py").write_text(
        '"""Greets."""\n\nNEEDS_DJANGO = False\n\n\n'
        "def add_arguments(parser):\n    pass\n\n\n"
        "def run(args):\n    print('你好')\n    return 0\n",
        encoding="utf-8",
    )
    monkeypatch.setitem(cli_main._FOLDERS, "invented", tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(cli_main, "import_module", lambda _name: import_module("hello"))


@pytest.mark.usefixtures("hello")
def test_a_verb_is_one_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert "hello" in cli_main.verbs()
    assert cli_main.main(["hello"]) == 0
    assert "你好" in capsys.readouterr().out


def test_a_sweep_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dust.py").write_text(
        '"""Dusts."""\n\nfrom datetime import timedelta\n\nEVERY = timedelta(days=1)\n\n\n'
        "def sweep(now):\n    return 1\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(sweeps, "__path__", [*sweeps.__path__, str(tmp_path)])
    found = {sweep.name: sweep for sweep in sweeps.found()}
    assert found["dust"].every == timedelta(days=1)
    assert found["dust"].sweep(datetime(2026, 1, 1)) == 1  # noqa: DTZ001  # reason: the sweep does not look at it
