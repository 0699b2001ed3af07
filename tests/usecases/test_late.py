"""A late item added after the first result: a case of its own, prefilled, that follows the first."""

import pytest
from tests.usecases import town as specimen

from bancheng.core.casework import ItemStatus
from bancheng.store.models import Case
from bancheng.usecases import apply, late, mycases, play
from bancheng.usecases.access import NotFound


def finished_without_power() -> mycases.MyCase:
    """A fair that was decided and had asked for no electricity."""
    actor, begun = play.begin(play.example_of(specimen.PARALLEL))
    apply.answer(begun, {"festival_electricity": ["false"]})
    preparation, _ = play.fill(actor, apply.prepare(actor, begun.draft))
    file = play.hand_in(actor, play.give_papers(actor, preparation))
    file = play.accept(file)
    for _scene in play.work(file):
        pass
    file = specimen.fresh(file)
    return mycases.my_case(specimen.applicant_of(file), file.case.number)


def test_nothing_is_added_before_the_first_result(town: None) -> None:
    file = specimen.accepted(specimen.PARALLEL)
    mine = mycases.my_case(specimen.applicant_of(file), file.case.number)
    assert late.late_items(mine) == ()
    with pytest.raises(NotFound):
        late.add_late_item(specimen.applicant_of(file), file.case.number, "festival_power")


def test_a_late_item_is_added_with_what_the_case_holds(town: None) -> None:
    mine = finished_without_power()
    actor = specimen.applicant_of(mine.file)
    assert any(one.status is ItemStatus.APPROVED for one in mine.state.items.values())
    assert [item.key for item in late.late_items(mine)] == ["festival_power"]
    draft = late.add_late_item(actor, mine.case.number, "festival_power")
    again = late.add_late_item(actor, mine.case.number, "festival_power")
    assert again.pk == draft.pk, "a second press opens the same draft"
    preparation = apply.prepare(actor, draft)
    assert [item.key for item in preparation.personal.items] == ["festival_power"]
    place = next(one for one in preparation.personal.fields if one.field.element == "festival_place")
    assert place.value is not None, "what was filled in is carried over"
    assert "festival_electricity" not in draft.answers
    preparation, _ = play.fill(actor, preparation)
    file = play.hand_in(actor, play.give_papers(actor, preparation))
    assert file.case.follows_id == mine.case.pk
    assert set(file.state.items) == {"festival_power"}
    fresh = mycases.my_case(actor, mine.case.number)
    assert late.late_items(fresh) == (), "what is being added is not offered again"
    assert list(Case.objects.get(pk=mine.case.pk).added.all()) == [file.case]
    assert [(one.item, one.number) for one in fresh.state.staffing.late] == [
        ("festival_power", file.case.number)
    ]
    assert fresh.file.events[-1].words().endswith(file.case.number), (
        "the first case says so in its own events"
    )


def test_only_late_items_and_only_ones_own_cases(town: None) -> None:
    mine = finished_without_power()
    actor = specimen.applicant_of(mine.file)
    with pytest.raises(NotFound):
        late.add_late_item(actor, mine.case.number, "festival_permit")
    with pytest.raises(NotFound):
        late.add_late_item(specimen.person("zhang"), mine.case.number, "festival_power")
