"""Do the real reports say the same whatever the machine's time zone and language are?

Forced runs of one key: their words, numbers and tables are the same to the byte.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from report_forks import ReportForks

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = (
    {},
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"},
    {"TZ": "America/New_York", "LC_ALL": "C", "PYTHONHASHSEED": "99"},
)
REPORTS = {
    "metric_report": "2024-03",
    "monthly_report": "2024-03",
    "weekly_report": "2024-W11",
}


@pytest.fixture(scope="module")
def forks(start_forks: Callable[[Path], ReportForks]) -> ReportForks:
    return start_forks(ROOT)


@pytest.fixture(scope="module")
def workspace(forks: ReportForks, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three months of a small shop."""
    folder = tmp_path_factory.mktemp("everywhere")
    log = folder / "log.txt"
    for command in (
        ["sample", "--out", folder / "exports", "--months", 3, "--tickets-per-week", 40],
        ["import", folder / "exports", "--workspace", folder / "data"],
    ):
        assert forks.run(*command, log=log) == 0, log.read_text()
    return folder / "data"


@pytest.mark.parametrize(("report", "period"), REPORTS.items(), ids=list(REPORTS))
def test_three_forced_runs_in_other_zones_and_languages_are_the_same(
    forks: ReportForks, workspace: Path, report: str, period: str
) -> None:
    log, site = workspace.parent / "log.txt", workspace / "site" / report / period
    command = ["run", report, "--period", period, "--force", "--accept", "--workspace", workspace]
    for environment in ENVIRONMENTS:
        code = forks.run(*command, log=log, environment=environment, preload=True)
        assert code == 0, log.read_text()
    folders = [path for path in site.iterdir() if path.is_dir()]
    assert len(folders) == len(ENVIRONMENTS)
    manifests = [json.loads((folder / "manifest.json").read_text()) for folder in folders]
    assert len({manifest["run_key"] for manifest in manifests}) == 1
    assert len({manifest["body_sha256"] for manifest in manifests}) == 1
    contents = [_contents(folder) for folder in folders]
    assert len(contents[0]) > 1
    assert json.loads(contents[0]["metrics.json"])["answers"]
    assert contents[0] == contents[1] == contents[2]


def _contents(folder: Path) -> dict[str, bytes]:
    """Numbers and tables of a run to the byte, but for its own name."""
    record = (folder / "metrics.json").read_bytes().replace(folder.name.encode(), b"")
    tables = {path.name: path.read_bytes() for path in folder.rglob("*.csv")}
    return {"metrics.json": record, **tables}
