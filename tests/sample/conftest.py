"""Samples generated once per session."""

from __future__ import annotations

import pytest
from sample_exports import Exports

from workbench.sample.generate import generate
from workbench.sample.truths import Truths


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Exports:
    """The default sample."""
    folder = tmp_path_factory.mktemp("planted") / "sample"
    generate(folder)
    return Exports(folder)


@pytest.fixture(scope="session")
def null_world(tmp_path_factory: pytest.TempPathFactory) -> Exports:
    """The same shop with nothing planted."""
    folder = tmp_path_factory.mktemp("null") / "sample"
    generate(folder, truths=Truths.none())
    return Exports(folder)
