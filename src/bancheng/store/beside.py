"""What the database writes beside a task of its case: the matter and the party's key for searching.

A body's tasks are narrowed by both; to look into each case for them is many times slower than an index. Triggers,
for the same reason as in `store.tallies`: right whichever road writes the task, the case or the name. They are made
and taken away with those.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

THING = "SELECT c.onething FROM store_case c WHERE c.id = {case}"
NAME = "SELECT p.search_key FROM store_case c JOIN store_party p ON p.id = c.party_id WHERE c.id = {case}"


def _set(case: str) -> str:
    thing, name = THING.format(case=case), NAME.format(case=case)
    return f"onething = COALESCE(({thing}), ''), who = COALESCE(({name}), '')"


RENAMED = (
    "UPDATE store_casetask SET who = NEW.search_key"
    " WHERE case_id IN (SELECT id FROM store_case WHERE party_id = NEW.id);"
)
MOVED = f"UPDATE store_casetask SET {_set('NEW.id')} WHERE case_id = NEW.id;"  # noqa: S608  # reason: words of ours alone


def lite() -> dict[str, str]:
    """What SQLite's triggers do, by what fires them."""
    written = f"UPDATE store_casetask SET {_set('NEW.case_id')} WHERE id = NEW.id;"  # noqa: S608  # reason: as above
    return {
        "task": f"AFTER INSERT ON store_casetask BEGIN {written} END",
        "party": (
            "AFTER UPDATE OF search_key ON store_party WHEN OLD.search_key IS NOT NEW.search_key"
            f" BEGIN {RENAMED} END"
        ),
        "case": (
            "AFTER UPDATE OF onething, party_id ON store_case"
            f" WHEN OLD.onething IS NOT NEW.onething OR OLD.party_id IS NOT NEW.party_id BEGIN {MOVED} END"
        ),
    }


def large() -> dict[str, tuple[str, str, str]]:
    """The same on PostgreSQL: what fires a trigger, when, and its steps."""
    thing, name = THING.format(case="NEW.case_id"), NAME.format(case="NEW.case_id")
    written = f"NEW.onething := COALESCE(({thing}), ''); NEW.who := COALESCE(({name}), ''); RETURN NEW;"
    return {
        "task": ("BEFORE INSERT ON store_casetask", "", written),
        "party": (
            "AFTER UPDATE OF search_key ON store_party",
            " WHEN (OLD.search_key IS DISTINCT FROM NEW.search_key)",
            f"{RENAMED} RETURN NULL;",
        ),
        "case": (
            "AFTER UPDATE OF onething, party_id ON store_case",
            " WHEN (OLD.onething IS DISTINCT FROM NEW.onething OR OLD.party_id IS DISTINCT FROM NEW.party_id)",
            f"{MOVED} RETURN NULL;",
        ),
    }


def fill(connection: BaseDatabaseWrapper) -> None:
    """Write it beside every task where it stands wrong."""
    source = (
        "FROM store_case c JOIN store_party p ON p.id = c.party_id WHERE c.id = store_casetask.case_id"
        " AND (store_casetask.onething <> c.onething OR store_casetask.who <> p.search_key)"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE store_casetask SET onething = c.onething, who = p.search_key {source}")  # noqa: S608  # reason: as above
