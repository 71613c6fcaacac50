"""Do two sides say the same? Counts exactly, everything else to nine digits."""

from __future__ import annotations

import math
from typing import Any

PARTS = ("value", "numerator", "n", "low", "high", "n_excluded", "n_immature")
_COUNTS = ("n", "n_excluded", "n_immature")
_NEAR = 1e-9


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """Every cell in which a peer's months differ from ours."""
    found = []
    for name, rows in theirs.items():
        if len(rows) != len(ours[name]):
            found.append(f"{name}: {len(rows)} months, ours {len(ours[name])}")
            continue
        for month, (a, b) in enumerate(zip(ours[name], rows, strict=True)):
            found += [
                f"{name}, month {month + 1}, {part}: ours {x}, theirs {y}"
                for part, x, y in zip(PARTS, a, b, strict=True)
                if not _same(part, x, y)
            ]
    return found


def _same(part: str, a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    if part in _COUNTS:
        return a == b
    return math.isclose(a, b, rel_tol=_NEAR, abs_tol=_NEAR)
