"""The arguments of ``workbench import``; what it does is imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.commands.options import DATA, JsonOption, MemberOption, WorkspaceOption, now
from workbench.commands.terminal import complain, show_json


def import_(
    paths: Annotated[list[Path], typer.Argument(help="Exports, or folders of exports.")],
    source: Annotated[str | None, typer.Option(help="Name recorded on every row.")] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="Mapping file, or the name of a shipped one.")
    ] = None,
    timezone: Annotated[str | None, typer.Option(help="Zone of times without an offset.")] = None,
    date_order: Annotated[str | None, typer.Option(help="day_first or month_first.")] = None,
    member: MemberOption = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say how each file would be read; write nothing.")
    ] = False,
    redact: Annotated[
        bool, typer.Option("--redact/--no-redact", help="Replace personal data (default).")
    ] = True,
    workspace: WorkspaceOption = DATA,
    as_json: JsonOption = False,
) -> None:
    """Let exports through the gate into the workspace; refused files change nothing.

    Example: workbench import exports/zendesk exports/shopify/orders.csv.gz
    """
    from workbench.commands.importing import declared

    options = declared(
        source=source, mapping=mapping, timezone=timezone, date_order=date_order, redact=redact,
        member=member,
    )  # fmt: skip
    if explain:
        from workbench.commands.explaining import as_json as told
        from workbench.commands.explaining import explain_exports, show_explanations

        found = explain_exports(paths, options)
        show_json({"files": [told(one) for one in found]}) if as_json else show_explanations(found)
        outcomes = [one.outcome for one in found]
    else:
        from workbench.commands.importing import import_exports, show_outcomes
        from workbench.intake.persons.pseudonym_keys import PUBLIC_KEY_NOTE, has_public_key

        outcomes = import_exports(workspace, paths, options, now=now())
        if as_json:
            show_json({"files": [outcome.as_json() for outcome in outcomes]})
        else:
            show_outcomes(outcomes)
        if options.redact and has_public_key(workspace):
            complain(PUBLIC_KEY_NOTE)
    if any(outcome.error for outcome in outcomes):
        raise typer.Exit(3)
