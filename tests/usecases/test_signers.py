"""Whose signature an item prescribes: read from the answers, pinned without names, asked for until all have signed."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests.usecases import town as specimen

from bancheng.core.casework import CommandRefused, Hindered, commands, hindrances, unsigned
from bancheng.core.catalogue import Item, SignerRule
from bancheng.store.models import CaseEvent, Party
from bancheng.usecases import apply, casework, counter, play, signers, signing, town

pytestmark = pytest.mark.usefixtures("town")
KEY = "festival_permit"


def prescribe(monkeypatch: pytest.MonkeyPatch, *rules: SignerRule) -> None:
    """The fair's permit prescribes these."""
    items: dict[str, Item] = town.packs().catalogue.items  # type: ignore[assignment]  # reason: a plain dict below
    monkeypatch.setitem(items, KEY, replace(items[KEY], signers=rules))


def test_the_specimen_prescribes_a_sponsor_only_where_the_rule_says_so() -> None:
    [rule] = town.packs().catalogue.items[KEY].signers
    assert rule.who == "协办单位"
    _actor, preparation = specimen.draft(specimen.PARALLEL)
    assert signers.prescribed(preparation) == ()


def test_every_row_signs_and_no_name_or_number_stands_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = SignerRule(
        key="holder",
        who="摊主",
        rows="festival_stallholders",
        number="festival_holder_id",
        name="festival_holder",
        basis="示例办法第七条",
    )
    prescribe(monkeypatch, rows)
    actor, preparation = specimen.draft(specimen.PARALLEL)
    asked = signers.prescribed(preparation)
    assert [(one.who, bool(one.name)) for one in asked] == [("摊主（第1位）", True), ("摊主（第2位）", True)]
    assert asked == signers.prescribed(apply.prepare(actor, preparation.draft))
    file = play.hand_in(actor, preparation)
    number = file.case.number
    text = "".join(CaseEvent.objects.filter(case=file.case).values_list("body", flat=True))
    assert not [one for one in asked if one.number in text or one.name in text]
    clerk = specimen.clerk_of(file)
    with pytest.raises(CommandRefused, match="摊主（第1位）还没有签署"):
        casework.act(
            clerk, number, commands.Accept(), body=counter.receiving_of(counter.open_received(clerk, number))
        )
    for due in unsigned(file.state):
        file = signers.record_signer(clerk, number, due.key, "居民身份证原件")
    assert unsigned(file.state) == ()
    left = {one.code for one in hindrances(file.state, Hindered.ACCEPT)}
    assert "signers.missing" not in left


def test_one_with_an_account_signs_online_before_the_form_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    leader = SignerRule(key="leader", who="负责人", number="festival_leader_id", name="festival_leader")
    prescribe(monkeypatch, leader)
    actor, preparation = specimen.draft(specimen.PARALLEL)
    [asked] = signers.prescribed(preparation)
    other = specimen.person("zhang")
    assert other.own is not None
    party = Party.objects.get(pk=other.own.party)
    monkeypatch.setattr(
        signers,
        "prescribed",
        lambda *_: (signers.Prescribed(asked.key, asked.who, KEY, "", party.name, party.number),),
    )
    made = signing.ask(actor, preparation, [(party.name, party.number)])
    signing.answer(other, made.requests.get().pk, made.digest, agree=True)
    file = play.hand_in(actor, preparation)
    assert file.state.submission is not None
    assert file.state.submission.signers[0].ref == f"party:{party.pk}"
    assert unsigned(file.state) == ()
