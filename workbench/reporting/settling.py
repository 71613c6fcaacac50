"""A run is over: is it published, held for review, or failed? Only under the workspace's lock."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workbench.errors import ReportError, WorkbenchError
from workbench.reporting.gates import jumps
from workbench.reporting.making import kept_page
from workbench.reporting.manifest import (
    Manifest,
    one_line,
    read_manifest,
    reason_of,
    write_manifest,
)
from workbench.reporting.publish import INDEX, publish, published
from workbench.reporting.request import RunRequest
from workbench.reporting.revisions import answers_before, answers_in
from workbench.reporting.runs import forget_runs
from workbench.reporting.verify import HOME


@dataclass(frozen=True)
class Made:
    """How one request ended: the manifest in force or of the failed run, and the error if there is
    no page that answers it. ``is_new`` if a run was made or published for it just now."""

    request: RunRequest
    manifest: Manifest | None
    error: WorkbenchError | None = None
    is_new: bool = False


def settled(
    request: RunRequest, manifest: Manifest, *, now: datetime, accept: bool, is_new: bool,
    unseen: bool = False,
) -> Made:  # fmt: skip
    """Publish a run that may be, and say why not of one that may not.

    ``unseen`` tells that another page waited until now: that one may have been looked at, this one
    was not, so ``accept`` does not mean it.
    """
    folder = request.runs / manifest.run_id
    try:
        if manifest.status == "failed":
            in_force = published(request.site)
            forget_runs(request.runs, keep=in_force.run_id if in_force else "")
            return Made(request, manifest, _error_of(request, manifest), is_new)
        if manifest.status == "succeeded":
            manifest = _held_against_before(request, folder, manifest)
        if manifest.review and (unseen or not accept):
            if manifest.status != "needs_review":
                manifest = write_manifest(folder, manifest.moved("needs_review"))
            other = unseen and accept
            return Made(request, manifest, _review_of(request, manifest, other=other), is_new)
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
        fix=f"Nothing was published; see report.html, executed.ipynb and log.txt in {kept}.",
    )  # fmt: skip


def _review_of(request: RunRequest, manifest: Manifest, *, other: bool) -> ReportError:
    kept = f"runs/{request.report}/{request.period}/{manifest.run_id}/report.html"
    told = "This is not the page that waited: data, parameters or code are others. "
    return ReportError(
        f"needs review: {'; '.join(manifest.review)}.",
        where=f"{request.report} {request.period}",
        fix=f"{told if other else ''}Nothing was published; look at {kept}, then publish it with "
        f"'workbench run {request.report} --period {request.period} --accept'.",
    )
