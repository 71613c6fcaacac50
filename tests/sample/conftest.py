"""Samples generated once per session."""

from __future__ import annotations

from datetime import date

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


@pytest.fixture(scope="session")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Exports:
    """A quarter of a large shop, where differences of a few points stand out from noise."""
    folder = tmp_path_factory.mktemp("busy") / "sample"
    drawn = Truths.drawn(7, date(2024, 1, 1), 3)
    generate(
        folder,
        months=3,
        tickets_per_week=1500,
        truths=Truths(trial=drawn.trial, agents_differ=drawn.agents_differ),
    )
    return Exports(folder)


@pytest.fixture(scope="session")
def busy_null_world(tmp_path_factory: pytest.TempPathFactory) -> Exports:
    """The same quarter with nothing planted."""
    folder = tmp_path_factory.mktemp("busy_null") / "sample"
    generate(folder, months=3, tickets_per_week=1500, truths=Truths.none())
    return Exports(folder)
