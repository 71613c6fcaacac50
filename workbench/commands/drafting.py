"""How ``workbench mapping`` drafts a mapping file, and what it says about it."""

from __future__ import annotations

import sys
from pathlib import Path

from workbench.commands.importing import given_limits
from workbench.commands.terminal import complain, show_json, show_table
from workbench.errors import UsageError
from workbench.intake.drafting.drafts import Draft, drafted
from workbench.intake.drafting.samples import sampled
from workbench.intake.mappings.mapping_files import load_mappings, shipped_mappings


def draft_mapping(
    export: Path, *, table: str | None, out: Path | None, member: str | None, force: bool
) -> None:
    """Write a draft to ``out``, or to stdout; what is left to do goes to stderr."""
    if not export.is_file():
        raise UsageError("there is no such file.", where=str(export), fix="Name one export.")
    if out is not None and not force and (out.exists() or out.is_symlink()):
        raise UsageError("is there already.", where=str(out), fix="Pass --force to overwrite it.")
    with sampled(export, given_limits(), member) as sample:
        draft = drafted(sample, table)
    if out is None:
        sys.stdout.write(draft.text)
    else:
        out.write_text(draft.text, encoding="utf-8")
    complain(_summary(draft, export, out))


def list_mappings(*, as_json: bool) -> None:
    """One row per shipped mapping: what it feeds, and whether a true export was ever seen."""
    rows = []
    for name, path in shipped_mappings().items():
        found = load_mappings(path)
        tables = list(dict.fromkeys(mapping.table for mapping in found))
        rows.append((name, tables, not any(mapping.unverified for mapping in found)))
    if as_json:
        heads = ("name", "tables", "verified")
        show_json({"mappings": [dict(zip(heads, row, strict=True)) for row in rows]})
        return
    told = {True: "built in", False: "template: written without a true export"}
    show_table(
        ["name", "feeds", "kind"],
        [[name, ", ".join(tables), told[verified]] for name, tables, verified in rows],
    )


def _summary(draft: Draft, export: Path, out: Path | None) -> str:
    """What was drafted and what comes next, in two lines."""
    done = (
        f"{_count(draft.mapped, 'column')} of {draft.table} drafted, "
        f"{_count(draft.left, 'field')} left out, {_count(draft.decide, 'line')} to decide"
    )
    file = out or Path("mapping.yaml")
    return f"{done}.\nNext: workbench import {export} --mapping {file} --explain"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"
