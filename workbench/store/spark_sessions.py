"""How a Spark session begins and ends: one Spark per process, quiet, on UTC, gone at exit."""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from workbench.errors import UsageError
from workbench.store.resources import memory_bytes

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ANY = "local[*]"  # what plain 'spark' means: all of this machine, or what runs in it already
_CONNECT_PORT = 15002
_WAITED = 5  # seconds for an address to answer; Spark itself would try for minutes

# What an answer depends on, whoever started Spark. ANSI: a number out of range or a text that is
# no number is an error as on DuckDB; without it Spark would go on with an empty value.
_MEANING = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
# One machine: a few parts, nothing listening beyond it, nothing printed.
_HERE = {
    "spark.sql.shuffle.partitions": "4",
    "spark.default.parallelism": "4",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}
_QUIET = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}


def opened_session(address: str) -> SparkSession:
    """A session of its own: its tables' names are nobody else's.

    Behind it is one Spark per process, started when first asked for. It ends with the process,
    as do the sessions it has at a Spark Connect server; `stopped` ends it sooner.
    """
    if address.startswith("sc://"):
        session = _connected(address)
    else:
        from pyspark.sql import SparkSession

        context = _started(address)
        session = SparkSession(context).newSession()
    for name, value in _MEANING.items():
        session.conf.set(name, value)
    return session


def _connected(address: str) -> SparkSession:
    from pyspark.sql import SparkSession

    _require_answer(address, _CONNECT_PORT)
    session = SparkSession.builder.remote(address).create()
    atexit.register(session.stop)
    return session


def _require_answer(address: str, port: int = 0) -> None:
    parts = urlsplit(address.split(",")[0])
    host, port = parts.hostname or "", parts.port or port
    try:
        socket.create_connection((host, port), timeout=_WAITED).close()
    except OSError as fault:
        raise UsageError(
            f"no Spark answers at {host}:{port} ({fault}).", where=address,
            fix="Start it, or leave --engine out to compute on this machine.",
        ) from fault  # fmt: skip


def _started(master: str) -> Any:
    """The process's Spark context; ``spark`` alone is content with one that runs already."""
    from pyspark import SparkConf, SparkContext

    running = SparkContext._active_spark_context
    if running is not None and master in (ANY, running.master):
        return running
    if running is not None:
        raise UsageError(
            f"Spark runs already on {running.master}; one process has one Spark.", where=master,
            fix="Start another process for it.",
        )  # fmt: skip
    if master.startswith("spark://"):
        _require_answer(master)
    folder = Path(tempfile.mkdtemp(prefix="workbench-spark-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings = SparkConf().setAll(_settings(master, folder).items())
    # The interpreter that runs this has what functions in Python need; another may not.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    log = folder / "spark.log"
    try:
        context = SparkContext(conf=settings, gateway=_java(settings, log))
    except Exception as fault:  # whatever Java or Py4J raise: nothing was computed yet
        raise UsageError(
            f"Spark did not start: {_last_words(log, fault)}", where=master,
            fix="It needs a Java 17 runtime and the memory WORKBENCH_MEMORY_LIMIT allows.",
        ) from fault  # fmt: skip
    atexit.register(stopped)
    return context


def _settings(master: str, folder: Path) -> dict[str, str]:
    local = master.startswith(("local", "spark://127.0.0.1", "spark://localhost"))
    return {
        "spark.master": master,
        "spark.app.name": "workbench",
        "spark.driver.memory": f"{memory_bytes() // 1024**2}m",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        **_MEANING,
        **_QUIET,
        **(_HERE if local else {}),
    }


def _java(settings: Any, log: Path) -> Any:
    """Java with its own words in a file: what a command prints must be the command's alone."""
    from pyspark.java_gateway import launch_gateway

    # A fault is raised and worded; PySpark would print it as well.
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        logging.getLogger(name).disabled = True
    with log.open("wb") as kept:
        return launch_gateway(settings, {"stdout": kept, "stderr": kept})


def _last_words(log: Path, fault: Exception) -> str:
    said = log.read_text(errors="replace").strip() if log.exists() else ""
    lines = (said or str(fault)).splitlines()
    return next((line for line in lines if "rror" in line or "xception" in line), lines[-1])


def stopped() -> None:
    """End the process's Spark, if there is one: its sessions end with it."""
    from pyspark import SparkContext

    context = SparkContext._active_spark_context
    if context is None:
        return
    gateway = context._gateway
    context.stop()
    gateway.shutdown()
    # A later start must not find the door of a house that is gone.
    SparkContext._gateway = SparkContext._jvm = None
