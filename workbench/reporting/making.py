"""From a queued run to a finished folder: executed, judged, rendered. Nothing is published here.

queued -> running -> succeeded        ``runs/<report>/<period>/<run_id>/`` holds all of it
                  -> failed           the same, with the reason and a page of how far it came

This is the part that any process may do, also one on another machine that sees the same folders;
whoever holds the lock publishes (`runner.py`).
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from workbench.errors import ReportError
from workbench.intake.persons.personal import scrub
from workbench.reporting.cells import read_notebook, warnings_in
from workbench.reporting.files import (
    flush_folder,
    flush_tree,
    hashes_below,
    sha256_of,
    write_whole,
)
from workbench.reporting.gates import Answers, review_reasons
from workbench.reporting.kernels import Kernel, imports_of, nursery_for
from workbench.reporting.leaks import (
    mask_secrets,
    masked,
    persons_told,
    secrets_of,
    without_secrets,
)
from workbench.reporting.manifest import (
    MANIFEST,
    Manifest,
    Status,
    one_line,
    reason_of,
    write_manifest,
)
from workbench.reporting.nursery import Nursery
from workbench.reporting.progress import Progress, Silent
from workbench.reporting.provenance import package_sha256
from workbench.reporting.publish import published
from workbench.reporting.request import RunRequest, RunSpec
from workbench.reporting.revisions import answers_in, tables_changed, what_changed
from workbench.reporting.verify import dead_anchors, verify_page

UNHASHED = frozenset({MANIFEST, "log.txt"})
STOPPED = "stopped from outside before it was done"


def make(
    spec: RunSpec,
    progress: Progress | None = None,
    *,
    kernel: Kernel | None = None,
    nursery: Nursery | None = None,
) -> Manifest:
    """How did this run end? Its manifest, succeeded or failed; its folder is complete either way.

    ``kernel`` is one from `warmed` for this very run; it is ended with the run. Without one it is
    started here, in ``nursery`` if there is one. Raises only what is no fault of the report:
    Ctrl-C, or folders that cannot be written.
    """
    return _Making(spec, progress or Silent(), kernel, nursery).made()


def nursery_of(spec: RunSpec) -> Nursery | None:
    """A nursery for this run and those like it; none where processes cannot be forked safely."""
    if sys.platform != "linux":
        return None
    return nursery_for(read_notebook(Path(spec.request.notebook)))


def warmed(spec: RunSpec, nursery: Nursery | None = None) -> Kernel:
    """A kernel for this run that does its imports while others work; `close` it if it stays
    unused."""
    notebook = read_notebook(Path(spec.request.notebook))
    root = Path(spec.request.project_root)
    return Kernel(spec.staging, root, _told_to(spec.request), imports_of(notebook), nursery)


def _told_to(request: RunRequest) -> dict[str, str]:
    """What a notebook is told: which workspace, and exactly which state of it."""
    facts = request.facts
    told = {"WORKBENCH_WORKSPACE": str(Path(request.workspace).resolve())}
    if facts.store_version is not None:
        told["WORKBENCH_AS_OF"] = str(facts.store_version)
    if facts.drivers_version:
        told["WORKBENCH_DRIVERS_AT"] = facts.drivers_version.partition("-")[0]
    return told


class _Making:
    def __init__(
        self, spec: RunSpec, progress: Progress, kernel: Kernel | None, nursery: Nursery | None
    ) -> None:
        self.spec, self.progress = spec, progress
        self.kernel, self.nursery = kernel, nursery
        self.request, self.manifest = spec.request, spec.manifest
        self.folder = spec.staging
        self.began = time.monotonic()

    def made(self) -> Manifest:
        try:
            self._execute()
            self._render()
            self._finish("succeeded")
        except BaseException as error:  # also Ctrl-C: no run may stay "running"
            if not self.folder.is_dir():
                raise
            self._fail(error)
            if not isinstance(error, Exception):
                raise
        finally:
            if self.kernel is not None:
                self.kernel.close()
        return self.manifest

    def _execute(self) -> None:
        request, manifest = self.request, self.manifest
        if manifest.code_sha256 != package_sha256():
            raise ReportError("the code here is not the code that was asked for")
        source = Path(request.notebook)
        if sha256_of(source) != (digest := manifest.notebook_sha256):
            raise ReportError("the notebook was changed since the run was asked for")
        facts = {name: getattr(manifest, name) for name in ("run_id", "report", "period")}
        asked = facts | {"parameters": manifest.parameters}
        write_whole(self.folder / "params.json", json.dumps(asked, indent=2) + "\n")
        self.manifest = write_manifest(self.folder, manifest.moved("running"))
        with self.kernel or warmed(self.spec, self.nursery) as kernel:
            from workbench.reporting.execution import execute  # seconds: while the kernel warms up

            outcome = execute(
                source, self.folder, manifest.parameters, report=request.report,
                run_id=manifest.run_id, kernel=kernel, timeout_seconds=request.timeout_seconds,
                progress=self.progress,
            )  # fmt: skip
        warned = warnings_in(read_notebook(self.folder / "executed.ipynb"))
        self.manifest = self.manifest.changed(cells=outcome.cells, warnings=warned)
        if reason := outcome.reason or self._changed_under_us(digest, outcome.record):
            raise ReportError(reason)
        self._judge(outcome.record)

    def _changed_under_us(self, digest: str, record: dict[str, Any]) -> str:
        """Why the page would not be what its key says, if it would not."""
        if sha256_of(Path(self.request.notebook)) != digest:
            return "the notebook was changed while it ran"
        if self.manifest.code_sha256 != package_sha256():
            return "the workbench was changed while it ran"
        if record.get("data_version") not in (None, "", self.request.facts.data_version):
            return "the data changed while it ran"
        return ""

    def _judge(self, record: dict[str, Any]) -> None:
        """What the record says, and what it says otherwise than the page it would replace."""
        answers = answers_in(self.folder)
        in_force = published(self.request.site)
        self.manifest = self.manifest.changed(
            title=str(record["title"]),
            findings=[str(finding["text"]) for finding in record["findings"]],
            changes=self._changes(answers, in_force) if in_force else (),
            review=review_reasons(self.request.facts.period, self.manifest.warnings),
        )

    def _changes(self, answers: Answers, in_force: Manifest) -> tuple[str, ...]:
        old = answers_in(self.request.site / in_force.run_id)
        tables = tables_changed(hashes_below(self.folder, without=UNHASHED), in_force.outputs)
        return (*what_changed(answers, old), *tables)

    def _render(self) -> None:
        from workbench.reporting.render import report_body

        self._settle()
        body = report_body(self.folder / "executed.ipynb", self.manifest.outputs)
        dead = [f"link to {anchor} leads nowhere" for anchor in dead_anchors(body)]
        told = persons_told(self._files(), self.request.facts.staff)
        self.manifest = self.manifest.changed(
            warnings=(*self.manifest.warnings, *dead),
            review=(*self.manifest.review, *told),
            body_sha256=hashlib.sha256(body.encode()).hexdigest(),
        )
        self.manifest = kept_page(self.folder, self.manifest)
        if secrets := mask_secrets(self._files(), self._secrets()):
            raise ReportError("; ".join(secrets))

    def _secrets(self) -> dict[str, str]:
        return secrets_of(Path(self.request.workspace), os.environ, self.manifest.parameters)

    def _files(self) -> list[Path]:
        return [path for path in sorted(self.folder.rglob("*")) if path.is_file()]

    def _settle(self) -> None:
        finished = self.manifest.started_at + timedelta(seconds=time.monotonic() - self.began)
        outputs = hashes_below(self.folder, without=UNHASHED)
        self.manifest = self.manifest.changed(finished_at=finished, outputs=outputs)

    def _finish(self, status: Status) -> None:
        mask_secrets(self._files(), self._secrets())  # a failed cell may have printed one
        self._settle()
        if self.manifest.status != status:
            self.manifest = self.manifest.moved(status)
        self.manifest = without_secrets(self.manifest, self._secrets())
        write_manifest(self.folder, self.manifest)
        flush_tree(self.folder)
        os.replace(self.folder, self.spec.folder)
        self.folder = self.spec.folder
        flush_folder(self.folder.parent)

    def _fail(self, error: BaseException) -> None:
        """Record the failure where the run is; its folder keeps everything for a reviewer."""
        reason = STOPPED if isinstance(error, KeyboardInterrupt) else reason_of(error)
        told = scrub(masked(reason, self._secrets()))  # it repeats whatever the error repeats
        self.manifest = self.manifest.moved("failed", reason=told.rstrip("."))
        if isinstance(error, Exception):
            self._show_failure()
        self._finish("failed")

    def _show_failure(self) -> None:
        """A page of how far the run came; where even that cannot be drawn, the log says why."""
        from workbench.reporting.render import page_html, report_body

        executed = self.folder / "executed.ipynb"
        if not executed.exists():
            return
        try:
            write_whole(
                self.folder / "report.html", page_html(report_body(executed), self.manifest)
            )
        except Exception as error:
            with (self.folder / "log.txt").open("a", encoding="utf-8") as log:
                log.write(f"no page of the failed run: {one_line(error)}\n")


def kept_page(folder: Path, manifest: Manifest) -> Manifest:
    """Write ``report.html`` into a run's folder, verified; the manifest with its hash."""
    from workbench.reporting.render import page_html, report_body

    body = report_body(folder / "executed.ipynb", manifest.outputs)
    write_whole(folder / "report.html", html := page_html(body, manifest))
    done = manifest.changed(outputs=hashes_below(folder, without=UNHASHED))
    verify_page(html, folder, outputs=done.outputs)
    return done
