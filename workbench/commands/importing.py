"""``workbench import``: through the gate, into the store, and said in a few lines."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from workbench.commands.terminal import a_name, one_line, say
from workbench.errors import UsageError, WorkbenchError
from workbench.intake.files.packed import MAX_BYTES, MAX_RATIO, Limits
from workbench.intake.imports import import_files
from workbench.intake.mappings.mapping_files import named_mapping
from workbench.intake.options import Options
from workbench.intake.outcome import FileOutcome
from workbench.store.store import Store

_SHOWN_REJECTS = 5


def declared(
    *,
    source: str | None = None,
    mapping: Path | None = None,
    timezone: str | None = None,
    date_order: str | None = None,
    redact: bool = True,
    member: str | None = None,
) -> Options:
    """What the caller says about the files; the limits are the machine's."""
    return Options(
        mappings=named_mapping(mapping) if mapping else (), source=source, timezone=timezone,
        date_order=date_order, redact=redact, member=member, limits=given_limits(),
    )  # fmt: skip


def given_limits() -> Limits:
    """How much a file may hold: WORKBENCH_MAX_BYTES and WORKBENCH_MAX_RATIO, or the defaults."""
    return Limits(
        _whole_number("WORKBENCH_MAX_BYTES", MAX_BYTES),
        _whole_number("WORKBENCH_MAX_RATIO", MAX_RATIO),
    )


def _whole_number(name: str, default: int) -> int:
    given = os.environ.get(name, "").strip()
    if not given:
        return default
    if not given.replace("_", "").isdecimal() or int(given) < 1:
        raise UsageError(
            f"{given!r} is no whole number above 0.", where=name,
            fix=f"Write one such as {default}, or leave it unset.",
        )  # fmt: skip
    return int(given)


def import_exports(
    workspace: Path, paths: list[Path], options: Options, *, now: datetime
) -> list[FileOutcome]:
    """Import files and folders with what the caller declares about them."""
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
    name = a_name("/".join(Path(outcome.path).parts[-2:]))  # two desks may both export tickets.csv
    if outcome.error is not None:
        return f"refused {_placed(outcome.error)}"
    rows = ", ".join(f"{count:,} {table}" for table, count in outcome.tables.items())
    rejects = f", {len(outcome.rejected):,} rejected" if outcome.rejected else ""
    again = ""
    if outcome.updated or outcome.unchanged:
        again = f" ({outcome.updated:,} updated, {outcome.unchanged:,} unchanged)"
    return f"loaded {name}: {outcome.records_in:,} records{rejects} -> {rows}{again}"


def _placed(error: WorkbenchError) -> WorkbenchError:
    """The error with its place on one line: a file's name is in it."""
    return type(error)(error.what, where=a_name(error.where), fix=error.fix)
