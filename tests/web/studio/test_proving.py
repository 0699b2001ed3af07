"""The questions beside a fixed order, and what is proven, on the studio's pages."""

import pytest
from django.test import Client
from tests.web.public.conftest import SignIn

ONE = "/studio/onethings/open_restaurant/"


@pytest.fixture
def manager(sign_in: SignIn) -> Client:
    """The item manager."""
    return sign_in("items")


def test_the_questions_are_drawn_beside_the_fixed_order_with_a_table_behind(manager: Client) -> None:
    page = manager.get(f"{ONE}questions/").content.decode()
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="chart"' in page
    assert "任何问法都不能更少" in page
    assert "固定次序，跳过无关的</th>" in page
    assert "的人会被问到" in page


def test_the_proofs_say_what_was_looked_for_and_how_far(manager: Client) -> None:
    page = manager.get(f"{ONE}proof/").content.decode()
    assert "时限做得到" in page
    assert "全部有结论" in page
