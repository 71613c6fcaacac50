"""Ratings: good of rated, of offered, and what cannot be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from asking import counts
from declared import about
from hand_made import Log

from workbench.metrics.loyalty import CES, NPS
from workbench.metrics.satisfaction import CSAT, CSAT_RESPONSE_RATE

_BY_ANSWER, _ALL = CSAT.variant("by_answer_date"), CSAT.variant("all_surveys")


def survey(log: Log, ticket: str, raw: str | None, good: bool | None = None, **cells: Any) -> None:
    told = {"kind": "csat", "raw": raw, "good": good, "source": log.source, **cells}
    log.add("surveys", ticket_id=ticket, **told)


@pytest.fixture
def log() -> Log:
    """Five tickets of March, the fifth merged into the first."""
    log = Log()
    for name in "ABCD":
        log.row(name, "03-05", name.lower())
    return log.row("E", "03-05", "e", merged_into="A")


def test_good_of_rated_and_good_of_offered(log: Log, tmp_path: Path) -> None:
    survey(log, "A", "good", True, answered_at="03-06")
    survey(log, "B", "bad", False, answered_at="04-06")
    survey(log, "C", None)
    survey(log, "E", "good", True)
    workspace = log.workspace(tmp_path)
    assert counts(about(workspace, CSAT)) == (1, 2, 1, 0)
    assert counts(about(workspace, _ALL)) == (1, 3, 0, 0)
    assert counts(about(workspace, CSAT_RESPONSE_RATE)) == (2, 3, 0, 0)
    assert counts(about(workspace, _BY_ANSWER)) == (1, 1, 1, 0)
    assert counts(about(workspace, _BY_ANSWER, "2025-04")) == (0, 1, 0, 0)


def test_a_desk_that_exports_only_answers_has_no_share_of_answers(log: Log, tmp_path: Path) -> None:
    survey(log, "A", "good", True)
    survey(log, "B", "bad", False)
    workspace = log.workspace(tmp_path)
    needs = "needs surveys that were offered and not answered"
    assert about(workspace, CSAT_RESPONSE_RATE).why == needs
    assert about(workspace, _ALL).why == needs
    assert about(workspace, _BY_ANSWER).why == "needs the dates of the answers"
    assert about(workspace, CSAT).value == 0.5


def test_one_desk_does_not_speak_for_another(log: Log, tmp_path: Path) -> None:
    survey(log, "A", "good", True)
    survey(log, "B", None)
    log.row("X", "03-05", "x", source="chat")
    survey(log, "X", "5", True, source="chat")
    one = about(log.workspace(tmp_path), CSAT_RESPONSE_RATE)
    assert counts(one) == (1, 2, 1, 0)
    assert "not known for chat" in one.why


def test_promoters_less_detractors(log: Log, tmp_path: Path) -> None:
    for ticket, raw in (("A", "9"), ("B", "10/10"), ("C", "8"), ("D", "6")):
        survey(log, ticket, raw, kind="nps")
    log.row("F", "03-05", "f").row("G", "03-05", "g").row("H", "03-05", "h")
    survey(log, "F", "likely", kind="nps")
    survey(log, "G", None, kind="nps")
    survey(log, "H", "11", kind="nps")
    survey(log, "A", "bad", False)  # another kind of survey of the same ticket
    one = about(log.workspace(tmp_path), NPS)
    assert (one.value, *counts(one)) == (25, 100, 4, 3, 0)


def test_ten_answers_of_one_customer_are_one_opinion_to_the_interval(tmp_path: Path) -> None:
    log = Log()
    for n in range(10):
        log.row(f"A{n}", "03-05", "ann")
        survey(log, f"A{n}", "10", kind="nps")
    one = about(log.workspace(tmp_path), NPS)
    assert (one.value, one.denominator, one.low, one.high) == (100, 10, None, None)


def test_effort_is_a_mean_on_one_scale(log: Log, tmp_path: Path) -> None:
    for ticket, raw in (("A", "7"), ("B", "4.5"), ("C", None)):
        survey(log, ticket, raw, kind="ces", scale="1-7")
    one = about(log.workspace(tmp_path / "one"), CES)
    assert (one.value, *counts(one)) == (5.75, 11.5, 2, 1, 0)
    survey(log, "D", "3", kind="ces", scale="1-5")
    two = about(log.workspace(tmp_path / "two"), CES)
    assert two.why == "needs surveys of that kind (ces), answered with numbers on one scale"


def test_without_surveys_of_the_kind_nothing_is_said(log: Log, tmp_path: Path) -> None:
    survey(log, "A", "good", True)
    workspace = log.workspace(tmp_path)
    for metric, kind in ((NPS, "nps"), (CES, "ces")):
        one = about(workspace, metric)
        assert one.status == "not_computable"
        assert one.why.startswith(f"needs surveys of that kind ({kind})")
