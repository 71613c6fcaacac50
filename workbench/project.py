"""Where are the notebooks and schedules that belong together?"""

from __future__ import annotations

from pathlib import Path


def project_root(start: Path) -> Path:
    """The nearest folder at or above ``start`` with ``notebooks/`` and ``parameters/``; else the
    one this package was installed from."""
    for folder in (start, *start.parents):
        if (folder / "notebooks").is_dir() and (folder / "parameters").is_dir():
            return folder
    return Path(__file__).resolve().parents[1]
