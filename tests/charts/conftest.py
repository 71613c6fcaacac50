"""A small shop and an almost empty one, and the promise that charts leave nothing behind."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest
from hand_made import Log

from workbench.workspace import Workspace


@pytest.fixture(autouse=True)
def no_figure_is_left_behind() -> object:
    """Charts draw on figures of their own that pyplot never hears of."""
    before = plt.get_fignums()
    yield
    assert plt.get_fignums() == before


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two teams over six months, orders and refunds; from April on, churn is too young to judge."""
    log = Log(until="07-01")
    for month in range(1, 7):
        for i in range(28):
            day = f"2025-{month:02}-{1 + i:02}"
            team = "red" if i % 2 else "blue"
            ticket = log.ticket(
                f"{month}-{i}", f"{day} 08:00", f"c{i}", group_id=team,
                subject=("late parcel", "jammed grinder", "expired coupon")[i % 3],
            )  # fmt: skip
            ticket.reply(f"{day} 10:00").solved(f"{day} 11:00")
            log.order(f"{month}-{i}", f"{day} 07:00", f"c{i}")
        log.refund(f"{month}-1", f"2025-{month:02}-05", f"{10 * month}")
    return log.workspace(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """One ticket, one row, nothing else."""
    return Log(until="06-30").row("A", "06-05").workspace(tmp_path_factory.mktemp("bare"))
