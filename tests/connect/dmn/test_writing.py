"""DMN XML out: valid by the standard's schemas, read back as the same model, with a place for everything drawn."""

import io
import re
from functools import cache
from pathlib import PurePosixPath

import pytest
import xmlschema
from tests.connect.dmn.suite import files

from bancheng.connect.dmn import laid_out, read_model, write_model
from bancheng.core.rules.decisions import Model

DMN15 = "TestCases/DMN15.xsd"


@cache
def schema(tmp: str) -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(f"{tmp}/DMN15.xsd")


@pytest.fixture(scope="module")
def standard(tmp_path_factory: pytest.TempPathFactory) -> xmlschema.XMLSchema:
    folder = tmp_path_factory.mktemp("xsd")
    for path, content in files().items():
        if path.endswith(".xsd"):
            (folder / PurePosixPath(path).name).write_bytes(content)
    return schema(str(folder))


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
