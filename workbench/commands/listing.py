"""``workbench metrics --tickets``: the things that stand behind one number."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.commands.asking import Question, filters, opened
from workbench.commands.terminal import say, show_table
from workbench.errors import UsageError
from workbench.metrics.behind import things_behind
from workbench.metrics.registry import metric_named

_SHOWN = 50
_COLUMNS = ("source", "ref", "at", "team", "agent", "hit", "value")


def list_things(
    workspace: Path, question: Question, *, now: datetime, as_json: bool
) -> dict[str, Any] | None:
    """Every ticket (order, refund, …) a metric counts, and whether it is a hit; JSON or a table.

    The first fifty on a terminal, all of them as JSON.
    """
    if len(question.names) != 1 or question.by:
        raise UsageError(
            "things are listed for one metric and one group at a time.", where="--tickets",
            fix="Try: workbench metrics fcr --tickets --where team=NAME",
        )  # fmt: skip
    metric = metric_named(question.names[0])
    data, span = opened(workspace, question, now)
    frame = things_behind(data, metric, span, filters(question.where))
    if as_json:
        kept = frame.assign(at=frame["at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
        rows = kept.astype(object).where(kept.notna(), None).to_dict("records")
        return {"metric": metric.name, "period": str(span), "n": len(frame), "rows": rows}
    say(f"{len(frame):,} {metric.counts} behind {metric.label}, {span.title}\n")
    shown = frame.head(_SHOWN)
    heads = [name for name in _COLUMNS if name in shown]
    cells = [
        [f"{v:%Y-%m-%d %H:%M}" if name == "at" else "" if v is None or v != v else str(v)
         for name, v in zip(heads, row, strict=True)]
        for row in shown[heads].itertuples(index=False)
    ]  # fmt: skip
    show_table(heads, cells, right="value")
    if len(frame) > _SHOWN:
        say(f"\n… and {len(frame) - _SHOWN:,} more; --json lists all.")
    return None
