"""Real data that is not part of the project: found beside it, skipped or demanded where absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def shared(path: str) -> Path:
    """A file or folder of the shared data; skips without it, and fails without it in CI."""
    folder = Path(os.environ.get("WORKBENCH_SHARED") or ROOT.parent / "shared")
    found = folder / path
    if not found.exists():
        reason = f"no {path} in {folder}; set WORKBENCH_SHARED to the folder of shared data"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found
