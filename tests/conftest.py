"""What many tests share: the command line as a user runs it, and one published demo."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import matplotlib as mpl
import pytest
from filelock import FileLock

mpl.use("Agg")

ROOT = Path(__file__).parents[1]
NOW = "2025-07-01T06:00:00+00:00"


@dataclass(frozen=True)
class Done:
    """A finished command: its exit code and what it printed."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def workbench() -> Callable[..., Done]:
    """Run ``workbench ARGS`` in a process of its own, from the project's root."""

    def run(*arguments: object, cwd: Path = ROOT, timeout: float = 300, **environment: str) -> Done:
        done = subprocess.run(
            [str(Path(sys.executable).parent / "workbench"), *map(str, arguments)],
            cwd=cwd, capture_output=True, text=True, timeout=timeout,
            env={**os.environ, "WORKBENCH_NOW": NOW, **environment},
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    return run


@dataclass(frozen=True)
class Demo:
    """What ``workbench demo`` left behind."""

    workspace: Path
    done: Done

    @property
    def page(self) -> Path:
        return self.workspace / "site" / "monthly_report" / "2025-06" / "index.html"


@pytest.fixture(scope="session")
def demo(workbench: Callable[..., Done], tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The main job, run once for all tests, also where several processes share them out; treat it
    as read-only."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    workspace, told = folder / "demo", folder / "demo.json"
    with FileLock(folder / "demo.lock"):
        if not told.exists():
            done = workbench("demo", "--workspace", workspace, timeout=900)
            told.write_text(json.dumps(asdict(done)), encoding="utf-8")
    return Demo(workspace, Done(**json.loads(told.read_text("utf-8"))))
