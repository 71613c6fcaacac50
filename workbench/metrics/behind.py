"""Which tickets stand behind a number? The things an answer counts, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.definitions.periods import Period
from workbench.metrics.cube import SPLITS, Where, seen
from workbench.metrics.declaration import TICKETS, Kind, Metric
from workbench.metrics.facts import ticket_facts
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
    rows = _counted(workspace, metric, period, where)
    n = int(rows.count().to_pandas())
    page = rows.order_by("at", "source", "ref").limit(most, offset=first)
    of_tickets = TICKETS in metric.needs
    frame = _told(workspace, page) if of_tickets else page.to_pandas()
    return Behind(n, first, frame, of_tickets)


def _counted(workspace: Workspace, metric: Metric, period: Period, where: Where) -> ir.Table:
    rows = seen(workspace, metric)
    kept = [rows[split] == value for split, value in where.items()]
    rows = rows.filter(~rows.is_excluded, ~rows.is_immature, rows["at"] < period.end, *kept)
    if metric.kind is not Kind.STOCK:
        return rows.filter(rows["at"] >= period.start).drop("is_excluded", "is_immature", "month")
    # What is open at the end: every change of a ticket so far adds up to one.
    open_still = rows.group_by("source", "ref").aggregate(
        at=rows["at"].min(), hit=rows.hit.any(), value=rows.value.sum(),
        **{split: rows[split].max() for split in SPLITS if split != "source"},
    )  # fmt: skip
    return open_still.filter(open_still.value > 0)


def _told(workspace: Workspace, page: ir.Table) -> pd.DataFrame:
    """The page's tickets with what a reader wants to see of each."""
    shown = page.to_pandas()
    if shown.empty:
        return shown.assign(subject="", **dict.fromkeys(_TOLD))
    keys = ibis.memtable(shown[["source", "ref"]]).rename(ticket_id="ref")
    tickets = workspace.table("tickets").select("source", "ticket_id", "subject")
    facts = ticket_facts(workspace).select("source", "ticket_id", *_TOLD)
    told = keys.inner_join(facts, ["source", "ticket_id"]).inner_join(
        tickets, ["source", "ticket_id"]
    )
    found = told.select("source", "ticket_id", "subject", *_TOLD).to_pandas()
    return shown.merge(
        found.rename(columns={"ticket_id": "ref"}), on=["source", "ref"], how="left",
        validate="one_to_one",
    )  # fmt: skip
