"""Lists of records at the window: all cells on the dense page, an empty row below, and masked in the officer's file."""

from django.test import Client
from tests.usecases import town as specimen
from tests.web.counter.window import begin, prepared, said

from bancheng.core.evidence import Value
from bancheng.usecases import bureau, counter, play

COMPANY = "91999999300000125R"
LIST = "festival_stallholders"


def fair(clerk: Client) -> str:
    """A fair with stalls, taken in at the window."""
    draft = begin(clerk, "specimen_festival", COMPANY)
    for _ in range(3):
        data = {"festival_stalls": "5", "festival_kind": "temple", "festival_large": "false", "do": "save"}
        clerk.post(
            f"/counter/drafts/{draft}/",
            {**data, "festival_fireworks": "false", "festival_electricity": "false"},
        )
    return draft


def rows(draft: str) -> Value | None:
    """What is stored of the list."""
    return prepared(draft).answers.get(LIST)


def test_rows_are_typed_on_the_dense_page_and_an_empty_one_stands_below(clerk: Client) -> None:
    draft = fair(clerk)
    page = clerk.get(f"/counter/drafts/{draft}/").content.decode()
    assert f'name="{LIST}.0.festival_holder"' in page
    assert f'name="{LIST}.1.festival_holder"' not in page
    cells = {f"{LIST}.0.festival_holder": "孙示范", f"{LIST}.0.festival_holder_id": "999999197203161016"}
    clerk.post(f"/counter/drafts/{draft}/", {LIST: "1", **cells, "do": "save"})
    found = rows(draft)
    assert isinstance(found, tuple)
    assert len(found) == 1
    assert f'name="{LIST}.1.festival_holder"' in clerk.get(f"/counter/drafts/{draft}/").content.decode()


def test_a_list_nobody_touched_stays_unanswered(clerk: Client) -> None:
    draft = fair(clerk)
    clerk.post(f"/counter/drafts/{draft}/", {LIST: "1", f"{LIST}.0.festival_holder": "", "do": "save"})
    assert rows(draft) is None


def test_a_bad_cell_is_told_with_its_row_and_the_others_are_kept(clerk: Client) -> None:
    draft = fair(clerk)
    cells = {f"{LIST}.0.festival_holder": "孙示范", f"{LIST}.0.festival_holder_id": "12"}
    answer = clerk.post(f"/counter/drafts/{draft}/", {LIST: "1", **cells, "do": "save"})
    assert answer.status_code == 422
    assert "第 1 行" in said(answer)
    assert 'value="12"' in answer.content.decode()
    found = rows(draft)
    assert isinstance(found, tuple)
    assert found[0] == {"festival_holder": "孙示范"}


def test_a_body_sees_only_its_columns_and_sensitive_ones_masked(clerk: Client) -> None:
    file = specimen.accepted(specimen.PARALLEL)
    fire = bureau.open_file(specimen.official("reviewer", "yunxi_fire"), file.case.number)
    assert LIST not in {fact.element for fact in fire.dossier.facts}
    stalls = bureau.open_file(specimen.official("reviewer", "yunxi_urban_management"), file.case.number)
    (fact,) = [one for one in stalls.dossier.facts if one.element == LIST]
    assert fact.hidden
    assert "孙示范" in fact.text
    assert "999999197203161016" not in fact.text
    assert "1500" not in fact.text, "the watts are the power company's business"


def test_what_the_machine_says_of_a_list_tells_no_row_of_it(town: None) -> None:
    actor, preparation = play.begin(play.example_of("public_rental"))
    preparation, _ = play.fill(actor, preparation)
    preparation = play.give_papers(actor, preparation)
    file = play.hand_in(actor, preparation)
    dossier = counter.open_received(specimen.clerk_of(file), file.case.number)
    members = preparation.answers["household_members"]
    assert isinstance(members, tuple)
    whys = " ".join(one.why for one in dossier.remarks)
    assert f"家庭成员：{len(members)} 行" in whys
    for row in members:
        assert isinstance(row, dict)
        assert str(row["member_id_number"]) not in whys
        assert "member_" not in whys
