"""``workbench demo``: the whole way once, from the sample's raw exports to a published page."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from workbench.commands.driver_changes import assign_contacts, fit_drivers
from workbench.commands.importing import declared, import_exports, show_outcomes
from workbench.commands.terminal import say
from workbench.definitions.periods import Period
from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.fitting import FitOptions
from workbench.errors import IntakeError
from workbench.intake.persons.pseudonym_keys import use_public_key
from workbench.reporting.models import REPORTS
from workbench.reporting.progress import Board
from workbench.reporting.requests import latest_full_period, request_for
from workbench.reporting.runner import run_reports
from workbench.reporting.workers import in_processes
from workbench.sample.generate import generate
from workbench.workspace import Workspace

_MONTHS_WATCHED = 12  # of the demo's drivers: found in what came before, then assigned


def run_demo(workspace: Path, root: Path, *, now: datetime) -> Path:
    """Import the committed sample (or a fresh one), make every report; the site's index."""
    exports = root / "data" / "sample"
    if not (exports / "truth.json").exists():
        exports = workspace / "sample"
        say(f"Writing a sample to {exports} …")
        generate(exports)
    use_public_key(workspace)
    say(f"Importing {exports} …")
    outcomes = import_exports(workspace, [exports], declared(), now=now)
    show_outcomes(outcomes)
    refused = [o for o in outcomes if o.error is not None]
    if refused:
        raise IntakeError(
            f"{len(refused)} files of the sample were refused.", where=str(exports),
            fix="Restore data/sample from version control.",
        )  # fmt: skip
    opened = Workspace.open(workspace)
    _find_drivers(workspace, latest_full_period(opened), now)
    say("\nMaking every report …")
    requests = [
        request_for(
            report, {"period": str(latest_full_period(opened, model.unit))},
            workspace=workspace, project_root=root, now=now,
        )
        for report, model in REPORTS.items()
    ]  # fmt: skip
    with Board(sys.stderr) as board:
        makers = in_processes(lambda spec: board.of(spec.request.report))
        ended = run_reports(requests, now=now, makers=makers)
    for fault in filter(None, (one.error for one in ended)):
        raise fault
    return (workspace / "site" / "index.html").resolve()


def _find_drivers(workspace: Path, month: Period, now: datetime) -> None:
    """Begin a catalogue with the contacts before the last year, and assign that year to it."""
    if CatalogueFolder(workspace).catalogue.fit is None:
        say("\nFinding contact drivers …")
        until = month.shifted(1 - _MONTHS_WATCHED).start
        fit_drivers(workspace, FitOptions(until=until), now=now, as_json=False)
    assign_contacts(workspace, None, "", now=now, as_json=False)
