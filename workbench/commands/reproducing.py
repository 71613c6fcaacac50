"""``workbench reproduce RUN``: the same run once more, and what differs."""

from __future__ import annotations

import sys
from pathlib import Path

from workbench.commands.terminal import complain, say, show_json
from workbench.definitions.wording import counted
from workbench.errors import ReportError
from workbench.reporting.progress import progress_on
from workbench.reporting.reproduce import reproduced


def tell_reproduced(workspace: Path, root: Path, run_id: str, *, keep: bool, as_json: bool) -> None:
    """Repeat a run and print whether its numbers came out again; `ReportError` if they did not."""
    found = reproduced(workspace, root, run_id, keep=keep, progress=progress_on(sys.stderr))
    if as_json:
        show_json(vars(found))
    for note in found.notes:
        complain(f"note: {note}")
    if not found.differences:
        if not as_json:
            page = "; the page is the same" if found.same_page else ""
            say(f"{run_id}: all {counted(found.numbers, 'number')} came out again{page}.")
        return
    for difference in found.differences:
        complain(difference)
    raise ReportError(
        f"{counted(len(found.differences), 'thing')} came out otherwise ({found.numbers:,} numbers "
        "and all tables were compared).",
        where=run_id, fix="The notes above say what is not as it was then.",
    )  # fmt: skip
