"""Whatever happens to the bytes of an export: are its records accounted for, or is it refused?"""

from __future__ import annotations

import gzip
import json
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from gate_texts import mapped
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from workbench.errors import IntakeError
from workbench.intake.gate import admitted
from workbench.intake.options import Options

MAPPING = """
source: hand
table: tickets
columns:
  ticket_id: id
  created_at: at
  subject: subject
  custom.amount: {from: amount, type: money}
"""
FIELDS = ("id", "at", "subject", "amount")
ROWS = [
    {"id": f"{n}", "at": f"2025-03-{n + 9:02}T08:15:00Z", "subject": text, "amount": f"{n * 7}.50"}
    for n, text in enumerate(
        ["plain", 'said "no", twice', "two\nlines", "", "=1+1", "naïve – €", "x" * 90, "end"]
    )
]
NASTY = [
    b'"', b'""', b"\n", b"\r", b"\r\n", b",", b";", b"\t", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\\",
    b"{", b"}", b"[", b"]", b":", b"\n\n", b'"\n"', b"\xe2\x80", b"1e999", b"\x1a", b"PK\x03\x04",
    b"\x1f\x8b", b"null", b"NaN", b"\xed\xa0\x80", b"\xef\xb7\x90", b"sep=;\n",
]  # fmt: skip
CASES = {"csv": 500, "ndjson": 300, "json": 250, "gz": 650, "zip": 350}
met: Counter[str] = Counter()


def _csv() -> bytes:
    cells = ('"' + row[f].replace('"', '""') + '"' for row in ROWS for f in FIELDS)
    lines = [",".join(line) for line in zip(*[cells] * len(FIELDS), strict=True)]
    return "\n".join([",".join(FIELDS), *lines, ""]).encode()


def _zip(inside: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export.csv", inside)
    return buffer.getvalue()


VALID = {
    "csv": _csv(),
    "ndjson": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS).encode(),
    "json": json.dumps(ROWS, indent=1).encode(),
    "gz": gzip.compress(_csv(), mtime=0),
    "zip": _zip(_csv()),
}


@st.composite
def mutated(draw: st.DrawFn, valid: bytes) -> bytes:
    """The bytes after one to four accidents."""
    found = valid
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(found)))
        end = min(len(found), start + draw(st.sampled_from([1, 1, 2, 5, 30, 200])))
        match draw(st.sampled_from(["flip", "insert", "delete", "cut", "again", "any"])):
            case "flip":
                bit = draw(st.integers(0, 7))
                found = found[:start] + bytes(b ^ 1 << bit for b in found[start:end][:1]) + (
                    found[start + 1 :]
                )  # fmt: skip
            case "insert":
                found = found[:start] + draw(st.sampled_from(NASTY)) + found[start:]
            case "delete":
                found = found[:start] + found[end:]
            case "cut":
                found = found[: max(start, 1)]
            case "again":
                found = found[:end] + found[start:end] + found[end:]
            case _:
                found = found[:start] + draw(st.binary(min_size=1, max_size=9)) + found[end:]
    return found


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Options]:
    folder = tmp_path_factory.mktemp("mutations")
    return folder, Options(mappings=mapped(MAPPING), redact=False)


def accounted(gate: tuple[Path, Options], kind: str, content: bytes) -> str:
    """What became of one file: ``kept``, ``rejects`` or ``refused``; anything else is an error."""
    folder, options = gate
    path = folder / f"export.{kind}"
    path.write_bytes(content)
    try:
        with admitted(path, options) as file:
            rows = {name: kept.table() for name, kept in file.tables.items()}
            outcome = file.outcome
    except IntakeError as fault:
        return "refused" if fault.what and fault.fix and path.name in fault.where else "unworded"
    assert outcome.records_in == outcome.kept + len(outcome.rejected)
    assert rows["tickets"].num_rows <= outcome.kept
    for rejected in outcome.rejected:
        assert rejected.line >= 1
        assert rejected.reason
    return "rejects" if outcome.rejected else "kept"


@pytest.mark.slow
@pytest.mark.parametrize("kind", CASES)
def test_any_accident_is_accounted_for(gate: tuple[Path, Options], kind: str) -> None:
    assert accounted(gate, kind, VALID[kind]) == "kept"

    @settings(
        max_examples=CASES[kind], derandomize=True, deadline=None, database=None,
        phases=(Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(mutated(VALID[kind]))
    def check(content: bytes) -> None:
        outcome = accounted(gate, kind, content)
        assert outcome != "unworded"
        met[outcome] += 1

    check()


def test_the_accidents_were_many_and_of_every_outcome() -> None:
    if not met:
        pytest.skip("runs after the accidents")
    assert sum(met.values()) >= 2000
    assert min(met["kept"], met["rejects"], met["refused"]) >= 90, met
