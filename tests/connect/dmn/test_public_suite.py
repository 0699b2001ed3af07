"""The standard's public test suite: every case of level 2; at level 3 all but those named, with a reason, beside this.

``python -m tests.connect.dmn.test_public_suite`` writes the list anew, keeping the reasons that are known.
"""

from pathlib import Path

import yaml
from tests.connect.dmn.suite import Outcome, outcomes

LISTED = Path(__file__).with_name("differences.yaml")
NEW = "The expression language does not do this yet."


def listed() -> dict[str, str]:
    """Case → why its result differs."""
    return yaml.safe_load(LISTED.read_text(encoding="utf-8")) or {}


def differing(found: list[Outcome]) -> dict[str, str]:
    return {one.name: one.difference for one in found if one.difference}


def told(found: dict[str, str]) -> str:
    return "\n".join(f"{name}: {difference}" for name, difference in found.items())


def test_every_case_of_level_two_has_the_result_the_standard_says() -> None:
    found = list(outcomes(2))
    assert len(found) > 100
    assert not differing(found), told(differing(found))


def test_every_case_of_level_three_has_its_result_unless_it_is_listed_with_a_reason() -> None:
    found, known = list(outcomes(3)), listed()
    assert len(found) > 3_300
    wrong = differing(found)
    new = {name: difference for name, difference in wrong.items() if name not in known}
    assert not new, f"{len(new)} results differ and are not listed:\n{told(new)}"
    mended = sorted(set(known) - set(wrong))
    assert not mended, f"these are right now; take them off {LISTED.name}:\n" + "\n".join(mended)


def test_a_case_is_listed_only_with_a_reason() -> None:
    assert all(len(reason) > 10 for reason in listed().values())


def rewrite() -> None:
    """Write the list anew."""
    known = listed()
    wrong = {one.name: known.get(one.name, NEW) for one in outcomes(3) if one.difference}
    LISTED.write_text(yaml.safe_dump(wrong, allow_unicode=True, width=200), encoding="utf-8")


if __name__ == "__main__":
    rewrite()
