"""Whatever is sent to the API, it answers: never with a fault, always in a form that its document declares."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.api.conftest import Caller
from tests.api.test_grants import PERIOD, POLICY, listed
from tests.usecases import town as specimen

from bancheng.api import api
from bancheng.site.wsgi import application
from bancheng.store.models import Membership

SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema())
SCHEMA.app = application
OPERATIONS: dict[str, Any] = {one.ok().label: one.ok() for one in SCHEMA.get_all_operations()}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EACH = settings().max_examples // 4
"""Inputs drawn for each operation."""


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A real server closes connections that are too old at each request; here the test's transaction lies on one."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def callers(caller: Callable[..., Caller]) -> list[dict[str, str]]:
    """Headers of nobody, an applicant, a window, an office and those who pay a benefit."""
    office = Membership.objects.filter(role="reviewer", body="yunxi_fire").select_related("user")[0]
    names = ("", "zhang", "clerk", office.user.username, "civil_affairs_reviewer", "civil_affairs_senior")
    return [caller(name).headers for name in names]


@pytest.mark.parametrize("label", OPERATIONS)
def test_no_input_makes_an_operation_fail(label: str, callers: list[dict[str, str]]) -> None:
    operation = OPERATIONS[label]
    number = specimen.accepted(specimen.PARALLEL).case.number
    known = {"number": number} if "{number}" in label else None
    if "{policy}" in label:
        known = {"policy": POLICY} | ({"period": PERIOD} if "{period}" in label else {})
        listed()
    inputs = st.one_of(
        operation.as_strategy(path_parameters=known),
        operation.as_strategy(GenerationMode.NEGATIVE),
    )

    @settings(max_examples=EACH, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=inputs, who=st.sampled_from(callers))
    def answers(case: Any, who: dict[str, str]) -> None:
        case.call_and_validate(headers=who, checks=CHECKS)

    answers()
