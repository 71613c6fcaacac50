"""Does the later row of every key stay, and is every offered row counted once?"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stored_tickets import column, offered, rows, ticket, tickets

from workbench.errors import UsageError
from workbench.store.delta import Upserted
from workbench.store.store import Store


def offer(store: Store, *given: dict[str, object], name: str = "a.csv") -> Upserted:
    return store.take_in([offered(name, tickets=rows("tickets", *given))])[0]["tickets"]


def test_new_updated_unchanged_and_older(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first = offer(store, ticket(1, "a", 5), ticket(2, "b", 5), ticket(3, "c", 5))
    assert (first.new, first.updated, first.unchanged, first.older) == (3, 0, 0, 0)
    second = offer(
        store, ticket(1, "a2", 6), ticket(2, "b", 5), ticket(3, "c old", 4), ticket(4, "d", 1)
    )
    assert (second.new, second.updated, second.unchanged, second.older) == (1, 1, 1, 1)
    assert second.rows == 4
    assert tickets(store) == {"1": "a2", "2": "b", "3": "c", "4": "d"}


@pytest.mark.parametrize(
    ("stored", "later", "kept"),
    [(5, 5, "new"), (None, None, "new"), (None, 5, "new"), (5, None, "old"), (6, 5, "old")],
)
def test_equal_times_let_the_offered_row_win_and_no_time_is_earliest(
    tmp_path: Path, stored: int | None, later: int | None, kept: str
) -> None:
    store = Store(tmp_path)
    offer(store, ticket(1, "old", stored))
    offer(store, ticket(1, "new", later))
    assert tickets(store) == {"1": kept}


def test_where_a_record_stood_in_its_file_is_no_change(tmp_path: Path) -> None:
    store = Store(tmp_path)
    offer(store, {**ticket(1, "a", 5), "source_row": 1})
    assert offer(store, {**ticket(1, "a", 5), "source_row": 9}).unchanged == 1


def test_lists_and_empties_compare_by_value(tmp_path: Path) -> None:
    store = Store(tmp_path)
    tagged = {**ticket(1, "a", 5), "tags": ["x", "y"]}
    offer(store, tagged)
    assert offer(store, tagged).unchanged == 1
    assert offer(store, {**tagged, "tags": ["x"]}).updated == 1


def test_a_ticket_that_a_later_export_leaves_out_stays_until_it_says_deleted(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path)
    offer(store, ticket(1, "a", 5), ticket(2, "b", 5))
    assert offer(store, ticket(2, "b", 6), name="b.csv").rows == 2
    assert tickets(store) == {"1": "a", "2": "b"}
    gone = {**ticket(1, "a", 7), "status": "deleted"}
    assert offer(store, gone, name="c.csv").updated == 1
    assert column(store, "tickets", "ticket_id", "status") == {"1": "deleted", "2": None}


def test_sources_keep_their_own_keys(tmp_path: Path) -> None:
    store = Store(tmp_path)
    offer(store, ticket(1, "a", 5))
    assert offer(store, {**ticket(1, "b", 5), "source": "other"}).new == 1


@settings(deadline=None, max_examples=10)
@given(
    st.lists(
        st.dictionaries(st.integers(1, 4), st.integers(1, 9), min_size=1), min_size=1, max_size=4
    )
)
def test_the_latest_update_wins_whatever_the_order_of_imports(
    tmp_path_factory: pytest.TempPathFactory, imports: list[dict[int, int]]
) -> None:
    store = Store(tmp_path_factory.mktemp("store"))
    expected: dict[str, int] = {}
    for one in imports:
        done = offer(store, *(ticket(number, f"on {day}", day) for number, day in one.items()))
        assert done.new + done.updated + done.unchanged + done.older == len(one)
        for number, day in one.items():
            expected[str(number)] = max(day, expected.get(str(number), 0))
    assert tickets(store) == {number: f"on {day}" for number, day in expected.items()}


def test_a_folder_with_blanks_letters_and_pattern_signs_is_read_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "wörk space #1")
    offer(store, ticket(1, "a", 1))
    assert offer(store, ticket(1, "b", 2)).updated == 1
    assert tickets(store) == {"1": "b"}


@pytest.mark.parametrize("name", ["a[1]", "100%", "a%20b", "a*b", "why?"])
def test_a_folder_that_delta_would_misread_is_refused_in_words(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Choose another folder"):
        Store(tmp_path / name)
