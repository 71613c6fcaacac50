"""Which texts do the contact drivers' benchmarks read? One JSON object or text a line.

    python driver_texts.py banking TRAIN.csv OUT     {"text", "reason"} as Banking77 has them
    python driver_texts.py sample SAMPLE_FOLDER OUT  {"text", "words", "language", "reason"}
    python driver_texts.py made N SOURCE... OUT      N texts made of real ones, seeded

The sample's contacts are read as a report reads them; those in its main language, or too short to
tell, come first. Made texts: one to three real sentences, in which at least one and about every
eighth word is another real word. They are less alike than what customers write, and hold no word
that the real texts lack.
"""

from __future__ import annotations

import csv
import json
import random
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

SEED = 0
NOW = datetime(2025, 7, 1, 6, tzinfo=UTC)  # no text depends on when it was imported
REASONS = "truth_reasons.csv.gz"
_SENTENCES = re.compile(r"(?<=[.!?])\s+")
_SENTENCES_IN_A_TEXT = (1, 1, 1, 2, 2, 3)
_ANOTHER_WORD = 1 / 8

Row = dict[str, Any]


def rows_in(path: Path) -> list[Any]:
    """What a file of this script holds."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def written(path: Path, rows: Iterator[Any] | list[Any]) -> None:
    """Write one JSON value a line."""
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def banking(path: Path) -> list[Row]:
    """Banking77's texts and the intents people gave them."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {"text": row["text"], "words": row["text"], "reason": row["category"]}
            for row in csv.DictReader(file)
        ]


def sample(folder: Path) -> list[Row]:
    """The sample's contacts with the reason each was planted with; those without have none."""
    import pandas as pd

    from workbench.drivers.reading import read
    from workbench.intake.imports import import_files
    from workbench.intake.options import Options
    from workbench.workspace import Workspace

    with TemporaryDirectory(prefix="workbench-bench-") as place:
        import_files(Workspace(place).store, [folder], Options(), now=NOW)
        contacts = read(Workspace.open(place))
    told = pd.read_csv(folder / REASONS, dtype=str).set_index("ticket_id")["reason"]
    frame = contacts.frame.assign(words=contacts.words, is_main=contacts.is_in(contacts.language))
    frame["reason"] = frame["ticket_id"].map(told)
    frame = frame.dropna(subset=["reason"]).sort_values("is_main", ascending=False, kind="stable")
    found: list[Row] = frame[["text", "words", "language", "is_main", "reason"]].to_dict("records")
    return found


def made(n: int, sources: list[Path]) -> Iterator[str]:
    """New texts out of real ones, one half from each source."""
    chance = random.Random(SEED)
    pools = []
    for source in sources:
        sentences = [s for row in rows_in(source) for s in _SENTENCES.split(row["words"]) if s]
        pools.append((sentences, [word for s in sentences for word in s.split()]))
    for _ in range(n):
        sentences, words = chance.choice(pools)
        said = " ".join(chance.choices(sentences, k=chance.choice(_SENTENCES_IN_A_TEXT))).split()
        always = chance.randrange(len(said))
        for place in range(len(said)):
            if place == always or chance.random() < _ANOTHER_WORD:
                said[place] = chance.choice(words)
        yield " ".join(said)


def main() -> None:
    """Write the texts that were asked for."""
    what, *given = sys.argv[1:]
    out = Path(given.pop())
    if what == "banking":
        written(out, banking(Path(given[0])))
    elif what == "sample":
        written(out, sample(Path(given[0])))
    else:
        written(out, made(int(given[0]), [Path(path) for path in given[1:]]))


if __name__ == "__main__":
    main()
