"""The same rules where the data lies: PostgreSQL in one statement."""

from __future__ import annotations

from psycopg import Connection

from bancheng.connect.engines._sql import Dialect, statuses_sql
from bancheng.core.benefits import Plan


def statuses_on_postgres(
    connection: Connection[tuple[object, ...]], plan: Plan, table: str, into: str
) -> None:
    """Make a table `into` of statuses from a table of facts, in the server, in this session's transaction.

    The compiler of expressions is switched off for the session: with it the same statement takes several times as long.
    """
    query = statuses_sql(plan, Dialect.POSTGRES.name_of(table), Dialect.POSTGRES)
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")
        cursor.execute(f"CREATE TABLE {Dialect.POSTGRES.name_of(into)} AS {query}".encode())
