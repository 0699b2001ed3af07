"""Every sweep with two rows of its own, made as plainly as it allows, and what breaks for one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from bancheng.core.casework import Phase
from bancheng.store import models
from bancheng.store.models import (
    BlueprintVersion,
    Case,
    CaseBill,
    CaseFigure,
    CaseTask,
    Draft,
    Outbox,
    Parcel,
    Party,
    PaymentOrder,
    ResultDocument,
    Upload,
    User,
)
from bancheng.usecases import (
    actuals,
    archiving,
    benefit_news,
    benefit_runs,
    calendars,
    checking,
    dispatching,
    disposal,
    exchange,
    exchange_desk,
    exchange_in,
    fees,
    granting_money,
    importing,
    letters,
    paying_out,
    promises,
    reconciling,
    renewal,
    retention,
    roll_deeds,
    standing_desk,
    standing_runs,
    telling,
    town,
    undo,
    upkeep,
    uploads,
)

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
LATER = NOW + timedelta(minutes=30)
"""When a row that failed once is due again, and what a worker had taken is free."""


def two_cases() -> list[Case]:
    of = BlueprintVersion.objects.create(
        digest="d" * 64, key="k", version=1, name="一件事", content="{}", published_at=NOW
    )
    party = Party.objects.create(subject="person", name="示例", search_key="示例")
    return [
        Case.objects.create(
            number=f"9999990{number}",
            onething="k",
            name="一件事",
            blueprint=of,
            party=party,
            created_at=NOW,
            seq=1,
            status=Phase.FINISHED.value,
            lead="b",
            channel="online",
            attention_on=NOW.date(),
            finished_at=NOW - timedelta(days=400),
        )
        for number in range(2)
    ]


@dataclass(frozen=True)
class Poison:
    """A sweep with two rows: how they are made, which inner function breaks for one of them, how it is run.

    `make` gives the mark by which `who` tells the row from the arguments of the inner function.
    """

    what: str
    inner: tuple[Any, str]
    make: Callable[[Case, int], str]
    who: Callable[..., str]
    run: Callable[[datetime], object]
    gives: Callable[..., object] = lambda *_args: 1


def _of_case(model: Any, **fields: Any) -> Callable[[Case, int], str]:
    def make(case: Case, number: int) -> str:
        own = {key: value(case, number) if callable(value) else value for key, value in fields.items()}
        model.objects.create(case=case, **own)
        return str(case.pk)

    return make


def _case(number: int = 0, of: str = "case_id") -> Callable[..., str]:
    return lambda *args, **_: str(getattr(args[number], of))


def _system(_case: Case, number: int) -> str:
    return ("a", "b")[number]


def _day(_case: Case, number: int) -> str:
    return str(date(2026, 11, 22 - number))


def _alone(model: Any, **fields: Any) -> Callable[[Case, int], str]:
    def make(case: Case, number: int) -> str:
        own = {key: value(case, number) if callable(value) else value for key, value in fields.items()}
        return str(model.objects.create(**own).pk)

    return make


def _upload(state: str, *, owned: bool = False) -> Callable[[Case, int], str]:
    def make(case: Case, number: int) -> str:
        of = {"case": case} if owned else {}
        row = Upload.objects.create(document="d", name="x", size=1, digest="", file="", state=state, **of)
        Upload.objects.filter(pk=row.pk).update(created_at=NOW - timedelta(days=60))
        return str(row.pk)

    return make


def _draft(case: Case, number: int) -> str:
    row = Draft.objects.create(onething="k", blueprint=case.blueprint)
    Draft.objects.filter(pk=row.pk).update(updated_at=NOW - timedelta(days=60))
    return str(row.pk)


def _task(**fields: Any) -> Callable[[Case, int], str]:
    return _of_case(
        CaseTask, key="s", name="s", kind="decision", body="b", role="reviewer", opened_at=NOW, **fields
    )


def _away(case: Case, number: int) -> str:
    user, made = User.objects.get_or_create(username="away")
    if made:
        models.Membership.objects.create(user=user, role="reviewer", body="b")
        models.Absence.objects.create(user=user, first=NOW.date(), last=NOW.date(), entered_at=NOW)
    return _task(state="claimed", assignee="user:1")(case, number)


def _order(case: Case, number: int) -> str:
    row = PaymentOrder.objects.create(case=case, provider="demo", amount=100)
    PaymentOrder.objects.filter(pk=row.pk).update(created_at=NOW - timedelta(hours=1))
    return str(row.pk)


def _ask(now: datetime) -> None:
    """A statement of the provider knows every payment."""
    lines = tuple(SimpleNamespace(key=str(one.pk), amount=one.amount) for one in PaymentOrder.objects.all())
    reconciling._ask_for_missing(lines, now)  # type: ignore[arg-type]  # reason: as much of a line as is read


def _import(case: Case, number: int) -> str:
    source, _ = models.ImportSource.objects.get_or_create(
        name="s", defaults={"title": "s", "changed_at": NOW}
    )
    run = models.ImportRun(source=source, digest=str(number), user_name="x", moved_at=NOW, created_at=NOW)
    run.save()
    return str(run.pk)


def _told(case: Case, number: int) -> str:
    models.CalendarTold.objects.get_or_create(mark="m", defaults={"years": "[]"})
    return str(case.pk)


def _tell(now: datetime) -> int:
    row = models.CalendarTold.objects.get()
    return calendars._tell(row, (), now, 500)


def _held(case: Case, number: int) -> str:
    user, _ = User.objects.get_or_create(username="held")
    return _of_case(models.HeldAct, user=user, command="{}", seen=1, words="x", held_at=NOW, due_at=NOW)(
        case, number
    )


def _news(_case: Case, number: int) -> str:
    row = models.StandingRow.objects.create(benefit="b", subject=number, updated_at=NOW)
    made = models.BenefitNews.objects.create(standing=row, sequence=1, kind="Stopped", created_at=NOW)
    return str(made.pk)


def _benefit_delivery(case: Case, number: int) -> str:
    news = int(_news(case, number))
    made = models.ChannelDelivery.objects.create(
        news_id=news, kind="Stopped", channel="sms", key=f"n{number}", next_at=NOW, created_at=NOW
    )
    return str(made.pk)


def _delivery(case: Case, number: int) -> str:
    user, _ = User.objects.get_or_create(username="told")
    return _of_case(
        models.ChannelDelivery,
        user=user,
        kind="k",
        channel="email",
        key=str(number),
        next_at=NOW,
        created_at=NOW,
    )(case, number)


def _to_destroy(case: Case, number: int) -> str:
    told = {"kind": models.ArchiveList.DESTROY, "body": "b", "state": models.ArchiveList.AGREED, "at": NOW}
    agreed = models.ArchiveList.objects.create(number=str(number), **told)
    return _of_case(models.ArchiveLine, list=agreed, seq=1, head="h", digest="d", size=1, open=True)(
        case, number
    )


def _figure(case: Case, *_rest: object) -> CaseFigure:
    return CaseFigure(case=case, onething="k", closed_on=NOW.date(), reason="withdrawn")


PARCEL = {"system": "a", "key": lambda _c, n: f"p{n}", "kind": "step", "next_at": NOW, "created_at": NOW}
PAPER = {
    "seq": lambda _c, n: n + 1, "kind": "k", "title": "t", "body": "b", "year": 2026, "serial": lambda _c, n: n,
    "number": lambda _c, n: str(n), "on": NOW.date(), "code": lambda _c, n: str(n),
}  # fmt: skip
RESULT = {
    "item": "i", "result": "r", "document": "d", "name": "n", "number": lambda _c, n: str(n), "body": "b",
    "code": lambda _c, n: str(n), "holder": "h", "file": "f", "digest": "",
    "issued_on": NOW.date() - timedelta(days=400), "valid_to": NOW.date() + timedelta(days=9),
}  # fmt: skip
EVERY = (
    Poison(
        "archives.case",
        (archiving, "archive"),
        lambda case, _n: str(case.pk),
        _case(0, "pk"),
        archiving.archive_due,
    ),
    Poison(
        "archives.destroy",
        (disposal, "erase_case"),
        _to_destroy,
        _case(0, "pk"),
        disposal.destroy_agreed,
    ),
    Poison(
        "banks.batch",
        (paying_out, "hand_in_and_ask"),
        _alone(models.PaymentBatch, key=lambda _c, n: f"b{n}", state="ready", created_at=NOW),
        _case(1, "pk"),
        paying_out.round_trip,
    ),
    Poison(
        "banks.fill",
        (granting_money, "_fill"),
        _alone(models.PaymentBatch, key=lambda _c, n: f"f{n}", state="filling", created_at=NOW),
        _case(0, "pk"),
        granting_money.fill_waiting,
    ),
    Poison(
        "benefits.comparison",
        (benefit_runs, "_work"),
        _alone(models.BenefitComparison, asked_at=lambda _c, n: NOW + timedelta(seconds=n), as_of=NOW.date()),
        _case(0, "pk"),
        # One comparison a turn: the second is the next turn's.
        lambda now: benefit_runs.work(now) + benefit_runs.work(now + timedelta(seconds=1)),
    ),
    Poison(
        "benefits.roll",
        (roll_deeds, "_turn"),
        _alone(
            models.RollDeed,
            policy=lambda _c, n: f"p{n}",
            period="2026",
            what="ask",
            asked_at=NOW,
        ),
        _case(0, "pk"),
        roll_deeds.work,
    ),
    Poison(
        "benefits.standing",
        (standing_runs, "_run"),
        _alone(
            models.StandingRun,
            benefit="b",
            asked_at=lambda _c, n: NOW + timedelta(seconds=n),
            as_of=NOW.date(),
        ),
        _case(0, "pk"),
        standing_runs.work,
    ),
    Poison(
        "benefits.owed",
        (standing_desk, "_book"),
        _alone(models.StandingRow, benefit="b", subject=lambda _c, n: n, owed=1, updated_at=NOW),
        _case(0, "pk"),
        standing_desk.book_paid_back,
    ),
    Poison("news.benefit", (benefit_news, "said"), _news, _case(0, "pk"), benefit_news.tell),
    Poison("calendars.case", (calendars, "_tell_one"), _told, lambda pk, **_: str(pk), _tell),
    Poison(
        "cases.case",
        (upkeep, "_run"),
        lambda case, _n: str(case.pk),
        lambda pk, _now: str(pk),
        upkeep.run_due_cases,
    ),
    Poison("comparing.system", (exchange_desk, "compare"), _system, _case(0, "key"), exchange_desk.reconcile),
    Poison(
        "credit.check",
        (promises, "_check"),
        _of_case(models.CreditCheck, next_at=NOW),
        _case(),
        promises.check_credit,
    ),
    Poison(
        "exchange.look", (exchange, "look"), _of_case(Outbox, kind="exchange"), _case(0, "pk"), exchange.run
    ),
    Poison(
        "exchange.parcel",
        (exchange, "_send"),
        _of_case(Parcel, direction="out", **PARCEL),
        _case(),
        exchange.send_due,
    ),
    Poison(
        "exchange.message",
        (exchange_in, "take_in"),
        lambda _case, number: f"m{number}",
        lambda _system, one, _now: one.key,
        lambda now: exchange_in._fetch(SimpleNamespace(key="a", name="a"), now),
        lambda *_: SimpleNamespace(done_at=None),
    ),
    Poison("exchange.system", (exchange_in, "_fetch"), _system, _case(0, "key"), exchange_in.fetch_all),
    Poison(
        "exchange.undealt",
        (exchange_in, "deal"),
        _of_case(Parcel, direction="in", **PARCEL),
        _case(),
        exchange_in.fetch_all,
    ),
    Poison("exchange.twin", (exchange_desk, "_play"), _system, _case(0, "key"), exchange_desk.play_systems),
    Poison("fees.bill", (fees, "_bill_anew"), _of_case(CaseBill, form="f"), _case(), fees.reckon_again),
    Poison(
        "fees.notice",
        (fees, "hear"),
        lambda _case, number: str(number),
        lambda _name, body, _signature: body.decode(),
        fees.deliver_demo_notices,
    ),
    Poison("fees.payment", (fees, "look"), _order, _case(1, "pk"), fees.look_after_payments),
    Poison(
        "fees.refund",
        (fees, "load"),
        _of_case(CaseBill, refunding=1),
        _case(0, "pk"),
        fees.send_refunds,
        lambda *_: SimpleNamespace(state=SimpleNamespace(bill=SimpleNamespace(to_refund=()))),
    ),
    Poison(
        "figures.case",
        (actuals, "_figure"),
        lambda case, _n: str(case.pk),
        _case(0, "pk"),
        lambda now: _at(now, lambda: actuals.count(10)),
        _figure,
    ),
    Poison("imports.run", (importing, "_moved_on"), _import, _case(0, "pk"), importing.work),
    Poison(
        "logs.case",
        (checking, "examine"),
        _of_case(models.CaseSnapshot, seq=1, state=b"", checked_at=NOW),
        _case(0, "pk"),
        lambda now: checking.check(10, now),
    ),
    Poison(
        "messages.news",
        (upkeep, "_deliver"),
        _of_case(Outbox, kind="Accepted"),
        _case(),
        upkeep.deliver_messages,
    ),
    Poison("people.task", (dispatching, "_place"), _task(state="open"), _case(), dispatching.dispatch),
    Poison(
        "people.gone",
        (dispatching, "_act"),
        _task(state="claimed", assignee="user:0"),
        _case(),
        dispatching.dispatch,
    ),
    Poison("people.absent", (dispatching, "_hand_on"), _away, _case(), dispatching.hand_on_absent),
    Poison(
        "reconciling.day", (reconciling, "reconcile"), _day, lambda day, _now: str(day), reconciling.daily
    ),
    Poison("reconciling.payment", (reconciling, "look"), _order, _case(1, "pk"), _ask),
    Poison("renewals.paper", (renewal, "_tell"), _of_case(ResultDocument, **RESULT), _case(), renewal.remind),
    Poison("retention.draft", (retention, "_forget_draft"), _draft, _case(0, "pk"), retention.forget),
    Poison("retention.file", (retention, "erase_one"), _upload("refused"), _case(0, "pk"), retention.forget),
    Poison(
        "slips.paper",
        (letters, "made"),
        _of_case(models.Paper, **PAPER),
        lambda file, _slip: str(file),
        letters.make_waiting,
    ),
    Poison("telling.delivery", (telling, "_send"), _delivery, _case(), lambda now: telling.send_due(now, {})),
    Poison(
        "telling.benefit",
        (telling, "_send"),
        _benefit_delivery,
        _case(0, "pk"),
        lambda now: telling.send_due(now, {}),
    ),
    Poison("undo.act", (undo, "_try"), _held, _case(), undo.carry_out_due),
    Poison(
        "uploads.file",
        (uploads, "_finish"),
        _upload("quarantined", owned=True),
        _case(0, "pk"),
        uploads.release_left_behind,
    ),
    Poison(
        "uploads.nobodys",
        (uploads, "erase_one"),
        _upload("clean"),
        _case(0, "pk"),
        uploads.release_left_behind,
    ),
    Poison(
        "versions.plan",
        (town, "_turn"),
        _alone(models.PlannedVersion, key=lambda _c, n: str(n), on_day=NOW.date()),
        _case(0, "pk"),
        lambda now: _at(now, lambda: town.turn_versions(now.date())),
    ),
)


def _at(now: datetime, deed: Callable[[], object]) -> object:
    """For a sweep that asks for the time itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: now)
        return deed()
