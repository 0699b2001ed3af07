"""延续: a licence renewed by application, and by silence when nobody decides before it ends (行政许可法 art. 50)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.usecases import town as specimen

from bancheng.core.casework import ItemStatus
from bancheng.core.catalogue import ItemType
from bancheng.store.models import Message, Paper, ResultDocument
from bancheng.usecases import apply, play, renewal, upkeep, verifying
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.casework import CaseFile, load
from bancheng.usecases.town import packs

pytestmark = pytest.mark.usefixtures("town")


def watcher() -> Actor:
    return Actor(
        id="user:0", name="督查", user_id=0, roles=frozenset({"supervisor"}), posts=(("supervisor", ""),)
    )


def licence() -> tuple[CaseFile, ResultDocument]:
    """A permit that ends in forty days."""
    file = play.whole(specimen.SERIAL)
    items = packs().catalogue.items
    permit = next(key for key in file.state.items if items[key].item_type is ItemType.PERMIT)
    paper = ResultDocument.objects.filter(case=file.case, item=permit).order_by("number")[0]
    last = timezone.localdate() + timedelta(days=40)
    ResultDocument.objects.filter(case=file.case).update(valid_to=None)
    began = last - timedelta(days=1825)
    ResultDocument.objects.filter(pk=paper.pk).update(valid_to=last, issued_on=began)
    paper.refresh_from_db()
    return file, paper


def applied() -> tuple[CaseFile, ResultDocument]:
    file, paper = licence()
    owner = specimen.applicant_of(file)
    draft = renewal.renew(owner, file.case.number, paper.pk, timezone.now())
    assert renewal.renew(owner, file.case.number, paper.pk, timezone.now()) == draft, "one begun goes on"
    begun, _ = play.fill(owner, apply.prepare(owner, draft))
    return play.accept(play.hand_in(owner, play.give_papers(owner, begun))), paper


def test_a_licence_nobody_decided_on_in_time_holds_on() -> None:
    file, paper = applied()
    item = file.state.items[paper.item]
    assert item.item.renews is not None
    assert (item.item.renews.number, item.item.renews.valid_to) == (paper.number, paper.valid_to)
    assert not renewal.by_silence(watcher()).exists()
    after = timezone.now() + timedelta(days=41)
    assert upkeep.run_due_cases(after) > 0

    file = load(file.case)
    item = file.state.items[paper.item]
    assert (item.status, item.ended) == (ItemStatus.APPROVED, paper.valid_to)
    old = renewal.by_silence(watcher()).get()
    assert (old.pk, old.renewed_in, old.valid_to) == (paper.pk, file.case, item.renewed_until)
    assert old.valid_to > paper.valid_to
    found = verifying.verify(paper.code)
    assert found is not None
    assert (found.valid_to, found.expired, found.standing) == (old.valid_to, False, verifying.Standing.VALID)
    assert "第五十条" in found.standing_words
    upkeep.deliver_messages(after)
    assert Message.objects.filter(case=file.case, title="证照视为准予延续").count() == 1
    assert Paper.objects.get(case=file.case, kind="延准").body == item.item.body
    assert upkeep.run_due_cases(after) == 0 or load(file.case).state == file.state, "once"


def test_a_licence_decided_on_in_time_is_left_to_the_decision() -> None:
    file, paper = applied()
    for scene in play.work(file):
        file = scene.file
    upkeep.run_due_cases(timezone.now() + timedelta(days=41))

    assert load(file.case).state.items[paper.item].renewed_until is None
    assert not renewal.by_silence(watcher()).exists()
    paper.refresh_from_db()
    assert paper.renewed_in is None


def test_only_ones_own_licence_that_ends_before_long_is_renewed() -> None:
    file, paper = licence()
    owner, now = specimen.applicant_of(file), timezone.now()
    assert [one.pk for one in renewal.renewable(file, now)] == [paper.pk]
    ResultDocument.objects.filter(pk=paper.pk).update(issued_on=timezone.localdate())
    assert renewal.renewable(file, now) == [], "granted for an occasion"
    ResultDocument.objects.filter(pk=paper.pk).update(issued_on=paper.issued_on)
    with pytest.raises(NotFound):
        renewal.renew(specimen.person("wang"), file.case.number, paper.pk, now)
    for last in (None, timezone.localdate() - timedelta(days=1), timezone.localdate() + timedelta(days=400)):
        ResultDocument.objects.filter(pk=paper.pk).update(valid_to=last)
        assert renewal.renewable(file, now) == []
        with pytest.raises(NotFound):
            renewal.renew(owner, file.case.number, paper.pk, now)
