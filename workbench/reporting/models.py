"""Which parameters does each report take?

One model per notebook. Every report is about one period, a month or a week.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from workbench.definitions.dimensions import DIMENSIONS, SPLITS
from workbench.definitions.periods import Period, Unit
from workbench.errors import UsageError
from workbench.metrics.registry import METRICS


class Report(BaseModel):
    """What every report takes; ``unit`` is the length of the period it is about."""

    model_config = ConfigDict(extra="forbid", strict=True)
    unit: ClassVar[Unit] = "month"

    workspace: str = ""


class OfMonth(Report):
    """What every report about one month takes."""

    period: Annotated[str, Field(json_schema_extra={"wanted": "a month such as 2025-06"})] = (
        "2025-06"
    )

    @field_validator("period")
    @classmethod
    def _one_month(cls, text: str) -> str:
        return _written(Period.month, text)


class OfWeek(Report):
    """What every report about one week takes."""

    unit: ClassVar[Unit] = "week"

    period: Annotated[str, Field(json_schema_extra={"wanted": "a week such as 2025-W26"})] = (
        "2025-W26"
    )

    @field_validator("period")
    @classmethod
    def _one_week(cls, text: str) -> str:
        return _written(Period.week, text)


def _written(read: Callable[[str], Period], text: str) -> str:
    try:
        return str(read(text))
    except UsageError as error:
        raise ValueError(str(error)) from None


class MonthlyReport(OfMonth):
    """The monthly support report: one month, compared along one dimension."""

    by: Annotated[
        str,
        Field(
            pattern=f"^({'|'.join(DIMENSIONS)})$",
            json_schema_extra={"wanted": f"one of {', '.join(DIMENSIONS)}"},
        ),
    ] = "team"
    n_drivers: Annotated[int, Field(ge=2, le=50)] = 10
    min_n: Annotated[int, Field(ge=1)] = 30
    seed: Annotated[int, Field(ge=0)] = 0


class MetricReport(OfMonth):
    """One metric of one selection of tickets: its trend, its groups, and why it moved."""

    months: Annotated[int, Field(ge=1, le=24)] = 1
    metric: Annotated[
        str,
        Field(
            pattern=f"^({'|'.join(METRICS)})$",
            json_schema_extra={"wanted": f"one of {', '.join(METRICS)}"},
        ),
    ] = "fcr"
    by: Annotated[
        str,
        Field(
            pattern=f"^({'|'.join(SPLITS)})$",
            json_schema_extra={"wanted": f"one of {', '.join(SPLITS)}"},
        ),
    ] = "team"
    team: str = ""
    channel: str = ""
    tier: str = ""
    driver: str = ""


class ContactDriversReport(OfMonth):
    """Contact drivers: why customers wrote in a month, and what changed."""

    months: Annotated[int, Field(ge=1, le=9)] = 6
    n_drivers: Annotated[int, Field(ge=2, le=100)] = 30
    seed: Annotated[int, Field(ge=0)] = 0


class WeeklyReport(OfWeek):
    """The weekly support report: one week against the weeks before it."""

    weeks: Annotated[int, Field(ge=4, le=26)] = 8
    history: Annotated[int, Field(ge=8, le=78)] = 26
    long_wait_hours: Annotated[int, Field(ge=1, le=240)] = 8
    n_drivers: Annotated[int, Field(ge=2, le=100)] = 30
    seed: Annotated[int, Field(ge=0)] = 0


REPORTS: dict[str, type[Report]] = {
    "monthly_report": MonthlyReport,
    "metric_report": MetricReport,
    "contact_drivers": ContactDriversReport,
    "weekly_report": WeeklyReport,
}
