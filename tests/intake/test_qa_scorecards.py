"""Are quality reviews the same whether a sheet keeps them long or wide?"""

from __future__ import annotations

from typing import Any

import pytest
from gate_texts import Passed, admitted, column, mapped, rejects, rows

from workbench.errors import IntakeError, UsageError

LONG = """Review ID,Ticket ID,Agent,Reviewer,Reviewed at,Category,Score,Max score,Weight,Critical,\
Calibration,Comment
r1,77,Ada,Quinn,2025-03-01,Empathy,4,5,0.5,no,no,kind
r1,77,Ada,Quinn,2025-03-01,Accuracy,2.5,5,0.5,yes,no,
r2,78,Ben,Quinn,2025-03-02,Empathy,N/A,5,0.5,no,yes,
r2,78,Ben,Quinn,2025-03-02,Accuracy,Pass,,0.5,yes,yes,
"""
WIDE = """Review ID,Ticket ID,Agent,Reviewer,Reviewed at,Empathy (max 5),Accuracy /10,Tone,\
Total score,Comment
r1,77,Ada,Quinn,2025-03-01,4,"7,5",Pass,11.5,kind
r2,78,Ben,Quinn,2025-03-02,n/a,,Fail,,
"""


def ratings(found: Passed) -> dict[tuple[str, str], dict[str, Any]]:
    return {(r["review_id"], r["category"]): r for r in rows(found, "qa_ratings")}


def test_one_row_per_category() -> None:
    found = admitted(LONG, None)
    assert (found.outcome.source, found.outcome.records_in) == ("qa", 4)
    known = ratings(found)
    assert [(r.get("score"), r.get("max_score")) for r in known.values()] == [
        (4.0, 5.0), (2.5, 5.0), (None, 5.0), (1.0, 1.0),
    ]  # fmt: skip
    assert [r["is_not_applicable"] for r in known.values()] == [False, False, True, False]
    assert [r["is_critical"] for r in known.values()] == [False, True, False, True]
    first = known["r1", "Empathy"]
    assert (first["reviewee_id"], first["reviewer_id"], first["ticket_id"]) == (
        "Ada",
        "Quinn",
        "77",
    )
    assert first["custom"] == {"comment": "kind"}


def test_one_column_per_category() -> None:
    found = admitted(WIDE, None)
    assert (found.outcome.records_in, found.outcome.kept) == (2, 2)
    known = {
        key: (r.get("score"), r.get("max_score"), r["is_not_applicable"])
        for key, r in ratings(found).items()
    }
    assert known == {
        ("r1", "Empathy"): (4.0, 5.0, False), ("r2", "Empathy"): (None, 5.0, True),
        ("r1", "Accuracy"): (7.5, 10.0, False),
        ("r1", "Tone"): (1.0, 1.0, False), ("r2", "Tone"): (0.0, 1.0, False),
    }  # fmt: skip
    told = "qa_ratings: one column each: Empathy (max 5), Accuracy /10, Tone"
    assert told in found.outcome.warnings


def test_a_wide_sheet_in_the_tables_own_words() -> None:
    export = (
        "review_id,ticket_id,reviewee_id,reviewer_id,at,scorecard,max_score,is_calibration,"
        "empathy,score_tone\n1,77,Ada,Quinn,2025-03-01T10:00:00Z,v2,5,false,4,5\n"
    )
    found = rows(admitted(export, None), "qa_ratings")
    assert [(r["category"], r["score"], r["max_score"], r["scorecard"]) for r in found] == [
        ("empathy", 4.0, 5.0, "v2"), ("tone", 5.0, 5.0, "v2"),
    ]  # fmt: skip


def test_a_further_column_does_not_make_a_long_sheet_wide() -> None:
    found = admitted(LONG.replace("Calibration,", "Difficulty,", 1), None)
    assert set(column(found, "category", "qa_ratings")) == {"Empathy", "Accuracy"}


def test_a_fault_names_the_column_and_takes_the_whole_review() -> None:
    found = admitted(WIDE.replace(",4,", ",four,"), None)
    assert rejects(found) == [(2, "score (Empathy (max 5)): 'four' is not a number")]
    assert {review for review, _ in ratings(found)} == {"r2"}


def test_words_where_scores_are_expected_are_refused_with_their_column() -> None:
    export = "Review ID,Agent,Reviewer,Date,Shift\n1,Ada,Quinn,2025-03-01,late\n"
    with pytest.raises(IntakeError, match=r"score \(Shift\): 'late' is not a number"):
        admitted(export, None)


OWN = """
source: sheet
table: qa_ratings
unpivot: {columns: ["Q{number:number} {category}"], except: ["Q9 *"]}
columns:
  review_id: nr
  at: day
  category: {const: "{category}"}
  score: {from: "{column}"}
  max_score: {const: 3}
  custom.question: {const: "{number}", type: integer}
"""


def test_a_mapping_says_which_columns_are_rows() -> None:
    export = "nr,day,q1 Tone,Q2 Care,Q9 Other,Note\n1,2025-03-01,1,3,9,x\n"
    found = rows(admitted(export, OWN), "qa_ratings")
    assert [(r["category"], r["score"], r["custom"]["question"]) for r in found] == [
        ("Tone", 1.0, 1), ("Care", 3.0, 2),
    ]  # fmt: skip


def test_a_file_without_such_a_column_says_which_it_looks_for() -> None:
    with pytest.raises(IntakeError, match=r"lacks the column 'Q\{number:number\} \{category\}'"):
        admitted("nr,day,Tone\n1,2025-03-01,1\n", OWN)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('{from: "{column}"}', "x"), "no rule reads '{column}'"),
        (("Q{number:number} {category}", "{category} {category}"), "names {category} twice"),
        (("Q{number:number} {category}", "{column}"), "names {column} twice, or it is taken"),
        (('{const: "{category}"}', '{const: "{categroy}"}'), "{categroy} stands for nothing"),
    ],
)
def test_faults_of_unpivot_are_told(change: tuple[str, str], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        mapped(OWN.replace(*change))
    assert told in caught.value.what
