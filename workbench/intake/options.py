"""What whoever imports declares about the files."""

from __future__ import annotations

from dataclasses import dataclass, field

from workbench.errors import UsageError
from workbench.intake.columns.zones import zone_fault
from workbench.intake.files.packed import Limits
from workbench.intake.mappings.mapping import Mapping

_ORDERS = (None, "day_first", "month_first")


@dataclass(frozen=True)
class Options:
    """What the caller declares about the files: it wins over the mapping.

    ``member``: which file of a zip, or which sheet of a workbook.
    """

    mappings: tuple[Mapping, ...] = ()
    source: str | None = None
    timezone: str | None = None
    date_order: str | None = None
    redact: bool = True
    pseudonym_key: str = field(default="", repr=False)
    member: str | None = None
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if self.timezone is not None and zone_fault(self.timezone):
            raise UsageError(f"{zone_fault(self.timezone)}.", where="--timezone")
        if self.date_order not in _ORDERS:
            raise UsageError(
                f"unknown date order {self.date_order!r}.", where="--date-order",
                fix="There are day_first and month_first.",
            )  # fmt: skip
