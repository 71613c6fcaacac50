"""Money over contacts: which months and teams the books pay for."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import counts
from declared import about, split
from hand_made import Log

from workbench.metrics.costs import (
    CONTACTS_PER_RESOLUTION,
    COST_PER_CONTACT,
    COST_PER_RESOLUTION,
)


def cost(log: Log, month: str, team: str, amount: str, component: str = "labour",
         currency: str = "USD") -> None:  # fmt: skip
    log.add("costs", month=f"{month}-01", team=team, component=component, amount=amount,
            currency=currency, source="books")  # fmt: skip


@pytest.fixture
def log() -> Log:
    """Four contacts of March in two teams, and the books of February to April."""
    log = Log(until="06-30")
    for ticket, who, team in (("A", "ann", "inhouse"), ("B", "bea", "inhouse"),
                              ("C", "cid", "vendor"), ("D", "dan", "vendor")):  # fmt: skip
        log.ticket(ticket, "03-05", who, group_id=team).solved("03-06")
    for month in ("02", "03", "04"):
        cost(log, month, "inhouse", "30")
        cost(log, month, "inhouse", "10", "tool")
        cost(log, month, "vendor", "20", "vendor")
    return log


def test_all_components_are_divided_by_the_contacts_of_the_month(log: Log, tmp_path: Path) -> None:
    workspace = log.workspace(tmp_path)
    one = about(workspace, COST_PER_CONTACT)
    assert (one.value, *counts(one)) == (15, 60, 4, 0, 0)
    by_team = split(workspace, COST_PER_CONTACT, "team")
    assert {team: one.value for team, one in by_team.items()} == {"inhouse": 20, "vendor": 10}
    by_channel = split(workspace, COST_PER_CONTACT, "channel")
    assert by_channel["None"].why == "needs a channel for what it counts"


def test_only_inbound_contacts_that_count_share_the_cost(log: Log, tmp_path: Path) -> None:
    log.ticket("ours", "03-07", "eve", group_id="vendor", agent_initiated=True)
    log.ticket("spam", "03-07", "eve", group_id="vendor", is_spam=True)
    assert about(log.workspace(tmp_path), COST_PER_CONTACT).value == 15


def test_a_month_without_costs_is_left_out_and_dilutes_nothing(log: Log, tmp_path: Path) -> None:
    log.ticket("May", "05-05", "eve", group_id="vendor")
    workspace = log.workspace(tmp_path)
    one = about(workspace, COST_PER_CONTACT, "2025-03..2025-05")
    assert (one.value, *counts(one)) == (30, 120, 4, 1, 0)
    assert about(workspace, COST_PER_CONTACT, "2025-05").value is None


def test_a_team_whose_invoice_is_missing_is_left_out_that_month(log: Log, tmp_path: Path) -> None:
    log.tables["costs"] = [
        row for row in log.tables["costs"]
        if (row["team"], row["month"]) != ("vendor", "03-01")
    ]  # fmt: skip
    one = about(log.workspace(tmp_path), COST_PER_CONTACT)
    assert (one.value, *counts(one)) == (20, 40, 2, 2, 0)


def test_work_that_is_never_in_the_books_counts_in_the_whole(log: Log, tmp_path: Path) -> None:
    log.ticket("E", "03-07", "eve", group_id="founder")
    workspace = log.workspace(tmp_path)
    assert about(workspace, COST_PER_CONTACT).value == 12
    assert split(workspace, COST_PER_CONTACT, "team")["inhouse"].value == 20


def test_books_that_name_no_team_of_the_tickets_have_no_teams(tmp_path: Path) -> None:
    log = Log(until="06-30").row("A", "03-05").row("B", "03-05")
    for month in ("02", "03", "04"):
        cost(log, month, "all of support", "30")
    workspace = log.workspace(tmp_path)
    assert about(workspace, COST_PER_CONTACT).value == 15
    found = split(workspace, COST_PER_CONTACT, "team")
    assert found["None"].why == "needs a team for what it counts"


def test_two_sources_of_costs_are_added_and_multiply_no_contacts(log: Log, tmp_path: Path) -> None:
    log.add("costs", month="03-01", team="vendor", component="fees", amount="20", currency="usd",
            source="invoices")  # fmt: skip
    one = about(log.workspace(tmp_path), COST_PER_CONTACT)
    assert (one.value, *counts(one)) == (20, 80, 4, 0, 0)


def test_costs_in_two_currencies_are_not_added(log: Log, tmp_path: Path) -> None:
    cost(log, "03", "vendor", "9", "fees", currency="EUR")
    one = about(log.workspace(tmp_path), COST_PER_CONTACT)
    assert (one.status, one.value) == ("not_computable", None)
    assert one.why == "needs costs of the same months, in one currency"


def test_without_costs_nothing_is_said(tmp_path: Path) -> None:
    one = about(Log().row("A", "03-05").workspace(tmp_path), COST_PER_CONTACT)
    assert one.why == "needs monthly costs by team"


def test_a_resolution_is_a_solve_that_lasted(log: Log, tmp_path: Path) -> None:
    log.ticket("B2", "03-13", "bea", group_id="inhouse").solved("03-14")  # exactly 7 days later
    log.ticket("C2", "03-13 00:01", "cid", group_id="vendor")  # later than 7 days, and open
    one = about(log.workspace(tmp_path), COST_PER_RESOLUTION)
    # A, C, D and B2 are settled; B is not, and C2 not yet.
    assert (one.value, *counts(one)) == (15, 60, 4, 0, 0)


def test_costs_wait_with_the_resolutions_of_their_month(tmp_path: Path) -> None:
    log = Log(until="04-05")
    log.ticket("A", "03-05", "ann", group_id="vendor").solved("03-06")
    for month in ("02", "03", "04"):
        cost(log, month, "vendor", "20")
    one = about(log.workspace(tmp_path), COST_PER_RESOLUTION)
    assert (one.status, one.value) == ("immature", None)


def test_contacts_per_resolution(log: Log, tmp_path: Path) -> None:
    log.ticket("A2", "03-08", "ann", group_id="inhouse").solved("03-09")  # the same problem again
    log.ticket("E", "03-08", "eve", group_id="vendor")  # never solved
    log.ticket("F", "03-08", "fay", group_id="vendor").solved("04-07 00:01")  # after 30 days
    workspace = log.workspace(tmp_path)
    one = about(workspace, CONTACTS_PER_RESOLUTION)
    # Seven contacts, of which B, C, D and A2 settled something.
    assert one.denominator == 7
    assert one.value == pytest.approx(7 / 4)
    by_team = split(workspace, CONTACTS_PER_RESOLUTION, "team")
    assert by_team["inhouse"].value == pytest.approx(3 / 2)
    assert by_team["vendor"].value == pytest.approx(4 / 2)


def test_tickets_of_one_moment_are_not_each_others_repeat_twice(tmp_path: Path) -> None:
    log = Log(until="06-30")
    log.ticket("A", "03-05", "ann").solved("03-06")
    log.ticket("B", "03-05", "ann").solved("03-06")
    one = about(log.workspace(tmp_path), CONTACTS_PER_RESOLUTION)
    assert one.value == 2  # one of the two settled the problem, not none of them


def test_young_contacts_wait(tmp_path: Path) -> None:
    log = Log(until="04-11")
    log.ticket("old", "03-05", "ann").solved("03-06")
    log.ticket("young", "03-05 00:01", "bea").solved("03-06")
    assert counts(about(log.workspace(tmp_path), CONTACTS_PER_RESOLUTION)) == (1, 1, 0, 1)
