"""What a case's page asks of the database: bounded, whatever the number of cases and of bodies."""

from tests.usecases import town as specimen
from tests.web.bounds import Asked
from tests.web.public.conftest import SignIn
from tests.web.public.test_cases import client_of
from tests.web.public.test_lists import many

from bancheng.store.models import User
from bancheng.usecases.casework import CaseFile

BOUNDS = {"public": 20, "counter": 20, "bureau": 20, "watch": 20}
"""Queries of a case's page by who looks at it."""
A_PART = 1
"""More of them for a case of many bodies than for one of few."""


def _costs(file: CaseFile, sign_in: SignIn) -> dict[str, int]:
    number = file.case.number
    actor, _, _ = specimen.claims(file)[0]
    addresses = {
        "public": (client_of(file, sign_in), f"/cases/{number}/"),
        "counter": (sign_in("clerk"), f"/counter/cases/{number}/"),
        "bureau": (sign_in(User.objects.get(pk=actor.user_id).username), f"/bureau/{number}/"),
        "watch": (sign_in("watch"), f"/watch/cases/{number}/"),
    }
    costs = {}
    for name, (client, address) in addresses.items():
        client.get(address)
        with Asked() as asked:
            assert client.get(address).status_code == 200, name
        costs[name] = len(asked)
    return costs


def test_a_page_of_a_case_stays_within_its_bound_however_many_cases_and_bodies_there_are(
    sign_in: SignIn, town: None
) -> None:
    few = specimen.accepted(specimen.SERIAL)
    alone = _costs(few, sign_in)
    many(few, 60)
    assert _costs(few, sign_in) == alone
    of_many = specimen.accepted(specimen.PARALLEL)
    assert len(of_many.state.bodies) > len(few.state.bodies)
    costs = _costs(of_many, sign_in)
    for name, bound in BOUNDS.items():
        assert alone[name] <= bound, name
        assert costs[name] <= alone[name] + A_PART, name
