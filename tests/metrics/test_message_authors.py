"""Is a reply known as one where the export gives only the writer's number?"""

from __future__ import annotations

from pathlib import Path

from asking import asked, counts
from hand_made import Log


def numbered(*, listed: bool) -> Log:
    """One ticket answered after 30 minutes, as a warehouse tells it: writers are numbers."""
    log = Log(until="06-30")
    log.row("A", "03-03 10:00", reported_first_reply=20.0)
    for number, (when, author) in enumerate([("03-03 10:10", "7"), ("03-03 10:30", "8")]):
        log.add("messages", message_id=f"n{number}", ticket_id="A", at=when, author_id=author,
                is_public=True)  # fmt: skip
    if listed:
        log.add("agents", agent_id="8", name="Bo")
    return log


def test_whoever_is_listed_as_an_agent_replies_as_one(tmp_path: Path) -> None:
    one = asked(numbered(listed=True), tmp_path).about("first_response_time")
    assert (one.value, counts(one)) == (30, (1, 1, 0, 0))


def test_unknown_writers_are_not_taken_for_silence(tmp_path: Path) -> None:
    one = asked(numbered(listed=False), tmp_path).about("first_response_time")
    assert (one.value, counts(one)) == (20, (1, 1, 0, 0))  # what the ticket itself reports
