"""Is every broken or hostile export of the corpus read right, or turned away for a good reason?

The corpus is no part of the project. Where its manifest accepts two outcomes we do the first,
except: a sheet named ``.csv`` and UTF-16 without a mark may load.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from corpus_files import Judged, imported, judged
from shared_data import shared

CONTROL = "utf8_plain.csv"


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[Judged]:
    """Every file, each into a workspace of its own; what must be refused, into a filled one."""
    corpus = shared("corpus")
    mapping, found = corpus / "mapping.yaml", []
    filled = tmp_path_factory.mktemp("filled")
    imported(corpus / CONTROL, mapping, filled)
    for entry in json.loads((corpus / "MANIFEST.json").read_text(encoding="utf-8")):
        own = tmp_path_factory.mktemp("own")
        workspace = filled if entry["expect"] == "refuse" else own
        found.append(judged(corpus / entry["file"], entry, mapping, workspace))
    return found


def of(outcomes: list[Judged], verdict: str) -> list[str]:
    return [f"{one.file}: {one.why}" for one in outcomes if one.verdict == verdict]


def test_table_of_outcomes(outcomes: list[Judged], capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print()  # noqa: T201
        for one in sorted(outcomes, key=lambda o: (o.verdict, o.expected, o.file)):
            print(  # noqa: T201
                f"  {one.verdict:24} {one.file:28} expected {one.expected:8} {one.outcome:20} "
                f"{one.why[:90]}"
            )
        print(f"  {dict(Counter(one.verdict for one in outcomes))}")  # noqa: T201
    assert len(outcomes) == len({one.file for one in outcomes}) >= 85


def test_nothing_is_silently_wrong(outcomes: list[Judged]) -> None:
    assert of(outcomes, "silently wrong") == []


def test_what_cannot_be_right_is_refused_with_file_and_fix_and_changes_nothing(
    outcomes: list[Judged],
) -> None:
    assert of(outcomes, "not refused") + of(outcomes, "badly refused") == []


def test_hardly_anything_loadable_is_refused(outcomes: list[Judged]) -> None:
    assert len(of(outcomes, "refused though loadable")) <= 3, of(
        outcomes, "refused though loadable"
    )


def test_some_of_them_from_the_command_line(workbench, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    corpus = shared("corpus")
    known = ("--mapping", corpus / "mapping.yaml", "--no-redact", "--workspace", tmp_path, "--json")
    for file, code in (("cp1252.csv", 0), ("short_row.csv", 0), ("ambiguous_dm.csv", 3)):
        done = workbench("import", corpus / file, *known)
        assert done.code == code
        (found,) = json.loads(done.out)["files"]
        assert [r["line"] for r in found["rejected"]] == ([6] if file == "short_row.csv" else [])
        assert (found["error"] is None) == (code == 0)
