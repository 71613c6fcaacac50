"""Whenever a report run is killed: is the old page published or the new one, and nothing else?

Every run makes the other of two pages. Afterwards the same command must end where an undisturbed
one does, and nothing may be left behind: no kernel, no worker, no half-made folder.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from orphans import Orphans
from report_forks import ReportForks
from report_site import Site

KILLS = int(os.environ.get("WORKBENCH_KILLS", "200"))
PAIRS = max(1, KILLS // 25)  # of them with two reports in two processes, which takes longer
LANES = 2
SEED = 20250701


@dataclass(frozen=True)
class Kill:
    """When, and whom: ``after`` is a share of the time from a phase, or the start, to the end."""

    phase: str
    after: float
    whole_group: bool


@dataclass(frozen=True)
class Pace:
    """How many seconds an undisturbed run takes here, and how many of them from publishing on."""

    whole: float
    publishing: float


def drawn(seed: int) -> Iterator[Kill]:
    """Two kills in five fall into the short time of publishing, the rest anywhere."""
    chance = random.Random(seed)
    while True:
        phase = "publishing" if chance.random() < 0.4 else ""
        yield Kill(phase, chance.random(), whole_group=chance.random() < 0.4)


def paced(site: Site, command: list[object]) -> Pace:
    start = time.monotonic()
    process = site.forks.start(*command, log=site.log)
    assert site.forks.reaches(process, "publishing")
    publishing = time.monotonic()
    assert site.forks.wait(process) == 0, site.log.read_text()
    return Pace(time.monotonic() - start, time.monotonic() - publishing)


def killed(site: Site, command: list[object], kill: Kill, pace: Pace, orphans: Orphans) -> bool:
    """Start the command and kill it; False if it had ended before."""
    environment = orphans.environment()
    process = site.forks.start(*command, log=site.log, environment=environment)
    if kill.phase:
        site.forks.reaches(process, kill.phase)
    time.sleep(kill.after * (pace.publishing if kill.phase else pace.whole))
    # not waited for yet, so its number is still its own
    (os.killpg if kill.whole_group else os.kill)(process, signal.SIGKILL)
    code = site.forks.wait(process)
    orphans.ended(environment)
    assert code in (0, -signal.SIGKILL), site.log.read_text()
    return code != 0


def lane(site: Site, kills: int, seed: int, orphans: Orphans) -> Counter[str]:
    """Kill one run after the other in one workspace; how many ended how."""
    tally: Counter[str] = Counter()
    old, new = 1, 0
    pace = paced(site, site.command(old))
    for kill in drawn(seed):
        was_killed = killed(site, site.command(new), kill, pace, orphans)
        found = site.is_old_or_new(old, new)
        is_new = found == site.expected[new]
        assert was_killed or is_new
        if was_killed:
            tally[kill.phase or "anywhere"] += 1
            tally["new page" if is_new else "old page"] += 1
        if not is_new:  # what else goes on here changes
            pace = paced(site, site.command(new))
        site.converges(new, tidied=not is_new)
        old, new = new, old
        if tally["new page"] + tally["old page"] == kills:
            break
    return tally


def test_killed_at_any_moment_the_page_is_the_old_one_or_the_new(
    quick_site: Site, start_forks: Callable[[Path], ReportForks],
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    each = -(-(KILLS - PAIRS) // LANES)
    sites = [quick_site.fresh(f"lane{number}") for number in range(LANES)]
    with Orphans() as orphans, ThreadPoolExecutor(LANES) as threads:
        warm = threads.map(start_forks, [quick_site.root] * LANES)
        for site, forks in zip(sites, warm, strict=True):
            site.forks = forks
        runs = [threads.submit(lane, sites[n], each, SEED + n, orphans) for n in range(LANES)]
        tally = sum((run.result() for run in runs), Counter())
    record_property("kills", dict(tally))
    record_property("seconds until the last process was gone", max(orphans.seconds))
    assert tally["anywhere"] + tally["publishing"] == LANES * each
    assert KILLS < 100 or tally["new page"] > 0, "some were killed after the switch"


def test_two_reports_in_two_processes_killed_are_each_the_old_page_or_the_new(
    quick_site: Site, record_property: Callable[[str, object], None]
) -> None:
    """``run --due`` by two schedules; the workers are processes of their own, and end too."""
    site = quick_site.fresh("pairs")
    reports = ("monthly_report", "monthly_report__second")
    command = ["run", "--due", "--workers", "2", "--workspace", site.workspace]
    site.schedule(reports, seed=1)
    pace = paced(site, command)
    old, new, was_killed = 1, 0, 0
    with Orphans() as orphans:
        for kill in drawn(SEED + LANES):
            site.schedule(reports, seed=new)
            was_killed += killed(site, command, kill, pace, orphans)
            for report in reports:
                site.is_old_or_new(old, new, report=report)
            assert site.forks.run(*command, log=site.log) == 0, site.log.read_text()
            for report in reports:
                assert site.is_old_or_new(new, report=report) == site.expected[new]
            site.settled()
            old, new = new, old
            if was_killed == PAIRS:
                break
    record_property("kills", was_killed)
    record_property("seconds until the last process was gone", max(orphans.seconds))
