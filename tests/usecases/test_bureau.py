"""What an official's body may see of a case, what the machine says of it, and whose act is whose."""

from datetime import date
from decimal import Decimal

import pytest
from tests.usecases import town as specimen

from bancheng.core.casework import CommandRefused, Opinion, StepOutcome, StepStatus, Verdict
from bancheng.core.casework import events as ev
from bancheng.core.clock import Colour
from bancheng.core.compiler import StepOrigin
from bancheng.store.models import AuditEntry, CaseTask
from bancheng.usecases import bureau, bureau_acts, casework, examining, prechecks, results
from bancheng.usecases.access import NotFound
from bancheng.usecases.casework import CaseFile

pytestmark = pytest.mark.usefixtures("town")
MONDAY = date(2026, 11, 23)


def desk_of(file: CaseFile, body: str, role: str = "reviewer") -> bureau.Work:
    """The file before an official of this body."""
    return bureau.open_file(specimen.official(role, body), file.case.number)


@pytest.mark.parametrize("onething", [specimen.SERIAL, specimen.PARALLEL, specimen.LONG])
def test_a_body_sees_its_own_items_and_those_it_is_asked_about_and_no_others(onething: str) -> None:
    file = specimen.accepted(onething)
    for body in file.state.bodies:
        items = examining.items_of(file.state, {body})
        own = {key for key, one in file.state.items.items() if one.item.body == body}
        asked = {
            key for step in file.state.steps.values() if body in step.plan.asks for key in step.plan.items
        }
        works = {
            origin.item
            for step in file.state.steps.values()
            for origin in step.plan.origins
            if isinstance(origin, StepOrigin) and origin.body == body
        }
        assert own | asked <= items
        assert items - own - asked - works <= {
            key
            for step in file.state.steps.values()
            if body in step.plan.bodies and len(step.plan.items) == 1
            for key in step.plan.items
        }


@pytest.mark.parametrize("onething", [specimen.SERIAL, specimen.PARALLEL, specimen.LONG])
def test_every_value_and_paper_shown_is_needed_by_an_item_of_the_body(onething: str) -> None:
    file = specimen.accepted(onething)
    fields: dict[str, tuple[str, ...]] = {}
    for body in file.state.bodies:
        items = examining.items_of(file.state, {body})
        if not items:
            continue
        dossier = desk_of(file, body).dossier
        of = dossier.blueprint
        fields = {one.element: one.items for one in (*of.questions, *of.fields)}
        materials = {one.document: one.items for one in of.materials}
        assert all(dossier.items & set(fields[one.element]) for one in dossier.facts), body
        assert all(dossier.items & set(materials[one.ref.document]) for one in dossier.papers), body
        assert {one.item for one in dossier.remarks} <= dossier.items
        assert {one.target for one in dossier.targets} <= fields.keys() | materials.keys()


def test_a_body_without_items_finds_no_file() -> None:
    file = specimen.accepted()
    for username in ("approval_bureau_reviewer", "customs_reviewer", "clerk", "zhang"):
        with pytest.raises(NotFound):
            bureau.open_file(specimen.person(username), file.case.number)


def test_a_sensitive_value_is_masked_until_opened_and_the_opening_is_written_down() -> None:
    file = specimen.accepted()
    actor = specimen.official("reviewer", "yunxi_market")
    before = bureau.open_file(actor, file.case.number).dossier
    hidden = [one for one in before.facts if one.hidden]
    assert hidden
    opened = examining.unmask(actor, before, [hidden[0].element, "no_such", hidden[0].element], "核对证件")
    assert set(opened) == {hidden[0].element}
    after = bureau.open_file(actor, file.case.number, opened).dossier
    now = next(one for one in after.facts if one.element == hidden[0].element)
    assert not now.hidden
    assert now.text != hidden[0].text
    (entry,) = AuditEntry.objects.filter(act="case.unmask")
    assert hidden[0].name in entry.reason
    assert now.text not in entry.reason


def test_nothing_hidden_is_opened_that_the_body_does_not_see() -> None:
    file = specimen.accepted()
    city = specimen.official("reviewer", "yunxi_urban_management")
    dossier = bureau.open_file(city, file.case.number).dossier
    assert examining.unmask(city, dossier, ["food_safety_manager_id"], "好奇") == ()
    assert not AuditEntry.objects.filter(act="case.unmask").exists()


def test_the_machine_says_in_order_not_in_order_or_cannot_tell_and_why() -> None:
    file = specimen.accepted()
    work = desk_of(file, "yunxi_market")
    state, of = file.state, work.dossier.blueprint

    def point(values: dict[str, object]) -> prechecks.Remark:
        found = prechecks.remarks(state, of, values, {"food_business_licence"}, MONDAY)  # type: ignore[arg-type]  # reason: only plain values
        return next(one for one in found if one.key == "food_business_licence.kitchen")

    fits = point({"kitchen_area": Decimal(20), "floor_area": Decimal(60)})
    assert (fits.verdict, "成立" in fits.why, "20" in fits.why) == (prechecks.OK, True, True)
    assert point({"kitchen_area": 80, "floor_area": Decimal(60)}).verdict == prechecks.BAD
    unknown = point({"floor_area": Decimal(60)})
    assert unknown.verdict == prechecks.UNKNOWN
    assert "后厨面积（无）" in unknown.why


def test_points_without_a_rule_are_left_to_people_and_bad_ones_come_first() -> None:
    work = desk_of(specimen.accepted(), "yunxi_market")
    verdicts = [one.verdict for one in work.dossier.remarks]
    order = [prechecks.BAD, prechecks.UNKNOWN, prechecks.PERSON, prechecks.OK]
    assert verdicts == sorted(verdicts, key=order.index)
    assert all(not one.why for one in work.dossier.remarks if one.verdict == prechecks.PERSON)


def test_grounds_of_a_refusal_come_from_what_was_found_and_the_basis_from_the_item() -> None:
    file = specimen.accepted()
    city = specimen.official("reviewer", "yunxi_urban_management")
    work = bureau.open_file(city, file.case.number)
    bureau_acts.report(
        city, work, "signboard_setup.review", StepOutcome.NOT_OK, findings="效果图与现场不符。"
    )
    grounds = bureau.grounds(bureau.open_file(city, file.case.number), "signboard_setup")
    assert any("效果图与现场不符" in one for one in grounds)
    assert all(not one.endswith("。。") for one in grounds)
    basis = bureau.basis_of("food_business_licence")
    assert basis.startswith("《")
    assert "《《" not in basis
    assert bureau.basis_of("no_such_item") == ""


def test_an_objection_is_a_ground_and_needs_words() -> None:
    file = specimen.accepted(specimen.LONG)
    school = specimen.official("reviewer", "yunxi_education")
    work = bureau.open_file(school, file.case.number)
    bureau_acts.report(school, work, "school_bus_permit.send", StepOutcome.OK)
    police = specimen.official("reviewer", "yunxi_traffic_police")
    asked = bureau.open_file(police, file.case.number)
    with pytest.raises(CommandRefused):
        bureau_acts.give_opinion(police, asked, "school_bus_permit.consult", Opinion.OBJECT, "")
    bureau_acts.give_opinion(police, asked, "school_bus_permit.consult", Opinion.OBJECT, "线路经过塌方路段")
    now = bureau.open_file(school, file.case.number)
    assert any("线路经过塌方路段" in one for one in bureau.grounds(now, "school_bus_permit"))


def test_while_offices_are_asked_the_asking_office_waits() -> None:
    file = specimen.accepted(specimen.LONG)
    school = specimen.official("reviewer", "yunxi_education")
    bureau_acts.report(
        school, bureau.open_file(school, file.case.number), "school_bus_permit.send", StepOutcome.OK
    )
    work = bureau.open_file(school, file.case.number)
    assert work.step("school_bus_permit.consult").does == "wait"
    police = specimen.official("reviewer", "yunxi_traffic_police")
    asked = bureau.open_file(police, file.case.number)
    assert [one.does for one in asked.steps if one.key == "school_bus_permit.consult"] == ["opinion"]
    inspector = bureau.open_file(specimen.person("traffic_police_inspector1"), file.case.number)
    assert "school_bus_permit.consult" not in {one.key for one in inspector.steps}


def test_an_office_reads_no_findings_of_others() -> None:
    file = specimen.accepted()
    city = specimen.official("reviewer", "yunxi_urban_management")
    bureau_acts.report(
        city,
        bureau.open_file(city, file.case.number),
        "signboard_setup.review",
        StepOutcome.OK,
        findings="只给城管看的话",
    )
    told = any(isinstance(one, ev.StepReported) for one in casework.open_case(city, file.case.number).events)
    assert told
    own = bureau.open_file(city, file.case.number).history()
    other = desk_of(file, "yunxi_market").history()
    assert any("只给城管看的话" in words for _, words, _ in own)
    assert not any("只给城管看的话" in words for _, words, _ in other)


def test_an_inspector_is_given_inspections_only() -> None:
    file = specimen.accepted()
    inspector = specimen.person("market_inspector1")
    assert bureau.open_file(inspector, file.case.number).steps == ()
    keys = {task.key for task in bureau.tasks(inspector, "open")}
    kinds = {file.state.steps[key].plan.kind.value for key in keys}
    assert kinds <= {"inspection"}


def test_an_act_on_a_step_of_another_office_is_not_found() -> None:
    file = specimen.accepted()
    market = specimen.official("reviewer", "yunxi_market")
    work = bureau.open_file(market, file.case.number)
    with pytest.raises(NotFound):
        bureau_acts.claim(market, work, "signboard_setup.review")
    with pytest.raises(NotFound):
        bureau_acts.report(market, work, "signboard_setup.review", StepOutcome.OK)
    assert casework.open_case(market, file.case.number).state.seq == file.state.seq


def test_what_stops_with_a_refused_item_is_what_really_stops() -> None:
    file = specimen.accepted("newborn")
    hospital = specimen.official("reviewer", "yunxi_hospital")
    work = bureau.open_file(hospital, file.case.number)
    told = set(bureau.stops_with(work, "birth_certificate_issue"))
    after = results.decide_item(
        hospital,
        file.case.pk,
        "birth_certificate_issue",
        Verdict.REFUSE,
        reasons="不在本院出生。",
        basis="《中华人民共和国母婴保健法》第二十三条",
        remedies=bureau.REMEDIES,
    )
    stopped = {one.item for one in after.events if isinstance(one, ev.ItemStopped)}
    assert told == stopped
    assert told


def test_the_colour_of_a_task_follows_its_last_day() -> None:
    task = CaseTask(state="open", due_on=MONDAY)
    assert bureau.colour_of(task, MONDAY) == (Colour.YELLOW, 0)
    assert bureau.colour_of(task, date(2026, 11, 18))[0] is Colour.GREEN
    assert bureau.colour_of(task, date(2026, 11, 25)) == (Colour.RED, -2)
    assert bureau.colour_of(CaseTask(state="done", due_on=MONDAY), MONDAY) == (Colour.DONE, None)


def test_every_open_step_is_on_somebodys_list() -> None:
    file = specimen.accepted(specimen.PARALLEL)
    for step in file.state.open_steps:
        assert step.status is StepStatus.OPEN
        for body in step.plan.bodies:
            keys = {task.key for task in bureau.tasks(specimen.official("reviewer", body), "open")}
            assert step.plan.key in keys


def test_the_window_that_took_a_case_in_has_no_part_in_it_before_acceptance() -> None:
    file = specimen.submitted()
    for username, sees in (("market_reviewer", True), ("approval_bureau_senior", False)):
        found = bureau.in_intake(specimen.person(username)).filter(pk=file.case.pk)
        assert found.exists() is sees
        assert bureau.desk(specimen.person(username)).intake == int(sees)
