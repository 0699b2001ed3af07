"""What the shipped packs say: example cases hold, every one-thing compiles clean, the demo town can staff it."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from bancheng.connect.packs import ExampleCase, Loaded, load_packs, packs_root
from bancheng.connect.sources import EvidenceDesk, demo_adapters
from bancheng.core.catalogue import ElementKind, Measure, StepKind, Subject
from bancheng.core.compiler import Blueprint, Disposition, Eligibility, PersonalList, compile_onething, narrow, savings_for
from bancheng.core.evidence import Known, Purpose, SubjectRef

TODAY = date(2026, 11, 22)
TOWN = load_packs([packs_root() / "national", packs_root() / "specimen"])
COMPILED = {
    key: compile_onething(one, TOWN.catalogue, TOWN.coverage) for key, one in TOWN.catalogue.onethings.items()
}


def blueprint_of(key: str) -> Blueprint:
    blueprint = COMPILED[key].blueprint
    assert blueprint is not None, COMPILED[key].problems
    return blueprint


def known_of(case: ExampleCase, loaded: Loaded) -> Known:
    desk = EvidenceDesk(
        loaded.coverage, demo_adapters(loaded, lambda: TODAY), recorder=lambda call: None, hash_key=b"test"
    )
    known = Known()
    for subject, number in ((Subject.PERSON, case.evidence.person), (Subject.COMPANY, case.evidence.company)):
        known = known.merged(
            desk.look_up(
                SubjectRef(subject=subject, number=number),
                loaded.catalogue.elements,
                loaded.catalogue.documents,
                Purpose(onething=case.onething),
            )
        )
    return known


def personal(case: ExampleCase) -> PersonalList:
    return narrow(blueprint_of(case.onething), case.answers, known_of(case, TOWN), TODAY)


@pytest.mark.parametrize("case", TOWN.cases, ids=lambda case: case.name)
def test_an_example_case_comes_to_what_officials_expect(case: ExampleCase) -> None:
    person, expect = personal(case), case.expect
    asked = {one.material.document for one in person.materials if one.asked}
    waived = {one.material.document for one in person.materials if one.asked is False and one.document}
    got = {
        "eligible": person.eligibility is Eligibility.ELIGIBLE,
        "items": {one.key for one in person.items},
        "materials_asked": asked,
        "materials_waived": waived,
        "fallback": set(person.fallback),
        "questions": [one.element for one in person.questions],
        "days": person.clock.promised.as_workdays(),
        "fee": sum((one.amount or Decimal(0) for one in person.fees), Decimal(0)),
    }
    wanted = {
        "eligible": expect.eligible,
        "items": None if expect.items is None else set(expect.items),
        "materials_asked": None if expect.materials_asked is None else set(expect.materials_asked),
        "materials_waived": None if expect.materials_waived is None else set(expect.materials_waived),
        "fallback": None if expect.fallback is None else set(expect.fallback),
        "questions": None if expect.questions is None else list(expect.questions),
        "days": expect.days,
        "fee": None if expect.fee is None else Decimal(expect.fee),
    }
    said = {key: value for key, value in wanted.items() if value is not None}
    assert {key: got[key] for key in said} == said


def test_without_the_household_kind_nobody_is_turned_away_or_let_in() -> None:
    case = next(one for one in TOWN.cases if one.expect.questions == ("household_kind",))
    assert personal(case).eligibility is Eligibility.UNKNOWN


@pytest.mark.parametrize("key", sorted(COMPILED))
def test_a_onething_of_the_town_compiles_without_a_remark(key: str) -> None:
    remarks = [one.render() for one in COMPILED[key].problems if one.code != "order-not-exact"]
    assert remarks == []


def test_the_national_pack_holds_what_was_promised() -> None:
    national = load_packs([packs_root() / "national"])
    assert national.problems == ()
    catalogue = national.catalogue
    written = {key for key, one in catalogue.onethings.items() if not one.family}
    used = {member.item for one in catalogue.onethings.values() for member in one.members}
    assert len(used) >= 180
    assert len(written) >= 25
    batch_of_2024 = {
        "company_change", "start_transport_company", "open_restaurant", "utilities", "credit_repair",
        "listing_compliance_check", "bankruptcy_check", "company_deregistration", "newborn",
        "school_enrolment", "social_card_services", "disabled_services", "retirement",
    }  # fmt: skip
    later_or_local = {
        "start_business", "school_bus", "ship_operation", "business_suspension", "charging_pile",
        "open_clinic", "public_rental", "student_aid", "after_death", "company_move",
    }  # fmt: skip
    assert batch_of_2024 | later_or_local <= written


def test_road_transport_is_a_kind_of_thing_with_thirty_scenes_of_nineteen_items() -> None:
    families = [TOWN.catalogue.families[key] for key in ("road_transport", "road_drivers")]
    assert sum(len(one.scenes) for one in families) == 30
    assert len({member.item for one in families for scene in one.scenes for member in scene.members}) == 19


STAGES = (
    "construction_planning",
    "construction_building",
    "construction_utilities",
    "construction_completion",
)


def test_construction_is_four_stages_of_sixty_five_items() -> None:
    members = [member.item for key in STAGES for member in TOWN.catalogue.onethings[key].members]
    # the registration form of a small project comes from another matter and is not one of the sixty-five
    assert len(set(members) - {"environment_form_filing"}) == 65


def test_twenty_eight_kinds_of_construction_papers_are_handed_in_once_and_used_again() -> None:
    uses: dict[str, set[str]] = defaultdict(set)
    for key in STAGES:
        for paper in blueprint_of(key).materials:
            if paper.disposition is not Disposition.FORM:
                uses[paper.document].update(paper.items)
    assert len([document for document, items in uses.items() if len(items) > 1]) >= 28


def test_every_onething_of_the_nation_says_where_it_comes_from_and_what_cities_claim() -> None:
    silent = [
        key
        for key, one in TOWN.catalogue.onethings.items()
        if not one.family and key != "specimen_festival" and not (one.claims and one.faq and one.gate)
    ]
    assert silent == []


def test_the_city_pack_adjusts_without_copying() -> None:
    city = load_packs([packs_root() / "national", packs_root() / "jining"])
    assert city.problems == ()
    local = [
        key for key, item in city.catalogue.items.items() if item.body.startswith(("jining_", "zoucheng_"))
    ]
    assert len(local) >= 15
    assert any(item.overlay == "jining" for item in city.catalogue.items.values())
    assert not list((packs_root() / "jining").glob("items/*"))


@pytest.mark.parametrize("key", sorted(COMPILED))
def test_bundling_asks_for_fewer_fields_papers_steps_and_trips(key: str) -> None:
    savings = blueprint_of(key).savings
    assert savings is not None
    rates = {line.measure.value: line.rate for line in savings.lines}
    for measure in ("fields", "materials", "steps", "trips"):
        assert (rates[measure] or 0) > 0, measure


@pytest.mark.parametrize("key", COMPILED)
def test_nothing_takes_longer_together_than_one_by_one(key: str) -> None:
    blueprint = blueprint_of(key)
    for profile in (None, *TOWN.catalogue.onethings[key].profiles):
        days = next(one for one in savings_for(blueprint, profile).lines if one.measure is Measure.DAYS)
        assert days.after <= days.before, profile.name if profile else "everybody"


def test_profile_shares_and_option_shares_add_up_to_everybody() -> None:
    wrong = []
    for key, one in TOWN.catalogue.onethings.items():
        shares = sum((profile.share or Decimal(0) for profile in one.profiles), Decimal(0))
        # a scene of a family is for one kind of person already
        if not one.family and (shares != 1 or len(one.profiles) < 3):
            wrong.append(key)
        for question in blueprint_of(key).questions:
            shares = [option.share for option in question.options if option.share is not None]
            if shares and sum(shares) != 1:
                wrong.append(f"{key}/{question.element}")
    assert wrong == []


def test_every_step_of_the_town_finds_its_officials() -> None:
    posts: dict[str, set[str]] = defaultdict(set)
    for person in TOWN.people:
        for role in person.roles:
            posts[f"{role.role}@{role.body}"].add(person.username)
    lacking = set()
    for key in COMPILED:
        for step in blueprint_of(key).plan.steps:
            for body in (*step.bodies, *step.asks):
                if not posts[f"reviewer@{body}"] or not posts[f"senior@{body}"]:
                    lacking.add(f"reviewer or senior of {body}")
                if (
                    step.kind in (StepKind.INSPECTION, StepKind.ACCEPTANCE)
                    and body in step.bodies
                    and len(posts[f"inspector@{body}"]) < 2
                ):
                    lacking.add(f"two inspectors of {body}")
    assert lacking == set()


def test_every_item_of_the_town_is_placed_with_a_body_of_the_town() -> None:
    strangers = [
        key for key, item in TOWN.catalogue.items.items() if not item.body.startswith(("yunxi_", "bancheng_"))
    ]
    assert strangers == []


def test_the_demonstration_fair_uses_every_kind_of_element() -> None:
    catalogue = TOWN.catalogue
    kinds = {catalogue.elements[one.element].kind for one in blueprint_of("specimen_festival").fields}
    questions = {catalogue.elements[one.element].kind for one in blueprint_of("specimen_festival").questions}
    assert kinds | questions == set(ElementKind)


def test_the_readme_lists_every_onething_of_the_nation_as_it_is() -> None:
    national = load_packs([packs_root() / "national"]).catalogue
    text = (packs_root() / "README.md").read_text(encoding="utf-8")
    written = {key: one for key, one in national.onethings.items() if not one.family}
    assert f"{len(national.items)} 个事项、{len(written)} 件" in text
    lacking = [
        key
        for key, one in written.items()
        if f"| `{key}` | {one.name} | {len(one.members)} | {one.promised and one.promised.words()} "
        f"| {one.provenance.confidence.value} |" not in text
    ]
    assert lacking == []
