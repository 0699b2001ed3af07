"""What lists show of a case is kept up as it moves, and is then what reckoning all of it anew would say."""

import pytest
from tests.core.casework.road import CALENDAR, accepted

from bancheng.core.casework import (
    CaseState,
    Listed,
    StepState,
    fold,
    listed,
    next_attention,
    tasks,
)
from bancheng.core.casework import _listed as module


def same(kept: Listed, state: CaseState) -> None:
    """Kept up, made anew, and as each part alone says it."""
    whole = listed(state, CALENDAR)
    assert kept == whole
    assert list(kept.parts) == list(state.bodies)
    assert kept.attention == next_attention(state, CALENDAR)
    assert kept.tasks == {(one.key, one.body): one for one in tasks(state, kept.dials)}


def test_a_case_kept_up_event_by_event_is_listed_as_if_made_anew() -> None:
    case = accepted()
    case.finish()
    state, kept = CaseState(), listed(CaseState(), CALENDAR)
    for event in case.log:
        state = fold((event,), state)
        kept = listed(state, CALENDAR, kept)
        same(kept, state)


def test_a_step_reckons_no_clock_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    case = accepted()
    before = listed(case.state, CALENDAR)
    reckoned: list[str] = []
    step = module.Reckoner.step

    def spy(self: module.Reckoner, one: StepState) -> object:
        reckoned.append(one.plan.key)
        return step(self, one)

    monkeypatch.setattr(module.Reckoner, "step", spy)
    case.complete("shop.review")
    listed(case.state, CALENDAR, before)
    assert reckoned
    assert set(reckoned) <= set(case.state.items["shop"].steps)
