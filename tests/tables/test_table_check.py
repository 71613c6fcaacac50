"""Does a table's check find every breach, and name them all at once?"""

from __future__ import annotations

import pyarrow as pa
import pytest

from workbench.errors import IntakeError, TableError
from workbench.tables.schema import Column, Kind, Table, provenance

PETS = Table(
    "pets",
    grain="one row per pet",
    key=("source", "pet_id"),
    columns=(
        Column("pet_id", Kind.TEXT, "its collar", required=True),
        Column("kind", Kind.TEXT, "what it is", required=True, allowed=("cat", "dog")),
        Column("legs", Kind.INTEGER, "how many", "legs"),
        *provenance(),
    ),
)


def pets(*rows: tuple[str | None, str | None, int | None]) -> pa.Table:
    return pa.Table.from_pylist(
        [{"pet_id": i, "kind": k, "legs": n, "source": "farm"} for i, k, n in rows], PETS.schema
    )


def faults(rows: pa.Table) -> list[str]:
    with pytest.raises(TableError) as caught:
        PETS.check(rows)
    return caught.value.what.split("\n  - ")[1:]


def test_sound_rows_come_back_unchanged() -> None:
    rows = pets(("a", "cat", 4), ("b", "dog", None))
    assert PETS.check(rows) is rows


def test_no_rows_are_sound() -> None:
    assert PETS.check(pets()).num_rows == 0


def test_shape_faults_are_told_together() -> None:
    rows = pets(("a", "cat", 4)).drop_columns(["kind"])
    rows = rows.set_column(1, "legs", pa.array(["four"])).append_column("tail", pa.array([True]))
    assert faults(rows) == [
        "column 'kind' is missing (what it is)",
        "column 'legs' is string, declared int64",
        "column 'tail' is not declared",
    ]


def test_value_faults_are_told_together() -> None:
    rows = pets(("a", "cat", 4), ("a", "dog", 4), (None, "cow", 4), ("c", None, 4))
    assert faults(rows) == [
        "column 'pet_id' is empty in 1 rows",
        "column 'kind' is empty in 1 rows",
        "column 'kind' holds ['cow'], allowed: ['cat', 'dog']",
        "1 rows repeat the key ('source', 'pet_id')",
    ]


def test_error_names_the_table_its_grain_and_how_many() -> None:
    with pytest.raises(TableError, match=r"table 'pets': not canonical \(1 faults; .* per pet\)"):
        PETS.check(pets(("a", "cow", 4)))
    assert issubclass(TableError, IntakeError)
    assert TableError.exit_code == 3


def test_same_collar_on_two_farms_is_two_pets() -> None:
    here = pets(("a", "cat", 4))
    there = here.set_column(here.column_names.index("source"), "source", pa.array(["zoo"]))
    assert PETS.check(pa.concat_tables([here, there])).num_rows == 2
