"""One browser for all browser tests: a second playwright in one process is refused."""

from __future__ import annotations

import pytest
from browsing import chromium


@pytest.fixture(scope="session")
def browser():
    with chromium() as opened:
        yield opened
