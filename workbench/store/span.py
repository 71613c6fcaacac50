"""First and last moment that rows speak of, gathered while they pass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Span:
    """From the earliest to the latest moment; empty where no row names one."""

    first: datetime | None = None
    last: datetime | None = None

    def reaching(self, first: datetime | None, last: datetime | None) -> Span:
        """This span and another one together."""
        return Span(
            min(filter(None, (self.first, first)), default=None),
            max(filter(None, (self.last, last)), default=None),
        )

    def over(self, batch: pa.RecordBatch | pa.Table, clock: tuple[str, ...]) -> Span:
        """This span and the times of further rows."""
        span = self
        for name in clock if batch.num_rows else ():
            ends = pc.min_max(batch.column(name)).as_py()
            span = span.reaching(ends["min"], ends["max"])
        return span

    @property
    def texts(self) -> tuple[str | None, str | None]:
        """Both ends as ISO 8601 in UTC."""
        return _iso(self.first), _iso(self.last)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()
