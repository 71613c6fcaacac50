"""Which engine computes the expressions: DuckDB in this process, or Spark."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from workbench.errors import UsageError
from workbench.store.engine import Embedded
from workbench.store.spark import Spark
from workbench.store.spark_sessions import ANY

if TYPE_CHECKING:
    import ibis.expr.types as ir

EMBEDDED = "duckdb"
CHOICES = "duckdb, spark, local[N], spark://HOST:PORT or sc://HOST:PORT"
_SETTING = "WORKBENCH_ENGINE"
_MASTER = re.compile(r"local(\[(\d+|\*)\])?|spark://[^/\s:,]+:\d+(,[^/\s:,]+:\d+)*")
_CONNECT = re.compile(r"sc://[^/\s:]+(:\d+)?(/\S*)?")


class Engine(Protocol):
    """What engines do differently; everything else is the same Ibis expression on all of them."""

    backend: Any

    def read(self, name: str, files: list[str]) -> ir.Table:
        """Parquet files as one table; a column that only some have is empty in the others."""
        ...

    def keep(self, name: str, rows: ir.Table, *, index: str = "") -> ir.Table:
        """The rows, computed once and now; ``index`` names a column they are looked up by."""
        ...


def chosen_engine(given: str = "") -> str:
    """``given``, else ``$WORKBENCH_ENGINE``, else DuckDB; Spark in the form of its address.

    A `UsageError` where there is no such engine, or where what it takes is not installed.
    """
    wanted = given or os.environ.get(_SETTING) or EMBEDDED
    if wanted == EMBEDDED:
        return wanted
    address = ANY if wanted == "spark" else wanted
    is_remote = _CONNECT.fullmatch(address) is not None
    if not is_remote and not _MASTER.fullmatch(address):
        raise UsageError(
            f"there is no engine {wanted!r}.", where="--engine" if given else _SETTING,
            fix=f"There are: {CHOICES}.",
        )  # fmt: skip
    _require(wanted, "pyspark", *(["grpc"] if is_remote else []))
    if not is_remote and not _finds_java():
        raise UsageError(
            f"the engine {wanted!r} needs Java, and there is none.", where="Spark",
            fix="Install a Java 17 runtime (Debian: apt-get install openjdk-17-jre-headless) "
            "or set JAVA_HOME.",
        )  # fmt: skip
    return address


def _require(wanted: str, *modules: str) -> None:
    lacking = [name for name in modules if importlib.util.find_spec(name) is None]
    if lacking:
        raise UsageError(
            f"the engine {wanted!r} needs {' and '.join(lacking)}, not installed here.",
            where="Spark",
            fix="Run pip install 'support-workbench[spark]', or 'make spark' in the project.",
        )


def _finds_java() -> bool:
    """Spark asks JAVA_HOME first and takes whatever it names."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which(Path(home, "bin", "java") if home else "java") is not None


def open_engine(chosen: str) -> Engine:
    """The engine `chosen_engine` settled on, ready to read."""
    return Embedded() if chosen == EMBEDDED else Spark(chosen)
