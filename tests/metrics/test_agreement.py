"""Coefficients of agreement against published examples."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.metrics.agreement import agreement, icc_agreement, weighted_kappa


def rated(*cells: tuple[str, str, int]) -> tuple[list[str], list[str]]:
    """Two lists of ratings from the counts of a table."""
    first = [one for one, _, n in cells for _ in range(n)]
    second = [two for _, two, n in cells for _ in range(n)]
    return first, second


def test_cohens_own_example() -> None:
    # Cohen 1960, table 1, in counts of 200: agreement 0.70, by chance 0.41, kappa 0.492
    found = agreement(*rated(
        ("A", "A", 88), ("A", "B", 14), ("A", "C", 18),
        ("B", "A", 10), ("B", "B", 40), ("B", "C", 10),
        ("C", "A", 2), ("C", "B", 6), ("C", "C", 12),
    ))  # fmt: skip
    assert found.n == 200
    assert found.observed == pytest.approx(0.70)
    assert found.kappa == pytest.approx(0.492, abs=5e-4)


def test_where_nearly_all_is_alike_kappa_falls_and_ac1_does_not() -> None:
    found = agreement(*rated(("+", "+", 84), ("+", "-", 6), ("-", "+", 6), ("-", "-", 4)))
    assert found.observed == pytest.approx(0.88)
    assert found.kappa == pytest.approx(0.333, abs=5e-4)
    assert found.ac1 == pytest.approx(0.854, abs=5e-4)


def test_gwets_own_example() -> None:
    # Gwet's table of 125 things, 118 of them alike: kappa -0.02, AC1 0.94
    found = agreement(*rated(("+", "+", 118), ("+", "-", 5), ("-", "+", 2)))
    assert found.kappa == pytest.approx(-0.02, abs=5e-3)
    assert found.ac1 == pytest.approx(0.94, abs=5e-3)


def test_one_category_leaves_nothing_to_agree_on() -> None:
    assert agreement(["+"], ["+"]).kappa is None


def test_ratings_that_cannot_be_paired_are_refused() -> None:
    with pytest.raises(ValueError, match="2 ratings cannot be paired with 1"):
        agreement(["+", "-"], ["+"])
    with pytest.raises(ValueError, match="nothing both raters rated"):
        agreement([], [])


def test_the_intraclass_correlation_of_shrout_and_fleiss() -> None:
    # Shrout and Fleiss 1979, table 2: six targets, four judges, ICC(2,1) = 0.29
    scores = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    assert icc_agreement(np.array(scores, dtype=float)) == pytest.approx(0.29, abs=5e-3)


def test_the_weighted_kappa_of_scores_that_differ_by_one() -> None:
    # Apart by 1 0 1 0: a mean square of 0.5. By chance 2 is 1 0 1 4 apart and 4 is 9 4 1 0 apart,
    # squared: 20 over 8, a mean square of 2.5.
    first, second = [1, 2, 3, 4], [2, 2, 4, 4]
    assert weighted_kappa(first, second) == pytest.approx(1 - 0.5 / 2.5)
    assert weighted_kappa(first, first) == 1
