"""再办一次: what was filled in comes along, and a holder hears in time that a paper ends."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.usecases import town as specimen

from bancheng.core.casework import APPLY_BEFORE
from bancheng.core.kernel import chinese_date
from bancheng.store.models import Message, Outbox, ResultDocument
from bancheng.usecases import apply, play, renewal, upkeep
from bancheng.usecases.access import NotFound

pytestmark = pytest.mark.usefixtures("town")


def test_the_same_matter_begins_with_what_was_filled_in_and_asks_afresh_what_must_be() -> None:
    file = play.whole(specimen.SERIAL)
    owner = specimen.applicant_of(file)
    draft = renewal.begin_again(owner, file.case.number)
    form = file.case.forms.order_by("-number")[0]
    assert draft.answers
    assert all(form.values[key] == value for key, value in draft.answers.items())
    blueprint = apply.blueprint(draft.blueprint_id)
    assert not {one.element for one in blueprint.fields if one.ask_afresh} & set(draft.answers)
    assert not set(form.known or {}) & set(draft.answers)
    assert renewal.begin_again(owner, file.case.number).pk == draft.pk
    assert not [
        one.key for one in apply.prepare(owner, draft).personal.items if one.key not in file.state.items
    ]


def test_it_begins_only_for_ones_own_case_that_is_over() -> None:
    file = specimen.submitted()
    with pytest.raises(NotFound):
        renewal.begin_again(specimen.applicant_of(file), file.case.number)
    with pytest.raises(NotFound):
        renewal.begin_again(specimen.person("wang"), file.case.number)


def test_a_holder_is_told_once_and_in_time_that_a_paper_ends() -> None:
    file = play.whole(specimen.SERIAL)
    now = timezone.now()
    today = timezone.localdate(now)
    papers = list(ResultDocument.objects.filter(case=file.case).order_by("number"))
    ResultDocument.objects.update(valid_to=None, issued_on=today - timedelta(days=1000))
    first = ResultDocument.objects.filter(pk=papers[0].pk)
    first.update(valid_to=today + renewal.REMIND + timedelta(days=1))
    assert renewal.remind(now) == 0
    tomorrow = now + timedelta(days=1)
    assert [renewal.remind(tomorrow), renewal.remind(tomorrow)] == [1, 0]
    upkeep.deliver_messages(tomorrow)
    told = Message.objects.filter(case=file.case, title="证照快到期了")
    assert told.count() == 1
    assert papers[0].number in told[0].text
    assert chinese_date(first[0].valid_to - APPLY_BEFORE) in told[0].text


def test_a_paper_that_was_replaced_ends_in_silence() -> None:
    file = play.whole(specimen.SERIAL)
    now = timezone.now()
    paper = ResultDocument.objects.filter(case=file.case).order_by("number")[0]
    ResultDocument.objects.update(valid_to=None)
    today = timezone.localdate(now)
    began = today - timedelta(days=1000)
    ResultDocument.objects.filter(pk=paper.pk).update(valid_to=today, issued_on=began)
    paper.pk, paper.number, paper.code, paper.edition = None, "9", "9", 2
    paper._state.adding = True
    paper.save(force_insert=True)
    renewal.remind(now)
    assert not Outbox.objects.filter(kind="ResultExpires").exists()
