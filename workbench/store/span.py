"""First and last moment that rows speak of, gathered while they pass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.parquet import ParquetFile, Statistics

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
            ends = pc.min_max(batch.column(name).cast(pa.int64())).as_py()
            span = span.reaching(_moment(ends["min"]), _moment(ends["max"]))
        return span

    def of_file(self, path: Path, clock: tuple[str, ...]) -> Span:
        """This span and the times of a Parquet file, as far as possible by what it says of them."""
        span, file = self, ParquetFile(path)
        for name in clock:
            place = file.schema_arrow.get_field_index(name)
            groups = [
                file.metadata.row_group(n).column(place).statistics
                for n in range(file.metadata.num_row_groups)
            ]
            if any(ends is None or not (ends.has_min_max or _is_empty(ends)) for ends in groups):
                span = span.over(file.read([name]), (name,))
                continue
            for ends in groups:
                if ends.has_min_max:
                    span = span.reaching(_moment(ends.min_raw), _moment(ends.max_raw))
        return span

    @property
    def texts(self) -> tuple[str | None, str | None]:
        """Both ends as ISO 8601 in UTC."""
        return _iso(self.first), _iso(self.last)


def _moment(microseconds: int | None) -> datetime | None:
    """As a canonical time is stored; to ask Arrow for a datetime would import pandas."""
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


def _is_empty(ends: Statistics) -> bool:
    return bool(ends.has_null_count and not ends.num_values)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()
