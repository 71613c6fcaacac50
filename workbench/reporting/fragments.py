"""How does each piece of a page look as HTML? Every text is escaped here, once."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import escape
from io import BytesIO
from numbers import Integral, Real

import pandas as pd
from matplotlib.figure import Figure

from workbench.charts.sparklines import sparkline
from workbench.definitions.findings import Finding
from workbench.errors import UsageError

STATES = {"good": "●", "watch": "▲", "miss": "■", "steady": "◆", "unknown": "○"}
DPI = 160
SHOWN_ROWS = 200
MANY_COLUMNS = 9
_LEGEND = (
    '<p class="wb-more">● good, ■ miss: the whole interval lies on that side of the target. '
    "▲ watch: the target lies inside the interval, or clearly worse than before. "
    "◆ steady: no target, not clearly worse than before. "
    "○ unknown: no value, or nothing whole to compare with. Targets are this tool's defaults.</p>"
)
PRINTED_ROWS = 24  # a longer table fills pages nobody reads on paper
_TOGETHER = re.compile(r"(?<=\d) (?=(?:%|h|min|s|days?)\b|%)|(?<=\bn) (?=\d)")
MISSING = "–"


@dataclass(frozen=True)
class Fragment:
    """A piece of a page; JupyterLab shows it as it will be published."""

    name: str
    html: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return f"[{self.name}]"


@dataclass(frozen=True)
class Cell:
    """A number as shown, and under it its interval and n, or why it is blank."""

    text: str
    detail: str = ""


@dataclass(frozen=True)
class ScoreRow:
    """One metric of the scorecard; ``state`` is one of `STATES`."""

    label: str
    unit: str
    this: Cell
    previous: Cell
    year_ago: Cell | None
    target: str
    history: tuple[float | None, ...]
    state: str
    note: str = ""

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise UsageError(
                f"{self.state!r} is not a state.", where=self.label, fix=f"One of {list(STATES)}."
            )


def prose(text: str) -> str:
    """A text escaped, with a number kept on one line with its unit."""
    return _TOGETHER.sub("&nbsp;", escape(text.strip()))


def paragraphs(sentences: Sequence[str]) -> str:
    """One paragraph of sentences."""
    text = " ".join(prose(sentence) for sentence in sentences if sentence.strip())
    return f"<p>{text}</p>" if text else ""


def bullets(texts: Sequence[str], css: str) -> str:
    """A plain list, or nothing."""
    items = "".join(f"<li>{prose(text)}</li>" for text in texts)
    return f'<ul class="{css}">{items}</ul>' if items else ""


def image(png: bytes, alt: str, *, css: str = "", dpi: int = DPI) -> str:
    """A picture carried in the page itself, shown so that its letters have their true size."""
    width = round(int.from_bytes(png[16:20]) * 96 / dpi)  # a PNG says its width there
    data = base64.b64encode(png).decode("ascii")
    return (
        f'<img class="{css}" width="{width}" alt="{escape(alt)}" '
        f'src="data:image/png;base64,{data}">'
    )


def findings_list(findings: Sequence[Finding]) -> str:
    """The sentences a reader with one minute reads."""
    items = "".join(
        f'<li>{prose(finding.text)} <a href="#{escape(finding.section)}">'
        f"{escape(finding.section.replace('_', ' ').replace('-', ' '))}&nbsp;↓</a></li>"
        for finding in findings
    )
    return f"<ol>{items}</ol>" if items else "<p>Nothing stands out in this period.</p>"


@dataclass(frozen=True)
class ScoreHeads:
    """What the columns of a scorecard are called, and the unit its history is counted in. Without
    ``year_ago`` there is no such column."""

    this: str = "This period"
    previous: str = "Previous"
    year_ago: str = "A year ago"
    history: str = "18 months"
    unit: str = "months"


def score_table(rows: Sequence[ScoreRow], heads: ScoreHeads) -> str:
    """The scorecard: one row per metric."""
    words = ("Metric", heads.this, heads.previous, heads.year_ago, "Target", heads.history, "State")
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in words if text)
    body = "".join(_score_row(row, heads) for row in rows)
    return (
        f'<div class="wb-scroll"><table class="wb-score"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{_LEGEND}"
    )


def _score_row(row: ScoreRow, heads: ScoreHeads) -> str:
    note = f"<small>{escape(row.note)}</small>" if row.note else ""
    unit = f' <span class="wb-unit">{escape(row.unit)}</span>' if row.unit else ""
    beside = [("", row.year_ago or Cell(""))] if heads.year_ago else []
    cells = "".join(
        f'<td class="{css}">{prose(cell.text or MISSING)}'
        + (f"<small>{prose(cell.detail)}</small></td>" if cell.detail else "</td>")
        for css, cell in (("wb-this", row.this), ("", row.previous), *beside)
    )
    state = f'<span aria-hidden="true">{STATES[row.state]}</span> {row.state}'
    return (
        f'<tr><th scope="row">{escape(row.label)}{unit}{note}</th>{cells}'
        f"<td>{prose(row.target or MISSING)}</td><td>{_spark(row, heads.unit)}</td>"
        f'<td class="wb-state wb-{row.state}">{state}</td></tr>'
    )


def _spark(row: ScoreRow, unit: str) -> str:
    known = [value for value in row.history if value is not None and value == value]
    if not known:
        return MISSING
    figure = Figure(figsize=(1.3, 0.3))
    sparkline(row.history, figure.add_axes((0.02, 0.04, 0.96, 0.92)))
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=200, transparent=True, metadata={"Software": None})
    alt = (
        f"{row.label}, {len(row.history)} {unit}: last {known[-1]:.4g}, "
        f"lowest {min(known):.4g}, highest {max(known):.4g}"
    )
    return image(buffer.getvalue(), alt, css="wb-spark", dpi=200)


def frame_table(frame: pd.DataFrame, csv: str = "") -> str:
    """A frame as a table; a long one is cut, and says so."""
    named = [name for name in frame.index.names if name is not None]
    flat = frame.reset_index() if named else frame
    shown = flat.head(SHOWN_ROWS)
    kinds = [_css(flat.iloc[:, i]) for i in range(flat.shape[1])]
    names = (" ".join(map(str, c)) if isinstance(c, tuple) else str(c) for c in flat.columns)
    head = "".join(
        f'<th scope="col" class="{kind}">{escape(name.replace("_", " "))}</th>'
        for name, kind in zip(names, kinds, strict=True)
    )
    texts = [[shown_value(value) for value in shown.iloc[:, i]] for i in range(shown.shape[1])]
    body = "".join(
        "<tr>"
        + "".join(
            f'<td class="{kind}">{escape(text)}</td>' for text, kind in zip(row, kinds, strict=True)
        )
        + "</tr>"
        for row in zip(*texts, strict=True)
    )
    wide = " wb-wide" if flat.shape[1] > MANY_COLUMNS else ""
    cut = f"The first {SHOWN_ROWS} of {len(flat):,} rows. " if len(flat) > SHOWN_ROWS else ""
    link = f'<a href="{escape(csv)}">This table as CSV</a>' if csv else ""
    foot = f'<p class="wb-more">{cut}{link}</p>' if cut or link else ""
    scroll = "wb-scroll"
    if len(shown) > PRINTED_ROWS:
        scroll += " wb-long"
        foot = (
            f'<p class="wb-unprinted">{len(flat):,} rows, not printed: see {escape(csv)}.</p>{foot}'
        )
    return (
        f'<div class="{scroll}"><table class="wb-table{wide}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{foot}"
    )


def _css(column: pd.Series) -> str:
    kinds = pd.api.types
    if kinds.is_numeric_dtype(column) and not kinds.is_bool_dtype(column):
        return "wb-num"
    return "wb-date" if kinds.is_datetime64_any_dtype(column) else "wb-text"


def shown_value(value: object) -> str:
    """One cell as a reader wants it: no long decimals, no NaN, no midnights."""
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return MISSING
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:,}"
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return f"{value:%Y-%m-%d}" if midnight else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Integral):
        return f"{int(value):,}"
    if isinstance(value, Real):
        number = float(value)
        return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"
    return str(value)
