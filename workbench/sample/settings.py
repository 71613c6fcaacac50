"""What the shop decided: owners, promises, hours, holidays and targets, as YAML files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from workbench.sample.agents import INHOUSE, TRIAL, VENDOR, opening_hours
from workbench.sample.holidays import holidays
from workbench.sample.shop_time import BUSINESS_CLOSES, BUSINESS_OPENS, HOUR, NEW_YORK
from workbench.sample.staging import Staging

Row = Mapping[str, object]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SCHEDULES = {INHOUSE: "in_house", VENDOR: "brightline", TRIAL: "calder_desk"}

_OWNERS = (  # category, tier, owner, backup, minutes to acknowledge and to decide, where
    ("policy", 2, "In-house", "Founder", 120, 480, "help desk"),
    ("owner_decision", 3, "Founder", "In-house", 240, 1440, "slack"),
    ("product_fault", 3, "Product", "In-house", 240, 2880, "help desk"),
    ("promotion", 2, "Marketing", "Product", 240, 1440, "help desk"),
    ("dispute", 2, "In-house", "Founder", 480, 2880, "help desk"),
)
_FIRST_REPLY = {"low": 1440, "normal": 480, "high": 240, "urgent": 60}
_RESOLUTION = {"low": 4320, "normal": 2880, "high": 1440, "urgent": 480}
_TARGETS = (
    ("fcr", "all", 0.65, "at_least"),
    ("reopen_rate", "all", 0.10, "at_most"),
    ("csat", "all", 0.85, "at_least"),
    ("first_response_time", "In-house", 360, "at_most"),
    ("first_response_time", "Brightline", 240, "at_most"),
    ("refund_rate_cash", "all", 0.035, "at_most"),
)


def write_settings(staging: Staging, start: date, end: date) -> None:
    """Write one file per table of settings."""
    for table, rows in (
        ("ownership_map", _ownership(start)),
        ("sla_policies", _policies()),
        ("schedules", _schedules()),
        ("holidays", _holidays(start, end)),
        ("targets", _targets()),
    ):
        lines = "".join(f"  - {{{_cells(row)}}}\n" for row in rows)
        staging.open(f"settings/{table}.yaml").write(f"{table}:\n{lines}")


def _cells(row: Row) -> str:
    return ", ".join(f"{name}: {_scalar(value)}" for name, value in row.items())


def _scalar(value: object) -> str:
    text = str(value)
    # Other readers of YAML take 17:30 for a number and a quote for the end of a word.
    return f'"{text}"' if ":" in text or "'" in text else text


def _ownership(start: date) -> Iterable[Row]:
    names = ("category", "tier", "owner", "backup", "ack_min", "decide_min", "channel")
    for owner in _OWNERS:
        row = dict(zip(names, owner, strict=True))
        yield row | {"clock": "business", "reviewed_at": f"{start.isoformat()}T00:00:00Z"}


def _policies() -> Iterable[Row]:
    for metric, minutes in (("first_reply", _FIRST_REPLY), ("resolution", _RESOLUTION)):
        for priority, target in minutes.items():
            yield {
                "policy": "standard",
                "metric": metric,
                "priority": priority,
                "target_min": target,
                "clock": "business",
                "schedule": "shop_hours",
                "pause_statuses": "[pending, hold]" if metric == "resolution" else "[]",
            }


def _schedules() -> Iterable[Row]:
    for day in DAYS[:5]:
        yield _shift("shop_hours", day, BUSINESS_OPENS, BUSINESS_CLOSES)
    for team, schedule in SCHEDULES.items():
        for number, day in enumerate(DAYS):
            yield _shift(schedule, day, *opening_hours(team, number))


def _shift(schedule: str, day: str, opens: int, closes: int) -> Row:
    clock = {"opens": _clock(opens), "closes": _clock(closes)}
    return {"schedule": schedule, "tz": NEW_YORK.key, "day": day, **clock}


def _clock(second: int) -> str:
    return f"{second // HOUR:02d}:{second % HOUR // 60:02d}"


def _holidays(start: date, end: date) -> Iterable[Row]:
    for year in range(start.year, end.year + 1):
        for day, label in holidays(year).items():
            yield {"schedule": "shop_hours", "date": day.isoformat(), "label": label}


def _targets() -> Iterable[Row]:
    names = ("metric", "team", "target", "direction")
    return [dict(zip(names, target, strict=True)) for target in _TARGETS]
