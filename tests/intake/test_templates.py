"""Are the templates for exports nobody here has seen usable by name, and never taken silently?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from gate_texts import admitted, rows

from workbench.errors import IntakeError
from workbench.intake.mappings.mapping_files import shipped_mappings, template
from workbench.intake.mappings.sniff import csv_formats

EXPORTS = {
    "help_scout": (
        "Conversation Number,Created At,Status,Subject,Customer Email,Mailbox,Assigned To,Tags\n"
        "12,2025-03-01 10:00,active,Late #1001,ann@x.co,Support,Ada,late\n"
    ),
    "front": (
        "Conversation ID,Created at,Status,Subject,Contact handle,Inbox,Assignee,Tags\n"
        "12,2025-03-01 10:00,assigned,Late #1001,ann@x.co,Support,Ada,late\n"
    ),
    "kustomer": (
        "id,createdAt,status,name,customer.email,queue.name,assignedUsers,tags\n"
        "12,2025-03-01T10:00:00Z,open,Late #1001,ann@x.co,Support,Ada,late\n"
    ),
    "klaus": (
        "Review ID,Conversation ID,Reviewee,Reviewer,Review created,Tone rating,Care rating\n"
        "12,77,Ada,Quinn,2025-03-01 10:00,4,N/A\n"
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_a_template_is_used_by_name_and_says_it_is_unverified(name: str) -> None:
    assert all(document.unverified for document in template(name))
    found = admitted(EXPORTS[name], shipped_mappings()[name].read_text(encoding="utf-8"))
    assert (found.outcome.source, found.outcome.kept) == (name, 1)
    assert any("unverified" in warning for warning in found.outcome.warnings)
    if name == "klaus":
        ratings = rows(found, "qa_ratings")
        assert [(r["category"], r.get("score"), r["is_not_applicable"]) for r in ratings] == [
            ("Tone", 4.0, False), ("Care", None, True),
        ]  # fmt: skip
    else:
        [ticket] = rows(found)
        own = {
            "ticket_id": "12", "created_at": datetime(2025, 3, 1, 10, tzinfo=UTC),
            "status": "open", "requester_key": "ann@x.co", "group_id": "Support",
            "assignee_id": "Ada", "tags": ["late"], "order_ref": "#1001",
        }  # fmt: skip
        assert {key: ticket[key] for key in own} == own


@pytest.mark.parametrize("name", EXPORTS)
def test_no_file_is_taken_for_one_by_itself(name: str) -> None:
    assert name not in csv_formats()
    with pytest.raises(IntakeError, match="in no format known here"):
        admitted(EXPORTS[name], None)
