"""One warm process and one prepared pair of stores for all faults."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from forking import Forks
from two_versions import Prepared, prepared


@pytest.fixture(scope="package")
def forks() -> Iterator[Forks]:
    warm = Forks()
    yield warm
    warm.close()


@pytest.fixture(scope="package")
def stores(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepared(tmp_path_factory.mktemp("faults"), forks)
