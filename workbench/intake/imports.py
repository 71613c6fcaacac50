"""Import files into a workspace's store: gate, upsert, one commit for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from workbench.errors import IntakeError, UsageError
from workbench.intake.gate import Admitted, admitted
from workbench.intake.options import Options
from workbench.intake.outcome import FileOutcome
from workbench.intake.persons.pseudonym_keys import fingerprint, workspace_key
from workbench.store.delta import Upserted
from workbench.store.state import LoadedFile
from workbench.store.store import Offered, Store

_EXPORTS = {
    ".csv", ".tsv", ".txt", ".json", ".ndjson", ".jsonl", ".gz", ".zip", ".xlsx", ".yaml", ".yml",
}  # fmt: skip
_NOT_DATA = {"truth.json", "truth_reasons.csv.gz"}  # what a sample says about itself


def export_files(paths: Iterable[Path]) -> list[Path]:
    """The files to import: those named, and every export inside the folders named, in order."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = [p for p in sorted(path.rglob("*")) if p.is_file()]
            found += [
                p for p in inside
                if p.suffix.lower() in _EXPORTS and p.name not in _NOT_DATA
                and not p.name.startswith(".") and not _is_mapping(p)
            ]  # fmt: skip
        elif path.exists():
            found.append(path)
        else:
            raise UsageError("there is no such file or folder.", where=str(path))
    if not found:
        raise UsageError(
            "no export to import.", where=", ".join(str(p) for p in paths),
            fix=f"Exports end in {', '.join(sorted(_EXPORTS))}.",
        )  # fmt: skip
    return list(dict.fromkeys(found))


def _is_mapping(path: Path) -> bool:
    """A mapping file may lie beside the exports it describes; it is not one of them."""
    if path.suffix.lower() not in (".yaml", ".yml"):
        return False
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return any(line.startswith(("table:", "columns:")) for line in lines)


def import_files(
    store: Store, paths: Iterable[Path], options: Options, *, now: datetime
) -> list[FileOutcome]:
    """Let every file through the gate and into the store; a refused file changes nothing.

    All accepted files become visible together, after the last one was written.
    """
    outcomes: list[FileOutcome] = []
    places: list[int] = []
    used = ""
    if options.redact:
        key = options.pseudonym_key or workspace_key(store.folder.parent, store.state)
        options, used = replace(options, pseudonym_key=key), fingerprint(key)

    def offers() -> Iterator[Offered]:
        for path in export_files(paths):
            try:
                with admitted(path, options) as file:
                    if options.redact:
                        file = replace(file, outcome=file.outcome.masked())
                    places.append(len(outcomes))
                    outcomes.append(file.outcome)
                    yield Offered(_remembered(file, now, used), file.tables)
            except IntakeError as fault:
                refused = FileOutcome(str(path)).refused(fault)
                outcomes.append(refused.masked() if options.redact else refused)

    for place, done in zip(places, store.take_in(offers()), strict=True):
        outcomes[place] = _counted(outcomes[place], done)
    return outcomes


def _remembered(file: Admitted, now: datetime, pseudonyms: str) -> LoadedFile:
    outcome = file.outcome
    return LoadedFile(
        path=outcome.path,
        sha256=outcome.sha256,
        source=outcome.source,
        tables={name: rows.num_rows for name, rows in file.tables.items()},
        records_in=outcome.records_in,
        kept=outcome.kept,
        rejected=len(outcome.rejected),
        imported_at=now.isoformat(),
        warnings=outcome.warnings,
        read_as=file.read_as,
        pseudonyms=pseudonyms,
    )


def _counted(outcome: FileOutcome, done: dict[str, Upserted]) -> FileOutcome:
    older = sum(result.older for result in done.values())
    notes = (f"{older:,} rows were older than what is stored and changed nothing",) if older else ()
    first = done.get(outcome.table, Upserted(0, 0, 0, 0, 0, 0))
    return replace(
        outcome,
        updated=first.updated,
        unchanged=first.unchanged,
        tables={name: r.new + r.updated + r.unchanged for name, r in done.items()},
        warnings=outcome.warnings + notes,
    )
