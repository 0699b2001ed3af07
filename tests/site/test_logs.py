"""Log lines carry no personal data."""

import json
import logging
import sys

import pytest

from bancheng.site.logs import LineFormatter, without_people


@pytest.mark.parametrize(
    "private",
    [
        "999999199001011230",
        "99999919900101123X",
        "13800000000",
        "lin@example.test",
        "6222020000000000000",
    ],
)
def test_what_looks_like_a_person_is_masked(private: str) -> None:
    assert private not in without_people(f"failed for {private}, retrying")


def test_a_query_is_masked_because_people_search_by_name() -> None:
    assert "林" not in without_people("Not Found: /find?q=林小满")


def test_keys_and_counts_stay_readable() -> None:
    line = "sweep deadlines changed 1200 of case 0b7e6f1c-1111-4222-8333-944455556666"
    assert without_people(line) == line


def test_a_traceback_is_masked_too() -> None:
    try:
        raise ValueError("no such person 999999199001011230")
    except ValueError:
        record = logging.LogRecord("t", logging.ERROR, __file__, 1, "fault", None, sys.exc_info())
    line = json.loads(LineFormatter().format(record))
    assert "ValueError" in line["fault"]
    assert "999999199001011230" not in line["fault"]
