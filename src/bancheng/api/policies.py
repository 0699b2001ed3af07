"""Policies in force, in plain words: open to everyone, under the catalogue."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Router, Schema

from bancheng.api import _schemas as out
from bancheng.api._auth import allow
from bancheng.core.benefits import Policy
from bancheng.usecases import benefits

router = Router(auth=None)
_WRONG = {404: out.ProblemDocument, 422: out.ProblemDocument}


class PolicyLine(Schema):
    """A policy in a list. `mode`: automatic (免申即享), fast (快申快享) or apply; `every`: how often it is given."""

    key: str
    name: str
    body: str
    subject: str
    kind: str
    mode: str
    every: str
    summary: str
    document: str
    basis: list[str]


class ConditionOut(Schema):
    """What must hold, on which basis, with the parameters in force today in words."""

    words: str
    basis: str
    parameters: list[str]


class EntitlementOut(Schema):
    """One entitlement of a policy: all conditions must hold; `amount` is its formula in words, empty without money."""

    key: str
    name: str
    conditions: list[ConditionOut]
    amount: str


class PolicyOut(PolicyLine):
    """A policy with who gets it and how it is given."""

    intent: bool
    notice_days: int
    sample_permille: int
    materials: list[str]
    excludes: list[str]
    confidence: str
    entitlements: list[EntitlementOut]


def line(one: Policy) -> dict[str, Any]:
    """A policy in a list."""
    return {
        "key": one.id,
        "name": one.name,
        "body": one.body,
        "subject": benefits.kind_of(one).value,
        "kind": one.kind.value,
        "mode": one.mode.value,
        "every": one.every.value,
        "summary": one.summary,
        "document": one.document,
        "basis": list(one.basis),
    }


@router.get("", response={200: list[PolicyLine], **_WRONG}, summary="Policies in force (惠企惠民政策)")
@allow("public")
def policies(request: HttpRequest, q: str = "", kind: str = "", mode: str = "") -> Any:
    """Those that hold every word of `q`, of one kind or mode where one is named."""
    return [line(one) for one in benefits.search(q[:60], kind, mode)]


@router.get("/{policy}", response={200: PolicyOut, **_WRONG}, summary="A policy: who gets it, why, how much")
@allow("public")
def policy(request: HttpRequest, policy: Path[str]) -> Any:
    """Conditions in plain words with their basis, and what happens before money moves."""
    one = benefits.policy_of(policy)
    return {
        **line(one),
        "intent": one.intent,
        "notice_days": one.notice_days,
        "sample_permille": one.sample_permille,
        "materials": list(one.materials),
        "excludes": list(one.excludes),
        "confidence": one.confidence.value,
        "entitlements": [
            EntitlementOut(
                key=told.entitlement.id,
                name=told.entitlement.name,
                conditions=[
                    ConditionOut(words=words, basis=basis, parameters=list(parameters))
                    for words, basis, parameters in told.conditions
                ],
                amount=told.amount,
            )
            for told in benefits.told(one)
        ],
    }
