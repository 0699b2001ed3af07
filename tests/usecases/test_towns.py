"""One town takes an application in, another decides it: two deployments, two databases, real HTTP both ways."""

from __future__ import annotations

import io
import multiprocessing
import selectors
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pikepdf
import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.utils import timezone
from msgspec.structs import replace
from pytest_django import Settings
from tests.usecases import town as specimen

from bancheng.connect.documents import _papers as documents
from bancheng.core.casework import (
    CrossMode,
    HandoverKind,
    ItemStatus,
    MarkKind,
    MarkReason,
    MaterialKind,
    Phase,
    WithdrawReason,
    commands,
)
from bancheng.core.catalogue import ExternalSystem
from bancheng.store.models import Case, Parcel, ResultDocument, TalkMessage, Upload
from bancheng.usecases import (
    answers,
    apply,
    casework,
    exchange,
    exchange_routes,
    mycases,
    places,
    play,
    submission,
)
from bancheng.usecases import town as town_module
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.examining import MarkTarget

HERE, THERE = "town_here", "town_there"
FIELD = "kitchen_area"
KEY = "specimen-shared-between-two-towns"


class Quiet(WSGIRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Nothing on the terminal."""


class Blank:
    """Sets every paper as one blank page."""

    def compile(self, **_asked: Any) -> bytes:
        made = io.BytesIO()
        with pikepdf.new() as paper:
            paper.add_blank_page()
            paper.save(made)
        return made.getvalue()


def connect(system: ExternalSystem) -> None:
    """This deployment knows the other one; nothing else is connected."""
    changed = replace(town_module.packs(), systems=(system,))
    for module in (exchange, exchange_routes):
        module.packs = lambda: changed  # type: ignore[attr-defined]  # reason: restored by the caller, or the process ends


def bodies() -> tuple[str, ...]:
    return tuple(key for key in town_module.packs().catalogue.bodies if key.startswith("yunxi_"))


def there(pipe: Connection, server: WSGIServer, address: str, settings: Settings) -> None:
    """The town that decides: a copy of this process with a database of its own. Does what it is told, and serves."""
    # The setter of pages has threads, which a copy of a process does not take along: one blank page serves here.
    documents._compiler = lambda _template: Blank()  # type: ignore[assignment,misc]  # reason: the process ends with it
    lead = "yunxi_approval_bureau"
    connect(ExternalSystem(key=HERE, name="示范甲市", body=lead, city=True))
    settings.BANCHENG_SYSTEMS, settings.BANCHENG_SYSTEM_KEYS = {HERE: address}, {HERE: KEY}
    told: dict[str, Callable[[], Any]] = {
        "cases": lambda: list(Case.objects.values_list("number", flat=True)),
        "first": lambda: play_file().events[0].words(),
        "accept": lambda: str(play.accept(play_file()).state.phase.value),
        "work": lambda: sum(1 for _ in play.work(play_file())),
        "papers": lambda: sorted(ResultDocument.objects.values_list("digest", flat=True)),
        "run": lambda: sum(exchange.run(timezone.now() + timedelta(minutes=one)) for one in range(3)),
        "phase": lambda: str(play_file().state.phase.value),
        "left": lambda: Parcel.objects.exclude(state="settled").count(),
        "notice": notice,
        "form": lambda: (len(play_file().events), mycases.form_of(play_file()).values),  # type: ignore[union-attr]  # reason: it has one
        "given": lambda: Upload.objects.filter(case=play_file().case, document=marked()[1]).count(),
        "said": lambda: list(TalkMessage.objects.values_list("text", "to")),
        "again": lambda: Parcel.objects.filter(state=Parcel.DEAD).update(
            state=Parcel.WAITING, next_at=timezone.now()
        ),
        "codes": lambda: sorted(ResultDocument.objects.values_list("code", flat=True)),
    }
    while True:
        asked = until(pipe, server)
        if asked == "stop":
            return
        pipe.send(told[asked]())


def marked() -> tuple[str, str]:
    """A field and a paper of the case that a notice may ask for anew."""
    file = play_file()
    papers = [key for key, one in file.state.materials.items() if one.kind is MaterialKind.UPLOADED]
    return FIELD, papers[0]


def notice() -> tuple[str, str]:
    """The town that decides sends its notice, at its own window."""
    file, (field, paper) = play_file(), marked()
    marks = [MarkTarget(MarkKind.FIELD, field, "后厨面积").marked(MarkReason.WRONG, "请重新量过")]
    marks.append(MarkTarget(MarkKind.MATERIAL, paper, "某份材料").marked(MarkReason.OUTDATED, "请交新的"))
    casework.act(specimen.clerk_of(file), file.case.number, commands.IssueNotice(marks=tuple(marks)))
    return field, paper


def play_file() -> CaseFile:
    return casework.load(Case.objects.exclude(number__in=BEFORE).get())


BEFORE: list[str] = []


def until(pipe: Connection, server: WSGIServer) -> Any:
    """Serve requests until the other side of the pipe says something."""
    with selectors.DefaultSelector() as waiting:
        waiting.register(pipe, selectors.EVENT_READ)
        waiting.register(server, selectors.EVENT_READ)
        while True:
            ready = [key.fileobj for key, _ in waiting.select(30)]
            assert ready, "the other town says nothing"
            if server in ready:
                server.handle_request()
            if pipe in ready:
                return pipe.recv()


@pytest.fixture
def other(town: None, settings: Settings) -> Iterator[Callable[[str], Any]]:
    """Asks the other town to do something."""
    if connection.vendor != "sqlite":
        pytest.skip("a copy of the process shares a connection to PostgreSQL")
    settings.ALLOWED_HOSTS = ["*"]
    application = get_wsgi_application()
    mine, theirs = (make_server("127.0.0.1", 0, application, handler_class=Quiet) for _ in range(2))
    near, far = multiprocessing.Pipe()
    BEFORE[:] = list(Case.objects.values_list("number", flat=True))
    to_me = f"http://127.0.0.1:{mine.server_port}/api/v1/exchange/{THERE}"
    to_them = f"http://127.0.0.1:{theirs.server_port}/api/v1/exchange/{HERE}"
    process = multiprocessing.get_context("fork").Process(target=there, args=(far, theirs, to_me, settings))
    process.start()
    theirs.socket.close()
    of = town_module.current_blueprints()[specimen.SERIAL]
    kept = exchange.packs, exchange_routes.packs
    connect(ExternalSystem(key=THERE, name="示范乙市", body=of.lead, bodies=bodies(), city=True))
    settings.BANCHENG_SYSTEMS, settings.BANCHENG_SYSTEM_KEYS = {THERE: to_them}, {THERE: KEY}

    def ask(what: str) -> Any:
        near.send(what)
        return until(near, mine)

    try:
        yield ask
    finally:
        exchange.packs, exchange_routes.packs = kept  # type: ignore[attr-defined]  # reason: as they were
        near.send("stop")
        process.join(10)
        process.kill()
        mine.server_close()


def handed_over(now: datetime) -> CaseFile:
    """A case whose window has checked the form and sent its papers to the body that decides."""
    actor, begun = specimen.draft(specimen.SERIAL)
    places.choose(begun.draft, CrossMode.RELAY.value, "")
    file = submission.submit(actor, apply.prepare(actor, begun.draft), declared=True, now=now)
    clerk = specimen.clerk_of(file)
    places.check_form(clerk, file.case.number, "身份证原件")
    names = [one.name for one in places.paper_lines(file)]
    return places.send(clerk, file.case.number, HandoverKind.PAPERS, names, way="电子移交")


def test_a_case_received_here_is_decided_there_and_both_logs_say_so(
    other: Callable[[str], Any], settings: Settings
) -> None:
    now = timezone.now()
    file = handed_over(now)
    assert not file.state.bill.charges
    settings.BANCHENG_SYSTEM_KEYS = {THERE: "another key"}
    exchange.run(now)
    assert other("cases") == [], "nobody without the key hands anything over"
    settings.BANCHENG_SYSTEM_KEYS = {THERE: KEY}
    now += timedelta(hours=1)
    exchange.run(now)
    parcel = Parcel.objects.get(system=THERE, kind="case")
    assert parcel.state == Parcel.SETTLED
    [number] = other("cases")
    [received] = specimen.fresh(file).state.crossing.handovers
    assert received.received is not None
    assert number in received.note, "the signed receipt names their number"
    assert file.case.number in other("first"), "and their log says whence it came"
    Parcel.objects.filter(pk=parcel.pk).update(state=Parcel.WAITING)
    exchange.run(now + timedelta(hours=1))
    assert other("cases") == [number], "handed over twice it is one case"
    assert specimen.fresh(file).state.phase is Phase.RECEIVED, "powers do not move"
    assert other("accept") == "accepted"
    other("run")
    assert specimen.fresh(file).state.phase is Phase.ACCEPTED
    other("work")
    other("run")
    assert other("left") == 0
    state = specimen.fresh(file).state
    assert {one.status for one in state.items.values()} == {ItemStatus.APPROVED}
    mine = ResultDocument.objects.filter(case=file.case)
    assert sorted(mine.values_list("digest", flat=True)) == other("papers"), "their papers, byte for byte"
    decided = [one for one in specimen.fresh(file).events if type(one).__name__ == "ItemDecided"]
    assert {one.by.id for one in decided} == {f"system:{THERE}"}
    assert sorted(mine.values_list("code", flat=True)) == other("codes"), (
        "and whoever asks here finds them too"
    )
    before = len(specimen.fresh(file).events)
    Parcel.objects.filter(direction=Parcel.IN).update(state=Parcel.WAITING)
    other("run")
    assert len(specimen.fresh(file).events) == before, "told again, nothing happens again"


def test_their_notice_is_answered_here_mark_by_mark_and_taking_back_ends_it_there(
    other: Callable[[str], Any],
) -> None:
    now = timezone.now()
    file = handed_over(now)
    exchange.run(now)
    field, paper = other("notice")
    other("run")
    state = specimen.fresh(file).state
    assert state.phase is Phase.SUPPLEMENT, "a notice like any other"
    assert [(one.kind, one.target) for one in state.notices[0].marks] == [
        (MarkKind.FIELD, field),
        (MarkKind.MATERIAL, paper),
    ]
    sent = [one for one in specimen.fresh(file).events if type(one).__name__ == "NoticeIssued"]
    assert [one.by.id for one in sent] == [f"system:{THERE}"]
    assert "示范乙市" in state.notices[0].marks[0].words
    Parcel.objects.filter(direction=Parcel.IN, kind="NoticeIssued").update(state=Parcel.WAITING)
    other("run")
    assert len(specimen.fresh(file).state.notices) == 1, "told twice it is one notice"

    me, number = specimen.applicant_of(file), file.case.number
    assert answers.answer_field(me, number, 1, f"field:{field}", {field: ["12.5"]}) == ()
    exchange.run(now + timedelta(minutes=1))
    assert other("phase") == "supplement", "half an answer is none"
    before = other("given")
    answers.add_file(me, number, 1, f"material:{paper}", "新的.jpg", play._picture())
    assert answers.answer_material(me, number, 1, f"material:{paper}") == ()
    assert specimen.fresh(file).state.phase is Phase.RECEIVED
    exchange.run(now + timedelta(minutes=2))
    assert other("phase") == "received"
    events, values = other("form")
    assert values[field] == "12.5"
    assert other("given") == before + 1
    parcels = Parcel.objects.filter(kind="answer", direction=Parcel.OUT)
    assert [one.state for one in parcels] == [Parcel.SETTLED]
    parcels.update(state=Parcel.WAITING)
    exchange.run(now + timedelta(minutes=3))
    assert (other("form"), other("given")) == ((events, values), before + 1), "sent twice it is one answer"

    answers.withdraw(me, number, WithdrawReason.LATER)
    exchange.run(now + timedelta(minutes=4))
    assert other("phase") == specimen.fresh(file).state.phase.value == "withdrawn"
    events, _values = other("form")
    Parcel.objects.filter(kind="left").update(state=Parcel.WAITING)
    exchange.run(now + timedelta(minutes=5))
    assert other("form")[0] == events


def asked_here(file: CaseFile, *targets: MarkTarget) -> None:
    """The window here sends a notice of its own."""
    marks = tuple(one.marked(MarkReason.WRONG, "请改正") for one in targets)
    casework.act(specimen.clerk_of(file), file.case.number, commands.IssueNotice(marks=marks))


def uploaded(file: CaseFile) -> str:
    return next(key for key, one in file.state.materials.items() if one.kind is MaterialKind.UPLOADED)


def test_their_notice_joins_one_that_asks_for_the_same_and_one_answer_counts_for_both(
    other: Callable[[str], Any],
) -> None:
    now = timezone.now()
    file = handed_over(now)
    exchange.run(now)
    paper, number = uploaded(file), file.case.number
    asked_here(
        file, MarkTarget(MarkKind.FIELD, FIELD, "后厨面积"), MarkTarget(MarkKind.MATERIAL, paper, "某份材料")
    )
    other("notice")
    other("run")
    assert len(specimen.fresh(file).state.notices) == 1, "the applicant is asked once"
    assert "不用另外再交" in TalkMessage.objects.get().text
    (said, window), *more = other("said")
    assert "已并入这里第1份补正告知" in said
    assert (window != "", more) == (True, []), "their window reads it, once"
    me = specimen.applicant_of(file)
    assert answers.answer_field(me, number, 1, f"field:{FIELD}", {FIELD: ["12.5"]}) == ()
    answers.add_file(me, number, 1, f"material:{paper}", "新的.jpg", play._picture())
    assert answers.answer_material(me, number, 1, f"material:{paper}") == ()
    exchange.run(now + timedelta(minutes=1))
    assert other("phase") == specimen.fresh(file).state.phase.value == "received"
    assert other("form")[1][FIELD] == "12.5"


def test_their_notice_about_something_else_is_refused_with_a_reason_their_window_reads(
    other: Callable[[str], Any],
) -> None:
    now = timezone.now()
    file = handed_over(now)
    exchange.run(now)
    asked_here(file, MarkTarget(MarkKind.FIELD, FIELD, "后厨面积"))
    other("notice")
    other("run")
    assert len(specimen.fresh(file).state.notices) == 1
    (said, _window), *more = other("said")
    assert ("还没有答复" in said, "后厨面积" in said, more) == (True, True, [])
    assert not Parcel.objects.filter(kind="refusal").exists(), "the answer to the request is the refusal"
    number = file.case.number
    me = specimen.applicant_of(file)
    assert answers.answer_field(me, number, 1, f"field:{FIELD}", {FIELD: ["12.5"]}) == ()
    other("again")
    other("run")
    state = specimen.fresh(file).state
    assert [(one.number, one.open) for one in state.notices] == [(1, False), (2, True)], (
        "sent again it is taken"
    )
    assert len(other("said")) == 1


def test_a_case_taken_back_before_it_travelled_is_never_heard_of_there(other: Callable[[str], Any]) -> None:
    now = timezone.now()
    file = handed_over(now)
    answers.withdraw(specimen.applicant_of(file), file.case.number, WithdrawReason.LATER)
    exchange.run(now)
    assert other("cases") == []
    assert Parcel.objects.count() == 0
