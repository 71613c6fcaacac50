"""What a run refuses or repairs: wrong parameters, months without data, damaged manifests, folders
that are not as they should be. One line says why; no kernel starts where none is needed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from forking import NOW
from report_site import MONTH, REPORT, Site, check_ways, page_seen
from reporting.tiny_project import Project

from workbench.commands.importing import declared, import_exports

WORKBENCH = str(Path(sys.executable).parent / "workbench")


@pytest.fixture
def site(quick_site: Site, request: pytest.FixtureRequest) -> Iterator[Site]:
    return quick_site.fresh(re.sub(r"\W+", "_", request.node.name))


def refused(site: Site, *arguments: object) -> int:
    """Run a command that must end before a kernel starts, and leave everything as it was."""
    before = sorted(site.workspace.rglob("*"))
    process = site.forks.start(*arguments, "--workspace", site.workspace, log=site.log)
    assert not site.forks.reaches(process, "kernel")
    code = site.forks.wait(process)
    assert sorted(site.workspace.rglob("*")) == before
    return code


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (["-p", "sed=1"], "unknown parameter 'sed'"),
        (["-p", "colour=red"], "unknown parameter 'colour'"),
        (["-p", "seed=one"], "seed"),
        (["-p", "seed=1.5"], "seed"),
        (["-p", "seed=-1"], "seed"),
        (["-p", "by=shoe_size"], "by"),
        (["-p", "min_n=true"], "min_n"),
        (["-p", "seed"], "'seed' is not name=value"),
        (["-p", "seed=1", "-p", "seed=2"], "'seed' is given twice"),
        (["-p", "period=2025-13"], "period"),
        (["-p", "period=../../etc"], "period"),
        (["-p", "seed=__import__('os').abort()"], "seed"),
    ],
)
def test_wrong_parameters_are_refused_before_a_kernel_starts(
    site: Site, given: list[str], reason: str
) -> None:
    period = [] if "period=" in given[1] else ["--period", MONTH]
    assert refused(site, "run", REPORT, *period, *given) == 2
    assert reason in site.complaint
    assert site.is_old_or_new(0)


def test_unknown_report_is_refused(site: Site) -> None:
    assert refused(site, "run", "montly_report", "--period", MONTH) == 2
    assert "monthly_report" in site.complaint


@pytest.mark.parametrize("month", ["2025-05", "2025-07", "2024-02"])
def test_month_without_data_is_refused(site: Site, month: str) -> None:
    assert refused(site, "run", REPORT, "--period", month) == 4
    assert "no ticket was created in this period" in site.complaint
    assert "Tickets run from 2025-06 to 2025-06" in site.complaint


def test_export_of_nothing_but_a_header_makes_no_report(site: Site) -> None:
    shutil.rmtree(site.workspace)
    export = site.log.with_name("tickets.csv")
    export.write_text("ticket_id,created_at,updated_at,solved_at,status,channel,subject\n")
    import_exports(site.workspace, [export], declared(), now=datetime(2025, 7, 1, tzinfo=UTC))
    assert refused(site, "run", REPORT, "--period", MONTH) in (2, 4)
    assert site.complaint
    assert refused(site, "run", REPORT) in (2, 4)
    assert site.complaint


def imported(site: Site, tickets: dict[str, int]) -> None:
    """Begin the workspace anew, with so many tickets created at the times of each line."""
    shutil.rmtree(site.workspace)
    rows = ["ticket_id,created_at,updated_at,solved_at,status,channel,subject"]
    for when, count in tickets.items():
        rows += [f"{when}-{n},{when},{when},{when},closed,email,Where is it" for n in range(count)]
    export = site.log.with_name("tickets.csv")
    export.write_text("\n".join(rows) + "\n")
    (outcome,) = import_exports(
        site.workspace, [export], declared(), now=datetime(2024, 1, 1, tzinfo=UTC)
    )
    assert outcome.error is None


def test_half_the_usual_rows_wait_for_somebody_to_accept_them(site: Site) -> None:
    months = {f"2025-{month:02}-28T12:00:00Z": 90 for month in range(1, 6)}
    imported(site, months | {"2025-06-30T23:59:00Z": 40})
    assert site.run(1) == 4
    assert "needs review: the period has 40 tickets, less than half of the usual 90" in (
        site.complaint
    )
    assert site.seen() is None
    process = site.start(1)
    assert not site.forks.reaches(process, "kernel"), "it waits: another run would say the same"
    assert site.forks.wait(process) == 4
    process = site.start(1, "--accept")
    assert not site.forks.reaches(process, "kernel")
    assert site.forks.wait(process) == 0
    assert site.is_old_or_new(1)
    site.settled()


def test_the_last_day_of_a_month_belongs_to_it(site: Site) -> None:
    """29 February, and the last second before and the first after a month."""
    days = {"2024-01-31T23:59:59Z": 3, "2024-02-01T00:00:00Z": 5, "2024-02-29T00:00:00Z": 7,
            "2024-02-29T23:59:59Z": 11, "2024-03-01T00:00:00Z": 13}  # fmt: skip
    imported(site, days)
    seen = []
    for month in ("2024-01", "2024-02", "2024-03"):
        command = [*site.command(1, "--accept")]
        command[command.index(MONTH)] = month
        process = site.forks.start(*command, log=site.log)
        assert site.forks.wait(process) == 0, site.log.read_text()
        assert page_seen(site.workspace / "site" / REPORT / month)
        told = site.forks.run("metrics", "tickets_created", "--period", month, "--json",
                              "--workspace", site.workspace, log=site.log)  # fmt: skip
        assert told == 0
        (value,) = re.findall(r'"value": (\d+)', site.log.read_text())
        seen.append(int(value))
    assert seen == [3, 5 + 7 + 11, 13]
    check_ways(site.workspace / "site")


@pytest.mark.parametrize("bytes_left", [0, 1, 300])
@pytest.mark.parametrize("top", ["runs", "site"])
def test_truncated_manifest_is_made_again(site: Site, top: str, bytes_left: int) -> None:
    manifests = list((site.workspace / top / REPORT / MONTH).glob("*/manifest.json"))
    assert manifests
    for manifest in manifests:
        os.truncate(manifest, bytes_left)
    if top == "site":
        process = site.start(0)
        assert site.forks.reaches(process, "kernel"), "the page is not trusted any more"
        assert site.forks.wait(process) == 0
        assert site.is_old_or_new(0)
    assert site.run(1) == 0, site.log.read_text()
    assert site.is_old_or_new(1)


def test_truncated_manifest_of_a_run_that_was_killed_is_no_obstacle(site: Site) -> None:
    staging = site.workspace / "runs" / REPORT / MONTH / ".staging-20250701T060000Z-0"
    staging.mkdir()
    (staging / "manifest.json").write_text('{"run_id": "2025')
    site.converges(1)


@pytest.mark.parametrize("part", ["runs", "site", f"site/{REPORT}/{MONTH}"])
def test_folder_that_may_not_be_written_to(site: Site, part: str) -> None:
    top = site.workspace / part
    folders = [top, *(path for path in top.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    code = site.run(1, strip=True)
    for folder in folders:
        folder.chmod(0o755)
    assert code in (2, 4)
    assert "Permission denied" in site.complaint
    assert site.is_old_or_new(0)
    site.converges(1)


@pytest.mark.parametrize("part", ["runs", "site", f"site/{REPORT}", f"site/{REPORT}/{MONTH}"])
def test_folder_that_is_a_link_is_followed(site: Site, part: str) -> None:
    folder, elsewhere = site.workspace / part, site.log.with_name("elsewhere")
    shutil.move(folder, elsewhere)
    folder.symlink_to(elsewhere)
    site.converges(1)
    assert folder.is_symlink()


def test_page_that_is_a_link_is_replaced_and_its_target_left_alone(site: Site) -> None:
    page, elsewhere = site.workspace / "site" / REPORT / MONTH / "index.html", site.log.parent / "x"
    shutil.move(page, elsewhere)
    page.symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    site.converges(1)
    assert elsewhere.read_bytes() == before
    assert not page.is_symlink()


def test_notebook_replaced_while_it_runs_is_not_published(site: Site) -> None:
    notebook = site.root / "notebooks" / f"{REPORT}.ipynb"
    before = notebook.read_bytes()
    with site.fault(f"open({str(notebook)!r}, 'a').write(' ')"):
        code = site.run(1)
    notebook.write_bytes(before)
    assert code == 4
    assert "the notebook was changed while it ran" in site.complaint
    assert site.is_old_or_new(0)
    site.converges(1)


def test_export_imported_while_it_runs_is_for_the_next_page(site: Site) -> None:
    """The page says which data it is of, and reads that; the next run is of the new."""
    with site.fault("time.sleep(2)"):
        process = site.start(1)
        assert site.forks.reaches(process, "cells")
        Project(site.log.parent).tickets(datetime(2025, 6, 1, tzinfo=UTC), 30, a_day=4, tag="b")
        assert site.forks.wait(process) == 0, site.log.read_text()
    assert site.is_old_or_new(1)
    versions = {run.data_version for run in site.runs}
    process = site.start(1)
    assert site.forks.reaches(process, "kernel"), "the data are not those of the page"
    assert site.forks.wait(process) == 0, site.log.read_text()
    assert len({run.data_version for run in site.runs} - versions) == 1


@pytest.mark.parametrize("closing", [">&-", "< /dev/null >&-", "2>&-", "| head -c 0"])
def test_nobody_listens(site: Site, closing: str) -> None:
    """Output that nobody reads is no reason for half a page, nor for a traceback."""
    command = " ".join([WORKBENCH, *map(str, site.command(0))])
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command} {closing}"], cwd=site.root, timeout=120,
        capture_output=True, text=True, env={**os.environ, "WORKBENCH_NOW": NOW},
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr  # the page is there, its path was not told
    assert "Traceback" not in done.stderr, done.stderr
    assert "Exception ignored" not in done.stderr, done.stderr
    assert done.stderr.count("error: ") <= 1
    assert site.is_old_or_new(0)
    site.settled()
