"""Every one-thing of the town has somebody who can do it; those of every shape are walked to their number."""

import pytest
from django.test import Client
from tests.usecases import town as specimen
from tests.web.public.reading import links, seen_on, words

from bancheng.store.models import Case, User
from bancheng.usecases import guide, play
from bancheng.usecases.access import NotFound
from bancheng.usecases.town import packs

MATTERS = (
    "open_restaurant",
    "company_deregistration",
    "company_change",
    "newborn",
    "retirement",
    "start_business",
    "school_bus",
    "utilities",
    "specimen_festival",
    "public_rental",
    "school_enrolment",
    "bankruptcy_check",
    "ship_operation",
    "construction_building",
    "road_transport_review_freight",
)
"The first ones, and of the later ones each shape: lists of records, queries only, long chains, many bodies, a scene."


def test_no_matter_is_without_somebody_who_can_do_it(town: None) -> None:
    listed = {of.key for stage in guide.life_cycle() for of in stage.onethings}
    assert set(MATTERS) <= listed
    lacking = []
    for key in sorted(listed):
        try:
            play.example_of(key)
        except NotFound:
            lacking.append(key)
    # a scene of a family differs from its sisters only in its items; one of each family has its example
    scenes = {key for key, one in packs().catalogue.onethings.items() if one.family}
    assert set(lacking) <= scenes
    assert {packs().catalogue.onethings[key].family for key in scenes - set(lacking)} == set(
        packs().catalogue.families
    )


@pytest.mark.parametrize("key", MATTERS)
def test_a_matter_is_walked_from_its_guide_to_its_number(town: None, key: str) -> None:
    try:
        actor, prepared = specimen.draft(key)
    except NotFound:
        pytest.fail(f"nobody in the town can apply for {key}")
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend="bancheng.site.signin.SignInBackend")
    address = f"/apply/{prepared.draft.pk}/"
    seen = [f"/do/{key}/", f"{address}list/", address, f"{address}for/", f"{address}materials/"]
    seen += links(client.get(address), "/form/")
    seen += links(client.get(f"{address}materials/"), "/materials/")
    seen += [f"{address}questions/{one.element}/" for one in prepared.blueprint.questions]
    assert {page: client.get(page).status_code for page in seen if client.get(page).status_code != 200} == {}
    check = client.get(f"{address}check/")
    assert "还差" not in words(check)
    boxes = {one.field.element: "yes" for one in prepared.personal.fields if one.field.ask_afresh}
    page = client.post(f"{address}check/", {**boxes, **seen_on(check), "declared": "yes"}, follow=True)
    assert page.request["PATH_INFO"] == f"/cases/{Case.objects.get().number}/done/"


def test_a_finished_matter_of_many_parts_shows_every_part(town: None) -> None:
    file = play.whole("specimen_festival")
    client = Client()
    client.force_login(
        User.objects.get(pk=file.case.applicant_id), backend="bancheng.site.signin.SignInBackend"
    )
    said = words(client.get(f"/cases/{file.case.number}/"))
    for item in file.state.items.values():
        assert item.item.name in said
