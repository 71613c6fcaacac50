"""One warm process and one prepared pair of stores for all faults."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from forking import Forks
from report_forks import ReportForks
from report_site import Site, published_site, quick_project
from two_versions import Prepared, prepared


@pytest.fixture(scope="package")
def forks() -> Iterator[Forks]:
    warm = Forks()
    yield warm
    warm.close()


@pytest.fixture(scope="package")
def stores(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepared(tmp_path_factory.mktemp("faults"), forks)


@pytest.fixture(scope="package")
def start_forks() -> Iterator[Callable[[Path], ReportForks]]:
    """Start a warm process in a project whose reports are to be run."""
    warm: list[ReportForks] = []
    with tempfile.TemporaryDirectory(prefix="wbf") as scratch:  # short: it will hold sockets

        def start(root: Path) -> ReportForks:
            warm.append(ReportForks(root, Path(scratch)))
            return warm[-1]

        yield start
        for forks in warm:
            forks.close()


@pytest.fixture(scope="package")
def quick_site(
    start_forks: Callable[[Path], ReportForks], tmp_path_factory: pytest.TempPathFactory
) -> Site:
    """The quick report, published with seed 0; treat it as read-only."""
    project = quick_project(tmp_path_factory.mktemp("reports") / "project")
    return published_site(project, start_forks(project.root))
