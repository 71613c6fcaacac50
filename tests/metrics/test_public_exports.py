"""Public data give the figures that were counted in them by other means."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from shared_data import shared

from workbench.analyses.churn import churn_trend
from workbench.definitions.periods import Period
from workbench.intake.imports import import_files
from workbench.intake.mappings.mapping_files import load_mappings
from workbench.intake.options import Options
from workbench.metrics.answers import answer
from workbench.metrics.declaration import Answer
from workbench.metrics.facts.history import reopenings
from workbench.metrics.facts.routing import routing_facts
from workbench.metrics.facts.tickets import ticket_facts
from workbench.metrics.facts.wide import wide_facts
from workbench.metrics.registry import metric_named
from workbench.workspace import Workspace

MAPPINGS = Path(__file__).parents[2] / "data" / "mappings"


def imported(exports: list[Path], mapping: str, root: Path, **options: str) -> Workspace:
    declared = Options(mappings=load_mappings(MAPPINGS / mapping), **options)
    store = Workspace(root).store
    outcomes = import_files(store, exports, declared, now=datetime(2026, 1, 1, tzinfo=UTC))
    assert {one.outcome for one in outcomes} == {"loaded"}
    return Workspace.open(root)


@pytest.fixture(scope="module")
def incidents(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """890 ServiceNow incidents, opened around March 2016."""
    export = shared("data/uci_incident_heads/incident_events_5998_resaved.csv")
    root = tmp_path_factory.mktemp("incidents")
    return imported([export], "uci_incidents.yaml", root, date_order="day_first")


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """2,000 tickets of 500 SaaS accounts with their churn events."""
    folder = shared("data/ravenstack")
    return imported(
        sorted(folder.glob("*.csv")), "ravenstack.yaml", tmp_path_factory.mktemp("accounts")
    )


def about(workspace: Workspace, metric: str, period: str) -> Answer:
    return answer(workspace, metric_named(metric), Period.parse(period))


@pytest.mark.parametrize(
    ("metric", "numerator"),
    [("reopened_recorded", 10), ("reassigned_recorded", 391), ("sla_met_recorded", 495)],
)
def test_incidents_are_counted_once_each(incidents: Workspace, metric: str, numerator: int) -> None:
    one = about(incidents, metric, "2016-02..2016-03")
    assert (one.numerator, one.denominator, one.n_excluded) == (numerator, 890, 0)


@pytest.mark.parametrize("metric", ["fcr", "csat", "refund_amount", "churn_90"])
def test_what_the_incident_log_lacks_is_not_guessed(incidents: Workspace, metric: str) -> None:
    one = about(incidents, metric, "2016-03")
    assert (one.status, one.value) == ("not_computable", None)


def test_churn_after_a_ticket_is_counted_per_ticket_and_by_maturity(accounts: Workspace) -> None:
    one = about(accounts, "churn_90", "2023-01..2024-12")
    assert (one.numerator, one.denominator) == (200, 1735)
    assert (one.n_immature, one.numerator_immature) == (265, 58)
    assert one.value == pytest.approx(200 / 1735)


def test_churn_is_told_with_what_is_too_young(accounts: Workspace) -> None:
    trend = churn_trend(accounts, shown=Period.parse("2023-07..2024-12"))
    assert trend.followed == (258, 2000)
    assert trend.finding() == (
        "258 of 2,000 contacts were followed by churn within 90 days so far; of the 1,735 watched "
        "for all 90 days 11.5 % (10.1–13.1 %). 265 are too recent to judge and are not counted as "
        "retained."
    )
    assert any("come from" in caveat for caveat in trend.caveats)  # 500 accounts wrote 2,000 times


def test_refunds_add_up_to_the_cent(accounts: Workspace) -> None:
    one = about(accounts, "refund_amount", "2023-01..2024-12")
    assert one.value == pytest.approx(8652.25, abs=1e-6)
    assert one.denominator == 142


def test_reopened_by_the_label_and_by_the_transitions_are_the_same_ten(
    incidents: Workspace,
) -> None:
    one = about(incidents, "reopen_rate:per_created", "2016-02..2016-03")
    assert (one.numerator, one.denominator, one.n_excluded) == (10, 890, 0)
    back = reopenings(incidents).to_pandas()["ticket_id"]
    tickets = incidents.frame("tickets")
    assert set(back) == set(tickets.loc[tickets["n_reopens"] > 0, "ticket_id"])


def test_no_report_can_count_rows_of_the_log_instead_of_incidents(incidents: Workspace) -> None:
    """5,998 rows are 890 tickets from the gate on: every fact has a row for each of them, once."""
    assert incidents.frame("tickets")["ticket_id"].is_unique
    for facts in (ticket_facts, routing_facts, wide_facts):
        rows = facts(incidents).to_pandas()
        assert len(rows) == 890
        assert rows["ticket_id"].is_unique
    everything = about(incidents, "tickets_created:everything", "2016-02..2016-03")
    assert everything.value == 890
