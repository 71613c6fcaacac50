"""Logs of a few tickets, written by hand and kept in a real workspace.

A `Log` collects what happened; `Log.workspace` fills every declared column nobody mentioned with
null, lets the declaration check the rows and hands them to the store, as an import would.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa

from workbench.store.state import LoadedFile
from workbench.store.store import Offered, Store
from workbench.tables.catalog import TABLES
from workbench.tables.schema import Kind
from workbench.workspace import Workspace

_NUMBERS = count(1)


def at(text: str) -> datetime:
    """``03-05`` and ``03-05 14:30`` are moments of 2025, ``2024-12-31 23:00`` of its own year."""
    whole = text if text[:2] == "20" else f"2025-{text}"
    return datetime.fromisoformat(whole).replace(tzinfo=UTC)


def rows(table: str, cells: list[dict[str, Any]]) -> pa.Table:
    """Checked canonical rows: the given cells, null elsewhere."""
    declared = TABLES[table]
    unknown = {name for row in cells for name in row} - set(declared.names)
    assert not unknown, f"{table} declares no {sorted(unknown)}"
    columns = {
        c.name: pa.array([_value(c.kind, row.get(c.name)) for row in cells], c.kind.arrow)
        for c in declared.columns
    }
    return declared.check(pa.table(columns, schema=declared.schema))


def _value(kind: Kind, value: Any) -> Any:
    if value is None:
        return None
    if kind is Kind.TIME and isinstance(value, str):
        return at(value)
    return Decimal(str(value)) if kind is Kind.MONEY else value


class Ticket:
    """One ticket under construction; every call adds one thing that happened to it."""

    def __init__(self, log: Log, cells: dict[str, Any]) -> None:
        self.log, self.cells = log, cells
        self.is_history_known = True
        self.fields: dict[str, str | None] = {}

    def asks(self, when: str) -> Ticket:
        """The customer writes again."""
        return self._says(when, "customer")

    def reply(self, when: str, by: str | None = None, body: str | None = None) -> Ticket:
        """A person answers, for the customer to read."""
        return self._says(when, "agent", author_id=by, body=body)

    def note(self, when: str, by: str | None = None) -> Ticket:
        """A person notes something only colleagues read."""
        return self._says(when, "agent", is_public=False, author_id=by)

    def auto(self, when: str) -> Ticket:
        """A rule answers in an agent's name."""
        return self._says(when, "agent", is_automated=True)

    def turns(self, when: str, status: str) -> Ticket:
        """The status changes."""
        if self.is_history_known:
            self.log.add(
                "events", event_id=f"e{next(_NUMBERS)}", ticket_id=self.cells["ticket_id"],
                at=when, field="status", old=self.cells["status"], new=status,
                source=self.cells["source"],
            )  # fmt: skip
        self.cells["status"] = status
        return self

    def solved(self, when: str) -> Ticket:
        """An agent solves it."""
        return self.turns(when, "solved")

    def reopened(self, when: str) -> Ticket:
        """It comes back."""
        return self.turns(when, "open")

    def bot(self, when: str) -> Ticket:
        """A bot answers under its own name."""
        return self._says(when, "bot", is_automated=True)

    def assigned(self, when: str, agent: str | None) -> Ticket:
        """Somebody is made to hold it, or nobody."""
        return self.changes(when, "assignee", agent)

    def moved(self, when: str, group: str | None) -> Ticket:
        """A group is made to hold it."""
        return self.changes(when, "group", group)

    def changes(self, when: str, field: str, new: str | None) -> Ticket:
        """A field of the ticket changes."""
        old = self.fields.get(field)
        self.fields[field] = new
        number = next(_NUMBERS)
        self.log.add(
            "events", event_id=f"e{number:09d}", ticket_id=self.cells["ticket_id"], at=when,
            seq=number, field=field, old=old, new=new, source=self.cells["source"],
        )  # fmt: skip
        return self

    def _says(self, when: str, role: str, **cells: Any) -> Ticket:
        told: dict[str, Any] = {"is_public": True, "is_automated": False, **cells}
        self.log.add(
            "messages", message_id=f"m{next(_NUMBERS)}", ticket_id=self.cells["ticket_id"],
            at=when, author_role=role, source=self.cells["source"], **told,
        )  # fmt: skip
        return self


class Log:
    """What a help desk and a shop recorded, to the moment ``until`` where all exports stop."""

    def __init__(self, until: str = "12-31", source: str = "desk") -> None:
        self.until, self.source = until, source
        self.tables: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def add(self, table: str, **cells: Any) -> Log:
        """One row of any declared table."""
        self.tables[table].append({"source": self.source, **cells})
        return self

    def outreach(self, ticket_id: str, created: str, who: str | None = "ann") -> Ticket:
        """A ticket that an agent began with a public message, as an export shows it: unmarked."""
        opened = self._begun(ticket_id, created, who)
        return opened.reply(created)

    def ticket(self, ticket_id: str, created: str, who: str | None = "ann", **cells: Any) -> Ticket:
        """A ticket with the customer's first message."""
        return self._begun(ticket_id, created, who, **cells).asks(created)

    def _begun(self, ticket_id: str, created: str, who: str | None, **cells: Any) -> Ticket:
        told = {
            "ticket_id": ticket_id, "created_at": created, "requester_key": who, "status": "new",
            "updated_at": self.until, "source": self.source, **cells,
        }  # fmt: skip
        self.tables["tickets"].append(told)
        return Ticket(self, told)

    def row(self, ticket_id: str, created: str, who: str | None = "ann", **cells: Any) -> Log:
        """A ticket as a CSV knows it: no messages, no history."""
        told = {"requester_key": who, "status": "closed", "updated_at": self.until, **cells}
        return self.add("tickets", ticket_id=ticket_id, created_at=created, **told)

    def order(self, name: str, created: str, who: str | None = "ann", **cells: Any) -> Log:
        """An order of the shop."""
        told = {"name": f"#{name}", "customer_key": who, "source": "shop", **cells}
        return self.add("orders", order_id=name, created_at=created, **told)

    def refund(self, order: str | None, when: str, amount: str = "10", **cells: Any) -> Log:
        """A refund that reached the customer."""
        told = {
            "refund_id": f"r{next(_NUMBERS)}", "order_ref": order and f"#{order}", "at": when,
            "amount": amount, "currency": "USD", "status": "succeeded", "source": "pay", **cells,
        }  # fmt: skip
        return self.add("refunds", **told)

    def left(self, who: str, when: str) -> Log:
        """A recorded loss of a customer."""
        return self.add("churn_events", churn_id=f"c{next(_NUMBERS)}", customer_key=who, at=when)

    def workspace(self, root: Path, *, parts: int = 1) -> Workspace:
        """A workspace that took in all rows; ``parts`` imports split the tickets among them."""
        offers = []
        for part in range(parts):
            tables = {name: cells for name, cells in self._all().items() if part == 0}
            tables["tickets"] = self.tables["tickets"][part::parts]
            filled = {name: cells for name, cells in tables.items() if cells}
            offers += [o for name, cells in filled.items() for o in _offers(name, cells, part)]
        store = Store(root / "store")
        for offer in offers:
            store.take_in([offer])
        return Workspace.open(root)

    def _all(self) -> dict[str, list[dict[str, Any]]]:
        """The rows, and in every table with a clock one that only says how far the data reach."""
        marks: dict[str, dict[str, Any]] = {
            "messages": {"message_id": "end", "ticket_id": "none", "is_public": False},
            "events": {"event_id": "end", "ticket_id": "none", "field": "tag"},
            "churn_events": {"churn_id": "end", "customer_key": "nobody"},
            "orders": {"order_id": "end", "cancelled_at": self.until},
            "refunds": {"refund_id": "end", "amount": "1", "status": "failed"},
        }
        found = {}
        for name, cells in self.tables.items():
            clock = "created_at" if name == "orders" else "at"
            mark = {**marks.get(name, {}), clock: self.until}
            sources = {row["source"] for row in cells}
            ends = [{**mark, "source": s} for s in sorted(sources)] if name in marks else []
            found[name] = [*cells, *ends]
        return found


def _offers(table: str, cells: list[dict[str, Any]], part: int) -> list[Offered]:
    """One file per source, as exports come."""
    found = []
    for source in dict.fromkeys(row["source"] for row in cells):
        of_source = [row for row in cells if row["source"] == source]
        name = f"{source}-{table}-{part}"
        told = LoadedFile(
            path=f"{name}.csv", sha256=name, source=source, tables={table: len(of_source)},
            records_in=len(of_source), kept=len(of_source), rejected=0,
            imported_at="2026-01-01T00:00:00+00:00",
        )  # fmt: skip
        found.append(Offered(told, {table: rows(table, of_source)}))
    return found
