"""The same numbers from DuckDB SQL written by hand for exactly these metrics.

    python benchmarks/peers/sql.py WORKSPACE RESULTS NAMES

Facts are worked out once as temporary tables, then every metric is one query by month.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import facts
import numpy as np
import outcome
import pyarrow as pa
import questions
from outcome import Clock, Row, started, story_period

from workbench.store.delta import files_at
from workbench.store.engine import scratch
from workbench.store.store import Store

TABLES = ("tickets", "messages", "events", "customers", "orders", "refunds")
_MONTH = 'year("at") * 12 + month("at") - 1'
Months = dict[int, tuple[Any, ...]]


def by_month(c: duckdb.DuckDBPyConnection, observed: str, parts: str, keep: str = "true") -> Months:
    """Aggregates of one query by month number."""
    found = c.execute(
        f"SELECT {_MONTH} AS m, {parts} FROM ({observed})"
        f' WHERE "at" IS NOT NULL AND {keep} GROUP BY m'
    )
    return {row[0]: row[1:] for row in found.fetchall()}


def shares(c: duckdb.DuckDBPyConnection, name: str, months: list[int]) -> list[Row]:
    """Hits over things counted."""
    found = by_month(c, questions.SHARES[name], """count(*) FILTER (NOT x AND NOT y),
        count(*) FILTER (NOT x AND NOT y AND hit), count(*) FILTER (x),
        count(*) FILTER (NOT x AND y)""")  # fmt: skip
    return [outcome.share(*found.get(m, (0, 0, 0, 0))) for m in months]


def flat(cell: pa.ListScalar) -> outcome.Array:
    """The numbers in a list; none where the list is null."""
    return np.empty(0) if cell.values is None else cell.values.to_numpy().astype(np.float64)


def medians(c: duckdb.DuckDBPyConnection, name: str, months: list[int]) -> list[Row]:
    """The values themselves, in one list a month."""
    found = c.sql(
        f"SELECT {_MONTH} AS m, list(v) FILTER (NOT x) AS v, count(*) FILTER (x) AS x"
        f' FROM ({questions.MEDIANS[name]}) WHERE "at" IS NOT NULL GROUP BY m'
    ).to_arrow_table()
    lists = found["v"].combine_chunks()
    place = {m: i for i, m in enumerate(found["m"].to_pylist())}
    left_out = found["x"].to_pylist()

    def values(m: int) -> outcome.Array:
        return flat(lists[place[m]]) if m in place else np.empty(0)

    return [outcome.median(values(m), left_out[place[m]] if m in place else 0) for m in months]


def means(c: duckdb.DuckDBPyConnection, name: str, months: list[int]) -> list[Row]:
    """One value and weight per owner, for the interval counts owners."""
    weight = "w" if name in questions.WEIGHTED else "1"
    found = c.sql(f"""
        WITH own AS (SELECT {_MONTH} AS m, owner, sum(v) FILTER (NOT x AND NOT y)::DOUBLE AS v,
            sum({weight}) FILTER (NOT x AND NOT y)::DOUBLE AS w,
            count(*) FILTER (NOT x AND NOT y) AS n, count(*) FILTER (x) AS x,
            count(*) FILTER (NOT x AND y) AS y
          FROM ({questions.MEANS[name]}) WHERE "at" IS NOT NULL GROUP BY m, owner)
        SELECT m, list(v) FILTER (n > 0) AS v, list(w) FILTER (n > 0) AS w,
          sum(n)::BIGINT AS n, sum(x)::BIGINT AS x, sum(y)::BIGINT AS y
        FROM own GROUP BY m""").to_arrow_table()
    place = {m: i for i, m in enumerate(found["m"].to_pylist())}
    rows = []
    for m in months:
        v, w = (flat(found[part][place[m]]) for part in "vw")
        n, x, y = (found[c][place[m]].as_py() for c in "nxy")
        rows.append(outcome.mean(n, v, w, x, y))
    return rows


def totals(c: duckdb.DuckDBPyConnection, name: str, months: list[int]) -> list[Row]:
    """Sums."""
    found = by_month(c, questions.TOTALS[name], """count(*) FILTER (NOT x),
        coalesce(sum(v) FILTER (NOT x), 0)::DOUBLE, coalesce(sum(v * v) FILTER (NOT x), 0)::DOUBLE,
        count(*) FILTER (x)""")  # fmt: skip
    signed = name == "net_flow"
    return [outcome.total(*found.get(m, (0, 0.0, 0.0, 0)), is_signed=signed) for m in months]


def ratios(c: duckdb.DuckDBPyConnection, name: str, months: list[int]) -> list[Row]:
    """A count per orders, as far as both are known."""
    query, reach, per = questions.RATIOS[name]
    keep = f'"at" BETWEEN (SELECT a FROM ({reach}) r(a, b)) AND (SELECT b FROM ({reach}) r(a, b))'
    found = by_month(c, query, "count(*) FILTER (NOT x), count(*) FILTER (x)", keep)
    base = by_month(c, questions.ORDERED, "count(*)", keep)
    return [outcome.ratio(found[m][0], base.get(m, (0,))[0], found[m][1], per) for m in months]


def stock(c: duckdb.DuckDBPyConnection, name: str, months: list[int]) -> list[Row]:
    """What all changes up to a month's end add up to."""
    parts = "sum(v) FILTER (NOT x)::DOUBLE, count(*) FILTER (x)"
    found, rows = by_month(c, questions.STOCK, parts), []
    for month in months:
        so_far = [part for m, part in found.items() if m <= month]
        rows.append(outcome.stock(sum(v or 0 for v, _ in so_far), sum(x for _, x in so_far)))
    return rows


Query = Callable[[duckdb.DuckDBPyConnection, str, list[int]], list[Row]]
QUERIES: dict[str, Query] = {
    **dict.fromkeys(questions.SHARES, shares), **dict.fromkeys(questions.MEDIANS, medians),
    **dict.fromkeys(questions.MEANS, means), **dict.fromkeys(questions.TOTALS, totals),
    **dict.fromkeys(questions.RATIOS, ratios), "backlog": stock,
}  # fmt: skip


def files_of(root: Path) -> dict[str, list[str]]:
    """The Parquet files of the tables, which the peers read as they are."""
    store = Store(root / "store")
    return {t: files_at(store.folder / t, store.state.tables[t].version) for t in TABLES}


def main() -> None:
    """Answer, and say what it took."""
    root, results, names = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    files = files_of(root)
    started()
    clock, connection = Clock(), scratch()
    for statement in (*facts.views(files), *facts.FACTS):
        connection.execute(statement)
        clock.lap(f"[{' '.join(statement.split()[:4])}]")
    months = [m.start.year * 12 + m.start.month - 1 for m in story_period().months]
    wanted, found = names.split(",") if names else list(QUERIES), {}
    for name in wanted:
        found[name] = QUERIES[name](connection, name, months)
        clock.lap(name)
    clock.done(results, found, {})


if __name__ == "__main__":
    main()
