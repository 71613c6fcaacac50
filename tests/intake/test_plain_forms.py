"""Does a column that is proved plain get the very values the careful reader would give it?"""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.errors import IntakeError
from workbench.intake.columns.plain import Form, Plain, plain_forms
from workbench.intake.columns.readings import Asked, Cell, Conventions
from workbench.intake.columns.values import reading
from workbench.intake.mappings.rules import ColumnRule
from workbench.store.engine import scratch
from workbench.tables.schema import Kind

ZONES = (None, "UTC", "America/New_York", "Australia/Lord_Howe")
# Texts on both sides of every border between the forms.
TIMES = [
    "2025-03-01", "2025-03-01 10:00:00", "2025-03-01T10:00:00", "2025-03-01T10:00:00Z",
    "2025-03-01 10:00:00Z", "2025-03-01T10:00:00.123456Z", "2025-03-01T10:00:00.1234567Z",
    "2025-03-01T10:00:00+05:30", "2025-03-01T10:00:00-14:00", "2025-03-01T10:00:00+15:00",
    "2025-03-09 02:30:00", "2025-11-02 01:30:00", "2025-04-06 01:45:00", "2025-02-30",
    "2025-03-01 24:00:00", "2025-03-01 23:59:60", "1970-01-01 00:00:00", "1971-01-01",
    "1970-12-31T23:00:00Z", "2189-12-31T23:59:59Z", "2199-12-31 23:59:59", "9999-12-31",
    "2025-03-01  1:00:00", "2025-3-01 10:00:00", "2025-03-01 10:00:00 UTC", "13/03/2025", "NA",
    "1751373000", "45342.5", "",
]  # fmt: skip
NUMBERS = [
    "0", "-0", "7", "-7", "12.5", "12.50", "-12.50", "1,234", "1.234", "12,5", "007", "1e3", "+5",
    ".5", "5.", "NaN", "123456789012345", "1234567890123456", "99999999999999.99", "1_000", "-",
    "(5)", "5-", "$5", "\u0661", "3.0", "-0.01", "",
]  # fmt: skip
IDS = ["7", "7.0", "1.5", "1E5", "1.23E+11", "1E+5x", "ab.0", "E+", "", "00042"]
LISTS = [
    "vip",
    "vip,refund",
    "a,,b",
    "a,",
    "vip, refund",
    "late delivery",
    "a;b",
    "[a,b]",
    '"a",b',
    "",
]
ASKED = [
    (Kind.TIME, ColumnRule(), "", TIMES),
    (Kind.MONEY, ColumnRule(), "", NUMBERS),
    (Kind.NUMBER, ColumnRule(), "", NUMBERS),
    (Kind.INTEGER, ColumnRule(), "", NUMBERS),
    (Kind.NUMBER, ColumnRule(unit="hours"), "", NUMBERS),
    (Kind.TEXT, ColumnRule(), "number", IDS),
    (Kind.TEXT, ColumnRule(), "name", IDS),
    (Kind.LIST, ColumnRule(), "", LISTS),
]


def columns(known: list[str]) -> st.SearchStrategy[list[str | None]]:
    """A few texts that are often all alike, and sometimes not."""
    alphabet = st.text(st.sampled_from("0123456789-+:.TZ ,E"), max_size=21)
    few = st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True)
    mixed = st.lists(st.one_of(st.sampled_from(known), alphabet), max_size=6)
    same = few.flatmap(lambda pair: st.lists(st.sampled_from(pair), min_size=1, max_size=6))
    texts = st.one_of(same, mixed)
    return texts.map(lambda found: [text.strip() or None for text in found])


def read(
    connection: duckdb.DuckDBPyConnection, asked: Asked, plain: Plain | None
) -> tuple[object, ...]:
    """Values, faults and notes of one column; or the words of its refusal."""
    try:
        found = reading(connection, asked, plain)
    except IntakeError as fault:
        return (str(fault),)
    rows = connection.execute(
        f"SELECT CAST(({found.value}) AS VARCHAR), ({found.excused}) AND c0 IS NOT NULL FROM cells"
    ).fetchall()
    return found.wanted, found.notes, rows


@pytest.mark.parametrize("case", range(len(ASKED)))
def test_proved_and_careful_readings_agree(case: int) -> None:
    kind, rule, identifier, known = ASKED[case]
    proved = 0

    @settings(max_examples=120, derandomize=True, deadline=None, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(columns(known), st.sampled_from(ZONES), st.sampled_from([None, "point", "comma"]))
    def check(texts: list[str | None], zone: str | None, decimal: str | None) -> None:
        conventions = Conventions(timezone=zone, decimal=decimal)
        asked = Asked(Cell("c0", "x", "file"), kind, rule, conventions, identifier)
        connection.execute(
            "CREATE OR REPLACE TABLE cells AS SELECT unnest(?::VARCHAR[]) AS c0", [texts]
        )
        plain = plain_forms(connection, [asked]).get(0)
        if plain is not None:
            nonlocal proved
            proved += 1
            assert read(connection, asked, plain) == read(connection, asked, None)

    with scratch() as connection:
        check()
    assert proved >= 5


@pytest.mark.parametrize(
    ("kind", "identifier", "text", "form"),
    [
        (Kind.TIME, "", "2025-03-01T10:00:00Z", Form.ZONED),
        (Kind.TIME, "", "2025-03-01 10:00:00", Form.MOMENT),
        (Kind.TIME, "", "2025-03-01", Form.DAY),
        (Kind.MONEY, "", "-12.50", Form.NUMBER),
        (Kind.INTEGER, "", "3", Form.WHOLE),
        (Kind.TEXT, "number", "INC-7", Form.AS_WRITTEN),
    ],
)
def test_usual_columns_are_plain_and_one_odd_text_undoes_it(
    kind: Kind, identifier: str, text: str, form: Form
) -> None:
    asked = Asked(Cell("c0", "x", "file"), kind, ColumnRule(), Conventions(), identifier)
    with scratch() as connection:
        for odd in (None, "1.23E+11"):
            connection.execute(
                "CREATE OR REPLACE TABLE cells AS SELECT CASE WHEN i = 900 THEN ? ELSE ? END AS c0 "
                "FROM range(1000) r(i)",
                [odd, text],
            )
            plain = plain_forms(connection, [asked])
            assert [p.form for p in plain.values()] == ([] if odd else [form])
            assert [p.filled for p in plain.values()] == ([] if odd else [999])
