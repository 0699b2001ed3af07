"""Case transitions a second, beside SpiffWorkflow with save and load of the same graph, in the same run.

The graph: n items side by side, each a review and then a decision. A transition of ours is decide + evolve + encode of
its events, in one process that keeps the state (``in memory``), or with the whole log read and folded again before
every command (``reloaded``), as a worker does that has never seen the case. SpiffWorkflow runs the same graph as BPMN
with two manual tasks a branch and is serialised and restored after every task, as a server must do.

Run: ``python benchmarks/bench_cases.py [--quick]``. Ratios are what counts; seconds depend on the machine.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

from bancheng.core.casework import (
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
    encode_event,
    fold,
)
from bancheng.core.catalogue import StepKind
from bancheng.core.clock import Limit, WorkCalendar
from bancheng.core.compiler import EdgeKind, Plan, PlanEdge, PlanStep

BRANCHES = (5, 20, 100)
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
CALENDAR = WorkCalendar()
APPLICANT = Actor(id="party:1", roles=("applicant",))
CLERK = Actor(id="user:1", name="窗口", roles=("clerk",), body="hall")
OFFICIAL = Actor(id="user:2", name="审查员", roles=("reviewer",), body="bureau")

Script = list[tuple[Actor, Command]]


def application(branches: int) -> commands.Submit:
    """n items side by side, each a review and a decision."""
    items, steps, edges = [], [], []
    for number in range(branches):
        key = f"item{number}"
        items.append(CaseItem(key=key, name=key, body="bureau", promised=Limit(10), results=("licence",)))
        for name, kind in (("review", StepKind.REVIEW), ("decide", StepKind.DECISION)):
            steps.append(
                PlanStep(
                    key=f"{key}.{name}",
                    name=name,
                    kind=kind,
                    items=(key,),
                    bodies=("bureau",),
                    limit=Limit(5),
                    days=Decimal(5),
                )
            )
        edges.append(PlanEdge(before=f"{key}.review", after=f"{key}.decide", kind=EdgeKind.WITHIN, why=""))
    return commands.Submit(
        onething="bench",
        onething_name="bench",
        blueprint="b" * 64,
        items=tuple(items),
        plan=Plan(steps=tuple(steps), edges=tuple(edges)),
        promised=Limit(20),
        form_digest="f" * 64,
        applicant_ref="party:1",
        receiving_body="hall",
    )


def script(branches: int) -> Script:
    """Everything that is asked of one case: all reviews, then all decisions, so that all branches are open at once."""
    keys = [f"item{number}" for number in range(branches)]
    paper = (Issued(result="licence", number="1", digest="d" * 64),)
    return [
        (APPLICANT, application(branches)),
        (CLERK, commands.Accept()),
        *((OFFICIAL, commands.CompleteStep(step=f"{key}.review", outcome=StepOutcome.OK)) for key in keys),
        *((OFFICIAL, commands.DecideItem(item=key, verdict=Verdict.APPROVE, results=paper)) for key in keys),
    ]


def in_memory(acts: Script) -> None:
    """One case in a process that keeps its state."""
    state = CaseState()
    for actor, command in acts:
        happened = decide(state, command, Context(now=NOW, actor=actor, calendar=CALENDAR))
        for event in happened:
            encode_event(event)
        state = fold(happened, state)
    assert state.phase is Phase.FINISHED


def reloaded(acts: Script) -> None:
    """One case whose log is read and folded anew before every command."""
    log: list[bytes] = []
    for actor, command in acts:
        state = fold(decode_event(line) for line in log)
        happened = decide(state, command, Context(now=NOW, actor=actor, calendar=CALENDAR))
        log.extend(encode_event(event) for event in happened)
    assert fold(decode_event(line) for line in log).phase is Phase.FINISHED


def drawing(branches: int) -> bytes:
    """The same graph as BPMN 2.0."""
    nodes = [
        '<startEvent id="start"/><parallelGateway id="fork"/><parallelGateway id="join"/><endEvent id="end"/>'
    ]
    flows = ['<sequenceFlow id="f0" sourceRef="start" targetRef="fork"/>']
    flows.append('<sequenceFlow id="f1" sourceRef="join" targetRef="end"/>')
    for number in range(branches):
        review, decision = f"r{number}", f"d{number}"
        nodes += [f'<manualTask id="{one}" name="{one}"/>' for one in (review, decision)]
        road = ("fork", review, decision, "join")
        flows += [
            f'<sequenceFlow id="{a}_{b}_{number}" sourceRef="{a}" targetRef="{b}"/>'
            for a, b in pairwise(road)
        ]
    namespace = "http://www.omg.org/spec/BPMN/20100524/MODEL"
    body = "".join(nodes + flows)
    return (
        f'<definitions xmlns="{namespace}" id="d" targetNamespace="bench">'
        f'<process id="bench" isExecutable="true">{body}</process></definitions>'
    ).encode()


def spiff(branches: int) -> Callable[[], None]:
    """One case in SpiffWorkflow, saved and loaded after every task; parsing the drawing is not counted."""
    from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
    from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
    from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
    from SpiffWorkflow.util.task import TaskState

    parser = BpmnParser()
    parser.add_bpmn_io(io.BytesIO(drawing(branches)))
    specification = parser.get_spec("bench")
    serializer = BpmnWorkflowSerializer()

    def run() -> None:
        workflow = BpmnWorkflow(specification)
        workflow.do_engine_steps()
        saved = serializer.serialize_json(workflow)
        for _ in range(2 * branches):
            workflow = serializer.deserialize_json(saved)
            workflow.get_next_task(state=TaskState.READY, manual=True).run()
            workflow.do_engine_steps()
            saved = serializer.serialize_json(workflow)
        assert workflow.is_completed()

    return run


def seconds(run: Callable[[], None], repeats: int) -> float:
    """The median of `repeats` runs."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main(quick: bool) -> None:
    """Measure and print."""
    branches = BRANCHES[:2] if quick else BRANCHES
    ours: dict[int, float] = {}
    for count in branches:
        acts = script(count)
        memory = seconds(lambda acts=acts: in_memory(acts), 15)
        folded = seconds(lambda acts=acts: reloaded(acts), 3)
        theirs = seconds(spiff(count), 1 if count == 100 else 3)
        ours[count] = memory
        fast, slow, other = len(acts) / memory, len(acts) / folded, 2 * count / theirs
        print(f"{count:>3} branches: {fast:>8,.0f} transitions/s in memory, {slow:>7,.0f} reloaded;", end=" ")
        print(f"SpiffWorkflow {other:>6,.1f} tasks/s; ratio {fast / other:,.0f} and {slow / other:,.0f}")
    first, last = branches[0], branches[-1]
    cost, work = ours[last] / ours[first], last // first
    print(f"a case of {last} branches costs {cost:.1f} times one of {first}, with {work} times the work")


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
