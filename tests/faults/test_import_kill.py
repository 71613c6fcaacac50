"""Whenever an import is killed: does the store hold the old version or the new one, nothing else?

The import changes three tables. Afterwards the same import must end where an undisturbed one
does, and leave nothing behind.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time

import pytest
from two_versions import Prepared, seen

MOMENTS = 50
SEED = 20250701


@pytest.fixture(scope="module")
def seconds(stores: Prepared) -> float:
    """How long the undisturbed import takes here."""
    workspace = stores.fresh("timed")
    start = time.monotonic()
    assert stores.forks.run(*stores.command(workspace), log=stores.log) == 0
    return time.monotonic() - start


def interrupt(stores: Prepared, name: str, after: float, with_signal: int) -> int:
    """Start the import, send it a signal after some seconds; how it ended."""
    process = stores.forks.start(*stores.command(stores.fresh(name)), log=stores.log)
    time.sleep(after)
    os.kill(process, with_signal)  # not reaped yet, so the number is still its own
    return stores.forks.wait()


def test_killed_at_any_moment_it_is_the_old_version_or_the_new(
    stores: Prepared, seconds: float
) -> None:
    moments = random.Random(SEED)
    killed = 0
    for number in range(MOMENTS):
        workspace = stores.folder / f"kill{number}"
        after = moments.uniform(0.02, 1.1) * seconds
        code = interrupt(stores, workspace.name, after, signal.SIGKILL)
        killed += code == -signal.SIGKILL
        found = seen(workspace)
        assert found in (stores.old, stores.new), f"killed after {after:.3f} s"
        assert code != 0 or found == stores.new
        stores.converges(workspace)
        shutil.rmtree(workspace)
    assert killed > MOMENTS // 2  # the others had ended before


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_told_to_stop_it_changes_nothing_or_everything(
    stores: Prepared, seconds: float, name: str
) -> None:
    for part in (0.2, 0.5, 0.8):
        workspace = stores.folder / f"{name}{part}"
        code = interrupt(stores, workspace.name, part * seconds, getattr(signal, name))
        found = seen(workspace)
        assert found == (stores.new if code == 0 else stores.old)
        assert "Traceback" not in stores.log.read_text()
        stores.converges(workspace)
