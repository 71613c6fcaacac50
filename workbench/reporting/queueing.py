"""What does a run rest on? Its key, and the manifest it begins with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from pydantic import JsonValue

from workbench.reporting.files import sha256_of, shown_path
from workbench.reporting.manifest import InputRecord, Manifest, write_manifest
from workbench.reporting.provenance import (
    code_facts,
    lock_hash,
    package_sha256,
    package_versions,
    python_version,
    run_key,
)
from workbench.reporting.publish import published
from workbench.reporting.request import RunRequest, RunSpec


def key_of_request(request: RunRequest) -> str:
    """The key of the run that would answer this request now."""
    return run_key(
        notebook=Path(request.notebook),
        parameters=request.parameters,
        data_version=request.facts.data_version,
        drivers_version=request.facts.drivers_version,
        lock_sha256=lock_hash(Path(request.project_root)),
        report=request.report,
    )


def queued(request: RunRequest, key: str, *, now: datetime) -> RunSpec:
    """A run that waits for somebody to carry it out; its folder says so from now on."""
    spec = RunSpec(request, _first_manifest(request, key, now))
    write_manifest(spec.staging, spec.manifest)
    return spec


def _first_manifest(request: RunRequest, key: str, now: datetime) -> Manifest:
    root, facts = Path(request.project_root), request.facts
    now = now.astimezone(UTC)
    run_id = base = f"{now:%Y%m%dT%H%M%SZ}-{key[:8]}"
    again = 1
    while any((folder / run_id).exists() for folder in (request.runs, request.site)):
        again += 1
        run_id = f"{base}-{again}"
    in_force = published(request.site)
    return Manifest(
        run_id=run_id,
        run_key=key,
        report=request.report,
        period=request.period,
        parameters=dict(cast(dict[str, JsonValue], request.parameters)),
        status="queued",
        started_at=now,
        data_as_of=facts.data_as_of,
        data_version=facts.data_version,
        store_version=facts.store_version,
        drivers_version=facts.drivers_version,
        inputs=tuple(
            InputRecord(path=shown_path(file.path), sha256=file.sha256, rows=file.rows)
            for file in facts.inputs
        ),
        code=code_facts(root),
        code_sha256=package_sha256(),
        notebook_sha256=sha256_of(Path(request.notebook)),
        lock_sha256=lock_hash(root),
        python=python_version(),
        packages=package_versions(),
        supersedes=in_force.run_id if in_force else None,
        revision=in_force.revision + 1 if in_force else 1,
    )
