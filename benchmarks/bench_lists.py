"""List pages at 100,000 cases, beside the physical limit: one indexed SELECT of the same rows in the same database.

    python benchmarks/bench_lists.py [--cases 100000] [--json]

Name: ``lists_100000_cases``. Seed 20261122. A specimen town in a temporary folder on SQLite; rows go in by bulk_create.
For each page: queries, milliseconds (median of seven warm calls), and the time in the database as so many limits.
The limit of a list is its fifty rows by index; that of supervision's first page one pass over the index of all states.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

SEED = 20261122
BODIES = ("yunxi_market", "yunxi_tax", "yunxi_fire", "yunxi_health", "yunxi_social_security", "yunxi_culture")
STATES = (("finished", 0.8), ("accepted", 0.15), ("received", 0.04), ("withdrawn", 0.01))
CALLS = 7


def prepare(home: str) -> None:
    """An empty specimen town in `home`."""
    os.environ.update(
        BANCHENG_HOME=home,
        BANCHENG_DEMO="1",
        BANCHENG_DATABASE=os.environ.get("BANCHENG_BENCH_DATABASE", "sqlite:///lists.db"),
        BANCHENG_LOG_LEVEL="ERROR",
    )
    os.environ["DJANGO_SETTINGS_MODULE"] = "bancheng.site.settings"
    import django
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    from django.utils import timezone

    from bancheng.usecases import demo, town

    town.publish(timezone.now())
    demo.settle()


def seed(count: int, today: date) -> None:
    """`count` cases of two bodies each, with three tasks, most of them done, as a town has them after a year."""
    from django.utils import timezone

    from bancheng.store.models import BlueprintVersion, Case, CaseBody, CaseTask, Party

    rng = random.Random(SEED)
    now = timezone.now()
    blueprints = list(BlueprintVersion.objects.filter(current=True).defer("content"))
    parties = Party.objects.bulk_create(
        [
            Party(subject="person", name=f"示例{n}", search_key=f"shili{n}")
            for n in range(max(1, count // 20))
        ],
        batch_size=500,
    )
    for start in range(0, count, 10_000):
        cases, bodies, tasks = [], [], []
        for n in range(start, min(count, start + 10_000)):
            case = _case(n, rng, rng.choice(blueprints), rng.choice(parties), now, today)
            cases.append(case)
            chosen = rng.sample(BODIES, 2)
            bodies += [CaseBody(case=case, body=body, state="open") for body in chosen]
            tasks += [_task(case, number, rng.choice(chosen), rng, now) for number in range(3)]
        Case.objects.bulk_create(cases, batch_size=500)
        CaseBody.objects.bulk_create(bodies, batch_size=500)
        CaseTask.objects.bulk_create(tasks, batch_size=500)


def _case(n: int, rng: random.Random, blueprint: Any, party: Any, now: datetime, today: date) -> Any:
    from bancheng.store.models import Case

    (state,) = rng.choices([name for name, _ in STATES], [share for _, share in STATES])
    begun = now - timedelta(days=rng.randint(0, 30 if state in {"accepted", "received"} else 365))
    # Days are projected at noon, and a one-thing promises the same days to all.
    noon = begun.replace(hour=4, minute=0, second=0, microsecond=0)
    done = noon + timedelta(days=rng.randint(1, 20)) if state == "finished" else None
    promised = timedelta(days=5 + len(blueprint.key) % 20)
    return Case(
        number=f"999999{n:014d}",
        onething=blueprint.key,
        name=blueprint.name,
        blueprint_id=blueprint.pk,
        party=party,
        created_at=begun,
        status=state,
        lead="yunxi_market",
        channel="online",
        accepted_on=None if state == "received" else begun.date(),
        due_on=None if state == "received" else begun.date() + promised,
        paused=rng.random() < 0.01,
        finished_at=done,
        rating=rng.choice([None, 4, 5]) if done else None,
        attention_on=today if state == "accepted" else None,
    )


def _task(case: Any, number: int, body: str, rng: random.Random, now: datetime) -> Any:
    from bancheng.store.models import CaseTask

    going = case.status == "accepted" and number == 2
    opened = case.created_at.replace(hour=4, minute=0, second=0, microsecond=0)
    done = opened + timedelta(days=rng.randint(0, 12))
    return CaseTask(
        case=case,
        key=f"step{number}",
        name="审查",
        kind="review",
        body=body,
        role="reviewer",
        state="open" if going else "done",
        opened_at=opened,
        due_on=opened.date() + timedelta(days=(3, 5, 10)[number]),
        done_at=None if going else min(done, now),
    )


def milliseconds(call: Callable[[], object]) -> float:
    """The median of seven calls after a warm one."""
    call()
    times = []
    for _ in range(CALLS):
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def page(username: str, address: str) -> tuple[int, float, float]:
    """Queries of a page as a person gets it, its milliseconds with session and template, and those in the database."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from bancheng.store.models import User

    client = Client()
    client.force_login(User.objects.get(username=username), backend="bancheng.site.signin.SignInBackend")

    def call() -> None:
        answer = client.get(address)
        assert answer.status_code == 200, answer.status_code

    call()
    spent: list[float] = []

    def clock(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append((time.perf_counter() - began) * 1000)

    with CaptureQueriesContext(connection) as captured, connection.execute_wrapper(clock):
        call()
    return len(captured), milliseconds(call), sum(spent)


def limit(sql: str, *given: object) -> float:
    """Milliseconds of one SELECT, all its rows fetched."""
    from django.db import connection

    def call() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            cursor.fetchall()

    return milliseconds(call)


def measure(today: date) -> list[dict[str, Any]]:
    """Every page with its limit."""
    tasks = limit(
        "SELECT * FROM store_casetask WHERE body = %s AND state = 'open' ORDER BY due_on LIMIT 50", BODIES[0]
    )
    cases = limit(
        "SELECT * FROM store_case WHERE status = 'accepted' AND due_on < %s ORDER BY due_on LIMIT 50", today
    )
    states = limit("SELECT status, COUNT(*) FROM store_case GROUP BY status")
    pages = (
        ("bureau tasks", "market_reviewer", "/bureau/?tab=open", tasks),
        ("watch figures", "watch", "/watch/", states),
        ("watch overdue", "watch", "/watch/cases/?clock=overdue", cases),
        ("watch open of a body", "watch", f"/watch/bodies/{BODIES[0]}/", tasks),
        (
            "watch all cases",
            "watch",
            "/watch/cases/",
            limit("SELECT * FROM store_case ORDER BY created_at DESC LIMIT 50"),
        ),
    )
    rows = []
    for name, who, address, floor in pages:
        queries, took, asked = page(who, address)
        rows.append(
            {
                "page": name,
                "queries": queries,
                "ms": took,
                "database_ms": asked,
                "limit_ms": floor,
                "ratio": asked / floor,
            }
        )
    return rows


def main() -> None:
    """Seed, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        prepare(home)
        today = date.today()  # noqa: DTZ011  # reason: the rows are seeded around the machine's own day
        began = time.perf_counter()
        seed(args.cases, today)
        seeded = time.perf_counter() - began
        rows = measure(today)
    if args.json:
        print(json.dumps({"name": "lists_100000_cases", "cases": args.cases, "pages": rows}))
        return
    print(f"lists_100000_cases: {args.cases} cases seeded in {seeded:.0f} s")
    for row in rows:
        print(
            f"  {row['page']:<22}{row['queries']:>3} queries {row['ms']:>8.1f} ms"
            f"   database {row['database_ms']:>7.1f} ms = {row['ratio']:>6.1f} × the limit of {row['limit_ms']:.2f} ms"
        )


if __name__ == "__main__":
    main()
