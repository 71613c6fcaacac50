"""The command line: a light wrapper around the package.

Commands import what they need when they run, so that ``--help`` does not wait for pandas.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from workbench import __version__
from workbench.commands.drivers import app as drivers
from workbench.commands.import_command import import_
from workbench.commands.mapping import app as mapping
from workbench.commands.notify_command import notify_
from workbench.commands.options import DATA, EngineOption, JsonOption, WorkspaceOption, now
from workbench.commands.terminal import complain, say, show_json, show_table
from workbench.errors import UsageError, WorkbenchError
from workbench.project import project_root

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    rich_markup_mode=None, context_settings={"max_content_width": 100},
    help="From raw help-desk and shop exports to support reports that are right, or visibly "
    "absent.",
)  # fmt: skip


def _version(asked: bool) -> None:
    if asked:
        say(f"workbench {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    return


@app.command()
def demo(workspace: WorkspaceOption = DATA) -> None:
    """Sample exports -> import -> every report; prints the path of the site.

    Example: workbench demo
    """
    from workbench.commands.demo import run_demo

    index = run_demo(workspace, project_root(Path.cwd()), now=now())
    say(f"\nOpen {index}")


@app.command()
def sample(
    out: Annotated[Path, typer.Option("--out", help="Folder to write the exports to.")],
    seed: Annotated[int, typer.Option(help="Another seed moves the planted truths.")] = 7,
    months: Annotated[int, typer.Option(help="Months of history, at least 3.")] = 18,
    tickets_per_week: Annotated[int, typer.Option(help="Average weekly tickets.")] = 120,
) -> None:
    """Write raw exports of an invented store, and truth.json with what was planted in them.

    Example: workbench sample --out exports --seed 11
    """
    from workbench.sample.generate import generate

    made = generate(out, seed=seed, months=months, tickets_per_week=tickets_per_week)
    say(
        f"{made.tickets:,} tickets, {made.orders:,} orders, {made.refunds:,} refunds in "
        f"{len(made.files)} files under {out}"
    )


app.command("import")(import_)
app.command("notify")(notify_)
app.add_typer(mapping, name="mapping")
app.add_typer(drivers, name="drivers")


@app.command()
def tables(
    as_of: Annotated[
        str, typer.Option("--as-of", help="A version, a day or a moment (UTC); default now.")
    ] = "",
    versions: Annotated[bool, typer.Option("--versions", help="List every kept version.")] = False,
    workspace: WorkspaceOption = DATA,
    as_json: JsonOption = False,
) -> None:
    """What is loaded, or was: rows, span, level, as_of, last import.

    Example: workbench tables --as-of 2025-03-31 --json
    """
    from workbench.commands.loaded import tell_tables, tell_versions

    if versions:
        tell_versions(workspace, as_json=as_json)
    else:
        tell_tables(workspace, as_of=as_of, as_json=as_json)


@app.command()
def metrics(
    names: Annotated[list[str] | None, typer.Argument(help="Metrics; default all.")] = None,
    by: Annotated[
        str | None, typer.Option(help="team, vendor, agent, channel, tag, month, custom.NAME …")
    ] = None,
    period: Annotated[
        str | None, typer.Option(help="2025-06, 2025-01..2025-06 or last_month; default latest.")
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option("--where", help="Keep NAME=VALUE; may be repeated.")
    ] = None,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity", help="Each metric under everybody's definition.")
    ] = False,
    tickets: Annotated[
        bool, typer.Option("--tickets", help="List what is behind one number.")
    ] = False,
    engine: EngineOption = "",
    workspace: WorkspaceOption = DATA,
    as_json: JsonOption = False,
) -> None:
    """Numbers with n and interval; what cannot be computed says what it needs.

    Example: workbench metrics fcr reopen_rate --by team --period 2025-06
    """
    from workbench.commands import asking, listing

    question = asking.Question(names or [], by, period, where or [], sensitivity, engine)
    if tickets:
        listed = listing.list_things(workspace, question, now=now(), as_json=as_json)
        if listed is not None:
            show_json(listed)
    elif sensitivity and not as_json:
        asking.show_sensitivity(asking.compare(workspace, question, now=now()))
    else:
        asked = asking.ask(workspace, question, now=now())
        show_json(asked.as_json()) if as_json else asking.show_answers(asked)


@app.command()
def export(
    table: Annotated[
        str, typer.Argument(help="A loaded table, or facts, issues, promises, backlog.")
    ],
    format: Annotated[str, typer.Option(help="csv, parquet or json.")] = "csv",
    out: Annotated[Path | None, typer.Option(help="File to write; default stdout.")] = None,
    engine: EngineOption = "",
    workspace: WorkspaceOption = DATA,
) -> None:
    """Write a canonical table, or what is worked out: one row of facts per ticket, one row per
    issue, per promise of the SLA with its due time, or the backlog by day.

    Example: workbench export facts --format parquet --out facts.parquet
    """
    from workbench.commands.exporting import export_table

    export_table(workspace, table, format=format, out=out, engine=engine)


@app.command()
def run(
    report: Annotated[str | None, typer.Argument(help="Report, such as monthly_report.")] = None,
    period: Annotated[
        str | None,
        typer.Option(help="2025-06, 2025-W26, last_month, last_week or 2025-01..2025-06."),
    ] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("-p", help="name=value; may be repeated.")
    ] = None,
    due: Annotated[bool, typer.Option("--due", help="Run everything that is due.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Run even if nothing changed.")] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Publish though the page needs review.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Runs at a time; default one a processor.")
    ] = None,
    scheduler: Annotated[
        str, typer.Option(help="With --due: run on the workers of this dask scheduler.")
    ] = "",
    workspace: WorkspaceOption = DATA,
) -> None:
    """Make a report and publish it; on any fault the published one stays as it was.

    Example: workbench run monthly_report --period 2025-06 -p by=channel
    """
    from workbench.commands.stopping import stopped_by_signal

    if due == (report is not None):
        raise UsageError(
            "name one report, or pass --due.", where="run", fix="See 'workbench list'."
        )
    if due and (period is not None or parameter):
        raise UsageError(
            "--due takes period and parameters from the files in parameters/.", where="run",
            fix="Name one report to give them, or change the file.",
        )  # fmt: skip
    if scheduler and not due:
        raise UsageError("--scheduler goes with --due.", where="run")
    with stopped_by_signal():
        root = project_root(Path.cwd())
        if due:
            from workbench.commands.running_due import run_due

            run_due(
                workspace, root, now=now(), force=force, accept=accept, workers=workers,
                scheduler=scheduler,
            )  # fmt: skip
            return
        from workbench.commands.running import given_parameters, run_named

        pages = run_named(
            str(report), given_parameters(parameter or [], period), workspace, root, now=now(),
            force=force, accept=accept, workers=workers,
        )  # fmt: skip
        for page in pages:
            say(str(page))


@app.command("list")
def list_(workspace: WorkspaceOption = DATA, as_json: JsonOption = False) -> None:
    """The reports there are, their parameters, and their schedules.

    Example: workbench list
    """
    from workbench.commands.running import known_reports

    rows = known_reports(project_root(Path.cwd()))
    if as_json:
        show_json({"reports": rows})
        return
    show_table(["report", "schedule", "parameters"], [list(row.values()) for row in rows])


@app.command()
def status(workspace: WorkspaceOption = DATA, as_json: JsonOption = False) -> None:
    """How each report stands, when the next is due, and what is overdue (exit code 4).

    Example: workbench status
    """
    from workbench.commands.standing import tell_status

    tell_status(workspace, project_root(Path.cwd()), now=now(), as_json=as_json)


@app.command()
def reproduce(
    run_id: Annotated[
        str,
        typer.Argument(
            help="A run's id: at the foot of its page, or in 'workbench status --json'."
        ),
    ],
    keep: Annotated[bool, typer.Option("--keep", help="Keep the repeated run's folder.")] = False,
    workspace: WorkspaceOption = DATA,
    as_json: JsonOption = False,
) -> None:
    """Run a published report again on the data it was made from, and compare every number.

    Example: workbench reproduce 20250701T060000Z-1f2e3d4c
    """
    from workbench.commands.reproducing import tell_reproduced
    from workbench.commands.stopping import stopped_by_signal

    with stopped_by_signal():
        tell_reproduced(workspace, project_root(Path.cwd()), run_id, keep=keep, as_json=as_json)


@app.command()
def lab(
    workspace: WorkspaceOption = DATA,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 8888,
    browser: Annotated[bool, typer.Option("--browser/--no-browser")] = True,
) -> None:
    """Open JupyterLab on the explorer, on this machine only and behind a token.

    Example: workbench lab --no-browser
    """
    root = project_root(Path.cwd())
    environment = {**os.environ, "WORKBENCH_WORKSPACE": str(workspace.resolve())}
    command = [
        sys.executable, "-m", "jupyterlab", "--ip=127.0.0.1", f"--port={port}",
        f"--ServerApp.root_dir={root}",
        "--LabApp.default_url=/lab/tree/notebooks/explore_tickets.ipynb",
        # nothing is asked of the outside: no news, no look for updates
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *([] if browser else ["--no-browser"]),
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]  # fmt: skip
    os.execve(sys.executable, command, environment)


_INTERRUPTED = "Query interrupted"  # how the engine words Ctrl-C


def main() -> None:
    """Run a command; a worded error is one line on stderr and its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal without the letter shows a question mark
            stream.reconfigure(errors="replace")
    try:
        app()
    except WorkbenchError as fault:
        complain(f"error: {fault}")
        sys.exit(fault.exit_code)
    except OSError as fault:
        complain(f"error: {fault.filename or 'file'}: {fault.strerror or fault}.")
        sys.exit(2)
    except RuntimeError as fault:
        if str(fault) != _INTERRUPTED:
            raise
        complain("error: interrupted.")
        sys.exit(130)


if __name__ == "__main__":
    main()
