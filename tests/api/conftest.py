"""The specimen town behind its API."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.usecases.conftest import own_packs, town

from bancheng.usecases.tokens import make_token

__all__ = ["own_packs", "town"]


class Caller:
    """Somebody who speaks JSON, with a token of their own or with none."""

    def __init__(self, username: str = "", scope: str = "act") -> None:
        self._client = Client()
        token = make_token(username, "test", scope, 1, timezone.now()) if username else ""
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def __call__(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        """Call, insist on the status, and read the answer."""
        data = None if body is None else json.dumps(body)
        answer = self._client.generic(
            method, f"/api/v1{path}", data or "", content_type="application/json", headers=self.headers
        )
        assert answer.status_code == status, answer.content.decode()
        if status >= 400:
            assert answer["Content-Type"] == "application/problem+json"
        return answer.json() if answer.content and "json" in answer["Content-Type"] else answer.content

    def give(self, path: str, document: str, file: Any, *, status: int = 201) -> Any:
        """Upload a file."""
        answer = self._client.post(
            f"/api/v1{path}", {"document": document, "file": file}, headers=self.headers
        )
        assert answer.status_code == status, answer.content.decode()
        return answer.json()


@pytest.fixture
def caller(town: None) -> Callable[..., Caller]:
    """Makes callers."""
    return Caller
