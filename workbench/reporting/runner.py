"""From requests to published pages that are either right or visibly absent.

One process holds the lock of the workspace, and only that process publishes. The runs themselves
are made here, in worker processes or on other machines (`making.py`):

queued -> running -> failed                    kept under runs/, nothing is published
                  -> succeeded -> published    verified, then switched in by one rename
                               -> needs_review kept, until somebody accepts it -> published
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from workbench.errors import LockedError, ReportError
from workbench.reporting.index import build_index
from workbench.reporting.kernels import Kernel
from workbench.reporting.making import make, nursery_of, warmed
from workbench.reporting.manifest import Manifest, one_line
from workbench.reporting.nursery import Nursery
from workbench.reporting.progress import Progress, Silent
from workbench.reporting.publish import INDEX, published
from workbench.reporting.queueing import key_of_request, queued
from workbench.reporting.request import RunRequest, RunSpec, check_request
from workbench.reporting.runs import latest_run, locked, sweep_interrupted
from workbench.reporting.settling import Made, settled

# Carries out specs in any order: (place in the sequence, manifest when it is over).
Makers = Callable[[Sequence[RunSpec]], Generator[tuple[int, Manifest]]]


def run_report(
    request: RunRequest, *, now: datetime, progress: Progress | None = None, accept: bool = False
) -> Manifest:
    """Which page answers this request? Made now, or the one already published under the same key.

    Raises ``ReportError`` when the notebook or its page failed or needs review (the page published
    before stays), ``LockedError`` when another run is at work, ``ParameterError`` before any
    kernel starts.
    """
    told = progress or Silent()
    (one,) = run_reports([request], now=now, accept=accept, makers=in_this_process(lambda _: told))
    if one.error is not None:
        told.stop(f"failed: {one.manifest.reason}" if one.manifest else str(one.error))
        raise one.error
    assert one.manifest is not None
    if one.is_new:
        told.stop(f"published {request.report} {request.period}")
    return one.manifest


def run_reports(
    requests: Sequence[RunRequest], *, now: datetime, makers: Makers, accept: bool = False
) -> list[Made]:
    """How did each request end, in their order? One that fails leaves the others alone.

    Requests of one call share a workspace. With ``accept`` a page that needs review is published,
    a waiting one without another run. Raises `LockedError` if anything is to be made and another
    run is at work, and `ParameterError` before any kernel starts.
    """
    if not requests:
        return []
    for request in requests:
        check_request(request)
    made: dict[int, Made] = {}
    keys = [key_of_request(request) for request in requests]
    for place, request in enumerate(requests):
        in_force = published(request.site)
        if in_force is not None and in_force.run_key == keys[place] and not request.force:
            made[place] = Made(request, in_force)
    left = [place for place in range(len(requests)) if place not in made]
    if left:
        runs = Path(requests[0].workspace) / "runs"
        with locked(runs):
            sweep_interrupted(runs)
            for place, one in _carried_out([requests[i] for i in left], [keys[i] for i in left],
                                           now=now, makers=makers, accept=accept):  # fmt: skip
                made[left[place]] = one
            return _indexed([made[place] for place in range(len(requests))])
    return _caught_up([made[place] for place in range(len(requests))])


def in_this_process(progress_of: Callable[[RunSpec], Progress]) -> Makers:
    """One run after the other, here; the kernel of the next warms up meanwhile."""

    def makers(specs: Sequence[RunSpec]) -> Generator[tuple[int, Manifest]]:
        with ExitStack() as unused:
            nursery = nursery_of(specs[0]) if len(specs) > 1 else None
            if nursery is not None:
                unused.callback(nursery.close)
            waiting: Kernel | None = None
            for place, spec in enumerate(specs):
                kernel, waiting = waiting, None
                if place + 1 < len(specs) and (waiting := _early(specs[place + 1], nursery)):
                    unused.enter_context(waiting)
                yield place, make(spec, progress_of(spec), kernel=kernel, nursery=nursery)

    return makers


def _early(spec: RunSpec, nursery: Nursery | None) -> Kernel | None:
    """The next run's kernel ahead of its time; where that fails, the run itself says why."""
    try:
        return warmed(spec, nursery)
    except (OSError, ReportError):
        return None


def _carried_out(
    requests: Sequence[RunRequest], keys: Sequence[str], *, now: datetime, makers: Makers,
    accept: bool,
) -> Iterator[tuple[int, Made]]:  # fmt: skip
    """Queue what is to be made, and settle each run when it is over.

    Whoever accepts has looked at the page that waits. Where that is no longer the page that would
    be made (other data, other code), the new one waits in its turn.
    """
    unseen: set[int] = set()
    waiting_specs: list[tuple[int, RunSpec]] = []
    over: dict[int, Manifest] = {}
    done: set[int] = set()
    try:
        for place, (request, key) in enumerate(zip(requests, keys, strict=True)):
            waiting = latest_run(request.runs)
            if _waits(waiting, key) and not request.force:
                assert waiting is not None
                yield place, settled(request, waiting, now=now, accept=accept, is_new=accept)
                continue
            if waiting is not None and waiting.status == "needs_review" and not request.force:
                unseen.add(place)
            waiting_specs.append((place, queued(request, key, now=now)))
        specs = [spec for _, spec in waiting_specs]
        with closing(makers(specs)) as runs:
            for number, manifest in runs:
                over[number] = manifest
                while (ready := _next_ready(over, done, specs)) is not None:
                    place, spec = waiting_specs[ready]
                    done.add(ready)
                    yield place, settled(
                        spec.request, over.pop(ready), now=now, accept=accept, is_new=True,
                        unseen=place in unseen,
                    )  # fmt: skip
    finally:  # whatever stopped us: no run may stay queued or running
        sweep_interrupted(Path(requests[0].workspace) / "runs")


def _next_ready(over: dict[int, Manifest], done: set[int], specs: Sequence[RunSpec]) -> int | None:
    """A run that is over, and all earlier ones of its report settled: each is held against the
    period before it, in whatever order they came back."""
    for number in sorted(over):
        report = specs[number].request.report
        earlier = {n for n in range(number) if specs[n].request.report == report}
        if earlier <= done:
            return number
    return None


def _waits(latest: Manifest | None, key: str) -> bool:
    return latest is not None and latest.run_key == key and latest.status == "needs_review"


def _indexed(ended: list[Made]) -> list[Made]:
    """Bring the index up to date; where it cannot be written, say so of what was just published."""
    try:
        build_index(Path(ended[0].request.workspace))
    except Exception as error:
        told = ReportError(f"published, but the index is behind: {one_line(error)}.")
        return [one if one.error or not one.is_new else replace(one, error=told) for one in ended]
    return ended


def _caught_up(ended: list[Made]) -> list[Made]:
    """Nothing was to be made; a crash may have left the index behind all the same."""
    requests = [one.request for one in ended]
    if not _is_behind(requests):
        return ended
    runs = Path(requests[0].workspace) / "runs"
    try:
        with locked(runs):
            sweep_interrupted(runs)
            return _indexed(ended)
    except LockedError:  # whoever is at work writes it when done
        return ended


def _is_behind(requests: Sequence[RunRequest]) -> bool:
    """A crash right after a publication can leave the index behind the page."""
    index = Path(requests[0].workspace) / "site" / INDEX
    if not index.exists():
        return True
    made = index.stat().st_mtime
    pages = [request.site / INDEX for request in requests]
    return any(page.exists() and page.stat().st_mtime > made for page in pages)
