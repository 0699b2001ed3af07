"""Sentences that are composed below the pages reach an English reader in English."""

import re

import pytest
from django.utils.translation import override

from bancheng.usecases.upkeep import TITLES
from bancheng.web.templatetags.content import told


@pytest.mark.parametrize("title", TITLES.values())
def test_every_title_of_a_message_has_its_english(title: str) -> None:
    with override("en"):
        assert not re.search(r"[\u4e00-\u9fff]", told(title))


def test_a_name_within_the_sentence_stays_and_an_unknown_sentence_is_left_alone() -> None:
    with override("en"):
        assert (
            told("在“企业登记库”没有查到，请您提交") == "Not found in “企业登记库”; please give it yourself"
        )
        assert told("手画也可以") == "手画也可以"
    with override("zh-hans"):
        assert told("受理通知书") == "受理通知书"
