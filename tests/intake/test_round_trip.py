"""Is a table written out in any dialect read back as it was?"""

from __future__ import annotations

import os

import pytest
from dialects import DROP, Export, exports
from gate_texts import admitted
from hypothesis import HealthCheck, Phase, given, settings

TABLES = ("tickets", "messages", "surveys", "orders", "refunds", "subscriptions", "qa_ratings")
EXAMPLES = int(os.environ.get("WORKBENCH_ROUND_TRIPS", "150"))


@pytest.mark.slow
@settings(
    max_examples=EXAMPLES, derandomize=True, deadline=None, database=None,
    phases=(Phase.generate,), suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(exports(TABLES))
def test_any_dialect_reads_back_equal(export: Export) -> None:
    found = admitted(export.content, export.mapping, name=export.name)
    assert found.outcome.rejected == ()
    assert found.outcome.records_in == len(export.rows)
    read = found.tables[export.table.name].to_pylist()
    names = [c.name for c in export.table.columns if c.name not in DROP]
    words = {c.name for c in export.table.columns if c.form == "word"}  # kept in lower case
    assert [{n: row[n] for n in names} for row in read] == [
        {n: v.lower() if n in words and (v := row.get(n)) else row.get(n) for n in names}
        for row in export.rows
    ]
