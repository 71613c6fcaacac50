"""What does the gate cost over the fastest reader's plain copy of the same file?

A million tickets are written on the spot, as CSV and as NDJSON. In the same run, each in a
process of its own: DuckDB's ``COPY (SELECT * FROM read_csv(...)) TO parquet`` (guesses types,
checks nothing), pandas' C reader into Parquet, and ``workbench import`` without and with
redaction. CPU seconds, wall seconds and peak resident memory; ratios are to DuckDB's copy.

    python benchmarks/intake.py [TICKETS]
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

TICKETS = 1_000_000

_GENERATED = """
WITH numbered AS (SELECT i, 
  (hash(i, 1) >> 16)::BIGINT AS h, (hash(i, 2) >> 16)::BIGINT AS g,
  (hash(i, 3) >> 16)::BIGINT AS k FROM range({n}) t(i)),
texts AS (SELECT [
  'Hello, my order arrived yesterday and the lid of the "classic" jar was broken, so it leaked.',
  'Can you tell me where my parcel is? The tracking page has not changed for six days now.',
  'I was charged twice for the same order, and the second payment has not come back.',
  'The code from your newsletter does not work at checkout; it says that it has expired.',
  'Please cancel my subscription before it renews, I have asked for this before.',
  'Guten Tag, die Lieferung kam an, aber es fehlt die Hälfte der bestellten Artikel.',
  'El paquete llegó abierto y quiero devolverlo; ¿cómo lo hago?',
  'I need the invoice with our company name and address on it, thank you very much.',
  'The app closes as soon as I try to sign in, on both of my phones.',
  'Nobody has answered my last two messages, and I would like to speak to someone.'] AS t)
SELECT 10000000 + i AS ticket_id,
  strftime(TIMESTAMP '2024-01-01' + INTERVAL (i * 30) SECOND, '%Y-%m-%d %H:%M:%S') AS created_at,
  strftime(TIMESTAMP '2024-01-01' + INTERVAL (i * 30 + h % 500000) SECOND,
           '%Y-%m-%d %H:%M:%S') AS updated_at,
  ['open','pending','solved','closed','closed','closed'][h % 6 + 1] AS status,
  ['email','chat','web','phone'][g % 4 + 1] AS channel,
  left(t[h % 10 + 1], 40) AS subject,
  t[h % 10 + 1] || chr(10) || t[g % 10 + 1] || ' ' || t[k % 10 + 1] || ' ' || t[(h + k) % 10 + 1]
    || chr(10) || 'Order #' || (100000 + g % 900000) AS description,
  'customer' || (k % 300000) || '@example.com' AS requester_key,
  ['low','normal','high','urgent'][k % 4 + 1] AS priority,
  'g' || (g % 12) AS group_id, 'a' || (h % 140) AS assignee_id,
  'tier_' || (k % 3 + 1) || ',eu' AS tags, '#' || (100000 + g % 900000) AS order_ref,
  strftime(TIMESTAMP '2024-01-01' + INTERVAL (i * 30 + h % 500000) SECOND,
           '%Y-%m-%d %H:%M:%S') AS last_solved_at,
  h % 7 AS n_public_agent, g % 3 AS n_reopens,
  round((k % 100000) / 7.0, 1) AS reported_first_reply
FROM numbered, texts ORDER BY i
"""
_COPY = """
import duckdb
duckdb.execute("COPY (SELECT * FROM {reader}('{path}')) TO '{out}/t.parquet' (COMPRESSION zstd)")
"""
_PANDAS = """
import pandas as pd, pyarrow as pa, pyarrow.parquet as pq
writer = None
for chunk in {reader}('{path}', chunksize=200_000{more}):
    table = pa.Table.from_pandas(chunk, preserve_index=False)
    writer = writer or pq.ParquetWriter('{out}/t.parquet', table.schema, compression='zstd')
    writer.write_table(table.cast(writer.schema))
writer.close()
"""
_GATE = """
from datetime import UTC, datetime
from pathlib import Path
from workbench.intake.gate import Options
from workbench.intake.imports import import_files
from workbench.store.store import Store
done = import_files(Store(Path('{out}') / 'store'), [Path('{path}')],
                    Options(redact={redact}{more}), now=datetime(2026, 1, 1, tzinfo=UTC))
assert done[0].error is None, done[0].error
assert done[0].kept == done[0].records_in == {n}, done[0]
"""
_MAPPING = """
source: benchmark
table: tickets
timezone: UTC
columns:
"""


def measured(program: str) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and peak MB of one program in a process of its own."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    watched = program + (
        "\nimport resource\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", watched], check=True, capture_output=True, text=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.perf_counter() - start, int(done.stdout.split()[-1]) / 1024


def compared(name: str, programs: dict[str, str]) -> None:
    """One table: every program against the first."""
    print(f"\n{name}\n{'':28} {'CPU s':>7} {'wall s':>7} {'peak MB':>8} {'CPU ratio':>10}")
    base = 0.0
    for label, program in programs.items():
        with tempfile.TemporaryDirectory(prefix="workbench-bench-") as out:
            cpu, wall, peak = measured(program.replace("{out}", out))
        base = base or cpu
        print(f"{label:28} {cpu:7.2f} {wall:7.2f} {peak:8,.0f} {cpu / base:9.2f}x", flush=True)


def main() -> None:
    """Write both files and print both tables."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else TICKETS
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder:
        csv, lines = Path(folder) / "tickets.csv", Path(folder) / "tickets.ndjson"
        mapping = Path(folder) / "mapping.yaml"
        query = _GENERATED.format(n=n)
        duckdb.execute(f"COPY ({query}) TO '{csv}' (HEADER)")
        duckdb.execute(f"COPY ({query}) TO '{lines}' (FORMAT json)")
        names = [name for name, *_ in duckdb.execute(f"DESCRIBE {query}").fetchall()]
        mapping.write_text(_MAPPING + "".join(f"  {name}: {name}\n" for name in names))
        for path, reader in ((csv, "read_csv"), (lines, "read_ndjson")):
            pandas = "pd.read_csv" if path is csv else "pd.read_json"
            mapped = (
                "" if path is csv else
                f", mappings=__import__('workbench.intake.mapping_files').intake.mapping_files"
                f".load_mappings(Path('{mapping}'))"
            )  # fmt: skip

            def gate(redact: bool, path: Path = path, mapped: str = mapped) -> str:
                return _GATE.format(path=path, redact=redact, n=n, more=mapped, out="{out}")

            size = f"{path.name}: {n:,} tickets, {path.stat().st_size / 1e6:,.0f} MB"
            compared(size, {
                "DuckDB copy, sniffed": _COPY.format(reader=reader, path=path, out="{out}"),
                "pandas, C reader": _PANDAS.format(
                    reader=pandas, path=path, out="{out}",
                    more="" if path is csv else ", lines=True",
                ),
                "gate and store": gate(False),
                "gate and store, redacting": gate(True),
            })  # fmt: skip


if __name__ == "__main__":
    main()
