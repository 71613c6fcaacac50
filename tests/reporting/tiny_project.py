"""A project of tiny reports over a small store: the timer's whole way, at a second a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from workbench.commands.importing import declared, import_exports
from workbench.reporting.due import Due, read_schedules, what_is_due
from workbench.reporting.models import REPORTS
from workbench.reporting.progress import Silent
from workbench.reporting.runner import in_this_process, run_reports
from workbench.reporting.settling import Made

# What page.finish writes, without the seconds that its import takes.
BODY = """\
import json, os, pathlib
from workbench.definitions.periods import Period
from workbench.workspace import Workspace
data, span = Workspace.open(workspace), Period.parse(period)
created = data.table("tickets").created_at
n = int(data.table("tickets").filter(created >= span.start, created < span.end).count().to_pandas())
folder = pathlib.Path(os.environ["WORKBENCH_RUN_DIR"])
answer = {"metric": "tickets_created", "by": {}, "value": n, "numerator": n, "denominator": n,
          "low": None, "high": None, "status": "ok"}
record = {"finished": True, "title": "Tiny report", "data_version": data.state.data_version,
          "run_id": json.loads((folder / "params.json").read_text())["run_id"],
          "answers": [answer], "findings": [{"text": f"{n} tickets.", "section": "", "weight": 1}]}
(folder / "metrics.json").write_text(json.dumps(record))
print(n, "tickets")
"""


@dataclass
class Project:
    """A folder with notebooks, schedules and a workspace."""

    root: Path

    @property
    def workspace(self) -> Path:
        return self.root / "data"

    def schedule(self, name: str, text: str) -> None:
        (self.root / "parameters" / f"{name}.yaml").write_text(text, encoding="utf-8")

    def notebook(self, name: str, *cells: str) -> None:
        fields = REPORTS[name].model_fields.items()
        parameters = new_code_cell(
            "\n".join(f"{n}: {f.annotation.__name__} = {f.default!r}" for n, f in fields)
        )
        parameters.metadata["tags"] = ["parameters"]
        written = new_notebook(cells=[parameters, *map(new_code_cell, cells or [BODY])])
        nbformat.write(written, self.root / "notebooks" / f"{name}.ipynb")

    def tickets(self, first: datetime, days: int, a_day: int = 3, tag: str = "a") -> None:
        """Import some tickets a day, the last one a minute before midnight."""
        rows = ["ticket_id,created_at,updated_at,solved_at,status,channel,subject"]
        for day in range(days):
            for n in range(a_day):
                at = first + timedelta(days=day, minutes=1439 - 60 * n)
                when = f"{at:%Y-%m-%dT%H:%M:%SZ}"
                rows.append(f"{tag}{day}-{n},{when},{when},{when},closed,email,Where is it")
        path = self.root / f"tickets-{tag}.csv"
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
        (outcome,) = import_exports(self.workspace, [path], declared(), now=first)
        assert outcome.error is None, outcome.error

    def due(self, now: datetime, *, force: bool = False) -> list[Due]:
        schedules, faults = read_schedules(self.root)
        assert not faults
        return what_is_due(
            schedules, workspace=self.workspace, project_root=self.root, now=now, force=force
        )

    def run_due(self, now: datetime, *, accept: bool = False) -> list[Made]:
        """What ``workbench run --due`` carries out at this moment."""
        ready = [due.request for due in self.due(now) if due.request and not due.waits]
        silent = in_this_process(lambda _: Silent())
        return run_reports(ready, now=now, makers=silent, accept=accept)

    @property
    def pages(self) -> list[str]:
        """The published periods, as ``report/period``."""
        found = self.workspace.glob("site/*/*/index.html")
        return sorted("/".join(page.parts[-3:-1]) for page in found)


def tiny_project(root: Path) -> Project:
    """A project with one monthly schedule and nothing imported."""
    for folder in ("notebooks", "parameters"):
        (root / folder).mkdir(parents=True)
    project = Project(root)
    project.notebook("monthly_report")
    project.schedule("monthly_report", "schedule: monthly\nparameters:\n  period: last_month\n")
    return project


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def statuses(ended: Sequence[Made]) -> list[str]:
    """How each request ended, in a word, or why there is no run."""
    return [one.manifest.status if one.manifest else str(one.error) for one in ended]
