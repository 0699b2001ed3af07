"""Steps go out to bodies' own systems: which system has which step, what it is handed, what is done when it is down.

The case's log says that a step is out; a parcel carries it, under a key of ours, as often as needed. What a system is
handed is made from the case at each try: only the values and papers that its body needs for these items.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from bancheng.connect.exchange import (
    FileDrop,
    HttpCity,
    HttpSystem,
    SystemDown,
    SystemPort,
    SystemRefused,
    digest_of,
)
from bancheng.core.casework import (
    SYSTEM,
    CaseState,
    CommandRefused,
    Sent,
    SentStatus,
    StepState,
    StepStatus,
    clocks,
    commands,
    has_part,
    sent_key,
)
from bancheng.core.catalogue import CodeTable, ExternalSystem, StepKind
from bancheng.core.compiler import body_value
from bancheng.store.models import Case, Outbox, Parcel, SystemCode
from bancheng.usecases import towns
from bancheng.usecases.access import MACHINE, Actor
from bancheng.usecases.casework import CaseFile, act, load
from bancheng.usecases.each import each
from bancheng.usecases.examining import Dossier, items_of
from bancheng.usecases.exchange_routes import EXCHANGE
from bancheng.usecases.town import packs

BATCH = 100
TRIES = 12
FIRST, LONGEST = timedelta(seconds=30), timedelta(hours=1)
LEASE = timedelta(minutes=3)
"""How long a worker has a parcel before another may take it up."""
NOT_WANTED = "这个环节已经不需要你方办理"
PASSED_ON = "机构调整，这项职责已由其他部门承担"
DOES = {StepKind.DECISION: "decide", StepKind.ISSUE: "issue"}


class Lacking(Exception):
    """A code that no table has; `side` is where it is unknown: ``ours`` or ``theirs``."""

    def __init__(self, table: CodeTable, code: str, side: str) -> None:
        self.told = {"table": table.value, "code": code, "side": side}
        super().__init__(code)


# ------------------------------------------------------------------------------------------------ which


def connected() -> dict[str, ExternalSystem]:
    """The systems of the packs that this deployment can reach, by key."""
    return {one.key: one for one in packs().systems if _where(one.key)}


def system_for(step: StepState, body: str) -> ExternalSystem | None:
    """The system that does this body's part of a step, or None: people do it here."""
    found = (one for one in connected().values() if one.serves(step.plan.items, step.plan.kind, body))
    return next(found, None)


def port_of(system: str) -> SystemPort:
    """The way to a system.

    Raises:
        SystemDown: nobody told where it is.
    """
    where = _where(system)
    if not where:
        raise SystemDown("没有设置对方系统的地址")
    if where == "files":
        return FileDrop(settings.BANCHENG_HOME / "exchange" / system, secret_of(system))
    found = connected().get(system)
    made = HttpCity if found is not None and found.city else HttpSystem
    return made(where, secret_of(system))


def secret_of(system: str) -> str:
    """The key shared with a system; in a demonstration one made from the deployment's own."""
    given: str = settings.BANCHENG_SYSTEM_KEYS.get(system, "")
    if given or not settings.BANCHENG_DEMO:
        return given
    return hmac.digest(settings.SECRET_KEY.encode(), f"system:{system}".encode(), "sha256").hex()


def as_actor(system: ExternalSystem) -> Actor:
    """The system acting for its body: what a reviewer or inspector there may do, and nothing more."""
    own = (system.body, *system.bodies)
    posts = tuple((role, body) for body in own for role in ("reviewer", "inspector"))
    return Actor(
        id=SYSTEM + system.key, name=system.name, roles=frozenset({"reviewer", "inspector"}), posts=posts
    )


def _where(system: str) -> str:
    where: str = settings.BANCHENG_SYSTEMS.get(system, "files" if settings.BANCHENG_DEMO else "")
    return where


class Codes:
    """A system's tables, with what people mapped since."""

    def __init__(self, system: ExternalSystem) -> None:
        self._system = system
        rows = SystemCode.objects.filter(system=system.key).values_list("table", "ours", "theirs")
        self._mapped = list(rows)

    def theirs(self, table: CodeTable, ours: str) -> str:
        """Raises `Lacking`."""
        mapped = next((b for of, a, b in self._mapped if (of, a) == (table.value, ours)), None)
        found = mapped or self._system.theirs(table, ours)
        if found is None:
            raise Lacking(table, ours, "ours")
        return found

    def ours(self, table: CodeTable, theirs: str, known: Iterable[str]) -> str:
        """One of the codes `known` here. Raises `Lacking`."""
        mapped = next((a for of, a, b in self._mapped if (of, b) == (table.value, theirs)), None)
        found = mapped or self._system.ours(table, theirs)
        if found is None or found not in set(known):
            raise Lacking(table, theirs, "theirs")
        return found


# ------------------------------------------------------------------------------------------------ out


def run(now: datetime) -> int:
    """What the worker does about exchange: look where something happened, send what is due; how many things."""
    rows = Outbox.objects.filter(kind=EXCHANGE, done_at=None).select_related("case").order_by("id")

    def looked(row: Outbox) -> int:
        made = look(row.case, now) if row.case is not None else 0
        Outbox.objects.filter(pk=row.pk).update(done_at=now)
        return made

    return each("exchange.look", rows, looked, now, most=BATCH, wanted=rows) + send_due(now)


def look(case: Case, now: datetime) -> int:
    """Send out the open steps that systems do, call back those no longer wanted; how many parcels were made.

    Any number of workers may look at once: the rules let a part go out once, and a parcel exists once.
    """
    file = load(case)
    made = 0
    for there in file.state.exchange.values():
        if there.out and _passed_on(file.state, there):
            file = _called_back(case, there, now)
    for step, body in _parts(file.state):
        system = system_for(step, body)
        sent = file.state.exchange.get(sent_key(step.plan.key, body))
        if system is not None and sent is None:
            made += _send_out(case, step.plan.key, body, system, now)
    for sent in file.state.exchange.values():
        if _unwanted(file.state, sent):
            key = f"{parcel_key(case, sent)}/cancel"
            why = sent.reason if sent.status is SentStatus.RECALLED and _passed_on(file.state, sent) else ""
            made += _parcel(case, sent, key, "cancel", now, about=parcel_key(case, sent), content=why)
    for town in connected().values():
        for kind, key, about in towns.due(file, town) if town.city else ():
            made += towns.parcel(case, town, kind, key, about, now)
    return made


def _parts(state: CaseState) -> list[tuple[StepState, str]]:
    found = []
    for step in state.open_steps:
        reported = {one.body for one in step.reports}
        found += [(step, body) for body in step.plan.bodies if body not in reported]
        found += [(step, ask.body) for ask in step.asks if ask.answer is None]
    return found


def _passed_on(state: CaseState, sent: Sent) -> bool:
    """Whether the duty is another body's now, so that this one's system has nothing to do in the step any more."""
    step = state.steps[sent.step]
    return step.status is StepStatus.OPEN and not has_part(step, sent.body)


def _called_back(case: Case, sent: Sent, now: datetime) -> CaseFile:
    try:
        return act(
            MACHINE, case.pk, commands.Recall(step=sent.step, body=sent.body, reason=PASSED_ON), now=now
        )
    except CommandRefused:
        # Another worker was first.
        return load(Case.objects.get(pk=case.pk))


def _unwanted(state: CaseState, sent: Sent) -> bool:
    if sent.status in {SentStatus.RECALLED, SentStatus.FAILED}:
        return True
    return sent.out and state.steps[sent.step].status is not StepStatus.OPEN


def parcel_key(case: Case, sent: Sent) -> str:
    """The key under which a part went out: the same at every try."""
    return f"{case.number}/{sent.step}/{sent.body}/{sent.number}"


def _send_out(case: Case, step: str, body: str, system: ExternalSystem, now: datetime) -> int:
    command = commands.SendOut(step=step, body=body, system=system.key, system_name=system.name)

    def also(after: CaseFile) -> None:
        sent = after.state.exchange[sent_key(step, body)]
        _parcel(case, sent, parcel_key(case, sent), "step", now)

    try:
        act(MACHINE, case.pk, command, now=now, also=also)
    except CommandRefused:
        # Another worker was first, or the body's people were: nothing is left to send.
        return 0
    return 1


def _parcel(
    case: Case, sent: Sent, key: str, kind: str, now: datetime, about: str = "", content: str = ""
) -> int:
    _, made = Parcel.objects.get_or_create(
        system=sent.system,
        direction=Parcel.OUT,
        key=key,
        defaults={
            "kind": kind,
            "case": case,
            "body": sent.body,
            "step": sent.step,
            "about": about,
            "content": content,
            "next_at": now,
            "created_at": now,
        },
    )
    return int(made)


def send_due(now: datetime) -> int:
    """Try every parcel whose time has come; how many went out."""
    waiting = Parcel.objects.filter(direction=Parcel.OUT, state=Parcel.WAITING)
    due = waiting.filter(next_at__lte=now).select_related("case").order_by("next_at")

    def sent(parcel: Parcel) -> int:
        mine = Parcel.objects.filter(pk=parcel.pk, state=Parcel.WAITING, next_at=parcel.next_at)
        return _send(parcel, now) if mine.update(next_at=now + LEASE) else 0

    def given_up(parcel: Parcel, why: str) -> None:
        _dead(parcel, f"我方系统出了故障：{why}", now)

    return each("exchange.parcel", due, sent, now, most=BATCH, wanted=waiting, given_up=given_up)


def _send(parcel: Parcel, now: datetime) -> int:
    try:
        composed = _composed(parcel, now)
        if composed is None:
            _ended(parcel, Parcel.SETTLED, "", now)
            return 0
        body, files = composed
        port = port_of(parcel.system)
        if isinstance(port, HttpCity):
            receipt = port.hand(parcel.key, body, files)
            towns.handed(parcel, as_actor(connected()[parcel.system]), receipt, now)
        else:
            port.send(parcel.key, body, files)
    except Lacking as lacking:
        parcel.lacking = lacking.told
        parcel.save(update_fields=["lacking"])
        _ended(parcel, Parcel.QUARANTINED, f"代码表里没有“{lacking}”", now)
        return 0
    except SystemDown as down:
        _again_later(parcel, str(down), now)
        return 0
    except SystemRefused as no:
        _dead(parcel, f"对方不接收：{no}"[:500], now)
        system = connected().get(parcel.system)
        if system is not None and system.city and parcel.kind == towns.NEWS:
            towns.said_back(parcel, as_actor(system), f"没有接收您方的消息。{no}", now)
        return 0
    parcel.digest = digest_of(body)
    parcel.save(update_fields=["digest"])
    _ended(parcel, Parcel.SENT if parcel.kind == "step" else Parcel.SETTLED, "", now)
    return 1


def _ended(parcel: Parcel, state: str, error: str, now: datetime) -> None:
    parcel.state, parcel.error, parcel.done_at = state, error, now
    parcel.save(update_fields=["state", "error", "done_at"])


def _again_later(parcel: Parcel, why: str, now: datetime) -> None:
    parcel.tries += 1
    if parcel.tries >= TRIES:
        _dead(parcel, why, now)
        return
    parcel.error, parcel.next_at = why[:500], now + min(FIRST * 2 ** (parcel.tries - 1), LONGEST)
    parcel.save(update_fields=["tries", "error", "next_at"])


def _dead(parcel: Parcel, why: str, now: datetime) -> None:
    """No more tries by itself: people do the step, and an operator sees why."""
    parcel.tries = max(parcel.tries, 1)
    parcel.save(update_fields=["tries"])
    _ended(parcel, Parcel.DEAD, why[:500], now)
    if parcel.kind == "step" and parcel.case is not None:
        command = commands.GiveUpExchange(step=parcel.step, body=parcel.body, reason=why)
        try:
            act(MACHINE, parcel.case.pk, command, now=now)
        except CommandRefused:
            # It is over, or taken back: there is nothing to give up.
            return


# ------------------------------------------------------------------------------------------------ what is handed over


def _composed(parcel: Parcel, now: datetime) -> tuple[bytes, dict[str, bytes]] | None:
    """The message and its files, or None when nothing is wanted any more."""
    if parcel.kind == "refusal":
        return parcel.content.encode(), {}
    if parcel.kind == "cancel":
        told = {"kind": "cancel", "about": parcel.about, "reason": parcel.content or NOT_WANTED}
        return json.dumps(told, ensure_ascii=False).encode(), {}
    if parcel.case is None:
        return None
    file = load(parcel.case)
    if parcel.kind in towns.KINDS:
        return towns.composed(parcel, file)
    sent = file.state.exchange.get(sent_key(parcel.step, parcel.body))
    system = connected().get(parcel.system)
    if system is None:
        raise SystemDown("没有设置对方系统的地址")
    if sent is None or not sent.out or parcel_key(parcel.case, sent) != parcel.key:
        return None
    step = file.state.steps[sent.step]
    if step.status is not StepStatus.OPEN:
        return None
    return _handed_over(parcel, file, step, system, now)


def _handed_over(
    parcel: Parcel, file: CaseFile, step: StepState, system: ExternalSystem, now: datetime
) -> tuple[bytes, dict[str, bytes]]:
    codes = Codes(system)
    asked = parcel.body not in step.plan.bodies
    items = items_of(file.state, {parcel.body}) & set(step.plan.items) or frozenset(step.plan.items)
    own = frozenset({parcel.body})
    dossier = Dossier(file=file, bodies=own, items=items, unmasked=frozenset(), strict=False)
    papers, files = _papers(dossier, codes)
    clock = clocks(file.state, packs().calendar, now).steps.get(parcel.step)
    message: dict[str, Any] = {
        "kind": "step",
        "key": parcel.key,
        "case": file.case.number,
        "matter": file.case.name,
        "step": parcel.step,
        "title": step.plan.name,
        "does": "opinion" if asked else DOES.get(step.plan.kind, "report"),
        "staff": step.plan.staff,
        "due": clock.due.isoformat() if clock else None,
        "items": [_item(file.state, key, codes) for key in sorted(items)],
        "applicant": {"kind": file.case.party.subject, "name": file.case.party.name},
        "values": _values(dossier, parcel.body),
        "papers": papers,
    }
    return json.dumps(message, ensure_ascii=False, sort_keys=True).encode(), files


def _item(state: CaseState, key: str, codes: Codes) -> dict[str, Any]:
    item = state.items[key].item
    return {
        "code": codes.theirs(CodeTable.ITEM, key),
        "name": item.name,
        "results": [codes.theirs(CodeTable.DOCUMENT, one) for one in item.results],
    }


def _values(dossier: Dossier, body: str) -> list[dict[str, Any]]:
    """What these items need, in the body's own codes; a value that nobody there asked for is not handed over."""
    told = []
    for field in dossier.blueprint.fields:
        if dossier.items.isdisjoint(field.items):
            continue
        value = body_value(dossier.blueprint, body, field.element, dossier.values.get(field.element))
        if value is not None:
            told.append({"element": field.element, "name": field.name, "value": msgspec.to_builtins(value)})
    return told


def _papers(dossier: Dossier, codes: Codes) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    told: list[dict[str, Any]] = []
    files: dict[str, bytes] = {}
    for paper in dossier.papers:
        code = codes.theirs(CodeTable.DOCUMENT, paper.ref.document)
        held = []
        for upload in paper.files:
            name = f"paper-{len(files) + 1}.{upload.file.rpartition('.')[2]}"
            with default_storage.open(upload.file) as handle:
                files[name] = handle.read()
            held.append({"file": name, "digest": upload.digest, "title": upload.name})
        told.append({"document": code, "name": paper.name, "came": paper.ref.kind.value, "files": held})
    return told, files


def recall(actor: Actor, case: str, step: str, body: str, reason: str, seen: int | None = None) -> CaseFile:
    """A senior takes a step back from the system.

    Raises:
        CommandRefused: not a senior of the body, no reason, or it is not there.
    """
    return act(actor, case, commands.Recall(step=step, reason=reason), body=body, seen=seen)


def again(case: Case, step: str, body: str, now: datetime | None = None) -> bool:
    """Send a failed or recalled part out anew; whether it went (people may have done it meanwhile)."""
    file = load(case)
    held = file.state.steps.get(step)
    system = system_for(held, body) if held is not None else None
    if system is None:
        return False
    return bool(_send_out(case, step, body, system, now or timezone.now()))
