"""Chaos: a town of several processes on a real PostgreSQL, cases worked through its API while things are broken.

``python -m tests.site.chaos --cases 12`` makes a server and a cluster, prepares applications, submits and works them
over HTTP while web and worker processes are killed with -9, PostgreSQL falls as if the power had failed, files cannot
be written and time leaps; then it judges: every case ended as its plan says, each step reported once, chains whole,
projections as folded, everything told once. Prints JSON; the code is 0 only when nothing is wrong.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import requests
from tests.postgres import server

if TYPE_CHECKING:
    from bancheng.site.own_postgres import OwnPostgres

T = TypeVar("T")
ONETHING = "public_rental"
"""A one-thing of many steps, four side by side at different bodies, without fees or visits on site."""
SMALL = 3000
"""Bytes that a file may have while the disk is full: no paper fits."""
PATIENCE = 240.0
"""Seconds without any case moving after which the town counts as stuck."""
DURABLE = {"max_connections": "80"}
RESPITE = 20.0
"""Seconds after which the next trouble comes though no case moved since the last."""


@dataclass
class Town:
    """The running town: its server, its cluster's parent, its address."""

    server: OwnPostgres
    parent: subprocess.Popen[str]
    base: str
    broken: Counter[str] = field(default_factory=Counter)

    def processes(self, verb: str) -> list[int]:
        """The pids of its ``web`` or ``worker`` processes now."""
        listed = Path(f"/proc/{self.parent.pid}/task/{self.parent.pid}/children").read_text().split()
        found = []
        for child in listed:
            with suppress(OSError, IndexError):
                if Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")[3].decode() == verb:
                    found.append(int(child))
        return found


@contextmanager
def running(home: Path, web: int = 2, workers: int = 2) -> Iterator[Town]:
    """A migrated, furnished town of several processes; its database survives being stopped."""
    with server(**DURABLE) as postgres:
        os.environ.update(
            BANCHENG_DATABASE=postgres.address,
            BANCHENG_HOME=str(home),
            BANCHENG_DEMO="1",
            BANCHENG_UNDO_SECONDS="1",
            DJANGO_SETTINGS_MODULE="bancheng.site.settings",
        )
        _furnish()
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        counts = [f"--port={port}", f"--web={web}", f"--workers={workers}", "--json"]
        parent = subprocess.Popen(
            [sys.executable, "-m", "bancheng.site.cli_main", "cluster", *counts],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            assert parent.stdout is not None
            address = json.loads(parent.stdout.readline())["address"]
            yield Town(postgres, parent, address.rstrip("/"))
        finally:
            parent.terminate()
            try:
                parent.wait(60)
            except subprocess.TimeoutExpired:
                parent.kill()


def _furnish() -> None:
    import django  # reason: the address of the database is known only now

    django.setup()
    from django.core.management import call_command  # reason: needs Django
    from django.utils import timezone  # reason: needs Django

    from bancheng.usecases import demo, town  # reason: needs Django

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    town.publish(timezone.now())
    demo.settle()


# ------------------------------------------------------------------------------------------- the people


class Voice:
    """Somebody who speaks to the API with a token and tries again what did not get an answer."""

    def __init__(self, base: str, token: str) -> None:
        self._base = f"{base}/api/v1"
        self._headers = {"Authorization": f"Bearer {token}"}

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and document; (0, None) when no answer came."""
        try:
            answer = requests.request(method, self._base + path, json=body, headers=self._headers, timeout=30)
        except requests.RequestException:
            return 0, None
        with suppress(ValueError):
            return answer.status_code, answer.json()
        return answer.status_code, None


class People:
    """Tokens of everybody who acts, made before the trouble begins."""

    def __init__(self, base: str) -> None:
        from django.utils import timezone  # reason: needs Django

        from bancheng.store.models import Membership, User  # reason: needs Django
        from bancheng.usecases.tokens import make_token  # reason: needs Django

        self._voices: dict[str, Voice] = {}
        self._posts: dict[tuple[str, str], str] = {}
        now = timezone.now()
        for post in Membership.objects.select_related("user").order_by("id"):
            self._posts.setdefault((post.role, post.body), post.user.username)
        for name in User.objects.values_list("username", flat=True):
            self._voices[name] = Voice(base, make_token(name, "chaos", "act", 2, now))

    def named(self, username: str) -> Voice:
        """Who signs in by this name."""
        return self._voices[username]

    def official(self, role: str, body: str) -> Voice:
        """The first who holds this post."""
        return self._voices[self._posts[role, body]]


def prepared(count: int) -> list[tuple[str, str]]:
    """So many complete applications: (applicant's account, id of the draft)."""
    from django.db import transaction  # reason: needs Django

    from bancheng.store.models import User  # reason: needs Django
    from bancheng.usecases import play  # reason: needs Django

    made = []
    for _ in range(count):
        with transaction.atomic():
            actor, preparation = play.begin(play.example_of(ONETHING))
            preparation, _typed = play.fill(actor, preparation)
            preparation = play.give_papers(actor, preparation)
        made.append((User.objects.get(pk=actor.user_id).username, str(preparation.draft.pk)))
    return made


def submit(people: People, username: str, draft: str) -> None:
    """Until the draft is gone: it became a case, whether the answer came or not."""
    voice = people.named(username)
    while True:
        status, _ = voice("POST", f"/applications/{draft}/submission", {"declared": True})
        if status in {201, 404}:
            return
        time.sleep(0.2)


def work(people: People, number: str, moved: Callable[[], None]) -> None:
    """Take a case to its end: read it, do what is next, read again; an answer that did not come proves nothing."""
    clerk = people.official("clerk", _receiving(people, number))
    while True:
        status, case = clerk("GET", f"/cases/{number}")
        if status != 200:
            time.sleep(0.2)
            continue
        if case["status"] == "finished":
            return
        if case["status"] == "received":
            status, _ = clerk("POST", f"/cases/{number}/accept", {"seen": case["seq"]})
        else:
            step = next((one for one in case["steps"] if one["waiting_for"]), None)
            status = 0 if step is None else _do(people, case, step)
        if status in {200, 202}:
            moved()
        # Held for a second before it is in effect; and whoever asks too fast is told to wait.
        time.sleep(1 if status == 202 else 0.3)


def _receiving(people: People, number: str) -> str:
    from bancheng.store.models import CaseTask  # reason: needs Django

    return _read(lambda: CaseTask.objects.get(case__number=number, key="intake").body)


def _read(question: Callable[[], T]) -> T:
    """An answer of the database, however often it falls meanwhile."""
    from django.db import DatabaseError, close_old_connections  # reason: needs Django

    for _ in range(200):
        try:
            return question()
        except DatabaseError:
            close_old_connections()
            time.sleep(0.2)
    raise SystemExit("the database does not come back")


def _do(people: People, case: Any, step: Any) -> int:
    body, at = random.choice(step["waiting_for"]), f"/cases/{case['number']}"  # reason: no secret
    given = {"body": body, "seen": case["seq"]}
    if step["kind"] in {"decision", "issue"}:
        verb = "decide" if step["kind"] == "decision" else "issue"
        item = next(
            (one for one in step["items"] if case["items"][one] in {"open", "waiting", "approved"}), ""
        )
        told = {**given, "item": item} | ({"verdict": "approve"} if verb == "decide" else {})
        return people.official("reviewer", body)("POST", f"{at}/{verb}", told)[0]
    inspects = step["kind"] == "inspection"
    staff = [{"id": "1", "name": "甲"}, {"id": "2", "name": "乙"}] if inspects else []
    told = {**given, "step": step["key"], "outcome": "ok", "staff": staff}
    who = people.official("inspector" if inspects else "reviewer", body)
    return who("POST", f"{at}/report", told)[0]


# ------------------------------------------------------------------------------------------ the trouble


def kill(town: Town, verb: str, chance: random.Random) -> None:
    """Kill one process with -9; it has no moment to tidy up."""
    for _ in range(300):
        victims = town.processes(verb)
        if victims:
            break
        time.sleep(0.1)
    with suppress(ProcessLookupError):
        os.kill(chance.choice(victims), signal.SIGKILL)
        town.broken[f"killed {verb}"] += 1


def power_cut(town: Town) -> None:
    """The database server falls, and comes back from its log."""
    town.server.stop("immediate")
    time.sleep(0.5)
    town.server.start()
    town.broken["database fell"] += 1


def full_disk(town: Town, seconds: float) -> None:
    """For a while no web process can write a file of the size of a paper."""
    for pid in town.processes("web"):
        with suppress(OSError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (SMALL, resource.RLIM_INFINITY))
    town.broken["disk full"] += 1
    time.sleep(seconds)
    for pid in town.processes("web"):
        with suppress(OSError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def replace_all(town: Town) -> None:
    """As after an upgrade: successors come one by one, in the middle of everything else."""
    town.parent.send_signal(signal.SIGHUP)
    town.broken["replaced"] += 1


def dropped(town: Town, seconds: float = 60.0) -> int:
    """Replace every process while people knock again and again; how many of them got no proper answer."""
    before, failed = set(town.processes("web") + town.processes("worker")), [0]
    until = time.monotonic() + seconds

    def knock() -> None:
        while before & set(town.processes("web") + town.processes("worker")) and time.monotonic() < until:
            try:
                answer = requests.get(f"{town.base}/healthz", timeout=20, headers={"Connection": "close"})
                failed[0] += answer.status_code != 200
            except requests.RequestException:
                failed[0] += 1
            time.sleep(0.05)

    threads = [threading.Thread(target=knock) for _ in range(4)]
    for thread in threads:
        thread.start()
    town.parent.send_signal(signal.SIGHUP)
    for thread in threads:
        thread.join()
    left = before & set(town.processes("web") + town.processes("worker"))
    return failed[0] + len(left)


def leap(town: Town, days: int) -> None:
    """A worker whose clock is wrong by days looks after the cases."""
    from django.db import DatabaseError, close_old_connections  # reason: needs Django
    from django.utils import timezone  # reason: needs Django

    from bancheng.usecases.upkeep import run_due_cases  # reason: needs Django

    with suppress(DatabaseError):
        run_due_cases(timezone.now() + timedelta(days=days))
        town.broken["time leapt"] += 1
    close_old_connections()


def trouble(town: Town, over: threading.Event, moves: Callable[[], int], seed: int) -> None:
    """One trouble after the other, every kind at least once, until the work is over.

    After some moves of the cases comes the next one; now and then it comes at once, upon the trouble before. A town
    that is struck faster than its processes begin would stand still and prove nothing.
    """
    chance = random.Random(seed)  # reason: no secret
    kinds: list[Callable[[], None]] = [
        lambda: kill(town, "web", chance),
        lambda: kill(town, "worker", chance),
        lambda: power_cut(town),
        lambda: full_disk(town, 1.5),
        lambda: leap(town, 3),
        lambda: replace_all(town),
    ]
    chance.shuffle(kinds)
    turn = 0
    while turn < len(kinds) or not over.is_set():
        (kinds[turn] if turn < len(kinds) else chance.choice([*kinds[:2], *kinds]))()
        turn += 1
        enough, until = moves() + chance.choice((0, 2, 4, 8)), time.monotonic() + RESPITE
        over.wait(chance.uniform(0.1, 2.5))
        while moves() < enough and time.monotonic() < until and not over.is_set():
            over.wait(0.1)


# ------------------------------------------------------------------------------------------- the judge


def judge(expected: int) -> list[str]:
    """What is wrong; empty when all is well."""
    from django.db import connections  # reason: needs Django
    from django.db.models import F  # reason: needs Django
    from django.utils import timezone  # reason: needs Django

    from bancheng.store.models import Case, Draft, Message, Outbox  # reason: needs Django
    from bancheng.usecases import access, upkeep  # reason: needs Django
    from bancheng.usecases.exchange_routes import EXCHANGE
    from bancheng.usecases.telling import FOR_OFFICIALS  # reason: needs Django

    connections.close_all()
    while upkeep.deliver_messages(timezone.now()):
        pass
    wrong = []
    cases = list(Case.objects.order_by("created_at"))
    if len(cases) != expected:
        wrong.append(f"{expected} applications became {len(cases)} cases")
    if left := Draft.objects.count():
        wrong.append(f"{left} drafts are left")
    for case in cases:
        wrong += _judge_case(case)
    if not access.audit_is_whole():
        wrong.append("the audit chain is broken")
    if untold := Outbox.objects.filter(done_at=None).exclude(kind=EXCHANGE).count():
        wrong.append(f"{untold} messages were never told")
    # Officials are told of warnings as often as there are officials to tell.
    theirs = Message.objects.filter(user_id=F("case__applicant_id"))
    told = Counter(theirs.values_list("case_id", "user_id", "title"))
    due = Counter(
        (case.pk, case.applicant_id, upkeep.TITLES[kind])
        for case in cases
        for kind in Outbox.objects.filter(case=case).values_list("kind", flat=True)
        if kind in upkeep.TITLES and kind not in FOR_OFFICIALS
    )
    if told != due:
        wrong.append(f"told too often: {told - due}; not told: {due - told}")
    return wrong


def _judge_case(case: Any) -> list[str]:
    from bancheng.core.casework import Phase, StepStatus  # reason: needs Django
    from bancheng.core.casework import events as ev  # reason: needs Django
    from bancheng.store.models import Case, CaseTask, ResultDocument  # reason: needs Django
    from bancheng.usecases import casework  # reason: needs Django

    file, wrong = casework.load(case), []
    if file.state.phase is not Phase.FINISHED:
        wrong.append(f"{case.number} is {file.state.phase}")
    if any(step.status not in {StepStatus.DONE, StepStatus.GONE} for step in file.state.steps.values()):
        wrong.append(f"{case.number} has steps not done")
    reports = Counter((one.step, one.body) for one in file.events if isinstance(one, ev.StepReported))
    opened = Counter(key for one in file.events if isinstance(one, ev.Dispatched) for key in one.steps)
    decided = Counter(one.item for one in file.events if isinstance(one, ev.ItemDecided))
    for what, times in (reports | opened | decided).items():
        if times > 1:
            wrong.append(f"{case.number}: {what} happened {times} times")
    papers = {one.number for item in file.state.items.values() for one in item.results}
    kept = set(ResultDocument.objects.filter(case=case).values_list("number", flat=True))
    if papers != kept:
        wrong.append(f"{case.number}: papers {papers} are kept as {kept}")

    def projected() -> list[Any]:
        columns = Case.objects.filter(pk=case.pk).values_list("seq", "status", "due_on", "attention_on")
        tasks = (
            CaseTask.objects.filter(case=case).order_by("key", "body").values_list("key", "state", "due_on")
        )
        return [*columns, *tasks]

    before = projected()
    casework.reproject(case.pk)
    if projected() != before:
        wrong.append(f"{case.number}: the lists do not tell what the events tell")
    return wrong


# -------------------------------------------------------------------------------------------------- all


def run(home: Path, count: int, people_at_once: int, seed: int) -> dict[str, Any]:
    """The whole: what was broken, how long it took, and what is wrong."""
    with running(home) as town:
        from bancheng.store.models import Case  # reason: needs Django

        people, drafts = People(town.base), prepared(count)
        unanswered = dropped(town)
        over, last, count_of = threading.Event(), [time.monotonic()], itertools.count(1)
        done = [0]

        def moved() -> None:
            last[0], done[0] = time.monotonic(), next(count_of)

        def each(todo: list[Any], do: Callable[..., None]) -> None:
            lock = threading.Lock()

            def one() -> None:
                while True:
                    with lock:
                        if not todo:
                            return
                        given = todo.pop()
                    do(*given)
                    moved()

            threads = [threading.Thread(target=one, daemon=True) for _ in range(people_at_once)]
            for thread in threads:
                thread.start()
            while any(thread.is_alive() for thread in threads):
                if time.monotonic() - last[0] > PATIENCE:
                    raise SystemExit("the town is stuck")
                time.sleep(0.1)

        begun = time.monotonic()
        havoc = threading.Thread(target=trouble, args=(town, over, lambda: done[0], seed))
        havoc.start()
        each(list(drafts), lambda username, draft: submit(people, username, draft))
        numbers = _read(lambda: list(Case.objects.values_list("number")))
        each(numbers, lambda number: work(people, number, moved))
        over.set()
        havoc.join()
        return {
            "cases": count,
            "seconds": round(time.monotonic() - begun, 1),
            "dropped": unanswered,
            "broken": dict(town.broken),
            "wrong": judge(count),
        }


def main() -> int:
    """Run it and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=12)
    parser.add_argument("--people", type=int, default=6, help="cases worked on at once")
    parser.add_argument("--seed", type=int, default=4)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        told = run(Path(home), args.cases, args.people, args.seed)
    print(json.dumps(told, ensure_ascii=False))
    return 1 if told["wrong"] or told["dropped"] else 0


if __name__ == "__main__":
    sys.exit(main())
