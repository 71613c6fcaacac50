"""Ibis 12 on Spark with three things mended; imported only where Spark is asked for."""

from __future__ import annotations

from typing import Any

import ibis.expr.operations as ops
import ibis.expr.types as ir
import sqlglot.expressions as sge
from ibis.backends.pyspark import Backend as PySparkBackend
from ibis.backends.sql.compilers.pyspark import PySparkCompiler

_LEAVES = (
    ops.UnwrapJSONString, ops.UnwrapJSONInt64, ops.UnwrapJSONFloat64, ops.UnwrapJSONBoolean
)  # fmt: skip
_READ = {
    "str": ("STRING", "leaf"),
    "int": ("BIGINT", "try_cast(leaf AS BIGINT)"),
    "float": ("DOUBLE", "try_cast(leaf AS DOUBLE)"),
    "bool": ("BOOLEAN", "try_cast(leaf AS BOOLEAN)"),
}


class _Compiler(PySparkCompiler):
    """Lets a filter compare a column with a window over it.

    Spark has no QUALIFY, so sqlglot wraps the query in another one; there a column that still
    names the table inside is not found.
    """

    __slots__ = ()

    def to_sqlglot(self, expr: ir.Expr, **options: Any) -> sge.Expression:
        query = super().to_sqlglot(expr, **options)
        for outside in query.find_all(sge.Qualify):
            for column in outside.find_all(sge.Column):
                if not isinstance(column.find_ancestor(sge.Window, sge.Qualify), sge.Window):
                    column.set("table", None)
        return query


class Backend(PySparkBackend):
    """Reads the leaves of JSON with Spark's own functions, and takes frames as Arrow.

    Ibis sends each leaf through Python and there parses it as JSON once more; a text, which Spark
    hands over without its quotes, fails on that. A frame goes through pandas, where an empty
    amount of money fails.
    """

    compiler = _Compiler()

    def _register_udfs(self, expr: ir.Expr) -> None:
        if not expr.op().find(_LEAVES):
            super()._register_udfs(expr)
            return
        for kind, (returned, read) in _READ.items():
            self.raw_sql(
                f"CREATE OR REPLACE TEMPORARY FUNCTION unwrap_json_{kind}(leaf STRING) "
                f"RETURNS {returned} RETURN {read}"
            )

    def _register_in_memory_table(self, op: ops.InMemoryTable) -> None:
        rows = op.data.to_pyarrow(op.schema)
        self._session.createDataFrame(rows).createOrReplaceTempView(op.name)
