"""From requests to published pages that are either right or visibly absent.

One process holds the lock of the workspace, and only that process publishes. The runs themselves
are made here, in worker processes or on other machines (`making.py`):

queued -> running -> failed                    kept under runs/, nothing is published
                  -> succeeded -> published    verified, then switched in by one rename
                               -> needs_review kept, until somebody accepts it -> published
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from workbench.errors import ReportError, WorkbenchError
from workbench.reporting.gates import jumps
from workbench.reporting.index import build_index
from workbench.reporting.kernels import Kernel
from workbench.reporting.making import kept_page, make, one_line, reason_of, warmed
from workbench.reporting.manifest import Manifest, read_manifest, write_manifest
from workbench.reporting.progress import Progress, Silent
from workbench.reporting.publish import INDEX, publish, published
from workbench.reporting.queueing import key_of_request, queued
from workbench.reporting.request import RunRequest, RunSpec, check_request
from workbench.reporting.revisions import answers_before, answers_in
from workbench.reporting.runs import forget_runs, latest_run, locked, sweep_interrupted
from workbench.reporting.verify import HOME

# Carries out specs in any order: (place in the sequence, manifest when it is over).
Makers = Callable[[Sequence[RunSpec]], Generator[tuple[int, Manifest]]]


@dataclass(frozen=True)
class Made:
    """How one request ended: the manifest in force or of the failed run, and the error if there is
    no page that answers it. ``is_new`` if a run was made or published for it just now."""

    request: RunRequest
    manifest: Manifest | None
    error: WorkbenchError | None = None
    is_new: bool = False


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
    ended = [made[place] for place in range(len(requests))]
    return _indexed(ended) if left or _is_behind(requests) else ended


def in_this_process(progress_of: Callable[[RunSpec], Progress]) -> Makers:
    """One run after the other, here; the kernel of the next warms up meanwhile."""

    def makers(specs: Sequence[RunSpec]) -> Generator[tuple[int, Manifest]]:
        with ExitStack() as unused:
            waiting: Kernel | None = None
            for place, spec in enumerate(specs):
                kernel, waiting = waiting, None
                if place + 1 < len(specs):
                    waiting = unused.enter_context(warmed(specs[place + 1]))
                yield place, make(spec, progress_of(spec), kernel=kernel)

    return makers


def _carried_out(
    requests: Sequence[RunRequest], keys: Sequence[str], *, now: datetime, makers: Makers,
    accept: bool,
) -> Iterator[tuple[int, Made]]:  # fmt: skip
    """Queue what is to be made, and settle each run when it is over."""
    waiting_specs: list[tuple[int, RunSpec]] = []
    for place, (request, key) in enumerate(zip(requests, keys, strict=True)):
        waiting = latest_run(request.runs)
        if _waits(waiting, key) and not request.force:
            assert waiting is not None
            yield place, _settled(request, waiting, now=now, accept=accept, is_new=accept)
            continue
        waiting_specs.append((place, queued(request, key, now=now)))
    specs = [spec for _, spec in waiting_specs]
    over: dict[int, Manifest] = {}
    settled: set[int] = set()
    try:
        with closing(makers(specs)) as runs:
            for number, manifest in runs:
                over[number] = manifest
                while (ready := _next_ready(over, settled, specs)) is not None:
                    place, spec = waiting_specs[ready]
                    settled.add(ready)
                    yield place, _settled(spec.request, over.pop(ready), now=now, accept=accept,
                                          is_new=True)  # fmt: skip
    finally:  # whatever stopped us: no run may stay queued or running
        sweep_interrupted(Path(requests[0].workspace) / "runs")


def _next_ready(
    over: dict[int, Manifest], settled: set[int], specs: Sequence[RunSpec]
) -> int | None:
    """A run that is over, and all earlier ones of its report settled: each is held against the
    period before it, in whatever order they came back."""
    for number in sorted(over):
        report = specs[number].request.report
        earlier = {n for n in range(number) if specs[n].request.report == report}
        if earlier <= settled:
            return number
    return None


def _waits(latest: Manifest | None, key: str) -> bool:
    return latest is not None and latest.run_key == key and latest.status == "needs_review"


def _settled(
    request: RunRequest, manifest: Manifest, *, now: datetime, accept: bool, is_new: bool
) -> Made:
    """Publish a run that may be, and say why not of one that may not."""
    folder = request.runs / manifest.run_id
    try:
        if manifest.status == "failed":
            return Made(request, manifest, _error_of(request, manifest), is_new)
        if manifest.status == "succeeded":
            manifest = _held_against_before(request, folder, manifest)
        if manifest.review and not accept:
            if manifest.status != "needs_review":
                manifest = write_manifest(folder, manifest.moved("needs_review"))
            return Made(request, manifest, _review_of(request, manifest), is_new)
        done = _published(request, folder, manifest, now)
        forget_runs(request.runs, keep=done.run_id)
        return Made(request, done, is_new=is_new)
    except Exception as error:
        return _unpublished(request, folder, error, is_new)


def _held_against_before(request: RunRequest, folder: Path, manifest: Manifest) -> Manifest:
    """The run with what speaks against its numbers beside those of the period before."""
    period, before = answers_before(request)
    found = jumps(answers_in(folder), before, period)
    if not found:
        return manifest
    told = manifest.changed(review=(*manifest.review, *found))
    return write_manifest(folder, kept_page(folder, told))


def _published(request: RunRequest, folder: Path, manifest: Manifest, now: datetime) -> Manifest:
    from workbench.reporting.render import page_html, report_body

    if manifest.review:
        manifest = kept_page(folder, manifest.changed(accepted_at=now.astimezone(UTC)))
    body = report_body(folder / "executed.ipynb", manifest.outputs)
    html = page_html(body, manifest, assets=f"{manifest.run_id}/", home=HOME)
    digest = hashlib.sha256(html.encode()).hexdigest()
    outputs = manifest.outputs | {INDEX: digest}
    return publish(folder, request.site, manifest.changed(outputs=outputs), html)


def _unpublished(request: RunRequest, folder: Path, error: Exception, is_new: bool) -> Made:
    """A publication went wrong: before the switch it is a failed run, after it a published one."""
    in_force = published(request.site)
    if in_force is not None and in_force.run_id == folder.name:
        write_manifest(folder, in_force)
        told = ReportError(f"published, but not all was tidied: {one_line(error)}.")
        return Made(request, in_force, told, is_new)
    failed = read_manifest(folder).moved("failed", reason=reason_of(error).rstrip("."))
    write_manifest(folder, failed)
    return Made(request, failed, _error_of(request, failed), is_new)


def _error_of(request: RunRequest, manifest: Manifest) -> ReportError:
    kept = f"runs/{request.report}/{request.period}/{manifest.run_id}"
    return ReportError(
        f"{manifest.reason}.", where=f"{request.report} {request.period}",
        fix=f"Nothing was published; see {kept}/executed.ipynb and log.txt.",
    )  # fmt: skip


def _review_of(request: RunRequest, manifest: Manifest) -> ReportError:
    kept = f"runs/{request.report}/{request.period}/{manifest.run_id}/report.html"
    return ReportError(
        f"needs review: {'; '.join(manifest.review)}.",
        where=f"{request.report} {request.period}",
        fix=f"Nothing was published; look at {kept}, then publish it with "
        f"'workbench run {request.report} --period {request.period} --accept'.",
    )


def _indexed(ended: list[Made]) -> list[Made]:
    """Bring the index up to date; where it cannot be written, say so of what was just published."""
    try:
        build_index(Path(ended[0].request.workspace))
    except Exception as error:
        told = ReportError(f"published, but the index is behind: {one_line(error)}.")
        return [one if one.error or not one.is_new else replace(one, error=told) for one in ended]
    return ended


def _is_behind(requests: Sequence[RunRequest]) -> bool:
    """A crash right after a publication can leave the index behind the page."""
    index = Path(requests[0].workspace) / "site" / INDEX
    if not index.exists():
        return True
    made = index.stat().st_mtime
    pages = [request.site / INDEX for request in requests]
    return any(page.exists() and page.stat().st_mtime > made for page in pages)
