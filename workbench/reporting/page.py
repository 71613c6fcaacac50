"""What does a report notebook call to become a page?

Every method returns a piece that JupyterLab shows as it will be published. Inside a run
(``WORKBENCH_RUN_DIR`` is set by the runner) pictures, tables and the finish record are saved too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import UsageError
from workbench.reporting.fragments import (
    Cell,
    Finding,
    Fragment,
    ScoreHeads,
    ScoreRow,
    bullets,
    findings_list,
    frame_table,
    image,
    paragraphs,
    prose,
    score_table,
)
from workbench.reporting.saved import csv_bytes, json_bytes, png_bytes, run_id_of, save
from workbench.reporting.templates import content_style, moment_title

__all__ = ["Cell", "Finding", "Fragment", "Page", "ScoreHeads", "ScoreRow"]

MOST_FINDINGS = 5
_ID = re.compile(r"[a-z][a-z0-9_-]*")


def _run_dir() -> Path | None:
    folder = os.environ.get("WORKBENCH_RUN_DIR")
    return Path(folder) if folder else None


@dataclass
class Page:
    """One report page, top to bottom.

    ``scope`` says what is counted (``All vendors, e-mail and chat, 9,120 tickets``) and ``as_of``
    the moment the data stops.
    """

    title: str
    period_title: str
    scope: str
    as_of: datetime | str
    subtitle: str = ""
    run_dir: Path | None = field(default_factory=_run_dir)
    _findings: list[Finding] = field(default_factory=list, init=False, repr=False)
    _ids: set[str] = field(default_factory=set, init=False, repr=False)

    def header(self) -> Fragment:
        """Title, period, scope and the moment the data stops."""
        as_of = moment_title(self.as_of) if isinstance(self.as_of, datetime) else self.as_of
        subtitle = f'<p class="wb-subtitle">{escape(self.subtitle)}</p>' if self.subtitle else ""
        return Fragment(
            "header",
            f'<style>{content_style()}</style><header class="wb wb-header">'
            f'<p class="wb-period">{escape(self.period_title)}</p><h1>{escape(self.title)}</h1>'
            f'{subtitle}<p class="wb-scope">{prose(self.scope)}<br>'
            f"Data as of {escape(as_of)}</p></header>",
        )

    def findings(self, findings: Sequence[Finding]) -> Fragment:
        """At most five sentences, the largest weight first."""
        ranked = sorted(findings, key=lambda finding: -finding.weight)  # stable on equal weights
        self._findings = ranked[:MOST_FINDINGS]
        html = f"<h2>What to know</h2>{findings_list(self._findings)}"
        return self._box("findings", html, css="wb-findings")

    def scorecard(self, rows: Sequence[ScoreRow], heads: ScoreHeads | None = None) -> Fragment:
        """Each metric: this period, the previous one, a year ago, target, trend and state."""
        table = score_table(rows, heads or ScoreHeads())
        return self._box("scorecard", f"<h2>Scorecard</h2>{table}")

    def section(
        self,
        id: str,
        title: str,
        *,
        figure: Any = None,
        sentences: Sequence[str] = (),
        frame: pd.DataFrame | None = None,
        definition: str = "",
        tickets: pd.DataFrame | None = None,
        caveats: Sequence[str] = (),
        alt: str = "",
    ) -> Fragment:
        """One chart and two sentences; under it the table, the definition and the tickets.

        ``figure`` is a Figure or an Axes; ``alt`` describes it (default: title and first sentence).
        """
        self._claim(id)
        sentences = [sentences] if isinstance(sentences, str) else list(sentences)
        html = f"<h2>{escape(title)}</h2>"
        if figure is not None:
            png = png_bytes(getattr(figure, "figure", figure))
            save(self.run_dir, f"figures/{id}.png", png)
            alt = alt or ". ".join([title, *sentences[:1]])
            html += f"<figure>{image(png, alt)}</figure>"
        html += paragraphs(sentences) + bullets(caveats, "wb-caveats")
        html += self._folded(id, frame, definition) + self._tickets(id, tickets)
        return self._box(id, html)

    def not_computable(self, items: Sequence[str | tuple[str, str]]) -> Fragment:
        """What could not be answered and why: sentences, or (metric, reason) pairs."""
        texts = [item if isinstance(item, str) else f"{item[0]}: {item[1]}" for item in items]
        html = bullets(texts, "wb-missing") or "<p>Every metric of this report was computable.</p>"
        return self._box("not-computable", f"<h2>Not computable</h2>{html}")

    def loaded(self, frame: pd.DataFrame, sentences: Sequence[str] = ()) -> Fragment:
        """What was loaded, rejected and left out: one row per table or file."""
        name = save(self.run_dir, "tables/loaded.csv", csv_bytes(frame))
        html = paragraphs(sentences) + frame_table(frame, name)
        return self._box("loaded", f"<h2>What was loaded</h2>{html}")

    def finish(
        self, answers: Sequence[Mapping[str, object]], *, data_version: str = ""
    ) -> Fragment:
        """Declare the page complete; without this record nothing is published.

        ``data_version`` is what the notebook read; a run asked for another version fails.
        """
        record: dict[str, object] = {
            "finished": True,
            "title": self.title,
            "data_version": data_version,
            "answers": list(answers),
            "findings": [vars(finding) for finding in self._findings],
        }
        if self.run_dir is not None:
            record["run_id"] = run_id_of(self.run_dir)
        save(self.run_dir, "metrics.json", json_bytes(record))
        text = f"Finished: {len(answers)} answers, {len(self._findings)} findings."
        return Fragment("finish", f'<p class="wb wb-finish">{text}</p>')

    def _folded(self, id: str, frame: pd.DataFrame | None, definition: str) -> str:
        if frame is None and not definition:
            return ""
        parts = ["Table" if frame is not None else "", "Definition" if definition else ""]
        label = " and ".join(part for part in parts if part).capitalize()
        text = f'<p class="wb-definition">{escape(definition)}</p>' if definition else ""
        if frame is not None:
            name = save(self.run_dir, f"tables/{id}.csv", csv_bytes(frame))
            text += frame_table(frame, name)
        return f"<details><summary>{label}</summary>{text}</details>"

    def _tickets(self, id: str, tickets: pd.DataFrame | None) -> str:
        if tickets is None:
            return ""
        name = save(self.run_dir, f"tables/{id}_tickets.csv", csv_bytes(tickets))
        text = f"What these numbers count, row by row ({len(tickets):,} rows, CSV)"
        text = f'<a href="{escape(name)}">{text}</a>' if name else text
        return f'<p class="wb-more">{text}</p>'

    def _claim(self, id: str) -> None:
        if not _ID.fullmatch(id) or id in {"findings", "scorecard", "loaded", "not-computable"}:
            raise UsageError(
                f"{id!r} cannot be a section id.", fix="Use lower-case words, such as 'refunds'."
            )
        if id in self._ids and self.run_dir is not None:
            raise UsageError(f"two sections are called {id!r}.", fix="Give each its own id.")
        self._ids.add(id)

    def _box(self, id: str, html: str, css: str = "") -> Fragment:
        return Fragment(id, f'<section id="{id}" class="wb {css}">{html}</section>')
