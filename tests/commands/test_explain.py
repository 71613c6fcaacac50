"""Does ``import --explain`` say what would load and why, and write nothing?"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from shared_data import ROOT

from workbench.commands.explaining import as_json
from workbench.errors import UsageError
from workbench.intake.explain import Explanation, explanation
from workbench.intake.mappings.mapping_files import load_mappings
from workbench.intake.options import Options

FRESHDESK = ROOT / "data" / "sample" / "freshdesk" / "tickets.csv.gz"
MAPPING = """
source: hand
table: tickets
timezone: Europe/Berlin
columns:
  ticket_id: Nr
  created_at: [Angelegt, Opened]
  status: {from: Status, values: {offen: open, zu: closed}}
  requester_key: Kunde
  reported_first_reply: {from: Antwort (h), unit: hours}
  custom.betrag: {from: Betrag, type: money}
"""
EXPORT = (
    "Nr;Angelegt;Status;Kunde;Antwort (h);Betrag;Notiz\r\n"
    "7;25.03.2025 10:00;offen;ann@example.com;1,5;1.234,50;a\r\n"
    "8;26.03.2025 11:00;zu;bo@example.com;2;7,00;b\r\n"
    "9;31.02.2025 11:00;zu;bo@example.com;2;7,00;c\r\n"
)


def explained(folder: Path, text: str | bytes, mapping: str | None = MAPPING) -> Explanation:
    path = folder / "export.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    known = ()
    if mapping is not None:
        (folder / "mapping.yaml").write_text(mapping)
        known = load_mappings(folder / "mapping.yaml")
    return explanation(path, Options(mappings=known))


def test_the_file_its_dialect_and_every_column_are_told(tmp_path: Path) -> None:
    told = explained(tmp_path, EXPORT.encode("cp1252"))
    assert (told.container, told.encoding, told.line_ends) == ("plain", "UTF-8", "CRLF")
    assert (told.delimiter, told.header_line, len(told.fields)) == ("semicolon", 1, 7)
    assert told.unread == ("Notiz",)
    assert told.level == "L0"
    columns = {c.column: c for c in told.columns}
    created = columns["created_at"]
    assert (created.origin, created.filled, created.read) == ("Angelegt", 3, 2)
    assert (created.seen, created.became) == ("25.03.2025 10:00", "2025-03-25T09:00:00Z")
    assert any("day_first, proved by" in note for note in created.notes)
    assert columns["status"].became == "closed 2, open 1"
    assert columns["reported_first_reply"].became == "90.0 minutes"
    money = columns["custom.betrag"]
    assert (money.seen, money.became) == ("1.234,50", "1234.5000")
    assert any("decimal comma" in note for note in money.notes)
    assert (columns["requester_key"].seen, columns["requester_key"].became) == ("", "a pseudonym")
    outcome = told.outcome
    assert (outcome.records_in, outcome.kept, outcome.tables) == (3, 2, {"tickets": 2})
    assert [(r.line, r.reason.split(":")[0]) for r in outcome.rejected] == [(4, "created_at")]


def test_the_format_and_the_runners_up_are_told() -> None:
    told = explanation(FRESHDESK, Options())
    assert told.format is not None
    assert (told.format.name, told.container) == ("freshdesk", "gzip")
    assert all(fit.lacks or fit.reads <= told.format.reads for fit in told.others)
    assert "Due by Time" in told.unread
    assert told.outcome.tables["tickets"] == 1_424


def test_an_unknown_header_names_the_nearest_formats_and_what_they_lack(tmp_path: Path) -> None:
    text = (
        "Ticket ID,Subject,Status,Priority,Agent,Group,Tags,Last update time\n1,x,Open,Low,a,b,,\n"
    )
    told = explained(tmp_path, text, None)
    assert told.format is None
    assert told.outcome.error is not None
    assert "mapping init" in told.outcome.error.fix
    [nearest, *_] = told.others
    assert nearest.name == "freshdesk"
    assert "Created time" in nearest.lacks


def test_a_mapping_that_does_not_fit_says_which_column_is_missing(tmp_path: Path) -> None:
    told = explained(tmp_path, "Nr,Status\n1,offen\n")
    assert told.format is None
    assert [(f.name, f.reads, f.lacks) for f in told.others] == [
        ("mapping for tickets", 2, ("Angelegt / Opened",))
    ]
    assert told.outcome.error is not None
    assert told.outcome.tables == {}


def test_what_is_refused_is_explained_as_far_as_it_goes(tmp_path: Path) -> None:
    told = explained(tmp_path, "Nr,Angelegt\n1,03/04/2025\n2,05/06/2025\n")
    assert (told.delimiter, told.encoding) == ("comma", "UTF-8")
    assert told.outcome.error is not None
    assert "--date-order" in told.outcome.error.fix
    empty = explained(tmp_path, b"")
    assert empty.outcome.error is not None
    nothing = explained(tmp_path, b"\x00" * 5_000)
    assert (nothing.encoding, nothing.kind) == ("", "")
    assert nothing.outcome.error is not None


def test_what_it_tells_is_what_an_import_does(workbench, tmp_path: Path) -> None:
    told = json.loads(workbench("import", FRESHDESK, "--explain", "--json").out)["files"][0]
    done = json.loads(
        workbench("import", FRESHDESK, "--json", "--workspace", tmp_path / "w").out
    )["files"][0]  # fmt: skip
    assert told["would"] == done
    assert told == as_json(explanation(FRESHDESK, Options())) | {"path": str(FRESHDESK)}


def test_nothing_is_written(workbench, tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(EXPORT)
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    before = sorted(tmp_path.iterdir())
    arguments = ("import", "export.csv", "--mapping", "mapping.yaml", "--explain")
    done = workbench(*arguments, "--workspace", tmp_path / "none", cwd=tmp_path)
    assert done.code == 0, done.err
    assert sorted(tmp_path.iterdir()) == before
    assert "would load 2 tickets; 1 of 3 records rejected" in done.out
    assert "line 4: created_at: '31.02.2025 11:00'" in done.out
    assert "not read   Notiz" in done.out
    assert "example.com" not in done.out


def test_an_export_cannot_steer_the_terminal(workbench, tmp_path: Path) -> None:
    mapping = "source: a\ntable: tickets\ncolumns: {ticket_id: id, created_at: at, type: kind}\n"
    (tmp_path / "m.yaml").write_text(mapping)
    export = "id,at,kind,\x1b[31mred\n1,2025-03-01,\x1b]0;title\x07,x\n2,\x1b[2Jloaded,\u202ey,x\n"
    export += '3,"bad\nloaded other.csv: 9 records",y,x\n'
    (tmp_path / "e.csv").write_text(export)
    for more in (["--explain"], ["--explain", "--json"], [], ["--json"]):
        arguments = ("import", "e.csv", "--mapping", "m.yaml", "--workspace", "w", *more)
        done = workbench(*arguments, cwd=tmp_path)
        assert done.code == 0, done.err
        assert all(c.isprintable() or c == "\n" for c in done.out + done.err), more
        assert not any(line.startswith("loaded other.csv") for line in done.out.splitlines())
        if "--json" in more:
            [file] = json.loads(done.out)["files"]
            rejected = file.get("would", file)["rejected"]
            assert "\x1b[2Jloaded" in rejected[0]["raw"]


def test_a_member_of_a_zip_is_named(workbench, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as packed:
        packed.writestr("a.csv", "source,group_id,team\ndesk,1,First\n")
        packed.writestr("b.csv", "source,group_id,team\ndesk,2,Second\n")
    refused = workbench("import", "two.zip", "--explain", cwd=tmp_path)
    assert refused.code == 3
    assert "a.csv, b.csv" in refused.out
    assert "--member" in refused.out
    done = workbench("import", "two.zip", "--member", "b.csv", "--workspace", "w", cwd=tmp_path)
    assert done.code == 0, done.out
    stored = workbench("export", "teams", "--workspace", "w", cwd=tmp_path).out
    assert "Second" in stored
    assert "First" not in stored


@pytest.mark.parametrize("limit", ["WORKBENCH_MAX_BYTES", "WORKBENCH_MAX_RATIO"])
def test_limits_come_from_the_environment(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from workbench.commands.importing import declared

    monkeypatch.setenv(limit, "1_000")
    assert 1_000 in (declared().limits.max_bytes, declared().limits.max_ratio)
    monkeypatch.setenv("WORKBENCH_MAX_BYTES", "1000")
    told = explanation(FRESHDESK, declared())
    assert told.outcome.error is not None
    assert "larger than 1,000 bytes" in told.outcome.error.what
    for wrong in ("2GB", "0", "-1"):
        monkeypatch.setenv(limit, wrong)
        with pytest.raises(UsageError, match="no whole number above 0") as caught:
            declared()
        assert caught.value.where == limit
