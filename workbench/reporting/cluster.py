"""Runs on many machines: the same specs, carried out by the workers of a dask scheduler.

Every worker must see the workspace and the project at the same paths, and have the same workbench;
a spec that meets other code fails and says so. Only the process that asked publishes. ``dask`` is
an extra: ``pip install 'workbench[dask]'``.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence

from workbench.errors import UsageError
from workbench.reporting.making import make
from workbench.reporting.manifest import Manifest, read_manifest
from workbench.reporting.request import RunSpec
from workbench.reporting.runner import Makers
from workbench.reporting.worker import said
from workbench.reporting.workers import ProgressOf, left_by

CONNECT_SECONDS = 30
_one_at_a_time = threading.Lock()  # papermill's log is the process's; workers may have threads


def on_cluster(address: str, progress_of: ProgressOf) -> Makers:
    """Carry runs out on the workers of the scheduler at ``address`` (``tcp://HOST:8786``).

    Raises `UsageError` where dask is not installed or the scheduler does not answer.
    """
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise UsageError(
            "dask is not installed.", where="--scheduler", fix="Install 'workbench[dask]'."
        ) from error

    def makers(specs: Sequence[RunSpec]) -> Generator[tuple[int, Manifest]]:
        if not specs:
            return
        try:
            client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise UsageError(
                f"no scheduler answers at {address}.", where="--scheduler",
                fix="Start one with 'dask scheduler' and workers with 'dask worker ADDRESS'.",
            ) from error  # fmt: skip
        with client:
            runs = {
                client.submit(_made, spec, key=f"workbench-{spec.manifest.run_id}-{place}",
                              pure=False, retries=0): place
                for place, spec in enumerate(specs)
            }  # fmt: skip
            for run in as_completed(list(runs), loop=client.loop):
                place = runs[run]
                progress = progress_of(specs[place])
                lost = run.exception()
                manifest = (
                    left_by(specs[place], f"the worker was lost: {lost}")
                    if lost is not None else run.result()
                )  # fmt: skip
                progress.stop(said(manifest))
                yield place, manifest

    return makers


def _made(spec: RunSpec) -> Manifest:
    """Make the run, once: dask hands a task out again when its worker died, and a run that killed
    one worker would kill the next."""
    with _one_at_a_time:
        if spec.folder.is_dir() or read_manifest(spec.staging).status != "queued":
            return left_by(spec, "its worker died (perhaps out of memory)")
        return make(spec)
