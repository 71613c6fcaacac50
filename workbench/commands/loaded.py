"""``workbench tables``: what is loaded, what was loaded then, and which versions there are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workbench.commands.terminal import say, show_json, show_table
from workbench.workspace import Workspace, kept_versions, loaded_tables

_MINUTES = len("2025-03-31T18:00")


def tell_tables(workspace: Path, *, as_of: str, as_json: bool) -> None:
    """One row per table, as of now or of an earlier version."""
    opened = Workspace.open(workspace, as_of=as_of)
    rows = loaded_tables(opened)
    if as_json:
        show_json({"version": opened.state.version, "tables": rows})
        return
    if as_of:
        say(f"Version {opened.state.version}, written {opened.state.written_at}\n")
    heads = ["table", "rows", "from", "as_of", "level", "sources", "last_import"]
    for row in rows:
        row |= {n: str(row[n] or "")[:_MINUTES] for n in ("from", "as_of", "last_import")}
    show_table(heads, [[_cell(row[head]) for head in heads] for row in rows], right="rows")


def tell_versions(workspace: Path, *, as_json: bool) -> None:
    """One row per version, the latest first."""
    rows = kept_versions(Workspace.open(workspace))
    if as_json:
        show_json({"versions": rows})
        return
    heads = ["version", "written_at", "files", "rows"]
    show_table(
        heads, [[_cell(row[head]) for head in heads] for row in rows], right="version, files"
    )


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{count:,} {name}" for name, count in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, int):
        return f"{value:,}"
    return "" if value is None else str(value)
