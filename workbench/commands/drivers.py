"""``workbench drivers``: find contact drivers, keep their identity, correct them by hand.

Light, like ``cli.py``: what a command needs is imported when it runs.
"""

from __future__ import annotations

from typing import Annotated

import typer

from workbench.commands.options import DATA, JsonOption, WorkspaceOption, now

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None,
    help="Find contact drivers, keep their identity, correct them by hand.\n\n"
    "Example: workbench drivers fit --period 2025-01..2025-06",
)  # fmt: skip

DriverArgument = Annotated[str, typer.Argument(help="A driver's id (d003) or its name.")]
PeriodOption = Annotated[
    str | None, typer.Option(help="2025-06 or 2025-01..2025-06; default everything.")
]
CountOption = Annotated[
    int, typer.Option("--n-drivers", help="How many, 2 to 500; your choice to make.")
]
ThemesOption = Annotated[int, typer.Option("--n-themes", help="How many groups of drivers.")]
SeedOption = Annotated[int, typer.Option(help="Another seed finds other borders.")]
EmbeddingsOption = Annotated[
    str, typer.Option("--embeddings", help="Folder or hub name of an embedding model.")
]
HashOption = Annotated[
    str, typer.Option("--sha256", help="Refuse an embedding model with another hash.")
]


@app.command()
def fit(
    period: PeriodOption = None,
    n_drivers: CountOption = 30,
    n_themes: ThemesOption = 8,
    seed: SeedOption = 0,
    embeddings: EmbeddingsOption = "",
    sha256: HashOption = "",
    workspace: WorkspaceOption = DATA,
    as_json: JsonOption = False,
) -> None:
    """Find the drivers of the contacts of a period, and begin a catalogue with them.

    Example: workbench drivers fit --period 2024-01..2024-06 --n-drivers 30
    """
    from workbench.commands import driver_changes

    options = driver_changes.options(period, n_drivers, n_themes, seed, embeddings, sha256)
    driver_changes.fit_drivers(workspace, options, now=now(), as_json=as_json)


@app.command()
def assign(
    until: Annotated[
        str | None, typer.Option(help="Only contacts before this day (2025-07-01).")
    ] = None,
    embeddings: EmbeddingsOption = "",
    workspace: WorkspaceOption = DATA,
    as_json: JsonOption = False,
) -> None:
    """Place new contacts among the drivers, and propose drivers that are new.

    Example: workbench drivers assign
    """
    from workbench.commands import driver_changes

    driver_changes.assign_contacts(workspace, until, embeddings, now=now(), as_json=as_json)


@app.command()
def refit(
    period: PeriodOption = None,
    n_drivers: CountOption = 30,
    n_themes: ThemesOption = 8,
    seed: SeedOption = 0,
    embeddings: EmbeddingsOption = "",
    sha256: HashOption = "",
    workspace: WorkspaceOption = DATA,
    as_json: JsonOption = False,
) -> None:
    """Find the drivers anew, as a new version with a mapping from the old one.

    Example: workbench drivers refit --seed 1
    """
    from workbench.commands import driver_changes

    options = driver_changes.options(period, n_drivers, n_themes, seed, embeddings, sha256)
    driver_changes.refit_drivers(workspace, options, now=now(), as_json=as_json)


@app.command()
def show(
    driver: Annotated[
        str | None, typer.Argument(help="A driver's id or name; default all.")
    ] = None,
    workspace: WorkspaceOption = DATA,
    as_json: JsonOption = False,
) -> None:
    """All drivers with their share of contacts, or all about one of them.

    Example: workbench drivers show d003
    """
    from workbench.commands import driver_tables

    if driver is None:
        driver_tables.show_all(workspace, as_json=as_json)
    else:
        driver_tables.show_one(workspace, driver, as_json=as_json)


@app.command()
def history(workspace: WorkspaceOption = DATA, as_json: JsonOption = False) -> None:
    """Everything that was done to the drivers, the latest last.

    Example: workbench drivers history
    """
    from workbench.commands import driver_tables

    driver_tables.show_history(workspace, as_json=as_json)


@app.command()
def rename(
    driver: DriverArgument,
    name: Annotated[str, typer.Argument(help="What it is called from now on.")] = "",
    theme: Annotated[str, typer.Option(help="The theme it belongs to from now on.")] = "",
    workspace: WorkspaceOption = DATA,
    as_json: JsonOption = False,
) -> None:
    """Give a driver a name, a theme or both; a proposed one is accepted by it.

    Example: workbench drivers rename d003 "Where is my order" --theme Delivery
    """
    from workbench.commands import driver_changes
    from workbench.drivers.editing import rename as renamed

    driver_changes.tell(
        renamed(driver_changes.opened(workspace), driver, name, theme=theme, now=now()),
        workspace, as_json=as_json,
    )  # fmt: skip


@app.command()
def merge(
    drivers: Annotated[list[str], typer.Argument(help="The drivers to merge.")],
    into: Annotated[str, typer.Option("--into", help="The driver they become part of.")],
    workspace: WorkspaceOption = DATA,
    as_json: JsonOption = False,
) -> None:
    """Make several drivers one.

    Example: workbench drivers merge d007 d012 --into d003
    """
    from workbench.commands import driver_changes
    from workbench.drivers.editing import merge as merged

    driver_changes.tell(
        merged(driver_changes.opened(workspace), drivers, into, now=now()),
        workspace, as_json=as_json,
    )  # fmt: skip


@app.command()
def split(
    driver: DriverArgument,
    parts: Annotated[int, typer.Option(help="Into how many, 2 to 20.")] = 2,
    seed: SeedOption = 0,
    workspace: WorkspaceOption = DATA,
    as_json: JsonOption = False,
) -> None:
    """Take a driver apart by what its tickets say.

    Example: workbench drivers split d003 --parts 3
    """
    from workbench.commands import driver_changes
    from workbench.drivers.editing import split as taken_apart

    driver_changes.tell(
        taken_apart(driver_changes.opened(workspace), driver, parts=parts, seed=seed, now=now()),
        workspace, as_json=as_json,
    )  # fmt: skip


@app.command()
def move(
    tickets: Annotated[list[str], typer.Argument(help="Ticket ids, or SOURCE/ID.")],
    to: Annotated[str, typer.Option("--to", help="The driver they belong to.")],
    workspace: WorkspaceOption = DATA,
    as_json: JsonOption = False,
) -> None:
    """Put tickets under a driver by hand; no assign and no refit moves them again.

    Example: workbench drivers move 20415 20703 --to d003
    """
    from workbench.commands import driver_changes
    from workbench.drivers.editing import move as moved

    driver_changes.tell(
        moved(driver_changes.opened(workspace), tickets, to, now=now()),
        workspace, as_json=as_json,
    )  # fmt: skip


@app.command()
def ignore(
    driver: DriverArgument,
    off: Annotated[bool, typer.Option("--off", help="Show it again.")] = False,
    workspace: WorkspaceOption = DATA,
    as_json: JsonOption = False,
) -> None:
    """Keep a driver out of charts; its contacts stay in every n.

    Example: workbench drivers ignore d021
    """
    _set(driver, "show" if off else "ignore", workspace, as_json)


@app.command()
def accept(
    driver: DriverArgument, workspace: WorkspaceOption = DATA, as_json: JsonOption = False
) -> None:
    """Keep a driver that an assign proposed.

    Example: workbench drivers accept d031
    """
    _set(driver, "accept", workspace, as_json)


@app.command()
def dismiss(
    driver: DriverArgument, workspace: WorkspaceOption = DATA, as_json: JsonOption = False
) -> None:
    """Refuse a driver that an assign proposed; its tickets go to the driver next to it.

    Example: workbench drivers dismiss d031
    """
    _set(driver, "dismiss", workspace, as_json)


@app.command()
def undo(workspace: WorkspaceOption = DATA, as_json: JsonOption = False) -> None:
    """Take back the last edit or refit.

    Example: workbench drivers undo
    """
    from workbench.commands import driver_changes
    from workbench.drivers.editing import undo as undone

    driver_changes.tell(
        undone(driver_changes.opened(workspace), now=now()), workspace, as_json=as_json
    )


def _set(driver: str, do: str, workspace: WorkspaceOption, as_json: bool) -> None:
    from workbench.commands import driver_changes
    from workbench.drivers.editing import set_state

    driver_changes.tell(
        set_state(driver_changes.opened(workspace), driver, do, now=now()),
        workspace, as_json=as_json,
    )  # fmt: skip
