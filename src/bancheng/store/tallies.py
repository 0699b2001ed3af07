"""How the database keeps `Tally`: triggers on the rows of lists, the count from nothing, the folding of loose rows.

Triggers, because a figure must be right whichever road wrote the row (an act, a rebuilt projection, a bulk), in the
same transaction and at no cost in statements. They belong to the database's structure: made after every migration,
under names that carry their digest; SQLite's go before one, for it makes tables anew and looks at triggers as it does.
"""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from bancheng.store import beside

COLUMNS = "what, body, onething, status, day, since, paused, provisional, in_time, n, stars, rated"
SORT = "what, body, onething, status, day, since, paused, provisional, in_time"
OPEN = "('received', 'supplement', 'accepted')"
KEPT_DAYS = 60
"""Days for which what was done is kept; supervision looks back 30."""
TABLES = ("store_case", "store_casebody", "store_casetask")
WATCHED = {
    "store_case": (
        *("onething", "status", "due_on", "paused", "provisional"),
        *("accepted_on", "finished_at", "rating"),
    ),
    "store_casetask": ("body", "kind", "state", "due_on", "opened_at", "done_at"),
}
"""Columns whose change changes a figure."""


class _Words:
    """What a database calls things."""

    def __init__(self, vendor: str) -> None:
        self.lite = vendor == "sqlite"

    def of_date(self, column: str) -> str:
        """The number of a day (`date.toordinal`)."""
        if self.lite:
            return f"CAST(julianday({column}) - 1721424.5 AS INTEGER)"
        return f"(({column}) - DATE '0001-01-01' + 1)"

    def of_time(self, column: str) -> str:
        """The number of the day in China of a moment."""
        if self.lite:
            return self.of_date(f"date({column}, '+8 hours')")
        return self.of_date(f"({column} AT TIME ZONE 'Asia/Shanghai')::date")

    def recent(self, column: str) -> str:
        """Whether a moment lies within the days that are kept."""
        if self.lite:
            return f"{column} >= date('now', '-{KEPT_DAYS} days')"
        return f"{column} >= now() - INTERVAL '{KEPT_DAYS} days'"

    @property
    def no(self) -> str:
        """False."""
        return "0" if self.lite else "FALSE"

    @property
    def nothing(self) -> str:
        """No day."""
        return "CAST(NULL AS INTEGER)"

    def differs(self, column: str) -> str:
        """Whether an update changed a column."""
        return f"OLD.{column} IS {'NOT' if self.lite else 'DISTINCT FROM'} NEW.{column}"


def _in_time(day: str, due: str) -> str:
    return f"CASE WHEN {due} IS NULL THEN NULL WHEN {day} <= {due} THEN 1 ELSE 0 END"


def _of_case(words: _Words, row: str, sign: str, bodies: str) -> tuple[str, str]:
    """What a case adds, for each of `bodies` (a FROM clause with the column ``b.body``)."""
    due, done = words.of_date(f"{row}.due_on"), words.of_time(f"{row}.finished_at")
    going = f"{row}.status IN {OPEN}"
    standing = (
        f"SELECT 'case', b.body, {row}.onething, {row}.status, CASE WHEN {going} THEN {due} END, {words.nothing},"
        f" CASE WHEN {going} THEN {row}.paused ELSE {words.no} END,"
        f" CASE WHEN {going} THEN {row}.provisional ELSE {words.no} END, {words.nothing}, {sign}1, 0, 0 FROM {bodies}"
    )
    ended = (
        f"SELECT 'case_done', b.body, {row}.onething, 'finished', {done}, {words.of_date(f'{row}.accepted_on')},"
        f" {words.no}, {words.no}, {_in_time(done, due)}, {sign}1, {sign}COALESCE({row}.rating, 0),"
        f" {sign}CASE WHEN {row}.rating > 0 THEN 1 ELSE 0 END FROM {bodies}"
        f" WHERE {row}.status = 'finished'"
        f" AND {row}.finished_at IS NOT NULL AND {row}.accepted_on IS NOT NULL"
    )
    return standing, ended


def _of_task(words: _Words, row: str, sign: str, source: str = "") -> tuple[str, str]:
    due, done = words.of_date(f"{row}.due_on"), words.of_time(f"{row}.done_at")
    going = (
        f"SELECT 'task', {row}.body, '', '', {due}, {words.nothing}, {words.no}, {words.no}, {words.nothing},"
        f" {sign}1, 0, 0 {source} WHERE {row}.state IN ('open', 'claimed')"
    )
    ended = (
        f"SELECT 'task_done', {row}.body, '', '', {done}, {words.of_time(f'{row}.opened_at')}, {words.no}, {words.no},"
        f" {_in_time(done, due)}, {sign}1, 0, 0 {source} WHERE {row}.done_at IS NOT NULL AND {row}.kind <> 'intake'"
    )
    return going, ended


def _adding(table: str, words: _Words, row: str, sign: str) -> list[str]:
    """The statements that add what a row of a table counts for, or with ``-`` take it away."""
    if table == "store_casetask":
        found = _of_task(words, row, sign)
    elif table == "store_case":
        lines = f"SELECT '' AS body UNION ALL SELECT body FROM store_casebody WHERE case_id = {row}.id"
        found = _of_case(words, row, sign, f"({lines}) AS b")
    else:
        one = f"(SELECT c.*, {row}.body AS body FROM store_case c WHERE c.id = {row}.case_id) AS b"
        found = _of_case(words, "b", sign, one)
    return [f"INSERT INTO store_tally ({COLUMNS}, loose) {_loose(one, words)};" for one in found]


def _loose(select: str, words: _Words) -> str:
    return f"SELECT counted.*, {'1' if words.lite else 'TRUE'} FROM ({select}) AS counted"


def _changes(table: str, words: _Words) -> str:
    return " OR ".join(words.differs(one) for one in WATCHED[table])


def _lite() -> dict[str, str]:
    """SQLite's triggers by name."""
    words, found = _Words("sqlite"), {}
    for table in TABLES:
        minus, plus = _adding(table, words, "OLD", "-"), _adding(table, words, "NEW", "")
        made = {"INSERT": ("", plus), "DELETE": ("", minus)}
        if table in WATCHED:
            made["UPDATE"] = (f" WHEN {_changes(table, words)}", minus + plus)
        for act, (when, steps) in made.items():
            body = f"AFTER {act} ON {table}{when} BEGIN {' '.join(steps)} END"
            name = f"tally_{table[6:]}_{act.lower()}_{_mark(body)}"
            found[name] = f"CREATE TRIGGER {name} {body}"
    for what, body in beside.lite().items():
        name = f"tally_beside_{what}_{_mark(body)}"
        found[name] = f"CREATE TRIGGER {name} {body}"
    return found


def _large() -> dict[str, str]:
    """PostgreSQL's triggers by name, each with its function."""
    words, found = _Words("postgresql"), {}
    for table in TABLES:
        minus, plus = (
            " ".join(_adding(table, words, "OLD", "-")),
            " ".join(_adding(table, words, "NEW", "")),
        )
        made = {"INSERT": ("", plus), "DELETE": ("", minus)}
        if table in WATCHED:
            made["UPDATE"] = (f" WHEN ({_changes(table, words)})", f"{minus} {plus}")
        for act, (when, steps) in made.items():
            name = f"tally_{table[6:]}_{act.lower()}_{_mark(when + steps)}"
            found[name] = _function(name, f"AFTER {act} ON {table}", when, f"{steps} RETURN NULL;")
    for what, (fired, when, steps) in beside.large().items():
        name = f"tally_beside_{what}_{_mark(fired + when + steps)}"
        found[name] = _function(name, fired, when, steps)
    return found


def _function(name: str, fired: str, when: str, steps: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $tally$ BEGIN {steps} END $tally$;"
        f" CREATE TRIGGER {name} {fired} FOR EACH ROW{when} EXECUTE FUNCTION {name}()"
    )


def _mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]


def _there(connection: BaseDatabaseWrapper) -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'tally\\_%' ESCAPE '\\'"
            )
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'tally\\_%' AND NOT tgisinternal")
        return {name for (name,) in cursor.fetchall()}


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers, unless they are there as they should be, and count from nothing."""
    wanted = _lite() if connection.vendor == "sqlite" else _large()
    if _there(connection) == set(wanted):
        return
    with transaction.atomic(using=connection.alias):
        remove(connection)
        with connection.cursor() as cursor:
            for statement in wanted.values():
                cursor.execute(statement)
        beside.fill(connection)
        recount(connection)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away; figures stand still until they are installed again."""
    with connection.cursor() as cursor:
        for name in _there(connection):
            if connection.vendor == "sqlite":
                cursor.execute(f'DROP TRIGGER "{name}"')
            else:
                cursor.execute(f'DROP FUNCTION "{name}"() CASCADE')


def recount(connection: BaseDatabaseWrapper) -> None:
    """Count everything anew from the rows. Safe while the town works: who writes waits until it is done."""
    words = _Words(connection.vendor)
    bodies = (
        "(SELECT c.*, '' AS body FROM store_case c UNION ALL"
        " SELECT c.*, l.body FROM store_casebody l JOIN store_case c ON c.id = l.case_id) AS b"
    )
    cases, finished = _of_case(words, "b", "", bodies)
    tasks, done = _of_task(words, "t", "", "FROM store_casetask t")
    recent = f"{finished} AND {words.recent('b.finished_at')}", f"{done} AND {words.recent('t.done_at')}"
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if not words.lite:
            # Who has written and not committed is waited for; who comes now waits in the trigger.
            cursor.execute("LOCK TABLE store_tally IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM store_tally")
        for one in (cases, tasks, *recent):
            cursor.execute(_folded(one, words))


def _folded(select: str, words: _Words, first: str = "") -> str:
    """Rows of `COLUMNS` summed by sort and written; `first` is a table expression they are taken from."""
    return (
        f"WITH {first} s ({COLUMNS}) AS ({select}) INSERT INTO store_tally ({COLUMNS}, loose)"
        f" SELECT {SORT}, SUM(n), SUM(stars), SUM(rated), {words.no} FROM s"
        f" GROUP BY {SORT} HAVING SUM(n) <> 0 OR SUM(stars) <> 0 OR SUM(rated) <> 0"
    )


def fold(connection: BaseDatabaseWrapper, today: date, most: int) -> int:
    """Once there are more than `most` loose rows, sum the rows of each sort into one and drop what was done long ago;
    how many rows became one less. Two at once do no harm: what one has taken the other does not find."""
    words = _Words(connection.vendor)
    yes = "1" if words.lite else "TRUE"
    old = today.toordinal() - KEPT_DAYS
    kept = f"NOT COALESCE(what IN ('case_done', 'task_done') AND day < {old:d}, {words.no})"
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*) FROM (SELECT 1 FROM store_tally WHERE loose = {yes} LIMIT {most + 1:d}) AS x"
        )
        if cursor.fetchone()[0] <= most:
            return 0
        cursor.execute("SELECT COUNT(*), MAX(id) FROM store_tally")
        before, last = cursor.fetchone()
        if words.lite:
            # One writes at a time here, so that the rows up to the last are the same in both statements.
            rows = f"SELECT {COLUMNS} FROM store_tally WHERE id <= {last:d} AND {kept}"
            cursor.execute(_folded(rows, words))
            cursor.execute(f"DELETE FROM store_tally WHERE id <= {last:d}")
        else:
            gone = f"gone AS (DELETE FROM store_tally RETURNING {COLUMNS}),"
            cursor.execute(_folded(f"SELECT {COLUMNS} FROM gone WHERE {kept}", words, gone))
        cursor.execute("SELECT COUNT(*) FROM store_tally")
        return max(0, int(before - cursor.fetchone()[0]))
