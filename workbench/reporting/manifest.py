"""What happened in a run, and can its page be trusted? The manifest decides, nothing else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from workbench.errors import ReportError, WorkbenchError
from workbench.reporting.files import write_whole

MANIFEST = "manifest.json"
Status = Literal["queued", "running", "failed", "succeeded", "needs_review", "published"]
# What may follow what. Only a succeeded run can be published, at once or after somebody's review.
_AFTER: dict[Status, frozenset[Status]] = {
    "queued": frozenset({"running", "failed"}),
    "running": frozenset({"succeeded", "failed"}),
    "succeeded": frozenset({"needs_review", "published", "failed"}),
    "needs_review": frozenset({"published", "failed"}),
    "failed": frozenset(),
    "published": frozenset(),
}


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CellTime(_Record):
    """How long one cell of the executed notebook took."""

    index: int
    seconds: float


class InputRecord(_Record):
    """One raw file behind the data."""

    path: str
    sha256: str
    rows: int


class Code(_Record):
    """Which code made the page. ``git_sha`` and ``dirty`` are null outside a git checkout."""

    version: str
    git_sha: str | None = None
    dirty: bool | None = None


class Manifest(_Record):
    """One run: what was asked, what it rests on, how it ended, and the hash of every file it made.

    ``outputs`` are the files of the run folder (without this one and ``log.txt``, which may still
    grow); ``index.html`` in it is the published page. ``review`` says why somebody should look at
    the page before readers do; ``changes`` what differs from the publication it ``supersedes``.
    ``body_sha256`` is the page without its provenance: the same in every run of the same key.
    """

    run_id: str
    run_key: str
    report: str
    period: str
    parameters: dict[str, JsonValue]
    status: Status
    reason: str = ""
    started_at: datetime
    finished_at: datetime | None = None
    cells: tuple[CellTime, ...] = ()
    data_as_of: datetime | None = None
    data_version: str
    store_version: int | None = None
    drivers_version: str = ""
    inputs: tuple[InputRecord, ...] = ()
    code: Code
    code_sha256: str = ""
    notebook_sha256: str = ""
    lock_sha256: str | None = None
    python: str
    packages: dict[str, str] = Field(default_factory=dict)
    outputs: dict[str, str] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    supersedes: str | None = None
    revision: int = 1
    changes: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    accepted_at: datetime | None = None
    body_sha256: str = ""
    title: str = ""
    findings: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """The first finding, or nothing."""
        return self.findings[0] if self.findings else ""

    def changed(self, **changes: object) -> Manifest:
        """This manifest with some facts changed, checked again."""
        return Manifest.model_validate(self.model_dump() | changes)

    def moved(self, status: Status, **changes: object) -> Manifest:
        """This manifest in its next state; a state that cannot follow is a programming error."""
        if status not in _AFTER[self.status]:
            raise ValueError(f"a run that is {self.status} cannot become {status}")
        return self.changed(status=status, **changes)


def reason_of(error: BaseException) -> str:
    """The one line that says why a run failed."""
    return error.what if isinstance(error, WorkbenchError) else one_line(error)


def one_line(error: BaseException) -> str:
    """An error on one line, cut where it rambles."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def write_manifest(folder: Path, manifest: Manifest) -> Manifest:
    """Write ``manifest.json`` whole into a run folder and hand the manifest back."""
    write_whole(folder / MANIFEST, manifest.model_dump_json(indent=2) + "\n")
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a run folder; a missing or foreign file is a report error."""
    path = folder / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise ReportError("not a readable manifest.", where=f"{folder.name}/{MANIFEST}") from error
