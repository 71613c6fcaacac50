"""From a request to a published page that is either right or visibly absent.

running -> failed                  the folder stays under runs/, nothing is published
        -> succeeded -> published  rendered, verified, then switched in by one rename
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from pydantic import JsonValue

from workbench.errors import ReportError, WorkbenchError
from workbench.reporting.cells import read_notebook, warnings_in
from workbench.reporting.files import (
    flush_folder,
    flush_tree,
    hashes_below,
    sha256_of,
    shown_path,
    write_whole,
)
from workbench.reporting.index import build_index
from workbench.reporting.manifest import MANIFEST, InputRecord, Manifest, write_manifest
from workbench.reporting.progress import Progress, Silent
from workbench.reporting.provenance import (
    code_facts,
    lock_hash,
    package_versions,
    python_version,
    run_key,
)
from workbench.reporting.publish import INDEX, publish, published
from workbench.reporting.request import RunRequest, check_request
from workbench.reporting.runs import locked, sweep_interrupted
from workbench.reporting.verify import HOME, dead_anchors, verify_page

_UNHASHED = frozenset({MANIFEST, "log.txt"})


def run_report(request: RunRequest, *, now: datetime, progress: Progress | None = None) -> Manifest:
    """Which page answers this request? Made now, or the one already published under the same key.

    Raises ``ReportError`` when the notebook or its page failed (the page published before stays),
    ``LockedError`` when another run is at work, ``ParameterError`` before any kernel starts.
    """
    check_request(request)
    key = run_key(
        notebook=Path(request.notebook),
        parameters=request.parameters,
        data_version=request.facts.data_version,
        drivers_version=request.facts.drivers_version,
        lock_sha256=lock_hash(Path(request.project_root)),
        report=request.report,
    )
    in_force = published(request.site)
    if in_force is not None and in_force.run_key == key and not request.force:
        _refresh_index(request.site)
        return in_force
    with locked(Path(request.workspace) / "runs"):
        sweep_interrupted(Path(request.workspace) / "runs")
        manifest = _first_manifest(request, key, now, in_force)
        run = _Run(request, manifest, progress or Silent())
        return run.made()


class _Run:
    """One run under the lock, from its staging folder to the published page."""

    def __init__(self, request: RunRequest, manifest: Manifest, progress: Progress) -> None:
        self.request, self.manifest, self.progress = request, manifest, progress
        self.folder = request.runs / f".staging-{manifest.run_id}"
        self.source = sha256_of(Path(request.notebook))
        self.began = time.monotonic()

    def made(self) -> Manifest:
        try:
            self._execute()
            html = self._render()
            self._finalise()
            self.manifest = publish(self.folder, self.request.site, self.manifest, html)
            build_index(self.request.site.parents[1])
        except BaseException as error:  # also Ctrl-C: no run may stay "running"
            self._fail(error)
            if isinstance(error, Exception):
                raise self._report_error(error) from error
            raise
        self.progress.stop(f"published {self.request.report} {self.request.period}")
        return self.manifest

    def _execute(self) -> None:
        from workbench.reporting.execution import execute  # seconds: only when a run is due

        request, manifest = self.request, self.manifest
        facts = {name: getattr(manifest, name) for name in ("run_id", "report", "period")}
        asked = facts | {"parameters": manifest.parameters}
        write_whole(self.folder / "params.json", json.dumps(asked, indent=2) + "\n")
        write_manifest(self.folder, manifest)
        outcome = execute(
            Path(request.notebook),
            self.folder,
            manifest.parameters,
            report=request.report,
            run_id=manifest.run_id,
            project_root=Path(request.project_root),
            workspace=Path(request.workspace),
            timeout_seconds=request.timeout_seconds,
            progress=self.progress,
        )
        warned = warnings_in(read_notebook(self.folder / "executed.ipynb"))
        self.manifest = manifest.changed(cells=outcome.cells, warnings=warned)
        if reason := outcome.reason or self._changed_under_us(outcome.record):
            raise ReportError(reason)
        findings = [str(finding["text"]) for finding in outcome.record["findings"]]
        self.manifest = self.manifest.changed(
            title=str(outcome.record["title"]), findings=findings, status="succeeded"
        )

    def _changed_under_us(self, record: dict[str, Any]) -> str:
        """Why the page would not be what its key says, if it would not."""
        if sha256_of(Path(self.request.notebook)) != self.source:
            return "the notebook was changed while it ran"
        if record.get("data_version") not in (None, "", self.request.facts.data_version):
            return "the data changed while it ran"
        return ""

    def _render(self) -> str:
        """Render and verify both copies of the page; the published one."""
        from workbench.reporting.render import page_html, report_body  # seconds, as above

        self._settle()
        body = report_body(self.folder / "executed.ipynb", self.manifest.outputs)
        dead = [f"link to {anchor} leads nowhere" for anchor in dead_anchors(body)]
        self.manifest = self.manifest.changed(warnings=(*self.manifest.warnings, *dead))
        kept = page_html(body, self.manifest)
        public = page_html(body, self.manifest, assets=f"{self.manifest.run_id}/", home=HOME)
        write_whole(self.folder / "report.html", kept)
        self._settle()
        verify_page(kept, self.folder, outputs=self.manifest.outputs)
        digest = hashlib.sha256(public.encode()).hexdigest()
        self.manifest = self.manifest.changed(outputs=self.manifest.outputs | {INDEX: digest})
        return public

    def _settle(self) -> None:
        finished = self.manifest.started_at + timedelta(seconds=time.monotonic() - self.began)
        outputs = hashes_below(self.folder, without=_UNHASHED)
        self.manifest = self.manifest.changed(finished_at=finished, outputs=outputs)

    def _finalise(self) -> None:
        write_manifest(self.folder, self.manifest)
        flush_tree(self.folder)
        final = self.request.runs / self.manifest.run_id
        os.replace(self.folder, final)
        self.folder = final
        flush_folder(final.parent)

    def _fail(self, error: BaseException) -> None:
        """Record the failure where the run is; its folder keeps everything for a reviewer."""
        reason = error.what if isinstance(error, WorkbenchError) else _one_line(error)
        if isinstance(error, KeyboardInterrupt):
            reason = "interrupted by the user"
        in_force = published(self.request.site)
        if in_force is not None and in_force.run_id == self.manifest.run_id:
            self.manifest = write_manifest(self.folder, in_force)  # the switch was made: say so
            return
        self._settle()
        self.manifest = self.manifest.changed(status="failed", reason=reason.rstrip("."))
        if self.folder.name.startswith("."):
            self._finalise()
        else:
            write_manifest(self.folder, self.manifest)
        self.progress.stop(f"failed: {reason}")

    def _report_error(self, error: Exception) -> ReportError:
        if self.manifest.status == "published":
            return ReportError(f"published, but the index is behind: {_one_line(error)}.")
        kept = f"runs/{self.request.report}/{self.request.period}/{self.manifest.run_id}"
        return ReportError(
            f"{self.manifest.reason}.",
            where=f"{self.request.report} {self.request.period}",
            fix=f"Nothing was published; see {kept}/executed.ipynb and log.txt.",
        )


def _first_manifest(
    request: RunRequest, key: str, now: datetime, in_force: Manifest | None
) -> Manifest:
    root = Path(request.project_root)
    now = now.astimezone(UTC)
    run_id = base = f"{now:%Y%m%dT%H%M%SZ}-{key[:8]}"
    again = 1
    while (request.runs / run_id).exists():
        again += 1
        run_id = f"{base}-{again}"
    return Manifest(
        run_id=run_id,
        run_key=key,
        report=request.report,
        period=request.period,
        parameters=dict(cast(dict[str, JsonValue], request.parameters)),
        status="running",
        started_at=now,
        data_as_of=request.facts.data_as_of,
        data_version=request.facts.data_version,
        drivers_version=request.facts.drivers_version,
        inputs=tuple(
            InputRecord(path=shown_path(file.path), sha256=file.sha256, rows=file.rows)
            for file in request.facts.inputs
        ),
        code=code_facts(root),
        lock_sha256=lock_hash(root),
        python=python_version(),
        packages=package_versions(),
        supersedes=in_force.run_id if in_force else None,
    )


def _refresh_index(site: Path) -> None:
    """A crash right after a publication can leave the index behind the page."""
    index = site.parents[1] / INDEX
    if not index.exists() or index.stat().st_mtime < (site / INDEX).stat().st_mtime:
        build_index(site.parents[1])


def _one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
