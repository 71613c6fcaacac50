"""How long does the explorer take from a changed control to a redrawn view?

Measured in the kernel: adding up, drawing three charts as SVG, and fetching the page of tickets;
what the browser then needs to show it is not in it. The tickets are the sample's, copied under new
numbers and spread over 20 times as many agents, so that there are many cells to add up. The peer is
pandas: the key figures of the same selection, filtered from frames with one row per observation.

    python benchmarks/explorer.py [TICKETS ...]      default 10000 100000 1000000
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from workbench.analyses.exploration import KEY_FIGURES
from workbench.explore.app import Explorer
from workbench.intake.imports import export_files, import_files
from workbench.intake.options import Options
from workbench.metrics.answers import observations
from workbench.metrics.registry import METRICS
from workbench.store.delta import files_at
from workbench.store.store import Offered, Store
from workbench.workspace import Workspace

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
SIZES = (10_000, 100_000, 1_000_000)
CHANGES = 60
AGENTS = 20  # agents in a copy for every one of the sample
# What differs from copy to copy; {k} is the copy's number.
COPIED = {
    "tickets": "ticket_id || '-' || {k} AS ticket_id, requester_key || '-' || {k} AS requester_key,"
    f" assignee_id || '-' || ({{k}} * 7 + hash(ticket_id) % 5) % {AGENTS} AS assignee_id",
    "messages": "ticket_id || '-' || {k} AS ticket_id, message_id || '-' || {k} AS message_id,"
    " left(body, 40) AS body",
    "events": "ticket_id || '-' || {k} AS ticket_id, event_id || '-' || {k} AS event_id",
    "surveys": "ticket_id || '-' || {k} AS ticket_id",
    "customers": "customer_id || '-' || {k} AS customer_id,"
    " customer_key || '-' || {k} AS customer_key",
    "orders": "order_id || '-' || {k} AS order_id, name || '-' || {k} AS name,"
    " customer_key || '-' || {k} AS customer_key",
    "refunds": "refund_id || '-' || {k} AS refund_id, order_ref || '-' || {k} AS order_ref",
    "teams": "",
}


def copied(base: Workspace, table: str, copies: int) -> pa.Table:
    """A table as often as there are copies, each under numbers of its own."""
    files = files_at(base.store.folder / table, base.state.tables[table].version)
    changes = COPIED[table]
    if not changes:
        return duckdb.sql(f"SELECT * FROM read_parquet({files})").to_arrow_table()
    query = (
        f"SELECT * REPLACE ({changes.format(k='k')})"
        f" FROM read_parquet({files}), range({copies}) AS copies(k)"
    )
    return duckdb.sql(query).to_arrow_table().drop_columns(["k"])


def built(base: Workspace, folder: Path, tickets: int) -> Workspace:
    """A workspace with about so many tickets."""
    copies = max(1, round(tickets / base.state.tables["tickets"].rows))
    store = Store(folder / "store")
    for table in COPIED:
        file = replace(base.state.files[0], sha256=table, tables=(table,))
        store.take_in([Offered(file, {table: copied(base, table, copies)})])
    return Workspace(folder)


def changes(explorer: Explorer) -> Iterator[Callable[[], None]]:
    """What an analyst does: other months, teams, channels, metrics and splits, in a fixed order."""
    chance, controls = random.Random(7), explorer.controls
    boxes = [controls.first, controls.last, controls.filters["team"], controls.filters["channel"],
             controls.metrics, controls.splits]  # fmt: skip
    for _ in range(CHANGES):
        box = chance.choice(boxes)
        options = [o[1] if isinstance(o, tuple) else o for o in box.options if o != "driver"]
        other = chance.choice([o for o in options if o != box.value] or [""])
        yield lambda box=box, other=other: setattr(box, "value", other)


def measured(workspace: Workspace) -> None:
    """Print first paint, and the spread of the time from change to redraw."""
    start = time.perf_counter()
    explorer = Explorer(workspace)
    first = time.perf_counter() - start
    for name in METRICS:  # every metric's aggregates are there once it was looked at
        explorer.controls.metrics.value = name
    times = []
    for change in changes(explorer):
        start = time.perf_counter()
        change()
        times.append(time.perf_counter() - start)
        assert not explorer.fault.value, explorer.fault.value
    middle, late = np.quantile(times, [0.5, 0.95])
    peer = in_pandas(workspace, explorer)
    rows = workspace.state.tables["tickets"].rows
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{rows:>9,} tickets: first paint {first:5.1f} s; change to redraw p50 {middle:.2f} s,"
        f" p95 {late:.2f} s, longest {max(times):.2f} s; pandas, figures alone {peer:.2f} s"
        f" ({peer / middle:.1f}x); peak {memory:.1f} GiB"
    )


def in_pandas(workspace: Workspace, explorer: Explorer) -> float:
    """The middle time to filter and add up the key figures' observations, undrawn."""
    frames = {n: observations(workspace, METRICS[n]) for n in KEY_FIGURES}
    period, times = explorer.selection.period, []
    for _, team in explorer.controls.filters["team"].options:
        start = time.perf_counter()
        for frame in frames.values():
            kept = frame[(frame["at"] >= period.shifted(-1).start) & (frame["at"] < period.end)]
            kept = kept if not team else kept[kept["team"] == team]
            kept.groupby(kept["at"] >= period.start)[["hit", "value"]].agg(["sum", "median"])
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def main() -> None:
    """Measure each size in turn."""
    sizes = [int(arg) for arg in sys.argv[1:]] or list(SIZES)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "base"
        now = datetime(2025, 7, 1, tzinfo=UTC)
        import_files(Store(base / "store"), export_files([SAMPLE]), Options(), now=now)
        for size in sizes:
            measured(built(Workspace(base), Path(folder) / str(size), size))


if __name__ == "__main__":
    main()
