"""A run that is told to stop, whose kernel fails, or that finds the disk full: does it say why in
one line, and stays the page what it was?"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator

import pytest
from orphans import TOKEN, Orphans, processes_alive
from report_forks import PHASES
from report_site import Site

KERNEL_FAULTS = {
    "the kernel exits": ("os._exit(0)", "the kernel died"),
    "the kernel exits with 3": ("os._exit(3)", "the kernel died"),
    "the kernel is killed": ("os.kill(os.getpid(), 9)", "the kernel died"),
    "the kernel crashes": ("import ctypes; ctypes.string_at(0)", "the kernel died"),
    "sys.exit": ("import sys; sys.exit()", "SystemExit (a report must run to its end)"),
    "SystemExit": ("raise SystemExit(0)", "SystemExit: 0 (a report must run to its end)"),
    "no memory": (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))\n"
        "held = [bytearray(2**28) for _ in range(99)]",
        "MemoryError",
    ),
    "an endless cell": ("while True: pass", "still running after 1 s"),
    "an endless cell that will not be interrupted": (
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
        "still running after 1 s",
    ),
}


@pytest.fixture
def site(quick_site: Site, request: pytest.FixtureRequest) -> Iterator[Site]:
    """A workspace of its own, after whose test nothing may run any more."""
    with Orphans() as orphans:
        fresh = quick_site.fresh(re.sub(r"\W+", "_", request.node.name))
        fresh.environment = orphans.environment()
        yield fresh
        orphans.ended(fresh.environment)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
@pytest.mark.parametrize("phase", ["", *(phase for _, _, phase in PHASES)])
def test_told_to_stop_it_says_so_and_changes_nothing_or_everything(
    site: Site, phase: str, name: str
) -> None:
    process = site.start(1)
    if phase:
        assert site.forks.reaches(process, phase)
        time.sleep(0.01)
    else:
        time.sleep(0.1)
    (os.killpg if name == "SIGINT" else os.kill)(process, getattr(signal, name))
    code = site.forks.wait(process)
    found = site.is_old_or_new(0, 1)
    if code == 0:  # it was as good as over
        assert (found, phase) == (site.expected[1], "index")
    else:
        assert (code, "stopped before it was done" in site.complaint) == (130, True)
    assert phase in ("publishing", "index") or found == site.expected[0]
    assert not [run for run in site.runs if run.status in ("queued", "running")]
    site.converges(1)


@pytest.mark.parametrize("fault", KERNEL_FAULTS)
def test_a_kernel_that_fails_is_a_reason(site: Site, fault: str) -> None:
    code, reason = KERNEL_FAULTS[fault]
    with site.fault(code):
        assert site.run(1, timeout=1 if "endless" in fault else 0) == 4
    assert reason in site.complaint
    assert site.is_old_or_new(0)
    (failed,) = [run for run in site.runs if run.status == "failed"]
    assert failed.reason in site.complaint
    site.converges(1)


@pytest.mark.parametrize("killed", ["spawn_main", "reporting.nursery"])
def test_a_killed_helper_process_is_a_reason_and_leaves_no_kernel(site: Site, killed: str) -> None:
    """A worker, and the process its kernels are forked from: as the kernel does for memory."""
    reports = ("monthly_report", "monthly_report__second")
    command = ["run", "--due", "--workers", "2", "--workspace", site.workspace]
    site.schedule(reports, seed=0)
    assert site.forks.run(*command, log=site.log) == 0, site.log.read_text()
    site.schedule(reports, seed=1)
    started = site.root / "started"
    with site.fault("pathlib.Path('started').touch(); time.sleep(4)"):
        process = site.forks.start(*command, log=site.log, environment=site.environment)
        while not started.exists():
            time.sleep(0.1)
        running = processes_alive()[site.environment[TOKEN]]
        # a forked kernel has its nursery's words, and a higher number
        os.kill(min(pid for pid, words in running.items() if killed in words), signal.SIGKILL)
        assert site.forks.wait(process) == 4
    started.unlink()
    failed = [run for run in site.runs if run.status == "failed"]
    assert failed
    assert all(run.reason in site.log.read_text() for run in failed), (failed, site.log.read_text())
    assert site.forks.run(*command, log=site.log) == 0, site.log.read_text()
    for report in reports:
        assert site.is_old_or_new(1, report=report)
    site.settled()


@pytest.mark.parametrize("kilobytes", [2, 4, 8, 16, 32, 64])
def test_files_that_may_not_grow_change_nothing(site: Site, kilobytes: int) -> None:
    code = site.run(1, limit=kilobytes * 1024)
    found = site.is_old_or_new(0, 1)
    assert (code == 0) == (found == site.expected[1])
    if code:
        assert code in (2, 4)
        assert site.complaint
    assert code or kilobytes > 16, "the page itself has more"
    site.converges(1)


@pytest.mark.parametrize("stays_full", [False, True], ids=["once", "for good"])
def test_a_disk_that_is_full_at_any_write_changes_nothing_or_everything(
    site: Site, stays_full: bool
) -> None:
    old, new, ended = 0, 1, []
    full_at, step = 1 + stays_full, 1
    while not ended or full_at < 20 or ended[-1] != 0:
        code = site.run(new, full_at=full_at, stays_full=stays_full)
        found = site.is_old_or_new(old, new)
        assert code == 0 or site.complaint, full_at
        assert code != 0 or found == site.expected[new], full_at
        ended.append(code)
        site.converges(new)
        old, new = new, old
        full_at, step = full_at + step, step + 2
    assert sum(code != 0 for code in ended) > 5


def test_killed_at_a_write_nothing_half_written_is_left(site: Site) -> None:
    """The moments that chance seldom meets: a file is written beside its place, not yet renamed."""
    old, new, full_at, code = 0, 1, 4, -signal.SIGKILL
    while code != 0:
        code = site.run(new, full_at=full_at, kills=True)
        found = site.is_old_or_new(old, new)
        assert code == -signal.SIGKILL or (code, found) == (0, site.expected[new])
        site.converges(new, tidied=found != site.expected[new])
        old, new = new, old
        full_at += 7
    assert full_at > 60
    site.converges(new)


def test_two_runs_at_once_the_second_is_told_so(site: Site) -> None:
    with site.fault("time.sleep(3)"):
        first = site.start(1)
        assert site.forks.reaches(first, "cells")
        second = site.forks.run(*site.command(1), log=site.root / "second.txt")
        told = (site.root / "second.txt").read_text()
        assert site.forks.wait(first) == 0
    assert second == 5
    assert told.startswith("error: runs/.lock: another report is being made.")
    assert told.count("\n") == 1
    assert site.is_old_or_new(1)
    site.settled()


def test_lock_of_a_dead_process_is_no_lock(site: Site) -> None:
    (site.workspace / "runs" / ".lock").write_text("999999")
    site.converges(1)
