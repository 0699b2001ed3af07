"""Acts a second on PostgreSQL, as a share of what the bare server commits with the same writes.

    python benchmarks/bench_postgres.py [--seconds 6] [--json]

Name: ``postgres_transitions``. A server of its own in a temporary folder, with its own settings: every commit waits for
the disk. Cases of five bodies side by side (`bench_durable.py`) go from submission to close by the whole road, in one
process and in several, each with cases of its own. Beside them stands the bare server: the same number of inserting and
changing statements an act, each an insert of one row of the size of an event with its key, and one commit; from the
same number of processes, by the same driver, with nothing read and nothing decided.

Both are counted in turns of some seconds in the same run; shown are the medians. The share by the wall clock has the
neighbours in it; the one by processor time (ours and the server's together, an act of each) has not.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench_durable import road, script
from bench_lists import prepare

PROCESSES = (1, 2, 4)
ROUNDS = 3
BRANCHES = 5
WRITES = ("INSERT", "UPDATE", "DELETE")
ROW = "x" * 600
"""About what an event and its two hashes take."""
BARE = "CREATE TABLE IF NOT EXISTS bench_bare (id BIGSERIAL PRIMARY KEY, at TIMESTAMPTZ DEFAULT now(), body TEXT)"


def writes_of_a_case() -> float:
    """Writing statements an act, counted while one case runs its course."""
    from django.db import connection

    counted = []

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        counted.append(sql.lstrip().startswith(WRITES))
        return execute(sql, params, many, context)

    run, acts = road(), script(BRANCHES)
    run(acts)
    with connection.execute_wrapper(count):
        run(acts)
    return sum(counted) / len(acts)


def work(side: str, seconds: float, writes: int) -> None:
    """One process: says when it is ready, works when told, tells its acts and its processor time."""
    from django.db import connection, transaction

    connection.ensure_connection()
    acts = script(BRANCHES)
    if side == "road":
        run = road(os.getpid() * 10**6)
        run(acts)
        done, step = len(acts), lambda: run(acts)
    else:
        done = 1

        def step() -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                for _ in range(writes):
                    cursor.execute("INSERT INTO bench_bare (body) VALUES (%s)", [ROW])

    print("ready", flush=True)
    sys.stdin.readline()
    count, began, spent = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - began < seconds:
        step()
        count += done
    print(json.dumps([count, time.perf_counter() - began, time.process_time() - spent]), flush=True)


def server_time(folder: Path) -> float:
    """Processor seconds of the server and all it started."""
    first = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    total, tick = 0, os.sysconf("SC_CLK_TCK")
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = entry.read_text().rpartition(")")[2].split()
        except OSError:
            # It ended while we looked; its parent has its time.
            continue
        if int(entry.parent.name) == first:
            total += sum(map(int, told[11:15]))
        elif int(told[1]) == first:
            total += sum(map(int, told[11:13]))
    return total / tick


def together(side: str, processes: int, seconds: float, writes: int, folder: Path) -> dict[str, float]:
    """Acts a second of so many processes at once, and processor milliseconds an act, theirs and the server's."""
    told = [sys.executable, __file__, "--side", side, "--seconds", str(seconds), "--writes", str(writes)]
    running = [
        subprocess.Popen(told, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    before = server_time(folder)
    for one in running:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    found = [json.loads(one.communicate()[0]) for one in running]
    server = server_time(folder) - before
    acts = sum(count for count, _, _ in found)
    return {
        "a_second": sum(count / wall for count, wall, _ in found),
        "ours_ms": sum(spent for _, _, spent in found) * 1000 / acts,
        "server_ms": server * 1000 / acts,
    }


def measure(folder: Path, seconds: float) -> list[dict[str, Any]]:
    """Both sides for each number of processes, by turns."""
    from django.db import connection

    writes = writes_of_a_case()
    with connection.cursor() as cursor:
        cursor.execute(BARE)
    rows = []
    for processes in PROCESSES:
        rounds = [
            {side: together(side, processes, seconds, round(writes), folder) for side in ("bare", "road")}
            for _ in range(ROUNDS)
        ]
        row: dict[str, Any] = {"processes": processes, "writes": writes}
        for side in ("bare", "road"):
            for what in ("a_second", "ours_ms", "server_ms"):
                row[f"{side}_{what}"] = statistics.median(one[side][what] for one in rounds)
        row["share"] = statistics.median(one["road"]["a_second"] / one["bare"]["a_second"] for one in rounds)
        rows.append(row)
        show(row)
    return rows


def show(row: dict[str, Any]) -> None:
    """One number of processes."""
    print(f"  {row['processes']} processes, {row['writes']:.1f} writing statements an act")
    for side in ("bare", "road"):
        print(
            f"      {side:<6}{row[f'{side}_a_second']:>8,.0f} a second; processor of an act: ours"
            f" {row[f'{side}_ours_ms']:.2f} ms, the server's {row[f'{side}_server_ms']:.2f} ms"
        )
    used = [row[f"{side}_ours_ms"] + row[f"{side}_server_ms"] for side in ("bare", "road")]
    print(
        f"      share {row['share']:.0%} by the wall, {used[0] / used[1]:.0%} by processor time", flush=True
    )


def main() -> None:
    """Start a server, measure, print; or be one of the processes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--side", choices=("bare", "road"), help=argparse.SUPPRESS)
    parser.add_argument("--writes", type=int, default=0, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.side:
        import django

        django.setup()
        work(args.side, args.seconds, args.writes)
        return
    from bancheng.site.own_postgres import OwnPostgres

    # A socket's path may have 107 bytes.
    with (
        tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as place,
        tempfile.TemporaryDirectory() as home,
    ):
        folder = Path(place)
        server = OwnPostgres(folder)
        server.start()
        try:
            os.environ["BANCHENG_BENCH_DATABASE"] = server.address
            prepare(home)
            print("postgres_transitions: acts of cases with five bodies side by side, each its own commit")
            rows = measure(folder, args.seconds)
        finally:
            server.stop("immediate")
    if args.json:
        print(json.dumps({"name": "postgres_transitions", "rows": rows}))


if __name__ == "__main__":
    main()
