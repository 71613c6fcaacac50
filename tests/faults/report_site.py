"""A project of quick reports, published once, and what a reader and an operator find in it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from report_forks import ReportForks
from reporting.tiny_project import Project, tiny_project

from workbench.reporting.files import sha256_of
from workbench.reporting.manifest import Manifest, read_manifest

MONTH = "2025-06"
REPORT = "monthly_report"
# What page.section and page.finish leave, without the seconds their imports take.
WRITES = """\
import hashlib, json, os, pathlib, time, base64
from IPython.display import HTML
folder = pathlib.Path(os.environ["WORKBENCH_RUN_DIR"])
fault = pathlib.Path("fault.py")  # what a test wants to go wrong here
if fault.exists():
    exec(fault.read_text())
def keep(name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
numbers = [int(hashlib.sha256(f"{seed} {n}".encode()).hexdigest()[:6], 16) for n in range(200)]
keep("figures/volume.png", b"PNG" + bytes(n % 256 for n in numbers) * 200)
rows = "".join(f"{n},{number}\\n" for n, number in enumerate(numbers))
keep("tables/volume.csv", f"n,number\\n{rows}".encode())
for part in range(3):
    keep(f"tables/part{part}.csv", f"part,seed\\n{part},{seed}\\n".encode() * 300)
"""
SHOWS = """\
cells = "".join(f"<td>{number}</td>" for number in numbers)
links = "".join(f'<a href="tables/part{n}.csv">part {n}</a>' for n in range(3))
HTML(f'<h1>Quick report</h1><table><tr>{cells}</tr></table>'
     f'<p><a href="tables/volume.csv">all rows</a> {links}</p>')
"""
FINISHES = """\
answers = [{"metric": f"number_{n}", "by": {}, "value": number, "status": "ok"}
           for n, number in enumerate(numbers)]
record = {"finished": True, "title": "Quick report", "data_version": "", "answers": answers,
          "findings": [{"text": f"{sum(numbers)} in all.", "section": "volume", "weight": 1.0}],
          "run_id": json.loads((folder / "params.json").read_text())["run_id"]}
keep("metrics.json", (json.dumps(record, indent=2) + "\\n").encode())
"""


@dataclass(frozen=True)
class Fingerprint:
    """What a reader finds of one report: its words, its numbers and its tables."""

    body_sha256: str
    numbers: str
    tables: str


@dataclass
class Site:
    """A workspace in which the quick report is published, and the commands that make it anew."""

    root: Path  # of the project: its notebook and schedules
    workspace: Path
    forks: ReportForks
    log: Path
    expected: dict[int, Fingerprint] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def complaint(self) -> str:
        """The one line a failed command leaves on stderr: why. No traceback."""
        text = self.log.read_text()
        assert "Traceback" not in text, text
        lines = [line for line in text.splitlines() if line.startswith("error: ")]
        assert len(lines) == 1, text
        return lines[0]

    def fresh(self, name: str) -> Site:
        """A copy of the workspace, in the same project."""
        folder = Path(mkdtemp(prefix=f"{name[:40]}-", dir=self.root.parent))
        shutil.copytree(self.workspace, folder / "data")
        return Site(self.root, folder / "data", self.forks, folder / "log.txt", self.expected)

    def command(self, seed: int, *more: object) -> list[object]:
        """Make and publish the quick report with this seed."""
        return ["run", REPORT, "--period", MONTH, "-p", f"seed={seed}",
                "--workspace", self.workspace, *more]  # fmt: skip

    def run(self, seed: int, *more: object, **options: Any) -> int:
        """Carry that out; how it ended."""
        return self.forks.wait(self.start(seed, *more, **options))

    def start(self, seed: int, *more: object, **options: Any) -> int:
        """Begin that; the number of its process."""
        return self.forks.start(
            *self.command(seed, *more), log=self.log, environment=self.environment, **options
        )

    def converges(self, seed: int, *, tidied: bool = True) -> None:
        """The command ends as an undisturbed one does, and nothing is left of those before.

        Unless ``tidied``: where there was nothing to make, the next run tidies.
        """
        assert self.run(seed) == 0, self.log.read_text()
        assert self.seen() == self.expected[seed]
        check_ways(self.workspace / "site")
        self.settled(tidied=tidied)

    def schedule(self, reports: Iterable[str], *, seed: int) -> None:
        """Let these reports be due each month with this seed."""
        for report in reports:
            text = f"schedule: monthly\nparameters:\n  period: last_month\n  seed: {seed}\n"
            Project(self.root).schedule(report, text)

    def seen(self, report: str = REPORT, month: str = MONTH) -> Fingerprint | None:
        """What a reader sees, checked file by file: the page is whole, and so are its files."""
        return page_seen(self.workspace / "site" / report / month)

    def is_old_or_new(self, *seeds: int, report: str = REPORT) -> Fingerprint | None:
        """The page is that of one of these seeds and whole, and the ways to it are open."""
        found = self.seen(report)
        assert found in [self.expected[seed] for seed in seeds], self.workspace
        check_ways(self.workspace / "site")
        return found

    @contextmanager
    def fault(self, code: str) -> Iterator[None]:
        """Let the notebook run this code in its first cell."""
        path = self.root / "fault.py"
        path.write_text(code)
        yield
        path.unlink()

    def settled(self, *, tidied: bool = True) -> None:
        """Nothing is left of runs that were broken off, but that they failed and why."""
        odd = [
            path.relative_to(self.workspace).as_posix()
            for top in ("runs", "site") for path in (self.workspace / top).rglob(".*")
            if path.name.startswith(".staging-") or path.name.endswith(".tmp")
        ]  # fmt: skip
        assert not (odd and tidied), odd
        for run in self.runs:
            assert run.status in ("failed", "published", "succeeded"), (run.run_id, run.status)
            assert (run.status == "failed") == bool(run.reason), run.run_id
            assert "\n" not in run.reason

    @property
    def runs(self) -> list[Manifest]:
        """The manifests of all runs kept."""
        folders = [path for path in (self.workspace / "runs").glob("*/*/*") if path.is_dir()]
        return [read_manifest(folder) for folder in folders]


def page_seen(site: Path) -> Fingerprint | None:
    """The page of one report and month; None where nothing is published. Half a page fails.

    Nothing of the workbench judges here but the schema of its manifest.
    """
    page = site / "index.html"
    if not page.exists():
        return None
    html = page.read_text("utf-8")
    assert html.rstrip().endswith("</html>")
    (run_id,) = re.findall(r'<meta name="workbench-run" content="([^"]+)">', html)
    manifest = read_manifest(site / run_id)
    assert (manifest.status, manifest.run_id) == ("published", run_id)
    assert sha256_of(page) == manifest.outputs["index.html"]
    for name in links(html):
        assert name.startswith(f"{run_id}/"), name
        assert sha256_of(site / name) == manifest.outputs[name.removeprefix(f"{run_id}/")]
    for name, claimed in manifest.outputs.items():
        if name not in ("index.html", "log.txt"):
            assert sha256_of(site / run_id / name) == claimed, name
    record = json.loads((site / run_id / "metrics.json").read_text())
    tables = {
        path.name: sha256_of(path) for path in sorted((site / run_id / "tables").rglob("*.csv"))
    }
    return Fingerprint(manifest.body_sha256, _digest(record["answers"]), _digest(tables))


def check_ways(site: Path) -> None:
    """The index and the pointers to the latest pages lead to pages that are there."""
    for page in (site / "index.html", *site.glob("*/index.html")):
        html = page.read_text("utf-8")
        assert html.rstrip().endswith("</html>"), page
        for name in links(html):
            assert (page.parent / name).resolve().is_file(), (page, name)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.found += [value for name, value in attrs if name in ("href", "src") and value]
        if (told.get("http-equiv") or "").lower() == "refresh":
            self.found.append(str(told["content"]).partition("url=")[2])


def links(html: str) -> list[str]:
    """The files an HTML page leads to, itself and its index aside."""
    reader = _Links()
    reader.feed(html)
    return [name for name in reader.found
            if not name.startswith(("#", "data:")) and name != "../../index.html"]  # fmt: skip


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def quick_project(root: Path) -> Project:
    """A project of one quick report over a month of tickets."""
    project = tiny_project(root)
    project.notebook(REPORT, WRITES, SHOWS, FINISHES)
    project.tickets(datetime(2025, 6, 1, tzinfo=UTC), 30)
    return project


def published_site(project: Project, forks: ReportForks) -> Site:
    """Publish the quick report undisturbed, with seed 1 and then with seed 0."""
    site = Site(project.root, project.workspace, forks, project.root / "log.txt")
    for seed in (1, 0):
        assert site.run(seed) == 0, site.log.read_text()
        found = site.seen()
        assert found is not None
        site.expected[seed] = found
    return site
