"""Does an audit log become one ticket per key and one event per difference?"""

from __future__ import annotations

import itertools

import pytest
from gate_texts import TICKETS, admitted, rejects, rows

LOG = f"""rows: snapshots{TICKETS}
  updated_at: {{from: upd}}
  status: st
  assignee_id: who
"""
HEAD = "id,at,upd,st,who\n"
LINES = [
    "1,2025-03-01,2025-03-01T09:00:00Z,new,\n",
    "1,2025-03-01,2025-03-01T10:00:00Z,open,ana\n",
    "1,2025-03-01,2025-03-01T11:00:00Z,open,ana\n",
    "1,2025-03-01,2025-03-01T12:00:00Z,solved,bo\n",
    "2,2025-03-02,2025-03-02T09:00:00Z,open,ana\n",
]
EVENTS = [
    ("1", 9, "status", None, "new"),
    ("1", 10, "assignee", None, "ana"),
    ("1", 10, "status", "new", "open"),
    ("1", 12, "assignee", "ana", "bo"),
    ("1", 12, "status", "open", "solved"),
    ("2", 9, "assignee", None, "ana"),
    ("2", 9, "status", None, "open"),
]


def events(export: str) -> list[tuple[object, ...]]:
    found = rows(admitted(export, LOG), "events")
    listed = [(e["ticket_id"], e["at"].hour, e["field"], e.get("old"), e["new"]) for e in found]
    return sorted(listed, key=lambda e: (e[0], e[1], e[2]))


@pytest.mark.parametrize("order", [*itertools.permutations(range(5))][::17])
def test_last_row_is_the_ticket_and_differences_are_events(order: tuple[int, ...]) -> None:
    export = HEAD + "".join(LINES[place] for place in order)
    found = admitted(export, LOG)
    assert (found.outcome.records_in, found.outcome.kept) == (5, 5)
    tickets = {t["ticket_id"]: (t["status"], t["assignee_id"]) for t in rows(found)}
    assert tickets == {"1": ("solved", "bo"), "2": ("open", "ana")}
    assert events(export) == EVENTS


def test_ties_go_by_place_in_the_file() -> None:
    tie = HEAD + LINES[0] + LINES[0].replace(",new,", ",open,ana")
    assert events(tie) == [
        ("1", 9, "assignee", None, "ana"), ("1", 9, "status", None, "new"),
        ("1", 9, "status", "new", "open"),
    ]  # fmt: skip
    assert rows(admitted(tie, LOG))[0]["status"] == "open"


def test_events_of_one_ticket_are_numbered_in_order() -> None:
    found = rows(admitted(HEAD + "".join(LINES), LOG), "events")
    assert [e["seq"] for e in found if e["ticket_id"] == "1"] == [1, 2, 3, 4, 5]
    assert len({e["event_id"] for e in found}) == len(found)


def test_row_without_its_moment_is_rejected() -> None:
    found = admitted(HEAD + LINES[0] + "1,2025-03-01,,solved,bo\n", LOG)
    assert rejects(found) == [(3, "updated_at is empty")]
    assert rows(found)[0]["status"] == "new"


def test_repeats_on_purpose_are_no_warning() -> None:
    assert not admitted(HEAD + "".join(LINES), LOG).outcome.warnings
