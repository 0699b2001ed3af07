"""The OpenAPI document: valid, complete, and the same as what is served."""

import ast
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate
from tests.api.conftest import Caller

import bancheng.api

OPERATIONS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def document(caller: Callable[..., Caller]) -> Any:
    """What the API says of itself."""
    return caller()("GET", "/openapi.json")


def _operations(document: Any) -> list[tuple[str, Any]]:
    return [
        (f"{method} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in OPERATIONS
    ]


def test_the_document_is_valid_openapi(document: Any) -> None:
    validate(document)


def test_every_operation_is_documented(document: Any) -> None:
    operations = _operations(document)
    assert len(operations) >= 20
    assert [name for name, one in operations if not one.get("summary") or not one.get("description")] == []


def test_every_operation_that_needs_a_caller_says_so_and_tells_its_problems(document: Any) -> None:
    closed = [
        (name, one)
        for name, one in _operations(document)
        if "/catalogue" not in name and "/verify" not in name
    ]
    # Another system signs each of its messages instead.
    signed = {"post /api/v1/exchange/{system}/messages"}
    assert {name for name, one in closed if not one.get("security")} == signed
    assert [name for name, one in closed if "401" not in one["responses"]] == []


def test_no_two_shapes_share_a_name() -> None:
    """The document knows shapes by their names alone: of two with one name it would show one for both."""
    folder = Path(bancheng.api.__file__).parent
    named = Counter(
        node.name
        for path in folder.glob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and node.name.endswith(("In", "Out"))
    )
    assert [name for name, times in named.items() if times > 1] == []
