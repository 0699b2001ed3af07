"""Rules over a whole population: facts built by DuckDB or a dense index, rules as planes of bits, Polars or SQL.

The heavy libraries behind a name are loaded when it is first used, never by the import of this door.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bancheng.connect.engines._blocks import Block, of_frame, of_parquet
    from bancheng.connect.engines._deliveries import (
        IDENTITY,
        SHOWN,
        Delivered,
        heading,
        joined_numbers,
        keep_numbers,
        normal,
        read_delivery,
        read_texts,
        register_frame,
    )
    from bancheng.connect.engines._facts_changed import rebuild_facts
    from bancheng.connect.engines._facts_dense import build_facts
    from bancheng.connect.engines._facts_sql import build_facts_sql
    from bancheng.connect.engines._held import HeldTables, amounts
    from bancheng.connect.engines._lines import KeptLines, Line, write_lines
    from bancheng.connect.engines._planes import Kernel
    from bancheng.connect.engines._polars import statuses
    from bancheng.connect.engines._postgres import statuses_on_postgres
    from bancheng.connect.engines._runs import Change, Head, RunFolder, Totals, changes, count, run_rules
    from bancheng.connect.engines._spark import JavaMissing, spark, statuses_on_spark
    from bancheng.connect.engines._sql import Dialect, statuses_sql
    from bancheng.connect.engines._subjects import (
        Subjects,
        keep_mapped,
        read_facts,
        read_subjects,
        write_facts,
        write_subjects,
    )
    from bancheng.connect.engines._why import facts_about, snapshot_of, why
    from bancheng.connect.engines.population import identity_numbers_of
    from bancheng.connect.engines.population_companies import credit_codes

__all__ = [
    "IDENTITY",
    "SHOWN",
    "Block",
    "Change",
    "Delivered",
    "Dialect",
    "Head",
    "HeldTables",
    "JavaMissing",
    "KeptLines",
    "Kernel",
    "Line",
    "RunFolder",
    "Subjects",
    "Totals",
    "amounts",
    "build_facts",
    "build_facts_sql",
    "changes",
    "count",
    "credit_codes",
    "facts_about",
    "heading",
    "identity_numbers_of",
    "joined_numbers",
    "keep_mapped",
    "keep_numbers",
    "normal",
    "of_frame",
    "of_parquet",
    "read_delivery",
    "read_facts",
    "read_subjects",
    "read_texts",
    "rebuild_facts",
    "register_frame",
    "run_rules",
    "snapshot_of",
    "spark",
    "statuses",
    "statuses_on_postgres",
    "statuses_on_spark",
    "statuses_sql",
    "why",
    "write_facts",
    "write_lines",
    "write_subjects",
]

_HOME = {
    "Block": "_blocks",
    "of_frame": "_blocks",
    "of_parquet": "_blocks",
    "Delivered": "_deliveries",
    "IDENTITY": "_deliveries",
    "SHOWN": "_deliveries",
    "heading": "_deliveries",
    "joined_numbers": "_deliveries",
    "keep_numbers": "_deliveries",
    "normal": "_deliveries",
    "read_delivery": "_deliveries",
    "read_texts": "_deliveries",
    "register_frame": "_deliveries",
    "rebuild_facts": "_facts_changed",
    "build_facts": "_facts_dense",
    "build_facts_sql": "_facts_sql",
    "HeldTables": "_held",
    "amounts": "_held",
    "KeptLines": "_lines",
    "Line": "_lines",
    "write_lines": "_lines",
    "Kernel": "_planes",
    "statuses": "_polars",
    "statuses_on_postgres": "_postgres",
    "Change": "_runs",
    "Head": "_runs",
    "RunFolder": "_runs",
    "Totals": "_runs",
    "changes": "_runs",
    "count": "_runs",
    "run_rules": "_runs",
    "JavaMissing": "_spark",
    "spark": "_spark",
    "statuses_on_spark": "_spark",
    "Dialect": "_sql",
    "statuses_sql": "_sql",
    "Subjects": "_subjects",
    "keep_mapped": "_subjects",
    "read_facts": "_subjects",
    "read_subjects": "_subjects",
    "write_facts": "_subjects",
    "write_subjects": "_subjects",
    "facts_about": "_why",
    "snapshot_of": "_why",
    "why": "_why",
    "identity_numbers_of": "population",
    "credit_codes": "population_companies",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    found = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = found  # looked for once
    return found
