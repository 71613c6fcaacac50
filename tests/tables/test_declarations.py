"""Is every declared table sound?"""

from __future__ import annotations

import pytest

from workbench.errors import UsageError
from workbench.tables.catalog import TABLES, table_named, tables_page
from workbench.tables.schema import Kind, Table

every_table = pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))


@every_table
def test_column_names_are_unique(table: Table) -> None:
    assert len(set(table.names)) == len(table.names)


@every_table
def test_key_is_made_of_its_columns_and_starts_with_the_source(table: Table) -> None:
    assert table.key[0] == "source"
    assert set(table.key) <= set(table.names)
    assert len(set(table.key)) == len(table.key) > 1


@every_table
def test_clock_and_order_are_times_of_the_table(table: Table) -> None:
    for name in (*table.clock, *filter(None, [table.order_by])):
        assert table.column(name).kind is Kind.TIME


@every_table
def test_ends_with_where_a_row_came_from(table: Table) -> None:
    assert table.names[-3:] == ("custom", "source", "source_row")


@every_table
def test_everything_has_a_meaning_and_known_privacy(table: Table) -> None:
    assert table.grain.startswith("one row per")
    for column in table.columns:
        assert column.meaning, column.name
        assert column.personal in ("", "key", "text", "change", "reference", "staff"), column.name
        assert column.personal != "key" or column.kind is Kind.TEXT, column.name
        assert not column.personal or column.kind in (Kind.TEXT, Kind.LIST), column.name
        assert len(set(column.allowed)) == len(column.allowed), column.name


@every_table
def test_money_says_its_currency(table: Table) -> None:
    for column in table.columns:
        if column.kind is Kind.MONEY:
            assert "currency" in column.unit, column.name


def test_names_are_the_catalogues_keys() -> None:
    assert [table.name for table in TABLES.values()] == list(TABLES)


def test_unknown_table_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="Did you mean 'tickets'"):
        table_named("tickts")
    with pytest.raises(UsageError, match="There are: tickets, messages"):
        table_named("zzz")


def test_page_has_every_table_and_column() -> None:
    page = tables_page()
    for table in TABLES.values():
        assert f"## {table.name}\n" in page
        assert all(f"| `{name}` |" in page for name in table.names)
