"""How do tickets read in the table, and one ticket when it is opened?"""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

from workbench.definitions.wording import BLANK, shown
from workbench.metrics.behind import Behind
from workbench.metrics.declaration import Kind, Metric
from workbench.metrics.judging import NOT_RECORDED
from workbench.workspace import Workspace

_TICKET_COLUMNS = [
    ["ref", "ticket"], ["at", "counted on (UTC)"], ["created", "created (UTC)"],
    ["subject", "subject"], ["source", "source"], ["team", "team"], ["agent", "agent"],
    ["channel", "channel"], ["tier", "tier"], ["driver", "driver"],
    ["status", "status"], ["replies", "replies"], ["first_reply", "first reply"],
    ["resolution", "solved after"],
]  # fmt: skip
_MONEY_COLUMNS = [["ref", "reference"], ["at", "date (UTC)"], ["source", "source"]]
_PLAIN = ("ref", "team", "channel", "tier", "driver", "source")
_EMPTY = ("", BLANK)


def table_of(
    found: Behind, metric: Metric, agents: dict[str, str]
) -> tuple[list[list[str]], list[dict[str, str]]]:
    """Columns and rows of the table; a column without a single value is left out."""
    columns = _TICKET_COLUMNS if found.of_tickets else _MONEY_COLUMNS
    # What the metric itself says comes right behind what the thing is.
    columns = [*columns[:4], *_told(metric), *columns[4:]]
    rows = [_row(row, agents, found) for row in found.rows.to_dict("records")]
    used = [c for c in columns if any(row.get(c[0], "") not in _EMPTY for row in rows)]
    if len({row["source"] for row in rows}) == 1:  # told by the selection already
        used = [c for c in used if c[0] != "source"]
    return (used or columns), rows


def _told(metric: Metric) -> list[list[str]]:
    """What the metric itself says of a thing: a hit, or a value."""
    if metric.kind is Kind.SHARE:
        return [["hit", metric.label.lower()]]
    return [["value", "amount"]] if metric.counts == "refunds" else []


def _row(row: dict[Any, Any], agents: dict[str, str], found: Behind) -> dict[str, str]:
    texts = {name: _text(row.get(name)) for name in _PLAIN}
    texts["at"] = _moment(row.get("at"))
    texts["hit"] = "yes" if row.get("hit") else "no"
    texts["value"] = f"{row['value']:,.2f}"
    if found.of_tickets:
        agent = _text(row.get("agent"))
        texts |= {
            "created": _moment(row.get("created_at")),
            "subject": _text(row.get("subject")),
            "agent": agents.get(agent, agent),
            "status": _text(row.get("status")),
            "replies": _text(row.get("n_replies")),
            "first_reply": shown(_number(row.get("first_reply_minutes")), "minutes"),
            "resolution": shown(_hours(row.get("resolution_minutes")), "hours"),
        }
    return texts


def ticket_html(workspace: Workspace, source: str, ticket_id: str, agents: dict[str, str]) -> str:
    """One ticket: what was said, in order; where no messages were exported, what there is."""
    tickets = workspace.table("tickets")
    one = tickets.filter(tickets.source == source, tickets.ticket_id == ticket_id).to_pandas()
    if one.empty:
        return '<p class="wb-note">This is no ticket: nothing more is known of it.</p>'
    row = one.iloc[0]
    head = (
        f'<p class="wb-said"><b>Ticket {escape(ticket_id)}</b> {escape(_text(row["subject"]))}</p>'
    )
    said = _messages(workspace, source, ticket_id, agents)
    if not said:
        text = _text(row["description"]) or "This export holds no messages."
        said = f'<p class="wb-said">{_lines(text)}</p>'
    return head + said


def _messages(workspace: Workspace, source: str, ticket_id: str, agents: dict[str, str]) -> str:
    if not workspace.has("messages"):
        return ""
    m = workspace.table("messages")
    said = m.filter(m.source == source, m.ticket_id == ticket_id).order_by("at", "message_id")
    pieces = []
    for row in said.to_pandas().to_dict("records"):
        who = agents.get(_text(row["author_id"]), _text(row["author_role"]) or "unknown")
        kind = "" if row["is_public"] in (True, None) else ", private note"
        pieces.append(
            f'<p class="wb-note">{escape(_moment(row["at"]))} · {escape(who)}{kind}</p>'
            f'<p class="wb-said">{_lines(_text(row["body"]))}</p>'
        )
    return "".join(pieces)


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) or value == NOT_RECORDED else str(value)


def _moment(value: Any) -> str:
    return "" if value is None or pd.isna(value) else f"{value:%Y-%m-%d %H:%M}"


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _hours(value: Any) -> float | None:
    minutes = _number(value)
    return None if minutes is None else minutes / 60
