"""Pages, searches, submission, figures and tables that leave in a town of a million cases.

    python benchmarks/bench_million.py [--cases 1000000] [--home FOLDER] [--only WORDS] [--json]

With ``--cases 10000`` and ``100000`` besides it shows how they grow.

Name: ``million_cases``. Seed 20261122, `many_cases.py` says how the town is made. SQLite in a temporary folder (with
``--home`` in that folder, and what lies there already is used). Each page is asked for twenty times with other people,
words and days; shown are queries, the median and the 95th of a hundred in milliseconds on the wall and of processor
time, with session and template. Bars: submission 100 ms, lists and searches 50 ms, a case's page 100 ms. Beside them
stands the limit of a list: fifty rows selected bare from their index.

Bars are judged by processor time plus what the database made us wait; the wall clock also has the neighbours in it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench_lists import prepare
from many_cases import GIVEN, SURNAMES, fill

BODY = "yunxi_market"
CALLS = 20
REAL = CALLS + 2


def settle(count: int, today: date) -> None:
    """The made-up cases, unless they are there already."""
    from bancheng.store.models import Case, Membership

    held = set(Membership.objects.exclude(body="").values_list("body", flat=True))
    # A body with reviewers of ours has most of the work: the worst list.
    bodies = sorted(held, key=lambda body: (body != BODY, body[::-1]))
    if Case.objects.order_by().count() < count:
        fill(count, today, bodies)


def spread(call: Callable[[int], object]) -> tuple[float, float, float, float]:
    """Median and 95th of a hundred of the wall and of processor time, in milliseconds."""
    call(0)
    wall, used = [], []
    for turn in range(1, CALLS + 1):
        began, spent = time.perf_counter(), time.process_time()
        call(turn)
        wall.append((time.perf_counter() - began) * 1000)
        used.append((time.process_time() - spent) * 1000)
    return (*_of(wall), *_of(used))


def _of(taken: list[float]) -> tuple[float, float]:
    held = sorted(taken)
    return held[len(held) // 2], held[-(-len(held) * 95 // 100) - 1]


PAGES = (
    ("bureau: open tasks", "market_reviewer", "/bureau/?tab=open&page={page}"),
    ("bureau: late tasks", "market_reviewer", "/bureau/?tab=overdue&page={page}"),
    ("bureau: tasks done", "market_reviewer", "/bureau/?tab=done&page={page}"),
    ("bureau: in intake", "market_reviewer", "/bureau/?tab=intake&page={page}"),
    ("bureau: mine", "market_reviewer", "/bureau/?tab=mine"),
    ("bureau: by number", "market_reviewer", "/bureau/?tab=open&q={number}"),
    ("bureau: by tail of number", "market_reviewer", "/bureau/?tab=open&q={tail}"),
    ("bureau: by name", "market_reviewer", "/bureau/?tab=open&q={name}"),
    ("bureau: by surname", "market_reviewer", "/bureau/?tab=open&q={surname}"),
    ("bureau: one-thing, days", "market_reviewer", "/bureau/?tab=open&onething=open_restaurant&since={day}"),
    ("window: to judge", "clerk", "/counter/queue/?page={page}"),
    ("window: by name", "clerk", "/counter/queue/?q={name}"),
    ("senior: by name", "market_senior", "/watch/cases/?q={name}"),
    ("senior: by number", "market_senior", "/watch/cases/?q={number}"),
    ("watch: all cases", "watch", "/watch/cases/?page={page}"),
    ("watch: all open cases", "watch", "/watch/cases/?state=open&page={page}"),
    ("watch: late cases", "watch", "/watch/cases/?clock=overdue&page={page}"),
    ("watch: open, one-thing", "watch", "/watch/cases/?state=open&onething=open_restaurant&page={page}"),
    ("watch: finished, one-thing", "watch", "/watch/cases/?state=finished&onething=open_restaurant"),
    ("watch: by name", "watch", "/watch/cases/?q={name}"),
    ("watch: by part of a name", "watch", "/watch/cases/?q={part}"),
    ("watch: by number", "watch", "/watch/cases/?q={number}"),
    ("watch: between days", "watch", "/watch/cases/?since={day}&until={day}"),
    ("watch: of a large body", "watch", "/watch/cases/?body={body}&page={page}"),
    ("watch: of a small body", "watch", "/watch/cases/?body=yunxi_intellectual_property&page={page}"),
    ("watch: tasks of a body", "watch", "/watch/bodies/{body}/?page={page}"),
    ("watch: warnings", "watch", "/watch/warnings/"),
    ("studio: items", "items", "/studio/items/"),
)
"""Name, who asks, and the address, with other words at each turn."""


def words(today: date) -> list[dict[str, object]]:
    """What stands in the addresses of each turn."""
    from bancheng.store.models import Case

    held = Case.objects.filter(status="accepted", bodies__body=BODY).values_list("number", flat=True)
    numbers = list(held[: CALLS + 1])
    names = [f"{SURNAMES[turn]}{GIVEN[turn * 7 % len(GIVEN)]}" for turn in range(CALLS + 1)]
    return [
        {
            "page": turn % 9 + 1,
            "number": numbers[turn],
            "tail": numbers[turn][-7:],
            "name": names[turn],
            "surname": names[turn][0],
            "part": f"{GIVEN[turn]}{GIVEN[turn + 1]}有限",
            "day": (today - timedelta(days=3 * turn)).isoformat(),
            "body": BODY,
        }
        for turn in range(CALLS + 1)
    ]


def limit(turn: int) -> None:
    """Fifty tasks of the largest body by index, and nothing else: what a page of a list cannot undercut."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM store_casetask WHERE body = %s AND state = 'open' ORDER BY order_on, id LIMIT 50 OFFSET %s",
            [BODY, 50 * (turn % 9)],
        )
        cursor.fetchall()


def page(who: str, address: Callable[[int], str]) -> tuple[int, tuple[float, float, float, float]]:
    """Queries of a page and its times."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from bancheng.store.models import User

    client = Client()
    client.force_login(User.objects.get(username=who), backend="bancheng.site.signin.SignInBackend")

    def call(turn: int) -> None:
        answer = client.get(address(turn))
        assert answer.status_code == 200, (address(turn), answer.status_code)

    call(0)
    with CaptureQueriesContext(connection) as captured:
        call(0)
    return len(captured), spread(call)


def real_cases() -> tuple[str, list[str], int, tuple[float, float, float, float]]:
    """Cases by the program's own road: who applied, their numbers, and the statements and times of submitting."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bancheng.store.models import User
    from bancheng.usecases import play, submission

    drafts = []
    for _ in range(REAL):
        actor, begun = play.begin(play.example_of("open_restaurant"))
        filled, _typed = play.fill(actor, begun)
        drafts.append((actor, play.give_papers(actor, filled)))
    made = []

    def submit(turn: int) -> None:
        actor, draft = drafts[turn]
        made.append(submission.submit(actor, draft, declared=True))

    with CaptureQueriesContext(connection) as asked:
        submit(CALLS + 1)
    took = spread(submit)
    for file in made:
        play.accept(file)
    who = User.objects.get(pk=drafts[0][0].user_id).username
    return who, [file.case.number for file in made], len(asked), took


def measure(count: int, today: date, only: str = "") -> list[dict[str, Any]]:
    """Every page of a town of `count` cases."""
    began = time.perf_counter()
    settle(count, today)
    print(f"  {count:,} cases there after {time.perf_counter() - began:.0f} s")
    rows = []

    def row(name: str, bar: float, queries: int, took: tuple[float, float, float, float]) -> None:
        times = dict(zip(("p50", "p95", "cpu50", "cpu95"), took, strict=True))
        rows.append({"page": name, "bar_ms": bar, "queries": queries, **times})
        show(rows[-1])

    told = words(today)
    for name, who, address in PAGES:
        if only in name:
            row(name, 50, *page(who, lambda turn, address=address: address.format(**told[turn])))
    row("limit: 50 tasks by index", 0, 1, spread(limit))
    if not only:
        who, numbers, asked, took = real_cases()
        row("submit", 100, asked, took)
        row("public: a case", 100, *page(who, lambda turn: f"/cases/{numbers[turn]}/"))
        row("public: my cases", 50, *page(who, lambda _: "/cases/"))
        row("window: a case", 100, *page("clerk", lambda turn: f"/counter/cases/{numbers[turn]}/"))
        row("bureau: a case", 100, *page("market_reviewer", lambda turn: f"/bureau/{numbers[turn]}/"))
        row("watch: a case", 100, *page("watch", lambda turn: f"/watch/cases/{numbers[turn]}/"))
    row("watch: figures", 100, *page("watch", lambda _: "/watch/"))
    if not only:
        leaving()
    return rows


def leaving() -> None:
    """The largest table that leaves: how long, and how much memory it takes beside what the process had."""
    import resource

    from django.test import Client

    from bancheng.store.models import User

    client = Client()
    client.force_login(User.objects.get(username="watch"), backend="bancheng.site.signin.SignInBackend")
    held, began, spent = (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        time.perf_counter(),
        time.process_time(),
    )
    size = sum(map(len, client.get("/watch/cases/?as=xlsx").streaming_content))  # type: ignore[attr-defined]  # reason: a file is sent
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held
    print(
        f"    all cases as a workbook: {size / 1e6:.1f} MB, wall {time.perf_counter() - began:.1f} s,"
        f" processor {time.process_time() - spent:.1f} s, {more / 1024:.0f} MB more at the peak"
    )


def show(row: dict[str, Any]) -> None:
    """One line."""
    print(
        f"    {row['page']:<28}{row['queries']:>3} queries   wall {row['p50']:>8.1f} {row['p95']:>8.1f}"
        f"   processor {row['cpu50']:>7.1f} {row['cpu95']:>7.1f}   bar {row['bar_ms']:.0f}",
        flush=True,
    )


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--home")
    parser.add_argument("--only", default="", help="pages whose names hold these words")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    today = date.today()  # noqa: DTZ011  # reason: the rows are made around the machine's own day
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(args.home or temporary)
        home.mkdir(exist_ok=True)
        prepare(str(home))
        rows = measure(args.cases, today, args.only)
    if args.json:
        print(json.dumps({"name": "million_cases", "cases": args.cases, "pages": rows}))


if __name__ == "__main__":
    main()
