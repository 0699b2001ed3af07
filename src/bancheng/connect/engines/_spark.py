"""The same rules on a cluster: Spark, on its workers."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyspark
from pyspark.sql import DataFrame, SparkSession

from bancheng.connect.engines._sql import Dialect, statuses_sql
from bancheng.core.benefits import Plan
from bancheng.core.kernel import Fault


class JavaMissing(Fault):
    """Spark runs on Java, and there is none."""

    def __init__(self) -> None:
        super().__init__(
            "Spark 需要 Java，这台机器上没有。Debian 上请运行：apt install openjdk-17-jre-headless"
        )


@contextmanager
def spark(
    workers: int = 2, memory: int = 1024, settings: Mapping[str, str] | None = None
) -> Iterator[SparkSession]:
    """Spark on this machine with that many worker processes of one core and `memory` MB each, until the block ends.

    `settings` are added to Spark's own. On a cluster take the session that is there; `statuses_on_spark` does not care.

    Raises:
        JavaMissing: no Java is found.
    """
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise JavaMissing
    logging.getLogger("py4j").setLevel(logging.WARNING)  # it would tell of its closing after logs are closed
    os.environ.setdefault("SPARK_HOME", str(Path(pyspark.__file__).parent))
    builder = SparkSession.builder.master(f"local-cluster[{workers},1,{memory}]").appName("bancheng")
    for key, value in {**_SETTINGS, **(settings or {})}.items():
        builder = builder.config(key, value)
    session = builder.config("spark.executor.memory", f"{memory * 3 // 4}m").getOrCreate()
    try:
        yield session
    finally:
        session.stop()


_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.session.timeZone": "Asia/Shanghai",
    "spark.sql.shuffle.partitions": "4",
    "spark.log.level": "ERROR",
}


def statuses_on_spark(session: SparkSession, plan: Plan, facts: str, *, key: str = "pid") -> DataFrame:
    """Statuses of every row of Parquet files of facts, as a lazy table: write it where it shall lie."""
    session.read.parquet(facts).createOrReplaceTempView("bancheng_facts")
    return session.sql(statuses_sql(plan, "bancheng_facts", Dialect.SPARK, key=key))
