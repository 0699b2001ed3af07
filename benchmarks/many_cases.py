"""A town's cases of some years, made up from a seed and written in bulk: for measuring lists, pages and figures.

Skewed as towns are: a few one-things and bodies have most of the work, a few people many cases, nine of ten cases are
over. Rows of lists only; the few cases that are opened or acted on come by the program's own road. SQLite gets its rows
by ``executemany`` with the indexes made afterwards, PostgreSQL by ``COPY``.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, islice
from typing import Any

SEED = 20261122
YEARS = 3
STATES = (
    ("finished", 88),
    ("accepted", 7),
    ("received", 1),
    ("supplement", 1),
    ("withdrawn", 2),
    ("not_needed", 1),
)
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红梅建国文辉斌宇浩凯秀珍健俊帆雪荣爱"
WINDOW = "yunxi_approval_bureau"
"The integrated window (综合窗口), where every case is taken in."
TRADES = ("面馆", "书店", "诊所", "货运", "建材", "茶社", "美容", "五金", "药房", "养殖")
STEPS = (
    ("审查", "review", "reviewer", 3),
    ("现场核查", "inspection", "inspector", 8),
    ("决定", "decision", "reviewer", 12),
)

Rows = Iterator[Sequence[Any]]


class Writer:
    """Writes many rows of a model fast; columns not named have their defaults."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.fast = connection.vendor == "postgresql"

    def write(self, model: Any, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Rows of `names`, in that order."""
        from django.db import transaction

        fields = {one.attname: one for one in model._meta.concrete_fields if not one.generated}  # noqa: SLF001  # reason: Django's own road to a model's columns
        auto = {one.attname for one in fields.values() if one.get_internal_type() == "BigAutoField"}
        rest = [name for name in fields if name not in names and name not in auto]
        given = [fields[name].get_db_prep_save(fields[name].get_default(), self.connection) for name in rest]
        columns = ", ".join(f'"{fields[name].column}"' for name in (*names, *rest))
        table = model._meta.db_table  # noqa: SLF001  # reason: as above
        with self.connection.cursor() as cursor:
            if self.fast:
                with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                    for row in rows:
                        copy.write_row((*row, *given))
                return
            marks = ", ".join("?" * (len(names) + len(rest)))
            raw = cursor.cursor if hasattr(cursor, "cursor") else cursor
            insert = f'INSERT INTO "{table}" ({columns}) VALUES ({marks})'
            rows = iter(rows)
            while batch := [(*(_plain(one) for one in row), *given) for row in islice(rows, 20_000)]:
                with transaction.atomic():
                    raw.connection.executemany(insert, batch)


def _plain(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, date) else value


def zipf(names: Sequence[Any]) -> tuple[Sequence[Any], list[float]]:
    """Names with weights 1, 1/2, 1/3, …, added up."""
    return names, list(accumulate(1 / place for place in range(1, len(names) + 1)))


def fill(count: int, today: date, bodies: Sequence[str]) -> None:  # noqa: PLR0915  # reason: one story, told once
    """`count` cases with parties, body lines and tasks."""
    from django.db import connection

    from bancheng.core.kernel import search_key
    from bancheng.store import tallies
    from bancheng.store.models import BlueprintVersion, Case, CaseBody, CaseTask, Party

    rng = random.Random(SEED)
    things = list(
        BlueprintVersion.objects.filter(current=True).order_by("key").values_list("key", "pk", "name")
    )
    rng.shuffle(things)
    out = Writer(connection)
    now = datetime.combine(today, datetime.min.time(), UTC)
    parties = [uuid.UUID(int=rng.getrandbits(128), version=4) for _ in range(max(10, count * 2 // 5))]

    def people() -> Rows:
        for place, key in enumerate(parties):
            company = place % 10 == 0
            if company:
                name = f"示例{rng.choice(SURNAMES)}{rng.choice(GIVEN)}{rng.choice(TRADES)}有限公司"
            else:
                name = rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2))))
            yield key, "company" if company else "person", name, search_key(name), "", "", now

    class Made:
        """The cases, one after the other, with what hangs on them."""

        bodies: list[Sequence[Any]] = []
        tasks: list[Sequence[Any]] = []

    chosen, weights = zipf(things)
    desks, shares = zipf(bodies)
    names, odds = [one for one, _ in STATES], [odd for _, odd in STATES]

    def cases() -> Rows:
        for number in range(count):
            key = uuid.UUID(int=rng.getrandbits(128), version=4)
            (thing,) = rng.choices(chosen, cum_weights=weights)
            (state,) = rng.choices(names, odds)
            going = state in {"accepted", "received", "supplement"}
            begun = now - timedelta(minutes=rng.randrange(1, (25 if going else YEARS * 365) * 1440))
            promised = 5 + len(thing[0]) % 20
            accepted = None if state in {"received", "supplement", "not_needed"} else begun.date()
            over = not going
            noon = begun.replace(hour=4, minute=0, second=0, microsecond=0)
            done = min(noon + timedelta(days=rng.randint(1, promised + 1)), now) if over else None
            mine = list(dict.fromkeys(rng.choices(desks, cum_weights=shares, k=3)))
            due = begun.date() + timedelta(days=promised) if accepted else None
            party = parties[int(rng.random() ** 3 * len(parties))]
            _hang(Made, key, mine, state, begun, done, rng)
            printed = f"999999{begun:%Y%m%d}{number % 100000:05d}{number // 100000:02d}"
            yield (
                key, printed, printed[::-1], thing[0], thing[2], thing[1], party,
                begun, rng.randint(6, 40), state, mine[0], rng.choice(("online", "online", "window")), accepted, due,
                False, state == "accepted" and rng.random() < 0.02, today + timedelta(days=1) if going else None, done,
                rng.choice((None, None, 4, 5)) if over else None,
            )  # fmt: skip

    columns = (
        "id", "number", "mirror", "onething", "name", "blueprint_id", "party_id", "created_at", "seq", "status", "lead",
        "channel", "accepted_on", "due_on", "provisional", "paused", "attention_on", "finished_at", "rating",
    )  # fmt: skip
    tallies.remove(connection)
    indexes = _drop_indexes(connection, (Case, CaseBody, CaseTask, Party))
    out.write(Party, ("id", "subject", "name", "search_key", "number", "phone", "created_at"), people())
    source = cases()
    while batch := list(islice(source, 50_000)):
        out.write(Case, columns, batch)
        out.write(CaseBody, ("case_id", "body", "state", "created_at"), Made.bodies)
        task = (
            "case_id",
            "key",
            "name",
            "kind",
            "body",
            "role",
            "state",
            "assignee",
            "assignee_name",
            "opened_at",
        )
        out.write(CaseTask, (*task, "due_on", "done_at"), Made.tasks)
        Made.bodies, Made.tasks = [], []
    with connection.cursor() as cursor:
        for one in indexes:
            cursor.execute(one)
    tallies.install(connection)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _hang(
    made: Any, key: uuid.UUID, mine: list[str], state: str, begun: datetime, done: Any, rng: random.Random
) -> None:
    noon = begun.replace(hour=4, minute=0, second=0, microsecond=0)
    over = done is not None
    taken = state not in {"received", "supplement"}
    first = "done" if taken else "open" if state == "received" else "waiting"
    waits = noon + timedelta(days=rng.randint(0, 4)) if taken else None
    task = (key, "intake", "收件审查", "intake", WINDOW, "clerk", first, "", "", noon)
    made.tasks.append((*task, noon.date() + timedelta(days=7), waits))
    here = rng.randrange(len(mine) + 1)
    if WINDOW not in mine:
        made.bodies.append((key, WINDOW, "window", begun))
    for place, body in enumerate(mine):
        part = "done" if over else "open" if place == 0 and taken else "waiting"
        made.bodies.append((key, body, part, begun))
        if not taken or (not over and place > here):
            continue
        word, kind, role, days = STEPS[place]
        ended = over or place < here
        free = rng.random() < 0.5
        shown = "done" if ended else "open" if free else "claimed"
        who = "" if shown == "open" else f"user:{rng.randint(100, 140)}"
        opened = noon + timedelta(days=place)
        end = opened + timedelta(days=rng.randint(0, days)) if ended else None
        due = opened.date() + timedelta(days=days)
        task = (key, f"step{place}", word, kind, body, role, shown, who, "示例" if who else "", opened)
        made.tasks.append((*task, due, min(end, done) if end and done else end))


def _drop_indexes(connection: Any, models: Sequence[Any]) -> list[str]:
    """Plain indexes are made again afterwards: many times faster than row by row."""
    tables = [model._meta.db_table for model in models]  # noqa: SLF001  # reason: as above
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            )
            found = [
                (name, sql)
                for name, table, sql in cursor.fetchall()
                if table in tables and "UNIQUE" not in sql
            ]
        else:
            cursor.execute(
                "SELECT indexname, tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'"
            )
            found = [
                (name, sql)
                for name, table, sql in cursor.fetchall()
                if table in tables and "UNIQUE" not in sql
            ]
        for name, _ in found:
            cursor.execute(f'DROP INDEX "{name}"')
    return [sql for _, sql in found]
