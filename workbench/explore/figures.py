"""The strip of key figures: each with its n, its interval, and the period before."""

from __future__ import annotations

from html import escape

from workbench.analyses.exploration import KeyFigure, Selection
from workbench.definitions.wording import shown, spread
from workbench.metrics.declaration import Answer, Kind
from workbench.metrics.judging import UNHEARD, gap_in, unheard_in

STYLE = """<style>
.wb-figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(170px, 1fr)); gap: 8px;
  font-family: system-ui, sans-serif; line-height: 1.35; }
.wb-figure { border: 1px solid #d5dade; border-radius: 4px; padding: 7px 10px; background: white;
  color: #1f2933; }
.wb-figure.wb-this { border-color: #0b62a4; box-shadow: inset 3px 0 0 #0b62a4; }
.wb-figure b { display: block; font-size: 20px; font-weight: 650; }
.wb-figure span { display: block; font-size: 12px; color: #5f6b76; }
.wb-figure .wb-name { color: #1f2933; }
.wb-note { font: 13px/1.45 system-ui, sans-serif; color: #5f6b76; margin: 2px 0; }
.wb-said { font: 14px/1.5 system-ui, sans-serif; color: #1f2933; margin: 4px 0; max-width: 78em; }
.wb-fault { font: 14px/1.5 system-ui, sans-serif; color: #8a2f00; margin: 4px 0; }
.wb-title { font: 600 19px/1.4 system-ui, sans-serif; color: #1f2933; }
</style>"""
_PER = " per 100 orders"
_BLANKS = {"immature": "too recent", "small_n": "nothing counted", "not_computable": "–"}


def figures_html(figures: list[KeyFigure], selection: Selection, chosen: str) -> str:
    """Tiles of what this data can answer, and one line about what it cannot."""
    tiles = "".join(_tile(one, one.metric.name == chosen) for one in figures if one.is_shown)
    hidden = [
        f"{escape(one.metric.label)} ({escape(one.now.why)})" for one in figures if not one.is_shown
    ]
    before = escape(selection.before.title)
    notes = [f"Under each figure: its 95 % interval, its n, and its value in {before}."]
    notes += [f"Not computable for this selection: {'; '.join(hidden)}."] if hidden else []
    partial = [
        f"{escape(one.metric.label)} is {escape(note)}"
        for one in figures
        for note in unheard_in(one.now)
    ]
    notes += [f"{'; '.join(partial)}."] if partial else []
    told = "".join(f'<p class="wb-note">{note}</p>' for note in notes)
    return f'<div class="wb-figures">{tiles}</div>{told}'


def _tile(figure: KeyFigure, is_chosen: bool) -> str:
    metric, now = figure.metric, figure.now
    value = shown(now.value, metric.unit) if now.value is not None else _BLANKS.get(now.status, "–")
    value = value.removesuffix(_PER)  # it stands in the interval's line
    mark = "wb-figure wb-this" if is_chosen else "wb-figure"
    title = escape(metric.definition, quote=True)
    return (
        f'<div class="{mark}" data-metric="{metric.name}" title="{title}">'
        f'<span class="wb-name">{escape(metric.label)}</span><b>{escape(value)}</b>'
        f"<span>{escape(_sure(figure))}</span><span>{escape(_before(figure))}</span></div>"
    )


def _sure(figure: KeyFigure) -> str:
    metric, now = figure.metric, figure.now
    if now.value is None:
        return now.why or "nothing was counted"
    parts = [spread(now.low, now.high, metric.unit)]
    parts.append("full count" if metric.kind is Kind.STOCK else f"n {now.denominator:,}")
    if now.status == "small_n":
        parts.append(f"fewer than {metric.min_n}")
    for note in unheard_in(now):
        parts.append(f"without {note.removeprefix(UNHEARD).partition(':')[0].strip()}")
    if now.n_immature:
        parts.append(f"{now.n_immature:,} too recent")
    return ", ".join(filter(None, parts))


def _before(figure: KeyFigure) -> str:
    then: Answer = figure.before
    if then.value is None:
        return f"before: {_BLANKS.get(then.status, '–')}"
    told = f"before: {shown(then.value, figure.metric.unit)}"
    return f"{told}, but {gap_in(then)}" if gap_in(then) else told
