"""Spark where it is installed; in CI it must be."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from workbench.workspace import Workspace

ROOT = Path(__file__).parents[2]
GENERATED = {"--months": 18, "--tickets-per-week": 1150}


@pytest.fixture(scope="session")
def spark() -> Iterator[str]:
    """The engine's name, or the reason why there is none."""
    lacking = [name for name in ("pyspark", "grpc") if find_spec(name) is None]
    lacking += [] if shutil.which("java") else ["a Java runtime"]
    if lacking and os.environ.get("CI") != "true":
        pytest.skip(f"needs {' and '.join(lacking)}: 'make spark'")
    assert not lacking, f"CI must test on Spark; there is no {' and no '.join(lacking)}"
    from workbench.store.spark_sessions import stopped

    yield "spark"
    stopped()


@dataclass(frozen=True)
class Both:
    """One workspace, opened on each engine."""

    duckdb: Workspace
    spark: Workspace

    @classmethod
    def of(cls, root: Path) -> Both:
        return cls(Workspace.open(root, engine="duckdb"), Workspace.open(root, engine="spark"))


@pytest.fixture(scope="session")
def committed_root(workbench: Callable, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of the committed sample, imported."""
    return _imported(workbench, ROOT / "data" / "sample", tmp_path_factory.mktemp("committed"))


@pytest.fixture(scope="session")
def committed(spark: str, committed_root: Path) -> Both:
    return Both.of(committed_root)


@pytest.fixture(scope="session")
def generated(spark: str, workbench: Callable, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """A hundred thousand tickets."""
    raw = tmp_path_factory.mktemp("raw") / "exports"
    sizes = [str(word) for pair in GENERATED.items() for word in pair]
    done = workbench("sample", *sizes, "--out", raw)
    assert done.code == 0, done.err
    return Both.of(_imported(workbench, raw, tmp_path_factory.mktemp("generated")))


def _imported(workbench: Callable, raw: Path, workspace: Path) -> Path:
    done = workbench("import", raw, "--workspace", workspace)
    assert done.code == 0, done.err
    return workspace
