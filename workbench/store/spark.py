"""The same expressions on Spark: on this machine, on a cluster, or through Spark Connect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from workbench.store.spark_sessions import opened_session

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.expr.schema import Schema

_KEPT_PARTS = 4  # derived tables are small: more parts cost more than they gain
_PATTERNS = re.compile(r"([\[\]{}*?\\])")


class Spark:
    """A Spark session; see `workbench.store.engines.Engine`.

    On a cluster every executor must see the workspace's folder under the same path.
    """

    def __init__(self, address: str) -> None:
        from workbench.store.spark_backend import Backend

        self._session = opened_session(address)
        Backend.register_options()
        self.backend = Backend().connect(self._session)

    def read(self, name: str, files: list[str]) -> ir.Table:
        """Parquet files as one table; their own footers say the types, so Spark infers nothing."""
        import pyarrow as pa
        import pyarrow.parquet as pq
        from ibis.backends.pyspark.datatypes import PySparkSchema
        from ibis.expr.schema import Schema

        footers = [pq.read_schema(file) for file in files]
        schema = Schema.from_pyarrow(pa.unify_schemas(footers, promote_options="permissive"))
        # A path is a pattern to Spark; a folder called [a] is not.
        paths = [_PATTERNS.sub(r"\\\1", file) for file in files]
        rows = self._session.read.schema(PySparkSchema.from_ibis(schema)).parquet(*paths)
        return self._named(name, rows, schema)

    def keep(self, name: str, rows: ir.Table, *, index: str = "") -> ir.Table:
        """A checkpoint in Spark's own storage: its lineage is cut, so nothing computes it again.

        There is no index: Spark looks up one row by a pass over all.
        """
        self.backend._run_pre_execute_hooks(rows)  # what create_table does for tables on disk
        found = self._session.sql(self.backend.compile(rows))
        return self._named(name, found.coalesce(_KEPT_PARTS).localCheckpoint(), rows.schema())

    def _named(self, name: str, rows: Any, schema: Schema) -> ir.Table:
        """The frame under a name, with the types DuckDB would give it: a union asks for equals.

        Spark's moments are UTC without saying so; read back they would be moments of no zone.
        """
        import ibis.expr.operations as ops

        rows.createOrReplaceTempView(name)
        types = {
            column: kind.copy(scale=6, nullable=True)
            if kind.is_timestamp()
            else kind(nullable=True)
            for column, kind in schema.items()
        }
        return ops.DatabaseTable(
            name, schema=types, source=self.backend, namespace=ops.Namespace()
        ).to_expr()
