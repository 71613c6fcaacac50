"""``docs/metrics.md``: what every number means, whose definition it is, and how to read it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from workbench.definitions.periods import Period
from workbench.definitions.wording import shown, spread
from workbench.metrics.declaration import Answer, Metric, Variant
from workbench.metrics.registry import METRICS, ROOMS
from workbench.metrics.sensitivity import sensitivity
from workbench.workspace import Workspace

EXAMPLE = "2025-04"  # of the sample: old enough for every window to have closed
_COMPARED = ("fcr", "one_touch", "reopen_rate", "handoffs", "first_response_time", "backlog")

_HEAD = Path(__file__).with_suffix(".md")


def metrics_page(workspace: Workspace) -> str:
    """The reference page; ``workspace`` holds the sample, whose numbers are the example."""
    head = _HEAD.read_text(encoding="utf-8")
    parts = [head.replace("{month}", Period.parse(EXAMPLE).title)]
    parts += [_example(workspace, METRICS[name]) for name in _COMPARED]
    parts.append(_contents())
    for room, metrics in ROOMS.items():
        parts.append(f"## {room}\n")
        parts += [_section(metric) for metric in metrics]
    return "\n".join(parts).rstrip() + "\n"


def _example(workspace: Workspace, metric: Metric) -> str:
    found = sensitivity(workspace, metric, Period.parse(EXAMPLE))
    rows = (
        f"| {_code(line.key)} | {shown(line.answer.value, metric.unit)} "
        f"| {spread(line.answer.low, line.answer.high, metric.unit)} "
        f"| {'' if line.answer.denominator is None else f'{line.answer.denominator:,}'} "
        f"| {line.verdict} | {line.whose}{_reason(line.answer)} |"
        for line in found.lines
    )
    target = _target(metric)
    return _lines(
        f"**{metric.label}.** {found.finding()}"
        + (f" Default target: {target}." if target != "none" else ""),
        "",
        "| definition | value | 95 % interval | n | target | counted so by |",
        "|---|---|---|---|---|---|",
        *rows,
        "",
    )


def _reason(one: Answer) -> str:
    return f" ({one.why})" if one.value is None else ""


def _code(key: str) -> str:
    return "**ours**" if key == "default" else f"`{key}`"


def _contents() -> str:
    rows = (
        f"| [{m.label}](#{m.name}) | `{m.name}` | {m.question} | L{m.level} "
        f"| {', '.join(f'`{v.key}`' for v in m.variants)} |"
        for m in METRICS.values()
    )
    head = "| metric | name | question | level | variants |"
    return _lines("## All metrics", "", head, "|---|---|---|---|---|", *rows, "")


def _section(m: Metric) -> str:
    needs = [n.words for n in m.needs]
    if m.one_of:
        needs.append(" or ".join(n.words for n in m.one_of))
    lines = [
        f'### <a id="{m.name}"></a>{m.label} (`{m.name}`, v{m.version})',
        "",
        m.question,
        "",
        f"- Formula: {m.formula}",
        f"- Cohort: {m.basis}" + (f"; window {m.window_days} days" if m.window_days else ""),
        f"- Counts: {m.counts}; unit: {m.unit}; better: {m.better}; minimum n: {m.min_n}",
        f"- Default target: {_target(m)}",
        f"- Left out: {m.exclusions}",
        f"- Interval: {m.kind.value}",
        f"- Needs: {', '.join(needs)}" + (f"; of each ticket: {m.needs_value}"
                                          if m.needs_value and m.counts == "tickets" else ""),
        f"- Source: {m.source}",
        "",
    ]  # fmt: skip
    if m.variants:
        lines += ["| variant | definition | counted so by |", "|---|---|---|"]
        lines += [f"| `{m.name}:{v.key}` | {_told(v)} | {v.whose} |" for v in m.variants]
        lines.append("")
    return _lines(*lines)


def _told(variant: Variant) -> str:
    """A variant in words: its formula, and what else it does otherwise."""
    told = [variant.says]
    if "basis" in variant.changes:
        told.append(f"Cohort: {variant.changes['basis']}.")
    if "exclusions" in variant.changes:
        told.append(f"Left out: {variant.changes['exclusions']}.")
    return " ".join(told)


def _target(metric: Metric) -> str:
    floor, ceiling = metric.target
    if floor is not None:
        return f"at least {100 * floor:.0f} %"
    return "none" if ceiling is None else f"at most {100 * ceiling:.0f} %"


def _lines(*lines: str | Iterable[str]) -> str:
    return "\n".join(line if isinstance(line, str) else "\n".join(line) for line in lines)
