"""DMN XML out: valid by the standard's schemas, read back as the same model, with a place for everything drawn."""

import io
import re
from functools import cache
from pathlib import PurePosixPath

import pytest
import xmlschema
from tests.connect.dmn.suite import files
from tests.house.source import ROOT

from bancheng.connect.dmn import laid_out, load_texts, read_model, write_model
from bancheng.connect.dmn._read import VERSIONS
from bancheng.core.kernel import ProblemsFound, Severity
from bancheng.core.rules.decisions import Model

EXAMPLE = ROOT / "examples/decisions/allowance.dmn"


@cache
def schema(folder: str, version: str) -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(f"{folder}/DMN{version}.xsd")


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of the schemas of every version."""
    folder = tmp_path_factory.mktemp("xsd")
    for path, content in files().items():
        if path.endswith(".xsd"):
            (folder / PurePosixPath(path).name).write_bytes(content)
    return str(folder)


@pytest.fixture(scope="module")
def standard(schemas: str) -> xmlschema.XMLSchema:
    return schema(schemas, "15")


def models() -> list[tuple[str, Model]]:
    """Every model of the public suite."""
    found = []
    for path, content in files().items():
        if path.endswith(".dmn"):
            model, _ = read_model(content, path)
            assert model is not None, path
            found.append((path, model))
    return found


def test_every_model_of_the_public_suite_reads_back_as_the_same_model() -> None:
    found = models()
    assert len(found) > 140
    differing = [path for path, model in found if read_model(write_model(model))[0] != laid_out(model)]
    assert differing == []


def test_what_is_written_is_valid_by_the_schema_of_the_standard(standard: xmlschema.XMLSchema) -> None:
    wrong = {}
    tried: set[str] = set()
    for path, model in models():
        content = write_model(model)
        tags = set(re.findall(r"<([\w:]+)", content.decode()))
        if tags <= tried:  # nothing that a model before it did not have
            continue
        tried |= tags
        error = next(standard.iter_errors(io.BytesIO(content)), None)
        if error is not None:
            wrong[path] = f"{error.path}: {error.reason}"
    assert wrong == {}
    assert len(tried) > 60


def test_what_is_written_for_common_modellers_is_valid_by_the_schema_they_know(schemas: str) -> None:
    older = schema(schemas, "13")
    written = refused = 0
    wrong = {}
    for path, model in models():
        try:
            content = write_model(model, "1.3")
        except ValueError:
            refused += 1
            continue
        written += 1
        assert read_model(content)[0] == read_model(write_model(model))[0], path
        if written % 10 == 0:
            error = next(older.iter_errors(io.BytesIO(content)), None)
            wrong |= {path: f"{error.path}: {error.reason}"} if error is not None else {}
    assert wrong == {}
    assert written > 50
    assert refused > 3


@pytest.mark.parametrize("namespace", VERSIONS)
def test_a_model_of_every_version_from_1_2_on_reads_the_same(namespace: str) -> None:
    content = EXAMPLE.read_bytes()
    newest, problems = read_model(content)
    other, _ = read_model(
        content.replace(b"https://www.omg.org/spec/DMN/20230324/MODEL/", namespace.encode())
    )
    assert problems == ()
    assert other == newest


def test_what_is_no_dmn_of_a_known_version_is_told_with_what_to_do() -> None:
    old = b'<definitions xmlns="http://www.omg.org/spec/DMN/20151101/dmn.xsd" name="x" namespace="y"/>'
    for content in (old, b"<html/>", b"no xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'):
        model, (problem,) = read_model(content, "x.dmn")
        assert model is None
        assert problem.suggestion
        assert problem.place.file == "x.dmn"


def test_every_part_of_a_table_that_goes_out_has_an_id_and_every_arrow_a_way() -> None:
    model, _ = read_model(EXAMPLE.read_bytes())
    assert model is not None
    told = write_model(model).decode()
    for tag in ("decisionTable", "input", "inputExpression", "output", "rule", "inputEntry", "outputEntry"):
        assert set(re.findall(rf"<{tag}\b(?: (id)=)?", told)) == {"id"}, tag
    assert told.count("<dmndi:DMNShape") == len(model.elements)
    arrows = sum(len(getattr(one, "requirements", ())) for one in model.elements)
    assert told.count("<dmndi:DMNEdge") == arrows
    ids = re.findall(r' id="([^"]+)"', told)
    assert len(ids) == len(set(ids))


def test_a_table_that_stands_alone_sees_the_inputs_its_columns_name() -> None:
    alone = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="x" namespace="y">
    <decision id="d" name="d"><decisionTable id="t"><input id="i"><inputExpression><text>season</text></inputExpression>
    </input><output id="o"/><rule id="r"><inputEntry><text>"winter"</text></inputEntry>
    <outputEntry><text>"soup"</text></outputEntry></rule></decisionTable></decision></definitions>"""
    assert load_texts(alone.encode(), "x").evaluate("d", {"season": "winter"}) == "soup"


def test_what_is_questionable_is_told_as_a_warning_and_can_still_be_asked() -> None:
    content = EXAMPLE.read_text(encoding="utf-8")
    content = content.replace(
        '<variable name="低保" typeRef="boolean"/>', '<variable name="低保" typeRef="tNo"/>'
    )
    content = content.replace('hitPolicy="UNIQUE"', 'hitPolicy="PRIORITY"')
    made = load_texts(content.encode(), "x")
    assert {one.code for one in made.problems} == {"dmn-type", "dmn-order"}
    assert {one.severity for one in made.problems} == {Severity.WARNING}


def test_a_loop_of_decisions_is_told_as_a_loop() -> None:
    content = EXAMPLE.read_text(encoding="utf-8")
    content = content.replace('<requiredInput href="#birth"/>', '<requiredDecision href="#level"/>')
    with pytest.raises(ProblemsFound, match="年龄 → 档次 → 年龄"):
        load_texts(content.encode(), "x")
