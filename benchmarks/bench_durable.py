"""A case of n bodies side by side from submission to its close, durable after every act, beside SpiffWorkflow.

    python benchmarks/bench_durable.py [--quick] [--json]

Name: ``durable_parallel``. Each branch is a review and a decision of a body of its own; all are open at once. All sides
write SQLite files in the same folder under the same settings (WAL, synchronous=NORMAL) and commit after each act.

- *engine*: the core with its log and kept state in two tables: what it takes to be an engine and no more; the process
  remembers the case and checks the row it stands on.
- *turns*: the same with four processes that take turns: each knows the case as it was four acts ago and reads on.
- *cold*: the same in a process that has never seen the case: it reads what is kept and the log after it, every time.
  Reading a plan of n branches n times is n squared for whoever does it; what is held linear is one such act.
- *road*: `usecases.casework.act` with everything around it: scope, lists, figures, numbered papers, outbox, seal.
- *SpiffWorkflow*: the exported BPMN of the same plan, deserialised before and serialised after every task.

Like for like are *engine* (it must only check that nobody else moved the case) and *cold* (it must read everything, as
SpiffWorkflow does); the road does what SpiffWorkflow does not.

Processor time, because neighbours share the machine. Growth is the cost of a case of n branches over that of five; of
*cold*, that of one act.
"""

from __future__ import annotations

import argparse
import io
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench_lists import prepare
from lxml import etree

from bancheng.core.casework import (
    EVENT_VERSION,
    Actor,
    CaseItem,
    CaseState,
    Command,
    Context,
    Issued,
    Phase,
    StepOutcome,
    Verdict,
    commands,
    decide,
    decode_event,
    decode_state,
    encode_event,
    encode_state,
    fold,
)
from bancheng.core.catalogue import StepKind
from bancheng.core.clock import Limit, WorkCalendar
from bancheng.core.compiler import EdgeKind, Plan, PlanEdge, PlanStep, to_bpmn
from bancheng.core.kernel import chain

BRANCHES = (5, 20, 50, 100)
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
CALENDAR = WorkCalendar()
APPLICANT = Actor(id="user:9", roles=("applicant",))
CLERK = Actor(id="user:1", name="窗口", roles=("clerk",), body="hall")
KEEP = 32
SIDES = {"engine": 1, "turns": 4, "cold": 0}
"""Processes that remember the case."""

Script = list[tuple[Actor, Command]]


def application(branches: int) -> commands.Submit:
    """n items side by side, each of a body of its own."""
    items, steps, edges = [], [], []
    for number in range(branches):
        key, body = f"item{number}", f"body{number}"
        items.append(CaseItem(key=key, name=key, body=body, promised=Limit(10), results=("licence",)))
        for name, kind in (("review", StepKind.REVIEW), ("decide", StepKind.DECISION)):
            step = PlanStep(
                key=f"{key}.{name}",
                name=name,
                kind=kind,
                items=(key,),
                bodies=(body,),
                limit=Limit(5),
                days=Decimal(5),
            )
            steps.append(step)
        edges.append(PlanEdge(before=f"{key}.review", after=f"{key}.decide", kind=EdgeKind.WITHIN, why=""))
    return commands.Submit(
        onething="bench",
        onething_name="bench",
        blueprint="b" * 64,
        items=tuple(items),
        plan=Plan(steps=tuple(steps), edges=tuple(edges)),
        promised=Limit(20),
        form_digest="f" * 64,
        applicant_ref="user:9",
        on_behalf_ref="party:1",
        receiving_body="hall",
        lead_body="body0",
    )


def official(number: int) -> Actor:
    """The reviewer of a branch."""
    return Actor(id=f"user:{number + 2}", name="审查员", roles=("reviewer",), body=f"body{number}")


def script(branches: int) -> Script:
    """Everything asked of one case: all reviews, then all decisions."""
    paper = (Issued(result="licence", number="1", digest="d" * 64),)
    done: Script = [(APPLICANT, application(branches)), (CLERK, commands.Accept())]
    for number in range(branches):
        report = commands.CompleteStep(step=f"item{number}.review", outcome=StepOutcome.OK)
        done.append((official(number), report))
    for number in range(branches):
        verdict = commands.DecideItem(item=f"item{number}", verdict=Verdict.APPROVE, results=paper)
        done.append((official(number), verdict))
    return done


# ------------------------------------------------------------------------------------------------ the engine alone


def opened(path: Path) -> sqlite3.Connection:
    """A SQLite file as the program opens it."""
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("PRAGMA synchronous=NORMAL")
    return base


class Engine:
    """The core over two tables. A process that has just begun reads the kept state and the events after it."""

    def __init__(self, path: Path, processes: int) -> None:
        self.base, self.processes = opened(path), processes
        self.base.execute(
            "CREATE TABLE IF NOT EXISTS log (c INT, seq INT, body BLOB, hash TEXT, PRIMARY KEY (c, seq))"
        )
        self.base.execute(
            "CREATE TABLE IF NOT EXISTS kept (c INT PRIMARY KEY, seq INT, head TEXT, state BLOB)"
        )
        self.count = 0

    def run(self, acts: Script) -> None:
        self.count += 1
        memory: dict[int, tuple[int, str, CaseState]] = {}
        stored = 0
        for turn, (actor, command) in enumerate(acts):
            mind = turn % self.processes if self.processes else turn
            seq, head, state = self._after(memory.get(mind) or self._kept())
            happened = decide(state, command, Context(now=NOW, actor=actor, calendar=CALENDAR))
            state = fold(happened, state)
            self.base.execute("BEGIN IMMEDIATE")
            for event in happened:
                seq, body = seq + 1, encode_event(event)
                head = chain(head, [seq, type(event).__name__, body.decode()])
                self.base.execute("INSERT INTO log VALUES (?, ?, ?, ?)", (self.count, seq, body, head))
            if seq - stored >= max(KEEP, len(state.steps) / 2):
                row = (self.count, seq, head, encode_state(state))
                self.base.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)", row)
                stored = seq
            self.base.execute("COMMIT")
            if self.processes:
                memory[mind] = (seq, head, state)
        assert state.phase is Phase.FINISHED

    def _kept(self) -> tuple[int, str, CaseState]:
        row = self.base.execute("SELECT seq, head, state FROM kept WHERE c = ?", (self.count,)).fetchone()
        return (row[0], row[1], decode_state(row[2])) if row else (0, "", CaseState())

    def _after(self, held: tuple[int, str, CaseState]) -> tuple[int, str, CaseState]:
        seq, head, state = held
        found = "SELECT seq, body, hash FROM log WHERE c = ? AND seq >= ? ORDER BY seq"
        for number, body, told in self.base.execute(found, (self.count, seq)).fetchall():
            if number == seq:
                assert told == head
                continue
            event = decode_event(body, EVENT_VERSION)
            head = chain(head, [number, type(event).__name__, body.decode()])
            assert told == head
            seq, state = number, fold((event,), state)
        return seq, head, state


# ------------------------------------------------------------------------------------------------ the whole road


def road(first: int = 0) -> Callable[[Script], None]:
    """A case by `casework.create` and `casework.act`, as pages and the API do it; numbered after `first`."""
    from django.db import transaction

    from bancheng.store.models import BlueprintVersion, Case, Party
    from bancheng.usecases import casework
    from bancheng.usecases.access import Acting
    from bancheng.usecases.access import Actor as Person
    from bancheng.usecases.town import packs

    blueprint = BlueprintVersion.objects.filter(current=True).defer("content")[0]
    party = Party.objects.create(subject="person", name="示例", search_key="shili")
    acting = (Acting(party.pk, party.name, "person", "", "self"),)
    numbers = iter(range(first + 1, first + 10**6))

    def person(actor: Actor) -> Person:
        if actor is APPLICANT:
            return Person(id=actor.id, name="", user_id=9, roles=frozenset({"applicant"}), acting=acting)
        (role,) = actor.roles
        posts = ((role, actor.body),)
        return Person(id=actor.id, name=actor.name, user_id=1, roles=frozenset(actor.roles), posts=posts)

    def run(acts: Script) -> None:
        (actor, first), *rest = acts
        with transaction.atomic():
            case = Case(
                number=f"999999{next(numbers):014d}", onething="bench", name="bench", blueprint=blueprint, party=party,
                created_at=NOW,
            )  # fmt: skip
            context = Context(now=NOW, actor=actor, calendar=packs().calendar)
            file = casework.create(case, first, person(actor), context)
        for actor, command in rest:
            file = casework.act(person(actor), case.pk, command, now=NOW)
        assert file.state.phase is Phase.FINISHED

    return run


# ------------------------------------------------------------------------------------------------ SpiffWorkflow


def spiff(plan: Plan, path: Path) -> Callable[[], None]:
    """One case in SpiffWorkflow; parsing the drawing is not counted."""
    from SpiffWorkflow.bpmn.parser import BpmnParser
    from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
    from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
    from SpiffWorkflow.util.task import TaskState

    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(io.BytesIO(to_bpmn(plan).encode())), filename="plan.bpmn")
    specification = parser.get_spec("process_plan")
    serializer = BpmnWorkflowSerializer()
    base = opened(path)
    base.execute("CREATE TABLE IF NOT EXISTS saved (c INTEGER PRIMARY KEY, state TEXT)")
    save = "INSERT OR REPLACE INTO saved VALUES (?, ?)"
    numbers = iter(range(1, 10**6))

    def run() -> None:
        number = next(numbers)
        workflow = BpmnWorkflow(specification)
        workflow.do_engine_steps()
        base.execute(save, (number, serializer.serialize_json(workflow)))
        while True:
            (saved,) = base.execute("SELECT state FROM saved WHERE c = ?", (number,)).fetchone()
            workflow = serializer.deserialize_json(saved)
            task = workflow.get_next_task(state=TaskState.READY, manual=True)
            if task is None:
                break
            task.run()
            workflow.do_engine_steps()
            base.execute(save, (number, serializer.serialize_json(workflow)))
        assert workflow.is_completed()

    return run


def milliseconds(run: Callable[[], object], repeats: int) -> float:
    """The median processor time of `repeats` runs after a warm one."""
    run()
    taken = []
    for _ in range(repeats):
        began = time.process_time()
        run()
        taken.append((time.process_time() - began) * 1000)
    return statistics.median(taken)


def measure(home: Path, branches: tuple[int, ...]) -> list[dict[str, Any]]:
    """Every side for every number of branches."""
    whole, rows = road(), []
    for count in branches:
        acts = script(count)
        row: dict[str, Any] = {"branches": count, "acts": len(acts)}
        for side, processes in SIDES.items():
            engine = Engine(home / f"{side}{count}.db", processes)
            row[f"{side}_ms"] = milliseconds(lambda engine=engine, acts=acts: engine.run(acts), 9)
        row["road_ms"] = milliseconds(lambda acts=acts: whole(acts), 9 if count < 50 else 3)
        theirs = spiff(application(count).plan, home / f"spiff{count}.db")
        row["spiff_ms"] = milliseconds(theirs, 5 if count < 50 else 1)
        rows.append(row)
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        prepare(home)
        rows = measure(Path(home), BRANCHES[:2] if args.quick else BRANCHES)
    if args.json:
        print(json.dumps({"name": "durable_parallel", "rows": rows}))
        return
    first = rows[0]
    print("durable_parallel: processor milliseconds from submission to close, committed after every act")
    for row in rows:
        theirs, work = row["spiff_ms"], row["branches"] / first["branches"]
        print(f"  {row['branches']:>3} branches, {row['acts']:>3} acts; SpiffWorkflow {theirs:>9,.1f}")
        for side in (*SIDES, "road"):
            took = row[f"{side}_ms"]
            grown = took / first[f"{side}_ms"]
            if side == "cold":
                grown *= first["acts"] / row["acts"]
            print(
                f"      {side:<7}{took:>9,.1f}   SpiffWorkflow is {theirs / took:.1f} times that;"
                f" growth {grown:.1f} for {work:g} times the work"
            )


if __name__ == "__main__":
    main()
