"""What does the gate cost over the fastest reader's plain copy of the same file?

A million tickets are written on the spot, as CSV and as NDJSON. In the same run, each in a
process of its own: DuckDB's ``COPY (SELECT * FROM read_csv(...)) TO parquet`` (guesses types,
checks nothing), pandas into Parquet by chunks, and what ``workbench import`` does without and with
redaction. CPU seconds, wall seconds and peak resident memory, the best of three runs taken by
turns; ratios are to DuckDB's copy.

    python benchmarks/intake.py [TICKETS]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

TICKETS = 1_000_000
RUNS = 3

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
texts AS (SELECT i, h, g, k, array_to_string(
  [w[(hash(i, j) >> 16)::BIGINT % len(w) + 1] FOR j IN range(58)], ' ') AS t FROM numbered, words)
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
{started}
duckdb.execute("COPY (SELECT * FROM {reader}('{path}')) TO '{out}/t.parquet' (COMPRESSION zstd)")
"""
_PANDAS = """
import pandas as pd, pyarrow as pa, pyarrow.parquet as pq
{started}
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
from workbench.intake.options import Options
from workbench.intake.imports import import_files
from workbench.intake.mappings.mapping_files import load_mappings
from workbench.store.store import Store
mapping = Path('{mapping}')
{started}
options = Options(redact={redact}, pseudonym_key='benchmark',
                  mappings=load_mappings(mapping) if mapping.name else ())
done = import_files(Store(Path('{out}') / 'store'), [Path('{path}')], options,
                    now=datetime(2026, 1, 1, tzinfo=UTC))
assert done[0].error is None, done[0].error
assert done[0].kept == done[0].records_in == {n}, done[0]
"""
_STARTED = "import time; start_cpu, start = time.process_time(), time.perf_counter()"
_DONE = """
import resource
print(time.process_time() - start_cpu, time.perf_counter() - start,
      resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
_MAPPING = """
source: benchmark
table: tickets
timezone: UTC
columns:
"""


def measured(program: str) -> list[float]:
    """CPU seconds, wall seconds and peak MB of a program in a process of its own.

    What it takes Python to start and to import packages is not in the seconds.
    """
    done = subprocess.run(
        [sys.executable, "-c", program + _DONE], check=True, capture_output=True, text=True
    )
    return [float(word) for word in done.stdout.split()[-3:]]


def compared(name: str, programs: dict[str, str]) -> None:
    """One table: every program, the best of three runs by turns, against the first."""
    best: dict[str, list[float]] = {}
    for _ in range(RUNS):
        for label, program in programs.items():
            with tempfile.TemporaryDirectory(prefix="workbench-bench-") as out:
                found = measured(program.replace("{out}", out))
            best[label] = min(best.get(label, found), found)
    base = next(iter(best.values()))[0]
    print(f"\n{name}\n{'':28} {'CPU s':>7} {'wall s':>7} {'peak MB':>8} {'CPU ratio':>10}")
    for label, (cpu, wall, peak) in best.items():
        print(f"{label:28} {cpu:7.2f} {wall:7.2f} {peak:8,.0f} {cpu / base:9.2f}x", flush=True)


def programs_for(path: Path, mapping: Path | None, n: int) -> dict[str, str]:
    """Everything that is measured on one file."""
    lines = path.suffix == ".ndjson"
    given = {"path": path, "n": n, "out": "{out}", "started": _STARTED}

    def gate(redact: bool) -> str:
        return _GATE.format(**given, redact=redact, mapping=mapping or "")

    reader = "read_ndjson" if lines else "read_csv"
    return {
        "DuckDB copy, sniffed": _COPY.format(**given, reader=reader),
        "pandas": _PANDAS.format(
            **given, reader="pd.read_json" if lines else "pd.read_csv",
            more=", lines=True" if lines else "",
        ),
        "gate and store": gate(False),
        "gate and store, redacting": gate(True),
    }  # fmt: skip


def main() -> None:
    """Write both files and print both tables."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else TICKETS
    query = _GENERATED.format(n=n, words=" ".join(_WORDS.split()))
    names = [name for name, *_ in duckdb.execute(f"DESCRIBE {query}").fetchall()]
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder:
        mapping = Path(folder) / "mapping.yaml"
        mapping.write_text(_MAPPING + "".join(f"  {name}: {name}\n" for name in names))
        for name, form in (
            ("tickets.csv", "FORMAT csv, HEADER"),
            ("tickets.ndjson", "FORMAT json"),
        ):
            path = Path(folder) / name
            # In a process of its own, or those measured would inherit its peak.
            written = (
                f"import duckdb; duckdb.execute({f'COPY ({query}) TO {str(path)!r} ({form})'!r})"
            )
            subprocess.run([sys.executable, "-c", written], check=True)
            size = f"{name}: {n:,} tickets, {path.stat().st_size / 1e6:,.0f} MB"
            compared(size, programs_for(path, mapping if "json" in name else None, n))


if __name__ == "__main__":
    main()
