"""``workbench mapping``: draft a mapping for an export no built-in format knows; list the shipped.

Light, like ``cli.py``: what a command needs is imported when it runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.commands.options import JsonOption, MemberOption

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None,
    help="Draft a mapping for an export no format knows; list the shipped ones.\n\n"
    "Example: workbench mapping init tickets.csv --out mapping.yaml",
)  # fmt: skip


@app.command()
def init(
    export: Annotated[Path, typer.Argument(help="An export: CSV, JSON or a workbook, or packed.")],
    table: Annotated[
        str | None, typer.Option(help="Canonical table it feeds; default: guessed.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File to write; default stdout.")] = None,
    member: MemberOption = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
) -> None:
    """Draft a mapping from an export's header and values; guesses are marked as such.

    Example: workbench mapping init tickets.csv --out mapping.yaml
    """
    from workbench.commands.drafting import draft_mapping

    draft_mapping(export, table=table, out=out, member=member, force=force)


@app.command("list")
def list_(as_json: JsonOption = False) -> None:
    """Mappings that are shipped; ``workbench import --mapping NAME`` uses one.

    Example: workbench mapping list
    """
    from workbench.commands.drafting import list_mappings

    list_mappings(as_json=as_json)
