"""Small graph work shared by the passes, the narrowing and the exports. Nodes are strings; orders are deterministic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from bancheng.core.compiler._types import Plan, StepTimes
from bancheng.core.kernel import Record

Arrows = Mapping[str, Sequence[str]]
"Node → the nodes that follow it."


def arrows(nodes: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Successors of every node, in the order of `pairs`, each once."""
    found: dict[str, dict[str, None]] = {node: {} for node in nodes}
    for before, after in pairs:
        found[before][after] = None
    return {node: list(following) for node, following in found.items()}


def reverse(graph: Arrows) -> dict[str, list[str]]:
    """Predecessors of every node."""
    found: dict[str, list[str]] = {node: [] for node in graph}
    for node, following in graph.items():
        for after in following:
            found[after].append(node)
    return found


def topological(graph: Arrows) -> list[str] | None:
    """The nodes so that every arrow points forward, earliest given first among equals; None when there is a loop."""
    waiting = {node: len(before) for node, before in reverse(graph).items()}
    order: list[str] = [node for node in graph if not waiting[node]]
    for node in order:
        for after in graph[node]:
            waiting[after] -= 1
            if not waiting[after]:
                order.append(after)
    return order if len(order) == len(waiting) else None


def find_loop(graph: Arrows) -> list[str]:
    """The nodes of one shortest loop, the first not repeated; empty when there is none."""
    best: list[str] = []
    for start in graph:
        came: dict[str, str] = {}
        queue = [start]
        for node in queue:
            for after in graph[node]:
                if after == start:
                    loop = [node]
                    while loop[-1] != start:
                        loop.append(came[loop[-1]])
                    if not best or len(loop) < len(best):
                        best = loop[::-1]
                    queue = []
                    break
                if after not in came:
                    came[after] = node
                    queue.append(after)
            else:
                continue
            break
    return best


def reachable(graph: Arrows) -> dict[str, frozenset[str]]:
    """Every node → all nodes behind it (itself not included). The graph has no loop."""
    found: dict[str, frozenset[str]] = {}
    for node in reversed(topological(graph) or []):
        following = graph[node]
        found[node] = frozenset(following).union(*(found[after] for after in following))
    return found


class Path(Record):
    """The longest path through a graph of weighted nodes, and what it leaves to the others."""

    length: Decimal
    nodes: tuple[str, ...]
    times: tuple[StepTimes, ...]


def longest_path(graph: Arrows, weight: Mapping[str, Decimal]) -> Path:
    """Critical path: earliest start and finish, slack against the whole, and the first longest path in node order."""
    order = topological(graph) or []
    before = reverse(graph)
    start: dict[str, Decimal] = {}
    finish: dict[str, Decimal] = {}
    for node in order:
        start[node] = max((finish[one] for one in before[node]), default=Decimal(0))
        finish[node] = start[node] + weight[node]
    length = max(finish.values(), default=Decimal(0))
    latest: dict[str, Decimal] = {}
    for node in reversed(order):
        latest[node] = min((latest[after] - weight[after] for after in graph[node]), default=length)
    nodes: list[str] = []
    candidates = [node for node in graph if not before[node]]
    reached = Decimal(0)
    while candidates:
        following = [one for one in candidates if start[one] == reached and latest[one] == finish[one]]
        nodes.extend(following[:1])
        reached = finish[nodes[-1]] if following else reached
        candidates = list(graph[following[0]]) if following else []
    times = tuple(
        StepTimes(step=node, start=start[node], finish=finish[node], slack=latest[node] - finish[node])
        for node in graph
    )
    return Path(length=length, nodes=tuple(nodes), times=times)


def plan_arrows(plan: Plan) -> dict[str, list[str]]:
    """The plan as successors."""
    return arrows((step.key for step in plan.steps), ((edge.before, edge.after) for edge in plan.edges))


def enabled(plan: Plan, done: Iterable[str]) -> tuple[str, ...]:
    """The steps that may open when `done` are done: not done themselves, everything before them done.

    The one meaning of the plan: the case engine opens steps by it, and the exported BPMN is tested against it.
    """
    finished = set(done)
    blocked = {edge.after for edge in plan.edges if edge.before not in finished}
    return tuple(step.key for step in plan.steps if step.key not in finished and step.key not in blocked)
