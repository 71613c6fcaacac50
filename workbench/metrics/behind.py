"""Which tickets stand behind a number? The things an answer counts, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

import ibis.expr.types as ir
import pandas as pd

from workbench.definitions.dimensions import DIMENSIONS, SPLITS
from workbench.definitions.periods import Period
from workbench.errors import UsageError
from workbench.metrics.aggregates import cube_of, rows_of, seen
from workbench.metrics.cube import Where
from workbench.metrics.declaration import Answer, Kind, Metric
from workbench.metrics.facts.tickets import ticket_facts
from workbench.metrics.judging import lacks
from workbench.workspace import Workspace

PAGE = 50
_TOLD = ("created_at", "status", "n_replies", "first_reply_minutes", "resolution_minutes")


@dataclass(frozen=True)
class Behind:
    """``n`` things are counted; ``rows`` holds those from ``first`` on, oldest first, in the order
    of their cohort time: ``source``, ``ref``, ``at``, the dimensions, ``hit`` and ``value``; for
    tickets also the subject, the status, replies, and times to first reply and resolution."""

    n: int
    first: int
    rows: pd.DataFrame
    of_tickets: bool


def behind(
    workspace: Workspace, metric: Metric, period: Period, where: Where, *, first: int = 0,
    most: int | None = PAGE,
) -> Behind:  # fmt: skip
    """The mature things that `Cube.answer` of the same period and filter counts.

    ``most`` rows from number ``first`` on; all of them where it is ``None``.
    """
    cube = cube_of(workspace, metric)
    if isinstance(cube, Answer):
        raise UsageError(f"{metric.label} {cube.why}.", where="tickets")
    rows = _counted(workspace, metric, period, where)
    page = rows.order_by("at", "source", "ref").limit(most, offset=first)
    of_tickets = metric.counts == "tickets"
    frame = _told(workspace, page) if of_tickets else page.to_pandas()
    return Behind(cube.counted(period, where), first, frame, of_tickets)


def things_behind(
    workspace: Workspace, metric: Metric, period: Period, where: Where
) -> pd.DataFrame:
    """All things that `answers` of the same period and filter counts, oldest first: ``source``,
    ``ref``, ``at``, the dimensions, ``hit`` and ``value``. Any split may be filtered by."""
    lacking = lacks(workspace, metric)
    if lacking:
        raise UsageError(f"{metric.label} {lacking}.", where="tickets")
    rows = rows_of(workspace, metric, [*DIMENSIONS, *where])
    found = _in_period(metric, rows, period, where)
    dropped = [name for name in ("is_unknown", "weight", "owner") if name in found.columns]
    return found.drop(*dropped).order_by("at", "source", "ref").to_pandas()


def _counted(workspace: Workspace, metric: Metric, period: Period, where: Where) -> ir.Table:
    return _in_period(metric, seen(workspace, metric), period, where)


def _in_period(metric: Metric, rows: ir.Table, period: Period, where: Where) -> ir.Table:
    if metric.kind is Kind.UNIT_COST:  # what was booked is no thing that was handled
        rows = rows.filter(rows.weight > 0)
    kept = [rows[split] == value for split, value in where.items()]
    rows = rows.filter(~rows.is_excluded, ~rows.is_immature, rows["at"] < period.end, *kept)
    if metric.kind is not Kind.STOCK:
        return rows.filter(rows["at"] >= period.start).drop("is_excluded", "is_immature", "slot")
    # What is open at the end: every change of a ticket so far adds up to one.
    open_still = rows.group_by("source", "ref").aggregate(
        at=rows["at"].min(), hit=rows.hit.any(), value=rows.value.sum(),
        **{split: rows[split].max() for split in SPLITS
           if split != "source" and split in rows.columns},
    )  # fmt: skip
    return open_still.filter(open_still.value > 0)


def _told(workspace: Workspace, page: ir.Table) -> pd.DataFrame:
    """The page's tickets with what a reader wants to see of each."""
    shown = page.to_pandas()
    lines = workspace.once("ticket_lines", lambda: _lines(workspace), index="ref")
    if len(shown) <= PAGE:  # a few are looked up, many are joined
        lines = lines.filter(lines.ref.isin(list(dict.fromkeys(shown["ref"]))))
    told = lines.to_pandas()
    return shown.merge(told, on=["source", "ref"], how="left", validate="one_to_one")


def _lines(workspace: Workspace) -> ir.Table:
    """One row per ticket with what a table of tickets shows beside the dimensions."""
    subjects = workspace.table("tickets").select("source", "ticket_id", "subject")
    facts = ticket_facts(workspace).select("source", "ticket_id", *_TOLD)
    lines = facts.inner_join(subjects, ["source", "ticket_id"], rname="s_{name}")
    return lines.select("source", "subject", *_TOLD, ref=lines.ticket_id)
