"""What does a page say that an earlier one does not: that of the period before, or the one that
late data replace?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.definitions.periods import Period
from workbench.definitions.wording import counted, shown, spread
from workbench.errors import UsageError
from workbench.reporting.gates import Answers, key_of, label_of, unit_of
from workbench.reporting.publish import published
from workbench.reporting.request import RunRequest

MOST_CHANGES = 30
MOST_TABLES = 8  # named in one sentence


def answers_in(folder: Path) -> list[dict[str, Any]]:
    """The answers a run left in its ``metrics.json``; none where it left no readable record."""
    try:
        record = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
        told = record["answers"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []


def answers_before(request: RunRequest) -> tuple[str, list[dict[str, Any]]]:
    """The period before this one, as a reader says it, and what was published for it under the
    same parameters; no answers where nothing comparable was."""
    try:
        period = Period.parse(request.period).shifted(-1)
    except UsageError:  # a report about something else than months or weeks
        return "", []
    site = request.site.with_name(str(period))
    manifest = published(site)
    if manifest is None or _asked(manifest.parameters) != _asked(request.parameters):
        return "", []
    return period.title, answers_in(site / manifest.run_id)


def _asked(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if name != "period"}


def what_changed(new: Answers, old: Answers, *, most: int | None = MOST_CHANGES) -> tuple[str, ...]:
    """Which numbers differ, one sentence each in the page's order; nothing where all agree. Beyond
    ``most`` they are counted."""
    before = {key_of(one): one for one in old}
    after = {key_of(one): one for one in new}
    told = [
        _changed(one, before[key]) if key in before else f"{label_of(one)}: {_written(one)} (new)"
        for key, one in after.items()
    ]
    told += [f"{label_of(one)}: gone" for key, one in before.items() if key not in after]
    found = [sentence for sentence in told if sentence]
    more = len(found) - most if most is not None else 0
    return tuple(found[:most] + ([f"{more} more numbers changed"] if more > 0 else []))


def tables_changed(new: Mapping[str, str], old: Mapping[str, str]) -> tuple[str, ...]:
    """Which tables below the page differ, by the hashes of two runs' files? The page's key numbers
    may agree where a row of a table does not."""
    names = sorted(name for name in {**new, **old} if name.startswith("tables/"))
    odd = [Path(name).name for name in names if new.get(name) != old.get(name)]
    shown_names = ", ".join(odd[:MOST_TABLES])
    more = f" and {len(odd) - MOST_TABLES} more" if len(odd) > MOST_TABLES else ""
    return (f"{counted(len(odd), 'table')} not the same: {shown_names}{more}",) if odd else ()


def _changed(new: Mapping[str, Any], old: Mapping[str, Any]) -> str:
    facts = ("value", "numerator", "denominator", "low", "high", "status")
    if all(new.get(fact) == old.get(fact) for fact in facts):
        return ""
    return f"{label_of(new)}: {_written(old)} became {_written(new)}"


def _written(one: Mapping[str, Any]) -> str:
    value, unit = one.get("value"), unit_of(one)
    if value is None:
        return str(one.get("why") or one.get("status") or "blank")
    if not isinstance(value, (int, float)):
        return str(value)
    parts = [spread(one.get("low"), one.get("high"), unit)]
    if one.get("denominator") is not None:
        parts.append(f"n {one['denominator']:,}")
    told = ", ".join(filter(None, parts))
    return f"{shown(value, unit)} ({told})" if told else shown(value, unit)
