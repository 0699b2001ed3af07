"""Steps done in a body's own system: out, back, once, mended by people; over real folders and real HTTP."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.usecases import town as specimen

from bancheng.connect.exchange import (
    Arrived,
    Damaged,
    DemoBehaviour,
    DemoSystem,
    FileDrop,
    SystemDown,
    serve_demo,
)
from bancheng.core.casework import ItemStatus, SentStatus, sent_key
from bancheng.core.casework import events as ev
from bancheng.core.kernel import ProblemsFound
from bancheng.store.models import Membership, Outbox, Parcel, ResultDocument, SystemCode
from bancheng.usecases import casework, demo_exchange, exchange, exchange_desk, exchange_in, play
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.exchange_routes import EXCHANGE

pytestmark = pytest.mark.usefixtures("town")
SYSTEM, BODY, ITEM = "power_office", "yunxi_power", "festival_power"
SECRET = "shared-between-two"
LATER = timedelta(hours=2)


@pytest.fixture(autouse=True)
def _own_folders(settings: Settings, tmp_path: Path) -> None:
    settings.BANCHENG_HOME = tmp_path
    settings.BANCHENG_SYSTEM_KEYS = {SYSTEM: SECRET}
    exchange_desk._TWINS.clear()


@contextmanager
def serving(demo: DemoSystem, settings: Settings) -> Iterator[None]:
    """The twin behind real HTTP."""
    server = serve_demo(demo, SECRET)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.BANCHENG_SYSTEMS = {SYSTEM: f"http://127.0.0.1:{server.server_port}"}
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def twin(behaviour: DemoBehaviour = DemoBehaviour.GOOD) -> DemoSystem:
    system = exchange.packs().systems[0]
    return DemoSystem(system.codes, behaviour, licence=exchange_desk._demo_licence(system))


def at_power() -> CaseFile:
    """A fair whose power is to be connected: the step is open."""
    file = specimen.accepted(specimen.PARALLEL)
    while not any(BODY in step.plan.bodies for step in file.state.open_steps):
        file = next(play.work(file)).file
    return file


def step_of(file: CaseFile) -> str:
    return next(one.plan.key for one in file.state.steps.values() if BODY in one.plan.bodies)


def turn(now: datetime) -> None:
    """What the worker does once."""
    exchange.run(now)
    exchange_in.fetch_all(now)


def status(file: CaseFile) -> SentStatus:
    return specimen.fresh(file).state.exchange[sent_key(step_of(file), BODY)].status


def boss() -> Actor:
    held = Membership.objects.get(role="senior", body=BODY)
    return specimen.person(held.user.username)


def came(state: str) -> list[Parcel]:
    return list(Parcel.objects.filter(direction=Parcel.IN, state=state))


def test_a_step_done_there_is_done_here_with_their_licence_and_nothing_typed(settings: Settings) -> None:
    file, demo = at_power(), twin()
    with serving(demo, settings):
        for _ in range(3):
            turn(timezone.now())
    after = specimen.fresh(file)
    assert after.state.items[ITEM].status is ItemStatus.APPROVED
    decided = next(one for one in after.events if isinstance(one, ev.ItemDecided) and one.item == ITEM)
    assert (decided.by.id, decided.by.name) == ("system:power_office", "供电营销系统（示范）")
    paper = ResultDocument.objects.get(case=file.case, item=ITEM)
    assert paper.number.startswith("D000001-")
    kinds = [type(one).__name__ for one in after.events][-4:]
    assert kinds[:3] == ["SentOut", "Acknowledged", "TakenBack"]
    assert Parcel.objects.filter(state__in=exchange_desk.STUCK).count() == 0
    assert all(one.content == "" for one in Parcel.objects.all())


def test_only_what_a_system_does_is_looked_at_for_it() -> None:
    other = next(play.work(specimen.accepted(specimen.SERIAL))).file
    assert not any(BODY in one.plan.bodies for one in other.state.steps.values())
    assert not Outbox.objects.filter(kind=EXCHANGE, case=other.case).exists()
    assert Outbox.objects.filter(kind=EXCHANGE, case=at_power().case).count() == 1


def test_a_system_is_handed_what_its_body_needs_and_no_more(settings: Settings) -> None:
    file, demo = at_power(), twin()
    with serving(demo, settings):
        exchange.run(timezone.now())
    (held,) = demo.files.values()
    message = held["message"]
    told = {one["element"] for one in message["values"]}
    assert "power_capacity" in told
    assert told.isdisjoint({"festival_leader_id", "festival_hotline", "festival_budget"})
    assert message["items"][0]["code"] == "LSYD"
    assert {one["document"] for one in message["papers"]} == {"FHQD"}
    assert message["case"] == file.case.number
    assert "ID" not in message["applicant"]


def test_a_system_that_doubles_has_its_effect_once(settings: Settings) -> None:
    file, demo = at_power(), twin(DemoBehaviour.DOUBLING)
    with serving(demo, settings):
        for _ in range(3):
            turn(timezone.now())
    assert ResultDocument.objects.filter(case=file.case, item=ITEM).count() == 1
    decided = [one for one in specimen.fresh(file).events if isinstance(one, ev.ItemDecided)]
    assert len([one for one in decided if one.item == ITEM]) == 1
    assert [one.key for one in came(Parcel.REFUSED)] == ["D000001-result-again"]
    assert demo.told[0]["reason"], "and it is told why its second result had none"


class Late:
    """A way to a system that takes what it is handed and says so only after our patience is over."""

    def __init__(self, demo: DemoSystem) -> None:
        self.demo, self.late, self.sent = demo, True, list[str]()

    def send(self, key: str, body: bytes, files: Mapping[str, bytes]) -> None:
        self.sent.append(key)
        self.demo.take(key, body)
        if self.late:
            raise SystemDown("对方系统没有及时应答")

    def fetch(self) -> list[Arrived | Damaged]:
        if self.late:
            raise SystemDown("对方系统没有及时应答")
        return list(self.demo.left())

    def taken(self, key: str) -> None:
        self.demo.forget(key)

    def holdings(self) -> dict[str, str]:
        return self.demo.holdings()


def test_a_system_that_answers_too_late_and_then_twice_has_its_effect_once_and_the_comparison_says_so(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BANCHENG_SYSTEMS = {SYSTEM: "http://late.invalid"}
    file, now = at_power(), timezone.now()
    before = len(file.events)
    way = Late(twin(DemoBehaviour.DOUBLING))
    for module in (exchange, exchange_in, exchange_desk):
        monkeypatch.setattr(module, "port_of", lambda _system: way)
    system = exchange.connected()[SYSTEM]
    turn(now)
    turn(now + exchange.FIRST)
    parcel = Parcel.objects.get(kind="step")
    assert (parcel.state, parcel.tries) == (Parcel.WAITING, 2), "twice sent, twice no word in time"
    assert len(way.demo.files) == 1, "under the same key it is one file there"
    said = exchange_desk.compare(system, now).differences
    assert [(row["case"], row["what"]) for row in said] == [(file.case.number, "not_returned")]

    way.late = False
    for hours in range(3):
        turn(now + 2 * exchange.FIRST + hours * LATER)
    assert status(file) is SentStatus.TAKEN_BACK
    assert way.sent.count(parcel.key) == 2, "what has come back is not sent a third time"
    after = specimen.fresh(file)
    decided = [one for one in after.events if isinstance(one, ev.ItemDecided) and one.item == ITEM]
    assert [one.by.id for one in decided] == ["system:power_office"]
    assert ResultDocument.objects.filter(case=file.case, item=ITEM).count() == 1
    assert [one.key for one in came(Parcel.REFUSED)] == ["D000001-result-again"]
    typed = [one.words() for one in after.events[before:] if one.by.id.startswith("user:")]
    assert typed == [], "nothing of it was typed by anybody"
    compared = exchange_desk.compare(system, now + timedelta(days=1))
    assert (compared.agreed, compared.differences, compared.error) == (1, [], "")


def test_a_system_that_is_down_gets_the_step_when_it_is_back(settings: Settings) -> None:
    file, demo = at_power(), twin(DemoBehaviour.DOWN)
    now = timezone.now()
    with serving(demo, settings):
        turn(now)
        parcel = Parcel.objects.get(kind="step")
        assert (parcel.state, parcel.tries, parcel.error) == (Parcel.WAITING, 1, "对方系统应答 503")
        assert exchange.run(now) == 0, "not before its time"
        demo.behaviour = DemoBehaviour.GOOD
        for minutes in (1, 2, 3):
            turn(now + timedelta(minutes=minutes))
    assert status(file) is SentStatus.TAKEN_BACK
    assert len(demo.files) == 1


def test_after_the_last_try_people_do_it_and_an_operator_may_send_it_again(settings: Settings) -> None:
    file, demo = at_power(), twin(DemoBehaviour.DOWN)
    now = timezone.now()
    with serving(demo, settings):
        for hours in range(exchange.TRIES + 1):
            exchange.run(now + hours * LATER)
        assert status(file) is SentStatus.FAILED
        (dead,) = exchange_desk.parcels(boss())
        assert (dead.state, dead.error) == (Parcel.DEAD, "对方系统应答 503")
        assert "改由人工办理" in specimen.fresh(file).events[-1].words()
        with pytest.raises(NotFound):
            exchange_desk.send_again(specimen.official("reviewer", BODY), dead)
        demo.behaviour = DemoBehaviour.GOOD
        exchange_desk.send_again(boss(), dead)
        for _ in range(3):
            turn(timezone.now() + LATER)
    assert status(file) is SentStatus.TAKEN_BACK
    assert specimen.fresh(file).state.items[ITEM].status is ItemStatus.APPROVED


def test_what_people_did_meanwhile_is_not_sent_again(settings: Settings) -> None:
    file, demo = at_power(), twin(DemoBehaviour.DOWN)
    with serving(demo, settings):
        for hours in range(exchange.TRIES + 1):
            exchange.run(timezone.now() + hours * LATER)
        for scene in play.work(specimen.fresh(file)):
            file = scene.file
        with pytest.raises(ProblemsFound, match="人工"):
            exchange_desk.send_again(boss(), Parcel.objects.get(kind="step"))


def test_a_code_nobody_knows_waits_in_quarantine_until_it_is_mapped_once_and_for_all(
    settings: Settings,
) -> None:
    file, demo = at_power(), twin(DemoBehaviour.UNKNOWN_CODE)
    with serving(demo, settings):
        for _ in range(3):
            turn(timezone.now())
    (parcel,) = came(Parcel.QUARANTINED)
    assert parcel.lacking == {"table": "verdict", "code": "Z9", "side": "theirs"}
    assert specimen.fresh(file).state.items[ITEM].status is ItemStatus.OPEN
    assert exchange_desk.choices(parcel) == ("approve", "refuse")
    with pytest.raises(ProblemsFound):
        exchange_desk.mend(boss(), parcel, "no_such")
    mended = exchange_desk.mend(boss(), parcel, "approve")
    assert (mended.state, mended.content) == (Parcel.SETTLED, "")
    assert specimen.fresh(file).state.items[ITEM].status is ItemStatus.APPROVED
    assert SystemCode.objects.get().theirs == "Z9"


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (DemoBehaviour.FOREIGN, "没有把这份办件转给你方"),
        (DemoBehaviour.WRONG_DIGEST, "与摘要不一致"),
    ],
)
def test_a_lie_is_refused_told_and_changes_nothing(
    settings: Settings, behaviour: DemoBehaviour, reason: str
) -> None:
    file, demo = at_power(), twin(behaviour)
    with serving(demo, settings):
        for _ in range(3):
            turn(timezone.now())
    assert specimen.fresh(file).state.items[ITEM].status is ItemStatus.OPEN
    assert all(reason in one.error for one in came(Parcel.REFUSED))
    assert reason in demo.told[0]["reason"]


def test_a_result_that_overtakes_its_receipt_counts_and_the_receipt_does_not(settings: Settings) -> None:
    file, demo = at_power(), twin(DemoBehaviour.EARLY)
    with serving(demo, settings):
        turn(timezone.now())
    assert specimen.fresh(file).state.items[ITEM].status is ItemStatus.APPROVED
    assert [one.kind for one in came(Parcel.REFUSED)] == ["received"]


def test_the_same_key_with_other_words_is_refused(settings: Settings) -> None:
    at_power()
    system = exchange.packs().systems[0]
    now = timezone.now()
    one = Arrived("m1", json.dumps({"kind": "received", "about": "x"}).encode())
    other = Arrived("m1", json.dumps({"kind": "result", "about": "x"}).encode())
    first = exchange_in.take_in(system, one, now)
    assert exchange_in.take_in(system, one, now).pk == first.pk
    assert "不同的内容" in exchange_in.take_in(system, other, now).error
    assert Parcel.objects.filter(direction=Parcel.IN).count() == 2


def test_by_folders_the_same_happens_and_nothing_is_ever_half_there(settings: Settings) -> None:
    file = at_power()
    now = timezone.now()
    for _ in range(3):
        exchange.run(now)
        exchange_desk.play_systems(now)
        exchange_in.fetch_all(now)
    assert status(file) is SentStatus.TAKEN_BACK
    root = settings.BANCHENG_HOME / "exchange" / SYSTEM
    assert [one.name for one in root.rglob(".*")] == []
    assert {one.name for one in (root / "out" / "taken").iterdir() for one in one.iterdir()} >= {
        "manifest.json",
        "message.json",
    }


def test_a_package_that_was_changed_on_its_way_is_found_out(tmp_path: Path) -> None:
    ours, other = FileDrop(tmp_path, SECRET), FileDrop(tmp_path, SECRET, mine="in", theirs="out")
    for key in ("a", "b", "c"):
        other.send(key, b"{}", {"licence.pdf": b"paper"})
    (tmp_path / "in" / "a" / "licence.pdf").write_bytes(b"forged")
    manifest = tmp_path / "in" / "b" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"b"', '"c"'))
    found = ours.fetch()
    assert [type(one) for one in found] == [Damaged, Damaged, Arrived]
    ours.taken("c")
    other.send("c", b"{}", {})
    assert len(ours.fetch()) == 2, "what was taken does not come again"


def test_a_senior_takes_a_step_back_and_the_system_is_told(settings: Settings) -> None:
    file, demo = at_power(), twin(DemoBehaviour.SILENT)
    with serving(demo, settings):
        turn(timezone.now())
        assert [one.out for one in exchange_desk.on_case(specimen.fresh(file))] == [True]
        exchange.recall(boss(), file.case.number, step_of(file), BODY, "对方迟迟不办")
        turn(timezone.now())
    assert [one["state"] for one in demo.files.values()] == ["cancelled"]
    assert specimen.fresh(file).state.steps[step_of(file)].owners == {}


def test_every_day_both_sides_are_compared_and_differences_listed(settings: Settings) -> None:
    file, demo = at_power(), twin(DemoBehaviour.SILENT)
    now = timezone.now()
    with serving(demo, settings):
        turn(now)
        demo.files["999/strange/step/1"] = {"state": "working"}
        assert exchange_desk.reconcile(now) == 1
        assert exchange_desk.reconcile(now) == 0, "once a day"
        (one,) = exchange_desk.connections(boss())
        assert one.last is not None
        found = {(row["case"], row["what"]) for row in one.last.differences}
        assert found == {(file.case.number, "not_returned"), ("", "unknown")}
        demo.files.clear()
        compared = exchange_desk.compare(one.system, now)
    assert [row["what"] for row in compared.differences] == ["missing"]


def test_a_step_waits_for_no_system_that_nobody_connected(settings: Settings) -> None:
    settings.BANCHENG_SYSTEMS = {SYSTEM: ""}
    file = at_power()
    assert exchange.run(timezone.now()) == 0
    assert specimen.fresh(file).state.exchange == {}


def test_the_demo_system_runs_as_a_process_of_its_own(settings: Settings) -> None:
    codes = json.dumps(exchange.packs().systems[0].codes)
    command = [sys.executable, "-m", "bancheng.connect.exchange", SECRET, "good", codes]
    file = at_power()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            settings.BANCHENG_SYSTEMS = {SYSTEM: process.stdout.readline().strip()}
            turn(timezone.now())
        finally:
            process.terminate()
    assert specimen.fresh(file).state.items[ITEM].status is ItemStatus.APPROVED
    assert ResultDocument.objects.get(case=file.case, item=ITEM).number.startswith(file.case.number), (
        "a system that makes no papers leaves them to us"
    )


def test_nobody_beyond_the_body_sees_its_parcels(settings: Settings) -> None:
    at_power()
    exchange.run(timezone.now())
    assert exchange_desk.parcels(boss(), "all").count() == 1
    other = specimen.official("senior", "yunxi_fire")
    assert exchange_desk.parcels(other, "all").count() == 0
    see: Callable[[Actor], object] = lambda who: exchange_desk.parcel_of(who, str(Parcel.objects.get().pk))  # noqa: E731 - reason: one line, used twice
    assert see(boss())
    with pytest.raises(NotFound):
        see(other)


def test_the_specimen_town_shows_a_step_at_a_system_and_a_question() -> None:
    assert demo_exchange.show(timezone.now()) == 1
    assert demo_exchange.show(timezone.now()) == 0, "once"
    assert exchange.run(timezone.now()) >= 1
    (told,) = exchange_desk.on_case(casework.load(Parcel.objects.get(kind="step").case))
    assert told.out
    assert told.system.endswith("（示范）")
