"""Many small files of daily imports become a few larger ones; every version stays readable."""

from __future__ import annotations

from pathlib import Path

from deltalake import DeltaTable

from workbench.store.delta import KEPT_LOGS, WRITTEN

MANY = 16  # so many files of one size are put together
_MB = 2**20
# Two sizes, so that a large table is not written again for every sixteen small days.
_SIZES = (4 * _MB, 64 * _MB)
_LOG_ENTRIES = 50  # a reader goes through so many at most before it finds a checkpoint


def compact(folder: Path) -> int:
    """Put small files together where there are many; the version that holds the rows then."""
    table = DeltaTable(folder)
    for size in _SIZES:
        sizes = table.get_add_actions(flatten=True)["size_bytes"].to_pylist()
        if sum(one < size for one in sizes) >= MANY:
            table.optimize.compact(
                target_size=size, max_concurrent_tasks=1, writer_properties=WRITTEN,
                post_commithook_properties=KEPT_LOGS,
            )  # fmt: skip
            table = DeltaTable(folder)
    return table.version()


def shorten_log(folder: Path, before: int, now: int) -> None:
    """Write a checkpoint after every so many versions, of a version that is on record."""
    if now // _LOG_ENTRIES > max(before, 0) // _LOG_ENTRIES:
        DeltaTable(folder, version=now).create_checkpoint()
