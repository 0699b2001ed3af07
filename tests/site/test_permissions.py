"""The matrix of permissions: role × body × region × route × state of the case, generated from the roles and the routes.

What is expected is worked out here from the plain rules, not from the program's own: who may open a page at all stands
at the page; a case belongs to its party, to the window that took it in, to the bodies that have a part in it, and to
supervision. A case that is not theirs looks as if it did not exist, and no denied request changes anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from tests.house.test_addresses import _ours
from tests.usecases import town as specimen
from tests.web.public.conftest import own_packs, town

from bancheng.core.casework import MarkKind, MarkReason, WithdrawReason, commands
from bancheng.store.models import ROLES, CaseEvent, Membership, Upload, User
from bancheng.usecases import casework, play
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.examining import MarkTarget
from bancheng.usecases.town import packs

__all__ = ["own_packs", "town"]
pytestmark = pytest.mark.usefixtures("town")

NOBODY, OWNER, CITIZEN = "nobody", "owner", "citizen"
WINDOW, PART, WITHOUT, ABROAD = "window", "part", "without", "abroad"
"""Where an official works: the body that took the case in, one with an item in it, one of the same place without any
part in it, one of another place."""
SHARED = {
    "counter": {"talk", "talk_waive", "labels", "hand_out", "check_form", "accept_relayed"},
    "bureau": {"talk", "talk_waive", "recall"},
}
"""What the window and every body with a part in the case may open alike."""
NAMED_LATER = {
    "archive",
    "record_signer",
    "assess_fee",
    "waive_fee",
    "credit",
    "cash_back",
    "hand_out",
    "fee_receipt",
}
"""Pages about a part of the case that is named beside the address, or that is not there in every state."""
OFFICIALS = sorted(set(ROLES) - {"applicant", "agent"})
CASE_AREAS = ("public", "counter", "bureau", "watch")


@dataclass(frozen=True)
class Route:
    """An address of a case: its area, its name, who may open it, and what else it names."""

    area: str
    name: str
    address: str
    access: frozenset[str]

    @property
    def names_more(self) -> bool:
        """Whether it also names a part of the case, which may not be there."""
        return self.address.count("<") > 1 or self.name in NAMED_LATER


def routes() -> list[Route]:
    """Every page that names a case."""
    return [
        Route(view.__module__.split(".")[2], name, address, frozenset(view.access))
        for address, name, view in _ours()
        if "<str:number>" in address and view.__module__.split(".")[2] in CASE_AREAS
    ]


def _filled(route: Route, file: CaseFile) -> str:
    """The address for this case, naming a part of it where one is asked for."""
    upload = Upload.objects.filter(case=file.case).values_list("pk", flat=True).first() or UUID(int=1)
    known = {
        "number": file.case.number,
        "step": next(iter(file.state.steps)),
        "item": next(iter(file.state.items)),
        "upload": str(upload),
    }
    typed = {"int": "1", "uuid": str(UUID(int=1)), "slug": "x", "str": "x", "path": "x"}

    def fill(found: re.Match[str]) -> str:
        kind, name = found[1], found[2]
        return str(known.get(name, typed[kind]))

    return re.sub(r"<(\w+):(\w+)>", fill, route.address)


def _states() -> dict[str, CaseFile]:
    """One case in each state a case can be in."""
    made = {state: specimen.submitted() for state in ("received", "supplement", "withdrawn")}
    one = made["supplement"]
    paper = next(iter(one.state.materials))
    mark = MarkTarget(MarkKind.MATERIAL, paper, "某项").marked(MarkReason.MISSING, "请补")
    casework.act(specimen.clerk_of(one), one.case.number, commands.IssueNotice(marks=(mark,)))
    one = made["withdrawn"]
    leave = commands.Withdraw(reason=WithdrawReason.LATER)
    casework.act(specimen.applicant_of(one), one.case.number, leave)
    made["accepted"] = specimen.accepted()
    made["finished"] = play.whole(specimen.SERIAL)
    return {state: specimen.fresh(file) for state, file in made.items()}


@dataclass(frozen=True)
class Who:
    """Somebody who asks: their role, where they work, and a browser they are signed in with."""

    role: str
    place: str
    client: Client

    def __str__(self) -> str:
        return f"{self.role}@{self.place}" if self.place else self.role


def _people(file: CaseFile) -> list[Who]:
    """Everybody: nobody, the owner, another citizen, and each role in each kind of place."""
    bodies = packs().catalogue.bodies
    assert file.state.submission is not None
    window = file.state.submission.receiving_body
    within = bodies[window].division
    part = next(step.plan.bodies[0] for step in file.state.steps.values() if step.plan.bodies[0] != window)
    others = [key for key in bodies if key not in file.state.bodies]
    places = {
        WINDOW: window,
        PART: part,
        WITHOUT: next(key for key in others if bodies[key].division == within),
        ABROAD: next(
            (key for key in others if bodies[key].division not in {within, ""}), "another_towns_bureau"
        ),
    }
    found = [Who(NOBODY, "", Client())]
    for name, account in ((OWNER, User.objects.get(pk=file.case.applicant_id)), (CITIZEN, None)):
        found.append(Who(name, "", _signed_in(account or User.objects.create_user("citizen"))))
    for role in OFFICIALS:
        for place, body in places.items():
            user = User.objects.create_user(f"{role}.{place}")
            Membership.objects.create(user=user, role=role, body=body)
            found.append(Who(role, place, _signed_in(user)))
    return found


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="bancheng.site.signin.SignInBackend")
    return client


def expected(who: Who, route: Route) -> str:
    """``sign in``, ``forbidden``, ``hidden`` or ``open``, by the plain rules."""
    if who.role == NOBODY:
        return "sign in"
    if "signed_in" not in route.access and who.role not in route.access:
        return "forbidden"
    if route.area == "watch" and who.role == "administrator":
        # Who runs the system sees figures, and opens nobody's case.
        return "forbidden"
    theirs = {
        "public": who.role == OWNER,
        "counter": who.place == WINDOW or (who.place == PART and route.name in SHARED["counter"]),
        "bureau": who.place == PART or (who.place == WINDOW and route.name in SHARED["bureau"]),
        "watch": who.role == "supervisor" or who.place in {WINDOW, PART},
    }
    return "open" if theirs[route.area] else "hidden"


def _came(status: int, location: str) -> str:
    if status == 302 and "/accounts/login/" in location:
        return "sign in"
    if status == 403:
        return "forbidden"
    if status == 404:
        return "hidden"
    return "open" if status < 500 else f"fault {status}"


@contextmanager
def _undone() -> Iterator[None]:
    """Whatever is done inside never happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _answer(who: Who, address: str, by_sending: set[Route], route: Route) -> Any:
    """What they get: by looking, or where nothing can be looked at, by sending an empty form.

    ``by_sending`` remembers the routes that cannot be looked at.
    """
    if route not in by_sending:
        with _undone():
            answer = who.client.get(address)
        if answer.status_code != 405:
            return answer
        by_sending.add(route)
    with _undone():
        answer = who.client.post(address)
    assert answer.status_code != 405, f"{address} takes neither GET nor POST"
    return answer


def _asked(files: dict[str, CaseFile], people: list[Who]) -> Iterator[tuple[str, Route, Who, str]]:
    """What hides from another citizen must hide in every state; the others are asked in one state after the other,
    and who is turned away by their role is asked at one place of work."""
    turn = 0
    for route in routes():
        for who in people:
            wanted, turn = expected(who, route), turn + 1
            if wanted == "forbidden" and who.place in {PART, ABROAD}:
                continue
            every = wanted == "hidden" and not who.place
            states = list(files) if every else [list(files)[turn % len(files)]]
            yield from ((state, route, who, wanted) for state in states)


def test_every_page_of_a_case_is_open_to_these_and_no_others_in_every_state() -> None:
    files = _states()
    people = _people(files["accepted"])
    events = CaseEvent.objects.count()
    wrong, by_sending = [], set[Route]()
    for state, route, who, wanted in _asked(files, people):
        answer = _answer(who, _filled(route, files[state]), by_sending, route)
        came = _came(answer.status_code, answer.headers.get("Location", ""))
        # What is named besides the case, or what an empty form fails to name, may not be there.
        nothing = came == "hidden" and (route.names_more or answer.request["REQUEST_METHOD"] == "POST")
        if came != wanted and not (wanted == "open" and nothing):
            wrong.append(f"{route.area}:{route.name} {state} {who}: {came} instead of {wanted}")
    assert not wrong, "\n".join(wrong)
    assert CaseEvent.objects.count() == events
