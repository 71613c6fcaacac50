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

_WORDS = """
order parcel refund invoice account password delivery tracking number address arrived broken late
wrong size colour item box lid jar bottle charger cable shirt shoes jacket lamp table chair kettle
blender filter battery screen app website login code discount newsletter voucher gift card payment
charged twice bank paypal credit subscription renew cancel change update email phone name company
tax receipt return label courier warehouse store shop customer service agent manager team chat
message reply answer waiting days weeks yesterday today tomorrow monday friday morning evening
please thanks hello regards dear sorry urgent quickly still never always again already maybe
really very much more less another different same new old first second last next please can could
would should will may might must have has had was were been being are is am do does did done get
got give given take taken make made find found see seen look looking need needed want wanted know
known think thought say said tell told ask asked try tried use used work working open opened close
closed send sent receive received buy bought pay paid ship shipped stop stopped start started keep
kept lose lost miss missing help helped call called write written read reading show shown my your
our their this that these those with without from into about after before because since while
until although however instead nothing something anything everything nobody somebody half whole
part piece pair pack three five ten twenty Lieferung Artikel fehlt zurück Größe paquete abierto
devolver
"""
_GENERATED = """
WITH numbered AS (SELECT i, 
  (hash(i, 1) >> 16)::BIGINT AS h, (hash(i, 2) >> 16)::BIGINT AS g,
  (hash(i, 3) >> 16)::BIGINT AS k FROM range({n}) t(i)),
words AS (SELECT string_split('{words}', ' ') AS w),
texts AS (SELECT i, h, g, k, array_to_string([w[(hash(i, j) >> 16)::BIGINT % len(w) + 1] FOR j IN range(58)], ' ')
  AS t FROM numbered, words)
SELECT 10000000 + i AS ticket_id,
  strftime(TIMESTAMP '2024-01-01' + INTERVAL (i * 30) SECOND, '%Y-%m-%d %H:%M:%S') AS created_at,
  strftime(TIMESTAMP '2024-01-01' + INTERVAL (i * 30 + h % 500000) SECOND,
           '%Y-%m-%d %H:%M:%S') AS updated_at,
  ['open','pending','solved','closed','closed','closed'][h % 6 + 1] AS status,
  ['email','chat','web','phone'][g % 4 + 1] AS channel,
  left(t, 40) AS subject,
  left(t, 120) || chr(10) || substr(t, 121) || chr(10) || 'Order #' || (100000 + g % 900000)
    AS description,
  'customer' || (k % 300000) || '@example.com' AS requester_key,
  ['low','normal','high','urgent'][k % 4 + 1] AS priority,
  'g' || (g % 12) AS group_id, 'a' || (h % 140) AS assignee_id,
  'tier_' || (k % 3 + 1) || ',eu' AS tags, '#' || (100000 + g % 900000) AS order_ref,
  strftime(TIMESTAMP '2024-01-01' + INTERVAL (i * 30 + h % 500000) SECOND,
           '%Y-%m-%d %H:%M:%S') AS last_solved_at,
  h % 7 AS n_public_agent, g % 3 AS n_reopens,
  round((k % 100000) / 7.0, 1) AS reported_first_reply
FROM texts ORDER BY i
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
        query = _GENERATED.format(n=n, words=" ".join(_WORDS.split()))
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
