"""Where operators see what did not get through and why, mend it and send it again; and the daily comparison."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from bancheng.connect.documents import Letter, render_letter
from bancheng.connect.exchange import DemoBehaviour, DemoSystem, FileDrop, SystemDown, turn_by_files
from bancheng.core.casework import Opinion, StepOutcome, Underway, Verdict
from bancheng.core.catalogue import CodeTable, ExternalSystem
from bancheng.core.kernel import Place, Problem, ProblemsFound
from bancheng.store.models import Parcel, Reconciling, SystemCode
from bancheng.usecases.access import Actor, NotFound, record
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.each import each
from bancheng.usecases.exchange import again, connected, port_of, secret_of
from bancheng.usecases.exchange_in import deal

OPERATORS = ("administrator", "supervisor", "senior")
"""Who may look; mending is for administrators and for seniors of the system's body."""
STUCK = (Parcel.DEAD, Parcel.QUARANTINED, Parcel.REFUSED)
_CODES: dict[str, tuple[str, ...]] = {
    CodeTable.OUTCOME: tuple(StepOutcome),
    CodeTable.VERDICT: tuple(Verdict),
    CodeTable.OPINION: (Opinion.AGREE, Opinion.OBJECT),
    CodeTable.UNDERWAY: tuple(Underway),
}


@dataclass(frozen=True)
class Connection:
    """A system as operators see it: how it is reached, what waits, what is stuck, how the last comparison ended."""

    system: ExternalSystem
    waiting: int
    stuck: int
    last: Reconciling | None


def parcels(actor: Actor, tab: str = "stuck", system: str = "", text: str = "") -> QuerySet[Parcel]:
    """Parcels the operator may see, newest first; `tab` is stuck, waiting or all."""
    rows = Parcel.objects.filter(_scope(actor)).select_related("case")
    if tab == "stuck":
        rows = rows.filter(state__in=STUCK)
    elif tab == "waiting":
        rows = rows.filter(state=Parcel.WAITING)
    if system:
        rows = rows.filter(system=system)
    if text:
        rows = rows.filter(Q(case__number__icontains=text) | Q(key__icontains=text))
    return rows.order_by("-created_at", "id")


def connections(actor: Actor) -> list[Connection]:
    """The connected systems the operator may see."""
    bodies = _bodies(actor)
    found = []
    for system in connected().values():
        if bodies is None or system.body in bodies:
            rows = Parcel.objects.filter(system=system.key)
            last = Reconciling.objects.filter(system=system.key).first()
            stuck = rows.filter(state__in=STUCK).count()
            found.append(Connection(system, rows.filter(state=Parcel.WAITING).count(), stuck, last))
    return found


def parcel_of(actor: Actor, pk: str) -> Parcel:
    """One of them.

    Raises:
        NotFound: none that they may see.
    """
    found = Parcel.objects.filter(_scope(actor), pk=pk).select_related("case").first()
    if found is None:
        raise NotFound("parcel")
    return found


def may_mend(actor: Actor, parcel: Parcel) -> bool:
    """Whether the actor may put it right and send it again."""
    return actor.has("administrator") or actor.has("senior", parcel.body)


def choices(parcel: Parcel) -> tuple[str, ...]:
    """For a code of theirs that no table has: ours that it might mean. For one of ours: none, theirs is typed."""
    lacking = parcel.lacking or {}
    if lacking.get("side") != "theirs":
        return ()
    system = connected().get(parcel.system)
    table = lacking["table"]
    return _CODES.get(table, tuple((system.codes.get(table) or {}) if system else ()))


def mend(actor: Actor, parcel: Parcel, code: str, now: datetime | None = None) -> Parcel:
    """Map the code that is lacking, and deal with the parcel; it holds for every later one, and is audited.

    Raises:
        NotFound: not theirs to mend, or nothing is lacking.
        ProblemsFound: no code, or one that already means something else.
    """
    lacking, at = parcel.lacking, now or timezone.now()
    if not may_mend(actor, parcel) or lacking is None:
        raise NotFound("parcel")
    known = choices(parcel)
    if not code.strip() or (known and code not in known):
        raise ProblemsFound((Problem("code", "请选择或填写对应的代码。", Place(path="code")),))
    ours, theirs = (code, lacking["code"]) if lacking["side"] == "theirs" else (lacking["code"], code.strip())
    try:
        with transaction.atomic():
            SystemCode.objects.create(
                system=parcel.system, table=lacking["table"], ours=ours, theirs=theirs, by=actor.id, at=at
            )
    except IntegrityError as error:
        said = "这个代码已经有别的对应，分不清。"
        raise ProblemsFound((Problem("code.twice", said, Place(path="code")),)) from error
    record(actor, "exchange.map", f"system:{parcel.system}", f"{lacking['table']}：{ours} = {theirs}")
    return _retried(parcel, at)


def send_again(actor: Actor, parcel: Parcel, now: datetime | None = None) -> Parcel:
    """Try a stuck parcel once more, from the beginning.

    Raises:
        NotFound: not theirs to send.
        ProblemsFound: it was done by people meanwhile, or cannot be sent twice.
    """
    if not may_mend(actor, parcel) or parcel.state not in STUCK:
        raise NotFound("parcel")
    at = now or timezone.now()
    record(actor, "exchange.again", f"parcel:{parcel.pk}", parcel.key[:200])
    if parcel.direction == Parcel.IN and not parcel.content:
        raise ProblemsFound((Problem("again", "这条来件不能直接重办，请让对方改正后重新送来。"),))
    return _retried(parcel, at)


def _retried(parcel: Parcel, at: datetime) -> Parcel:
    if parcel.direction == Parcel.IN:
        return deal(parcel, at)
    if parcel.state == Parcel.DEAD and parcel.kind == "step" and parcel.case is not None:
        # The log says that it failed: it goes out anew, under a new number, unless people have done it.
        if not again(parcel.case, parcel.step, parcel.body, at):
            raise ProblemsFound((Problem("again", "这个环节已由人工办理，不用再送。"),))
        parcel.state, parcel.error = Parcel.SETTLED, "已重新送出"
    else:
        parcel.state, parcel.lacking, parcel.tries, parcel.next_at = Parcel.WAITING, None, 0, at
    parcel.save()
    return parcel


def _scope(actor: Actor) -> Q:
    bodies = _bodies(actor)
    return Q() if bodies is None else Q(body__in=bodies)


def _bodies(actor: Actor) -> frozenset[str] | None:
    """Whose systems the actor may see; None = all."""
    if actor.has("administrator") or actor.has("supervisor"):
        return None
    return frozenset(body for role, body in actor.posts if role == "senior" and body)


# ------------------------------------------------------------------------------------------------ on a case


@dataclass(frozen=True)
class OnCase:
    """A part of a case at a system, as its page tells it: what, where, since when, how far, and what is wrong."""

    title: str
    body: str
    body_key: str
    step: str
    system: str
    status: str
    reference: str
    error: str
    tries: int
    out: bool


def on_case(file: CaseFile) -> list[OnCase]:
    """Every part of the case that went to a system: at most one query."""
    if not file.state.exchange:
        return []
    rows = Parcel.objects.filter(case=file.case, direction=Parcel.OUT, kind="step").order_by("created_at")
    last = {(row.step, row.body): row for row in rows}
    found = []
    for sent in file.state.exchange.values():
        row = last.get((sent.step, sent.body))
        found.append(
            OnCase(
                title=file.state.steps[sent.step].plan.name,
                body=file.state.body_name(sent.body),
                body_key=sent.body,
                step=sent.step,
                system=sent.system_name,
                status=sent.underway.value if sent.out and sent.underway else sent.status.value,
                reference=sent.reference,
                error=sent.reason or (row.error if row is not None and sent.out else ""),
                tries=row.tries if row is not None else 0,
                out=sent.out,
            )
        )
    return found


# ------------------------------------------------------------------------------------------------ comparing


def reconcile(now: datetime) -> int:
    """Compare with every system once a day what we think it has with what it says; how many comparisons."""
    today = timezone.localdate(now)

    def compared(system: ExternalSystem) -> int:
        if Reconciling.objects.filter(system=system.key, day=today, error="").exists():
            return 0
        compare(system, now)
        return 1

    systems = connected().values()
    return each(
        "comparing.system", systems, compared, now, key=lambda one: one.key, about=lambda one: one.name
    )


def compare(system: ExternalSystem, now: datetime) -> Reconciling:
    """One comparison, kept for its day; a system that does not answer is said so and asked again."""
    rows = Parcel.objects.filter(system=system.key, direction=Parcel.OUT, kind="step").select_related("case")
    ours = {row.key: row for row in rows.filter(state__in=(Parcel.WAITING, Parcel.SENT))}
    error, differences, agreed = "", list[dict[str, str]](), 0
    try:
        theirs = port_of(system.key).holdings()
    except SystemDown as down:
        theirs, error = None, str(down)
    if theirs is None:
        error = error or "对方没有提供持有清单"
    else:
        differences, agreed = _compared(ours, theirs, set(rows.values_list("key", flat=True)))
    made, _ = Reconciling.objects.update_or_create(
        system=system.key,
        day=timezone.localdate(now),
        defaults={
            "body": system.body,
            "at": now,
            "agreed": agreed,
            "differences": differences,
            "error": error[:300],
        },
    )
    return made


def _compared(
    ours: dict[str, Parcel], theirs: dict[str, str], ever: set[str]
) -> tuple[list[dict[str, str]], int]:
    differences = []
    for key, row in ours.items():
        said = theirs.get(key)
        what = "missing" if said is None else "not_returned" if said == "done" else ""
        if what and not (row.state == Parcel.WAITING and what == "missing"):
            number = row.case.number if row.case else ""
            differences.append({"key": key, "case": number, "what": what})
    for key, said in theirs.items():
        if key not in ours and said != "done":
            differences.append({"key": key, "case": "", "what": "ended_here" if key in ever else "unknown"})
    wrong = {one["key"] for one in differences}
    return differences, len([key for key in theirs if key in ever and key not in wrong])


# ------------------------------------------------------------------------------------------------ the demonstration

_TWINS: dict[str, DemoSystem] = {}


def play_systems(now: datetime) -> int:
    """One turn of the demo twins of systems reached by folders; how many messages they took. Demo mode only."""
    if not settings.BANCHENG_DEMO:
        return 0
    here = [one for one in connected().values() if settings.BANCHENG_SYSTEMS.get(one.key, "files") == "files"]
    return each("exchange.twin", here, _play, now, key=lambda one: one.key, about=lambda one: one.name)


def _play(system: ExternalSystem) -> int:
    twin = _TWINS.get(system.key)
    if twin is None:
        how = DemoBehaviour(settings.BANCHENG_DEMO_SYSTEMS.get(system.key, "good"))
        twin = _TWINS[system.key] = DemoSystem(system.codes, how, licence=_demo_licence(system))
    folder = settings.BANCHENG_HOME / "exchange" / system.key
    return turn_by_files(twin, FileDrop(folder, secret_of(system.key), mine="in", theirs="out"))


def _demo_licence(system: ExternalSystem) -> bytes:
    return render_letter(
        Letter(
            title="办理结果（示范）",
            number="",
            to="申请人",
            paragraphs=(f"本件由{system.name}制作，纯属示范。",),
            body=system.name,
            issued_on=timezone.localdate(),
            sample=True,
        )
    )
