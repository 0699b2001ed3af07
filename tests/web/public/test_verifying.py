"""Verifying a result without an account."""

import io

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from tests.usecases import town as specimen
from tests.web.public.reading import words
from tests.web.public.test_cases import finished

from bancheng.store.models import ResultDocument
from bancheng.usecases.results import open_result


@pytest.fixture
def paper(town: None) -> ResultDocument:
    """An issued result."""
    return finished().case.results.order_by("number")[0]


def test_a_code_shows_what_an_outsider_may_know_and_no_more(paper: ResultDocument, visitor: Client) -> None:
    page = visitor.get(f"/verify/{paper.code}")
    said = words(page)
    assert paper.name in said
    assert paper.number in said
    assert "真实有效" in said
    assert paper.holder in said, "a company's name is public"
    assert "张老三" not in said


def test_a_persons_name_is_masked(town: None, visitor: Client) -> None:
    paper = finished("newborn").case.results.order_by("number")[0]
    said = words(visitor.get(f"/verify/{paper.code}"))
    assert paper.holder not in said
    assert "*" in said


def test_a_code_is_found_however_it_is_typed(paper: ResultDocument, visitor: Client) -> None:
    code = paper.code.lower()
    page = visitor.get("/verify/", {"code": f" {code[:4]}-{code[4:]} "}, follow=True)
    assert "真实有效" in words(page)


def test_an_unknown_code_is_a_kind_answer(visitor: Client) -> None:
    page = visitor.get("/verify/ABCDEFGH23456789")
    assert page.status_code == 404
    assert "没有查到这个核验码" in words(page)
    assert visitor.get("/verify/", {"code": ""}).status_code == 422


def test_a_file_is_compared_with_the_one_that_was_issued(paper: ResultDocument, visitor: Client) -> None:
    _, data = open_result(specimen.person("watch"), paper.pk)
    same = visitor.post(f"/verify/{paper.code}", {"file": io.BytesIO(data)})
    assert "文件一致" in words(same)
    other = visitor.post(f"/verify/{paper.code}", {"file": io.BytesIO(data + b" ")})
    assert "文件不一致" in words(other)
    assert visitor.post(f"/verify/{paper.code}", {}).status_code == 422


def test_codes_cannot_be_guessed_in_haste(visitor: Client, settings: Settings) -> None:
    settings.BANCHENG_THROTTLE = {}
    cache.clear()
    answers = [visitor.get(f"/verify/GUESS{number:04}").status_code for number in range(70)]
    cache.clear()
    assert answers[0] == 404
    assert answers[-1] == 429
