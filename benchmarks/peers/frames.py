"""The same numbers with pandas, for the metrics it is reasonable to write by hand.

python benchmarks/peers/frames.py WORKSPACE RESULTS [NAMES]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import frames_facts
import outcome
import pandas as pd
from outcome import Clock, Row, started, story_period
from sql import files_of

DAY = pd.Timedelta(days=1)
Frames = dict[str, Any]


def month(at: pd.Series) -> pd.Series:
    """Months since year zero."""
    return at.dt.year * 12 + at.dt.month - 1


def cut(rows: pd.DataFrame, months: list[int]) -> list[pd.DataFrame]:
    """The rows of every month; those without a moment belong to none."""
    rows = rows[rows["at"].notna()]
    by = dict(list(rows.groupby(month(rows["at"]))))
    return [by.get(m, rows.iloc[:0]) for m in months]


def shares(rows: pd.DataFrame, months: list[int]) -> list[Row]:
    """Hits over what is neither left out nor too young."""
    found = []
    for part in cut(rows, months):
        counted = ~part["x"]
        kept = part[counted & ~part["y"]]
        left_out, young = int(part["x"].sum()), int((counted & part["y"]).sum())
        found.append(outcome.share(len(kept), int(kept["hit"].sum()), left_out, young))
    return found


def medians(rows: pd.DataFrame, months: list[int]) -> list[Row]:
    """The middle."""
    return [
        outcome.median(part["v"][~part["x"]].to_numpy(), int(part["x"].sum()))
        for part in cut(rows, months)
    ]


def made(at: pd.Series, x: Any = False, y: Any = False, **more: Any) -> pd.DataFrame:
    """One row per thing counted."""
    return pd.DataFrame({"at": at, "x": x, "y": y, **more})


def first_response(f: Frames, months: list[int]) -> list[Row]:
    """Minutes to the first public reply by a person."""
    t = f["t"][~f["t"].is_outreach]
    minutes = frames_facts.seconds(t.created_at, t.first_replied_at) / 60.0
    return medians(made(t.created_at, minutes.isna(), v=minutes), months)


def first_resolution(f: Frames, months: list[int]) -> list[Row]:
    """Hours to the first solve."""
    t = f["t"]
    hours = frames_facts.seconds(t.created_at, t.solved_first) / 60.0 / 60.0
    return medians(made(t.solved_first, t.is_outreach, v=hours), months)


def full_resolution(f: Frames, months: list[int]) -> list[Row]:
    """Hours to the last solve of what is solved now."""
    t = f["t"][f["t"].is_done]
    hours = frames_facts.seconds(t.created_at, t.solved_last) / 60.0 / 60.0
    return medians(made(t.solved_last, t.is_outreach, v=hours), months)


def fcr(f: Frames, months: list[int]) -> list[Row]:
    """One answer, not reopened, not asked again within a week."""
    t = f["t"]
    end = t.solved_first + 7 * DAY
    hit = (t.n_replies <= 1) & ~(t.reopened_at <= end) & ~(t.next_at <= end)
    x = t.is_outreach | (t.n_replies == 0) | t.solved_first.isna() | t.n_replies.isna()
    until = min(f["reach"][name] for name in ("tickets", "messages", "events"))
    return shares(made(t.solved_first, x, end > until, hit=hit), months)


def reopen_rate(f: Frames, months: list[int]) -> list[Row]:
    """Reopened within two weeks."""
    t = f["t"]
    end = t.solved_first + 14 * DAY
    young = end > min(f["reach"]["tickets"], f["reach"]["events"])
    return shares(made(t.solved_first, False, young, hit=t.reopened_at <= end), months)


def repeat_rate(f: Frames, months: list[int]) -> list[Row]:
    """Another ticket of the same person within a week of the solve."""
    t = f["t"]
    end = t.solved_first + 7 * DAY
    x = t.is_outreach | t.solved_first.isna() | t.person.isna()
    return shares(
        made(t.solved_first, x, end > f["reach"]["tickets"], hit=t.next_at <= end), months
    )


def handoffs(f: Frames, months: list[int]) -> list[Row]:
    """Changes of assignee per ticket, tickets of one person as one cluster."""
    t, found = f["t"], []
    for part in cut(
        made(t.solved_first, v=t.n_handoffs, owner=t.person.fillna(t.ticket_id)), months
    ):
        own = part.groupby("owner", sort=False)["v"].agg(["sum", "count"]).astype(float)
        found.append(outcome.mean(len(part), own["sum"].to_numpy(), own["count"].to_numpy(), 0))
    return found


def handed_off(f: Frames, months: list[int]) -> list[Row]:
    """Tickets with a change of assignee."""
    return shares(made(f["t"].solved_first, hit=f["t"].n_handoffs > 0), months)


def backlog(f: Frames, months: list[int]) -> list[Row]:
    """What all changes so far add up to."""
    t, back = f["t"], f["back"]
    ups = [t.created_at, back.reopened_at]
    downs = [t.solved_first, back.again]
    number = pd.Series(0.0, index=months)
    for sign, moments in ((1, ups), (-1, downs)):
        for moment in moments:
            counts = month(moment.dropna()).value_counts()
            number += sign * counts.reindex(months).fillna(0)
    return [outcome.stock(float(n), 0) for n in number.cumsum()]


def net_flow(f: Frames, months: list[int]) -> list[Row]:
    """Created less first solved."""
    t = f["all"]
    x = ~t.is_counted | t.is_outreach
    went = t.solved_first[~x]
    rows = pd.concat([made(t.created_at, x, v=1.0), made(went, v=-1.0)])
    return [
        outcome.total(
            int((~p["x"]).sum()), float(p["v"][~p["x"]].sum()), float((~p["x"]).sum()),
            int(p["x"].sum()), is_signed=True,
        )
        for p in cut(rows, months)
    ]  # fmt: skip


def per_order(
    f: Frames, months: list[int], rows: pd.DataFrame, table: str, per: float
) -> list[Row]:
    """A count per orders placed, as far as both are known."""
    orders = f["orders"]
    first = max(f["first"][table], f["first"]["orders"]).floor("D")
    last = min(f["reach"][table], f["reach"]["orders"])
    placed = made(orders.created_at[~orders.x])
    inside = (cut(r[r["at"].between(first, last)], months) for r in (rows, placed))
    return [
        outcome.ratio(int((~p["x"]).sum()), len(o), int(p["x"].sum()), per)
        for p, o in zip(*inside, strict=True)
    ]


def contact_rate(f: Frames, months: list[int]) -> list[Row]:
    """Tickets per 100 orders."""
    t = f["all"]
    rows = made(t.created_at, ~t.is_counted | t.is_outreach)
    return per_order(f, months, rows, "tickets", 100.0)


def refund_cash(f: Frames, months: list[int]) -> list[Row]:
    """Refunds paid per order placed."""
    return per_order(f, months, made(f["paid"]["at"]), "refunds", 1.0)


def refund_cohort(f: Frames, months: list[int]) -> list[Row]:
    """Orders refunded within 30 days."""
    o = f["orders"]
    end = o.created_at + 30 * DAY
    rows = made(o.created_at, o.x, end > f["reach"]["refunds"], hit=o.refunded_at <= end)
    return shares(rows, months)


QUERIES: dict[str, Callable[[Frames, list[int]], list[Row]]] = {
    "first_response_time": first_response, "first_resolution_time": first_resolution,
    "full_resolution_time": full_resolution, "fcr": fcr, "reopen_rate": reopen_rate,
    "repeat_rate": repeat_rate, "handoffs": handoffs, "handed_off_share": handed_off,
    "backlog": backlog, "net_flow": net_flow, "contact_rate": contact_rate,
    "refund_rate_cash": refund_cash, "refund_rate_cohort": refund_cohort,
}  # fmt: skip


def main() -> None:
    """Answer, and say what it took."""
    root, results, names = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    files = files_of(root)
    started()
    clock, f = Clock(), frames_facts.built(files)
    clock.lap("[facts]")
    months = [m.start.year * 12 + m.start.month - 1 for m in story_period().months]
    found = {}
    for name in names.split(",") if names else QUERIES:
        found[name] = QUERIES[name](f, months)
        clock.lap(name)
    clock.done(results, found, {})


if __name__ == "__main__":
    main()
