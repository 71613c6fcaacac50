"""``workbench status``: how every report stands, when the next is due, and what is overdue."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from workbench.commands.terminal import complain, say, show_json, show_table
from workbench.errors import ReportError, UsageError
from workbench.reporting.due import Timetable, read_schedules, timetable
from workbench.reporting.status import ReportStatus, reports_status


def tell_status(workspace: Path, root: Path, *, now: datetime, as_json: bool) -> None:
    """Print the latest run of every report and the timetable of every schedule.

    Raises `ReportError` (exit code 4) when a scheduled page is overdue: that is what a dead-man
    check looks at, for a timer that stopped says nothing itself.
    """
    if not workspace.exists():
        raise UsageError("there is no such workspace.", where=str(workspace))
    rows = reports_status(workspace)
    schedules, faults = read_schedules(root)
    table = [timetable(one, site=workspace / "site", now=now) for one in schedules]
    if as_json:
        show_json({"reports": [vars(row) for row in rows], "schedules": [_plain(t) for t in table]})
    else:
        _show(rows, table)
    late = [one for one in table if one.overdue]
    for fault in faults if late else faults[1:]:
        complain(f"error: {fault}")
    if late:
        told = ", ".join(f"{one.schedule.report} {one.overdue}" for one in late)
        raise ReportError(
            f"overdue: {told}.",
            fix="'workbench run --due' makes them, or says what keeps them.",
        )
    if faults:
        raise faults[0]


def _show(rows: list[ReportStatus], table: list[Timetable]) -> None:
    if not rows:
        say("No report was run yet. Try: workbench run monthly_report --period last_month")
    else:
        heads = ["report", "period", "status", "finished_at", "reason", "page"]
        show_table(heads, [[_cell(vars(row)[head]) for head in heads] for row in rows])
    for row in rows:
        if row.status in ("failed", "needs_review"):
            say(_where_to_look(row))
    if table:
        say("")
        show_table(
            ["schedule", "every", "last", "next", "due", "overdue"],
            [
                [t.schedule.report, t.schedule.every, t.last or "–", t.next or "–",
                 f"{t.next_due:%Y-%m-%d}" if t.next else "–",
                 f"{t.overdue}, since {t.overdue_since:%Y-%m-%d}" if t.overdue else "no"]
                for t in table
            ],
        )  # fmt: skip


def _where_to_look(row: ReportStatus) -> str:
    kept = f"runs/{row.report}/{row.period}/{row.run_id}/report.html"
    accept = f"workbench run {row.report} --period {row.period} --accept"
    then = f", then '{accept}'" if row.status == "needs_review" else ""
    return f"{row.report} {row.period}: look at {kept}{then}"


def _plain(one: Timetable) -> dict[str, object]:
    return {
        "report": one.schedule.report, "schedule": one.schedule.every, "last": one.last,
        "next": one.next, "next_due": one.next_due.isoformat() if one.next else None,
        "overdue": one.overdue,
        "overdue_since": one.overdue_since.isoformat() if one.overdue_since else None,
    }  # fmt: skip


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)
