"""What officials do at their desks, by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client
from tests.web.public.conftest import SignIn

from bancheng.core.casework import CaseState, StepState
from bancheng.store.models import Case, Membership
from bancheng.usecases import casework


def state_of(number: str) -> CaseState:
    """The fold of a case."""
    return casework.load(Case.objects.get(number=number)).state


def account(role: str, body: str) -> str:
    """Whoever holds this post."""
    held = Membership.objects.filter(role=role, body=body).select_related("user").order_by("id")
    return held[0].user.username


def inspectors(body: str) -> list[str]:
    """The references of a body's inspectors."""
    return [f"user:{one.user_id}" for one in Membership.objects.filter(body=body, role="inspector")]


def act(client: Client, case: str, do: str, **sent: Any) -> Any:
    """One of the short acts."""
    return client.post(f"/bureau/{case}/act/", {"do": do, **sent})


def report(client: Client, number: str, step: str, outcome: str = "ok", **sent: Any) -> Any:
    """Report on a step."""
    return client.post(f"/bureau/{number}/steps/{step}/report/", {"outcome": outcome, **sent})


def agree(client: Client, number: str, step: str) -> Any:
    """Answer yes where asked."""
    return client.post(f"/bureau/{number}/steps/{step}/opinion/", {"answer": "agree"})


def finish(sign_in: SignIn, number: str, until: Callable[[StepState], bool] = lambda _: False) -> None:
    """Every office does what is open, until nothing is, or until a step comes up."""
    while True:
        state = state_of(number)
        before = state.seq
        if any(until(step) for step in state.open_steps):
            return
        for step in state.open_steps:
            for ask in step.asks:
                if ask.answer is None:
                    agree(sign_in(account("reviewer", ask.body)), number, step.plan.key)
            for body in step.plan.bodies:
                if body not in {one.body for one in step.reports}:
                    _do(sign_in, number, step.plan.key, step.plan.kind.value, body)
        if state_of(number).seq == before:
            return


def _do(sign_in: SignIn, number: str, step: str, kind: str, body: str) -> None:
    if kind == "inspection":
        one = sign_in(account("inspector", body))
        report(one, number, step, staff=inspectors(body))
        return
    one = sign_in(account("reviewer", body))
    if kind in {"decision", "issue"}:
        for item in state_of(number).steps[step].plan.items:
            act(one, number, "approve" if kind == "decision" else "issue", step=step, item=item)
        return
    report(one, number, step)
