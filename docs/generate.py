"""Write the pages that are generated: from the declarations, and the sample as their example."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.intake.imports import import_files
from workbench.intake.options import Options
from workbench.metrics.reference import metrics_page
from workbench.tables.catalog import tables_page
from workbench.workspace import Workspace

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "data" / "sample"
NOW = datetime(2025, 7, 1, 6, tzinfo=UTC)  # the pages do not depend on when they are written


def write_pages() -> None:
    """``tables.md`` and ``metrics.md``, beside this file."""
    (HERE / "tables.md").write_text(tables_page(), encoding="utf-8")
    with TemporaryDirectory() as folder:
        import_files(Workspace(folder).store, [SAMPLE], Options(), now=NOW)
        page = metrics_page(Workspace.open(folder))
    (HERE / "metrics.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    write_pages()
