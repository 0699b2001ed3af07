"""Playing an example case of the packs by the same road as people: for `bancheng demo`, and for tests. Demo mode only.

The applicant answers what the example says and fills the rest of the form plausibly; officials of the bodies do their
steps in the order the plan allows. Nothing here knows a one-thing by name.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from PIL import Image, ImageDraw

from bancheng.connect.packs import ExampleCase
from bancheng.connect.payments import PayOrder
from bancheng.core.casework import (
    Opinion,
    Staff,
    StepOutcome,
    StepState,
    StepStatus,
    Verdict,
    commands,
    dues,
    role_of_step,
)
from bancheng.core.catalogue import ON_SITE, ElementKind, StepKind
from bancheng.core.compiler import MergedField, show_value
from bancheng.core.kernel import Fault, ProblemsFound, sample_credit_code
from bancheng.core.rules import evaluate, names_in, parse
from bancheng.store.models import Case, Mandate, Membership, PaymentOrder, User
from bancheng.usecases import access, apply, casework, fees, money, results, submission, uploads
from bancheng.usecases.access import Actor, NotAllowed, NotFound
from bancheng.usecases.apply import Preparation
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.town import body_name, current_blueprint, packs

Clock = Callable[[], datetime]
"""Tells the moment at which the next thing happens."""
ROUNDS = 5
"""How often the form is looked at again: an answer may bring new fields."""
AHEAD = timedelta(days=30)
"""How far ahead a made-up day is put where a condition does not take today."""


@dataclass(frozen=True)
class Scene:
    """One thing an official did: who, for which body, in which step, and with what end."""

    body: str
    who: str
    what: str
    file: CaseFile


def example_of(onething: str) -> ExampleCase:
    """The first example case of a one-thing that comes to a yes and whose person has an account.

    Raises:
        NotFound: the packs hold none.
    """
    for example in packs().cases:
        if example.onething == onething and example.expect.eligible and has_applicant(example):
            return example
    raise NotFound(onething)


def has_applicant(example: ExampleCase) -> bool:
    """Whether the example's person has an account here."""
    return _applicant(example) is not None


def begin(example: ExampleCase) -> tuple[Actor, Preparation]:
    """The applicant of an example and their draft with the example's answers given.

    Raises:
        NotAllowed: outside demo mode.
        NotFound: the person has no account or no mandate for the company.
    """
    if not settings.BANCHENG_DEMO:
        raise NotAllowed("play")
    user = _applicant(example)
    if user is None:
        raise NotFound("person")
    actor = access.actor_for(user)
    numbers = {example.evidence.person, example.evidence.company}
    blueprint = current_blueprint(example.onething)
    allowed = apply.parties_for(actor, blueprint) if blueprint else ()
    party = next((one.party for one in allowed if one.number in numbers), None)
    if party is None:
        raise NotFound("party")
    draft = apply.start(actor, example.onething, party)
    preparation = apply.prepare(actor, draft)
    optional = [item.key for item in preparation.personal.offered if item.key in (example.expect.items or ())]
    if optional:
        apply.wish(preparation, optional)
    answers = {name: said for key, value in example.answers.items() for name, said in _texts(key, value)}
    return actor, _answered(actor, preparation, answers)


def fill(actor: Actor, preparation: Preparation) -> tuple[Preparation, int]:
    """Answer every question and required field still open with something plausible; how many had to be typed.

    Raises:
        ProblemsFound: a made-up value does not pass the form.
    """
    typed, days = 0, set[str]()
    for _ in range(ROUNDS):
        wanted = {
            question.element: [question.options[0].value if question.options else "true"]
            for question in preparation.personal.questions
        }
        for one in preparation.personal.fields:
            if one.shown and one.required and one.value is None:
                for key, texts in _made_up_texts(one.field, preparation).items():
                    wanted.setdefault(key, texts)
                if one.field.kind is ElementKind.DATE:
                    days.add(one.field.element)
        wanted = wanted or _later_days(preparation, days)
        if not wanted:
            break
        typed += len(wanted)
        preparation = _answered(actor, preparation, wanted)
    return preparation, typed


def _later_days(preparation: Preparation, days: set[str]) -> dict[str, list[str]]:
    """The made-up days that a condition of an item does not take as they are, put off until it may."""
    facts, today = preparation.facts, timezone.localdate()
    ahead = (today + AHEAD).isoformat()
    found = dict[str, list[str]]()
    for item in preparation.personal.items:
        for condition in packs().catalogue.items[item.key].conditions:
            tree = parse(condition.rule) if condition.rule else None
            mine = days & set(names_in(tree)) if tree is not None else set()
            if tree is not None and mine and evaluate(tree, facts, today=today) is False:
                found |= {name: [ahead] for name in mine if preparation.answers.get(name) != today + AHEAD}
    return found


def give_papers(actor: Actor, preparation: Preparation, *, later: bool = True) -> Preparation:
    """Upload a picture for every material that must be brought; without `later` not for those that may follow."""
    for one in preparation.asked_materials():
        material = one.material
        owed = material.deferrable and not later
        if material.document in preparation.promised or owed:
            continue
        if one.required and not preparation.files_for(material):
            uploads.attach(preparation.draft, None, material.document, f"{material.name}.jpg", _picture())
    return apply.prepare(actor, preparation.draft)


def hand_in(actor: Actor, preparation: Preparation, clock: Clock = timezone.now) -> CaseFile:
    """Submit, at the moment `clock` tells.

    Raises:
        ProblemsFound: something is still missing.
    """
    return submission.submit(actor, preparation, declared=True, now=clock())


def accept(file: CaseFile, clock: Clock = timezone.now) -> CaseFile:
    """A clerk of the receiving window takes the case on."""
    file = pay(file, clock)
    receiving = file.state.submission.receiving_body if file.state.submission else ""
    return casework.act(official("clerk", receiving), file.case.number, commands.Accept(), now=clock())


def pay(file: CaseFile, clock: Clock = timezone.now) -> CaseFile:
    """The applicant pays online what is due now, if anything is."""
    due = sum(dues(file.state).values())
    demo = money.demo_provider()
    if not due or demo is None:
        return file
    order = PaymentOrder.objects.create(case=file.case, provider=demo.name, amount=due)
    demo.open(PayOrder(key=str(order.pk), amount=due, title=file.case.name, back=""))
    paid = demo.pay(str(order.pk))
    fees.book(order, paid.amount, paid.reference, now=clock())
    return casework.load(Case.objects.select_related("party", "blueprint").get(pk=file.case.pk))


def work(file: CaseFile, clock: Clock = timezone.now) -> Iterator[Scene]:
    """Officials do every step until nothing is open, one scene for each body's part in a step.

    `clock` is asked before each part.
    """
    while True:
        part = next(
            (
                (step, body)
                for step in file.state.open_steps
                for body in step.plan.bodies
                if all(report.body != body for report in step.reports)
            ),
            None,
        )
        if part is None:
            pay(file, clock)
            return
        file = pay(file, clock)
        file, who = _do(file, *part, clock())
        step, body = part
        yield Scene(body=body_name(body), who=who.name, what=step.plan.name, file=file)


def whole(onething: str) -> CaseFile:
    """A case of this one-thing from the first answer to the last result."""
    actor, preparation = begin(example_of(onething))
    preparation, _ = fill(actor, preparation)
    file = accept(hand_in(actor, give_papers(actor, preparation)))
    for scene in work(file):
        file = scene.file
    return file


def _do(file: CaseFile, step: StepState, body: str, now: datetime) -> tuple[CaseFile, Actor]:
    number, key, kind = file.case.number, step.plan.key, step.plan.kind
    who = official(role_of_step(kind), body)
    if kind is StepKind.DECISION:
        for item in step.plan.items:
            file = results.decide_item(who, number, item, Verdict.APPROVE, body=body, now=now)
        return file, who
    if kind is StepKind.ISSUE:
        for item in step.plan.items:
            file = results.issue(who, number, item, body=body, now=now)
        return file, who
    for ask in step.asks:
        if ask.answer is None:
            answer = commands.GiveOpinion(step=key, answer=Opinion.AGREE, words="无不同意见")
            file = casework.act(official("reviewer", ask.body), number, answer, body=ask.body, now=now)
    if file.state.steps[key].status is StepStatus.DONE:
        # With the last opinion such a step is over by itself.
        return file, who
    report = commands.CompleteStep(
        step=key, outcome=StepOutcome.OK, findings="符合要求", staff=_staff(step, body)
    )
    return casework.act(who, number, report, body=body, now=now), who


def _staff(step: StepState, body: str) -> tuple[Staff, ...]:
    if step.plan.kind not in ON_SITE:
        return ()
    # The law wants two at an inspection; a body with one inspector brings a reviewer along.
    found = [
        one
        for role in ("inspector", "reviewer")
        for one in Membership.objects.filter(role=role, body=body).select_related("user").order_by("id")
    ]
    people = {one.user_id: one.user.get_full_name() for one in found}
    wanted = max(2, step.plan.staff)
    return tuple(Staff(id=f"user:{key}", name=name) for key, name in list(people.items())[:wanted])


def official(role: str, body: str) -> Actor:
    """Somebody of `body` who holds the post of `role`, or any post where nobody does.

    Raises:
        Fault: the body has nobody.
    """
    held = Membership.objects.filter(role=role, body=body).select_related("user").order_by("id").first()
    held = held or Membership.objects.filter(body=body).select_related("user").order_by("id").first()
    if held is None:
        raise Fault(f"nobody holds the post of {role} in {body}")
    return access.actor_for(held.user)


def _applicant(example: ExampleCase) -> User | None:
    mandate = Mandate.objects.filter(kind=Mandate.SELF, party__number=example.evidence.person).first()
    return mandate.user if mandate and example.evidence.person else None


def _answered(actor: Actor, preparation: Preparation, answers: dict[str, list[str]]) -> Preparation:
    problems = apply.answer(preparation, answers)
    if problems:
        raise ProblemsFound(problems)
    return apply.prepare(actor, preparation.draft)


def _texts(key: str, value: object) -> Iterator[tuple[str, list[str]]]:
    """A value as a form would send it; of a list of records the count and every cell."""
    if not isinstance(value, tuple | list):
        yield key, [str(value).lower() if isinstance(value, bool) else str(value)]
    elif value and isinstance(value[0], dict):
        yield key, [str(len(value))]
        for index, row in enumerate(value):
            for column, cell in row.items():
                yield from _texts(f"{key}.{index}.{column}", cell)
    else:
        yield key, [str(one) for one in value] or [""]


def _made_up_texts(field: MergedField, preparation: Preparation) -> dict[str, list[str]]:
    """Something plausible for a field; for a list of records the fewest rows, every cell filled."""
    if field.kind is not ElementKind.RECORDS:
        return {field.element: _made_up(field, preparation)}
    rows = max(field.min_rows or 0, 1)
    cells = {
        f"{field.element}.{index}.{column.element}": _made_up(column, preparation)
        for index in range(rows)
        for column in field.columns
    }
    return {field.element: [str(rows)], **cells}


def _made_up(field: MergedField, preparation: Preparation) -> list[str]:
    party = preparation.draft.party
    if field.codes:
        return [field.codes[0].value]
    if field.minimum is not None:
        return [f"{field.minimum:f}"]
    plain = {
        ElementKind.NAME: "张示范",
        ElementKind.ID_NUMBER: "999999197203161016",
        ElementKind.CREDIT_CODE: party.number
        if party and party.subject == "company"
        else sample_credit_code(77),
        ElementKind.PHONE: "19900000001",
        ElementKind.EMAIL: "sample@example.cn",
        ElementKind.DATE: timezone.localdate().isoformat(),
        ElementKind.ADDRESS: "示范省云溪县样例街1号",
        ElementKind.BANK_ACCOUNT: "6200000000000000",
        ElementKind.BOOLEAN: "true",
    }
    numbers = {ElementKind.INTEGER, ElementKind.DECIMAL, ElementKind.MONEY}
    return [plain.get(field.kind, "3" if field.kind in numbers else "示范")]


def _picture() -> io.BytesIO:
    image = Image.new("RGB", (320, 200), "white")
    ImageDraw.Draw(image).rectangle((20, 20, 300, 180), outline="black", width=3)
    data = io.BytesIO()
    image.save(data, "JPEG")
    data.seek(0)
    return data


def filled(preparation: Preparation) -> list[tuple[str, str, str]]:
    """The form as it stands: name, value in words, and the source of a value nobody had to type."""
    return [
        (one.field.name, show_value(one.field, one.value), one.known.source_name if one.known else "")
        for one in preparation.asked_fields()
        if one.value is not None
    ]
