"""``workbench import``: through the gate, into the store, and said in a few lines."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from workbench.commands.terminal import one_line, say
from workbench.intake.gate import Options
from workbench.intake.imports import import_files
from workbench.intake.mapping_files import named_mapping
from workbench.intake.outcome import FileOutcome
from workbench.store.store import Store

_SHOWN_REJECTS = 5


def import_exports(
    workspace: Path,
    paths: list[Path],
    *,
    source: str | None,
    mapping: Path | None,
    timezone: str | None,
    date_order: str | None,
    redact: bool,
    now: datetime,
) -> list[FileOutcome]:
    """Import files and folders with what the caller declares about them."""
    options = Options(
        mappings=named_mapping(mapping) if mapping else (),
        source=source,
        timezone=timezone,
        date_order=date_order,
        redact=redact,
    )
    return import_files(Store(workspace / "store"), paths, options, now=now)


def show_outcomes(outcomes: list[FileOutcome]) -> None:
    """One paragraph per file: what became of it, and every reason for what did not."""
    for outcome in outcomes:
        say(_headline(outcome))
        for warning in outcome.warnings:
            say(f"  note: {one_line(warning)}")
        for rejected in outcome.rejected[:_SHOWN_REJECTS]:
            say(f"  line {rejected.line:,}: {one_line(rejected.reason)}")
        if len(outcome.rejected) > _SHOWN_REJECTS:
            more = len(outcome.rejected) - _SHOWN_REJECTS
            say(f"  and {more:,} more rejected records; --json lists them all")
    total = sum(outcome.kept for outcome in outcomes)
    refused = sum(outcome.error is not None for outcome in outcomes)
    tail = f"; {refused} of {len(outcomes)} files refused" if refused else ""
    say(f"{total:,} records kept{tail}.")


def _headline(outcome: FileOutcome) -> str:
    name = "/".join(Path(outcome.path).parts[-2:])  # two desks may both export tickets.csv
    if outcome.error is not None:
        return f"refused {outcome.error}"
    rows = ", ".join(f"{count:,} {table}" for table, count in outcome.tables.items())
    rejects = f", {len(outcome.rejected):,} rejected" if outcome.rejected else ""
    again = ""
    if outcome.updated or outcome.unchanged:
        again = f" ({outcome.updated:,} updated, {outcome.unchanged:,} unchanged)"
    return f"loaded {name}: {outcome.records_in:,} records{rejects} -> {rows}{again}"
