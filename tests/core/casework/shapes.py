"""Cases of several shapes and the people around them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, get_args

from hypothesis import strategies as st
from msgspec.structs import replace
from tests.core.casework.road import (
    APPLICANT,
    CLERK,
    GOVERNMENT,
    MACHINE,
    NOODLES,
    SENIOR,
    edge,
    head,
    item,
    reviewer,
    step,
)

from bancheng.core.casework import (
    Actor,
    AnyCommand,
    Charge,
    Command,
    CrossMode,
    MaterialKind,
    MaterialRef,
    Places,
    Renewal,
    commands,
)
from bancheng.core.casework._signers_values import SignerDue
from bancheng.core.casework._values import ClockStart
from bancheng.core.catalogue import (
    AnswerKind,
    AskedQuestion,
    FeeRefund,
    FeeRefundCause,
    FeeTiming,
    PartialPolicy,
    SpecialProcedure,
    StepKind,
)
from bancheng.core.clock import Limit, LimitUnit
from bancheng.core.compiler import EdgeKind, Plan

COMMANDS: tuple[type[Command], ...] = get_args(AnyCommand)

# ------------------------------------------------------------------------------------------------------------ shapes


def shape(items: Any, steps: Any, edges: Any) -> commands.Submit:
    return replace(NOODLES, items=tuple(items), plan=Plan(steps=tuple(steps), edges=tuple(edges)))


def _pair(key: str, body: str = "") -> tuple[Any, ...]:
    at = body or f"{key}-body"
    return (
        step(f"{key}.review", StepKind.REVIEW, [key], [at]),
        step(f"{key}.decide", StepKind.DECISION, [key], [at], 2),
    )


SERIAL = shape(
    (item("shop"), item("food", ("shop",)), item("sign", ("food",))),
    (*_pair("shop"), *_pair("food"), *_pair("sign")),
    (
        edge("shop.review", "shop.decide"),
        edge("shop.decide", "food.review", EdgeKind.RESULT),
        edge("food.review", "food.decide"),
        edge("food.decide", "sign.review", EdgeKind.RESULT),
        edge("sign.review", "sign.decide"),
    ),
)
PARALLEL = shape(
    (item("shop"), item("food"), item("sign", results=())),
    (*_pair("shop"), *_pair("food"), *_pair("sign")),
    tuple(edge(f"{key}.review", f"{key}.decide") for key in ("shop", "food", "sign")),
)
ONE_BODY = shape(
    tuple(replace(item(key), body="shop-body") for key in ("shop", "food")),
    (
        step("visit", StepKind.INSPECTION, ["shop", "food"], ["shop-body"], 5),
        *(one for key in ("shop", "food") for one in _pair(key, "shop-body")[1:]),
        step("food.issue", StepKind.ISSUE, ["food"], ["shop-body"], 1),
    ),
    (edge("visit", "shop.decide"), edge("visit", "food.decide"), edge("food.decide", "food.issue")),
)
SHAPES = {"mixed": NOODLES, "serial": SERIAL, "parallel": PARALLEL, "one body": ONE_BODY}

SPECIAL = SpecialProcedure(key="sketch", name="图纸会审", basis="示例办法第三条", max_days=6)
UNFOUNDED = SpecialProcedure(key="other", name="现场会商", basis="", max_days=6)
FEES = (
    Charge(
        key="shop/a",
        item="shop",
        body="shop-body",
        name="勘察费",
        basis="甲条例",
        amount=10000,
        timing=FeeTiming.BEFORE,
    ),
    Charge(
        key="food/b",
        item="food",
        body="food-body",
        name="评审费",
        basis="乙条例",
        amount=333,
        timing=FeeTiming.DURING,
        refunds=(FeeRefund(on=FeeRefundCause.WITHDRAWN, share=Decimal("0.5"), basis="乙条例第二条"),),
    ),
    Charge(
        key="sign/c",
        item="sign",
        body="sign-body",
        name="制证费",
        basis="丙条例",
        amount=None,
        refunds=(FeeRefund(on=FeeRefundCause.REFUSED, share=Decimal(1), basis="丙条例第二条"),),
    ),
)
LEASE = MaterialRef(
    document="lease", name="租赁合同", kind=MaterialKind.DEFERRED, defer_days=5, items=("sign", "food")
)
DRAWING = MaterialRef(document="plan", name="平面图", kind=MaterialKind.DEFERRED, defer_days=12)
HEALTH = MaterialRef(
    document="health",
    name="健康证明",
    kind=MaterialKind.COMMITMENT,
    items=("shop",),
    text_version="2026-1",
    digest="d" * 64,
    verify_days=10,
)
OLD = Renewal(number="旧1号", name="旧证", valid_to=date(2026, 4, 8), until=date(2031, 4, 8))
RELAY = Places(receiving="999999", deciding="999998", mode=CrossMode.RELAY, collecting_body="near")
OWNER = SignerDue(key="owner", who="房屋所有权人", item="shop", basis="示例办法第四条")
TOGETHER = Places(
    receiving="999999",
    deciding="999998",
    mode=CrossMode.JOINT,
    collecting_body="near",
    starts=ClockStart.RECEIPT,
)
QUESTIONS = (
    AskedQuestion(key="may", text="是否可以"),
    AskedQuestion(
        key="how", text="从哪里进出", kind=AnswerKind.CHOICE, options=("东门", "西门"), required=False
    ),
)
EXTRAS = (
    "fees",
    "owed",
    "all owed",
    "word",
    "watched",
    "across",
    "together",
    "special",
    "signed",
    "asked",
    "no law",
    "no lead",
)


def submission(form: str, policy: PartialPolicy, extras: frozenset[str] | set[str]) -> commands.Submit:
    """A case of one shape with some of what cases may have besides."""
    base = replace(SHAPES[form], partial=policy)
    items = base.items
    if "special" in extras:
        items = tuple(replace(one, procedures=(UNFOUNDED, SPECIAL)) for one in items)
    if "no law" in extras:
        items = (*items[:-1], replace(items[-1], statutory=None, renews=OLD))
    if "watched" in extras:
        items = (replace(items[0], supervisor="yard"), *items[1:])
    materials = [
        one for key, one in (("owed", LEASE), ("all owed", DRAWING), ("word", HEALTH)) if key in extras
    ]
    known = {one.key for one in items}
    charges = tuple(one for one in FEES if one.item in known) if "fees" in extras else ()
    places = RELAY if "across" in extras else TOGETHER if "together" in extras else Places()
    steps = tuple(
        replace(one, questions=QUESTIONS, ask_limit=Limit(9, LimitUnit.HOUR))
        if one.asks and "asked" in extras
        else one
        for one in base.plan.steps
    )
    signers = (OWNER,) if "signed" in extras else ()
    return replace(
        base,
        items=items,
        plan=replace(base.plan, steps=steps),
        materials=tuple(materials),
        charges=charges,
        places=places,
        signers=signers,
        lead_body="" if "no lead" in extras else base.lead_body,
        statutory=None if "no law" in extras else base.statutory,
    )


# ------------------------------------------------------------------------------------------------------------ people

BODIES = ("shop-body", "food-body", "fire-body", "sign-body", "road-body", "police-body")
WORKERS = tuple(reviewer(body, one) for body in BODIES for one in (1, 2))
SENIORS = tuple(Actor(id=f"senior:{body}", name="科长", roles=("senior",), body=body) for body in BODIES)
HEADS = tuple(head(body) for body in (*BODIES, "hall"))
SYSTEM = Actor(id="system:legacy", name="业务系统", roles=("reviewer",), body="shop-body")
ADMIN = Actor(id="user:admin", name="管理员", roles=("administrator",))
WATCHER = Actor(id="user:yard", name="执法员", roles=("inspector",), body="yard")
NEAR = Actor(id="user:near", name="钱近", roles=("clerk",), body="near")
SUPERVISOR = Actor(id="user:super", name="督查员", roles=("supervisor",), body="super")
STRANGERS = (
    Actor(id="nobody"),
    Actor(id="party:9", roles=("applicant",)),
    Actor(id="user:x", roles=("clerk", "reviewer", "senior"), body="other"),
)
PEOPLE = (
    APPLICANT,
    CLERK,
    SENIOR,
    MACHINE,
    GOVERNMENT,
    SYSTEM,
    ADMIN,
    WATCHER,
    NEAR,
    SUPERVISOR,
    *WORKERS,
    *SENIORS,
    *HEADS,
    *STRANGERS,
)
anybody = st.sampled_from(PEOPLE)
