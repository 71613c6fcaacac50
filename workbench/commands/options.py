"""What commands share: where the workspace is, how to print, what time it is."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from workbench.errors import UsageError

DATA = Path("data")
WorkspaceOption = Annotated[
    Path,
    typer.Option(
        "--workspace", envvar="WORKBENCH_WORKSPACE", help="Folder with store/, runs/ and site/."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
EngineOption = Annotated[
    str,
    typer.Option(
        "--engine", envvar="WORKBENCH_ENGINE", metavar="ENGINE",
        help="duckdb, spark, local[N], spark://HOST:PORT or sc://HOST:PORT.",
    ),
]  # fmt: skip
MemberOption = Annotated[
    str | None, typer.Option(help="Which file of a zip, or which sheet of a workbook.")
]


def now() -> datetime:
    """The one place that reads the clock; WORKBENCH_NOW (ISO 8601) stands in for it."""
    given = os.environ.get("WORKBENCH_NOW")
    if not given:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as fault:
        raise UsageError(
            f"{given!r} is not a time.", where="WORKBENCH_NOW", fix="Write 2025-07-01T06:00:00Z."
        ) from fault
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
