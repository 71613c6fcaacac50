"""Which time zones does the engine know?"""

from __future__ import annotations

import difflib
from functools import cache

from workbench.store.engine import scratch


@cache
def known_zones() -> dict[str, str]:
    """Every zone of the engine: its name in lower case, and as it is written."""
    with scratch() as connection:
        found = connection.execute("SELECT name FROM pg_timezone_names()").fetchall()
    return {name.lower(): name for (name,) in found}


def zone_fault(name: str) -> str:
    """What is wrong with a zone's name, or nothing."""
    zones = known_zones()
    if name.lower() in zones:
        return ""
    near = difflib.get_close_matches(name.lower(), zones, n=1)
    hint = f"did you mean {zones[near[0]]!r}?" if near else "names look like 'Europe/Berlin'"
    return f"unknown time zone {name!r}; {hint}"
