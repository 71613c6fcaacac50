"""What made this page: which code, which packages, and is a repeat the same run?"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import workbench
from workbench.reporting.files import sha256_of
from workbench.reporting.manifest import Code

PACKAGES = ("pandas", "numpy", "duckdb", "ibis-framework", "deltalake", "scikit-learn",
            "statsmodels", "matplotlib", "papermill", "nbconvert", "ipykernel")  # fmt: skip
_SOURCES = (".py", ".j2", ".css")
_CODE = ("workbench", "notebooks", "pyproject.toml", "requirements.lock")  # parameters are recorded


def run_key(
    *,
    notebook: Path,
    parameters: Mapping[str, object],
    data_version: str,
    lock_sha256: str | None,
    report: str = "",
    drivers_version: str = "",
) -> str:
    """One hash for all a page depends on: the same key means the same page.

    The workspace's path is left out: moving the folder changes no answer, its data version does.
    """
    asked = {name: value for name, value in parameters.items() if name != "workspace"}
    parts: dict[str, object] = {
        "report": report,
        "notebook": sha256_of(notebook),
        "parameters": asked,
        "data_version": data_version,
        "workbench": package_sha256(),
        "lock": lock_sha256,
    }
    if drivers_version:
        parts["drivers"] = drivers_version
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def package_sha256() -> str:
    """One hash over the sources of the installed workbench, templates included."""
    root = Path(workbench.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.suffix in _SOURCES):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def lock_hash(project_root: Path) -> str | None:
    """The hash of ``requirements.lock``, if the project has one."""
    lock = project_root / "requirements.lock"
    return sha256_of(lock) if lock.is_file() else None


def code_facts(project_root: Path) -> Code:
    """The workbench version, and the commit it stands on if the project is a git checkout."""
    sha = _git(project_root, "rev-parse", "HEAD")
    changes = _git(project_root, "status", "--porcelain", "--", *_CODE) if sha else None
    return Code(
        version=workbench.__version__,
        git_sha=sha or None,
        dirty=None if changes is None else bool(changes),
    )


def package_versions() -> dict[str, str]:
    """The installed versions of the packages that can change a number or a page."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def python_version() -> str:
    """The running Python: ``3.11.7``."""
    return platform.python_version()


def _git(root: Path, *arguments: str) -> str | None:
    try:
        answer = subprocess.run(
            ["git", "-C", str(root), *arguments],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
            env=os.environ | {"GIT_OPTIONAL_LOCKS": "0"},
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()
