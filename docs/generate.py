"""Write the pages that are generated from the declarations."""

from __future__ import annotations

from pathlib import Path

from workbench.metrics.registry import metrics_page
from workbench.tables.catalog import tables_page

PAGES = {"tables.md": tables_page, "metrics.md": metrics_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (Path(__file__).parent / name).write_text(page(), encoding="utf-8")
