"""What must a reader with one minute know?"""

from __future__ import annotations

from workbench.analyses.churn import ChurnTrend
from workbench.analyses.drivers import ContactDrivers
from workbench.analyses.quality import QualityTrend
from workbench.analyses.refunds import RefundTrend
from workbench.analyses.scorecard import Scorecard, ScoreLine
from workbench.analyses.volume import VolumeTrend
from workbench.definitions.findings import Finding
from workbench.definitions.wording import points, points_spread, shown, spread
from workbench.metrics.churn import CHURN_DAYS

AT_LEAST, AT_MOST = 3, 5


def monthly_findings(
    *,
    volume: VolumeTrend,
    drivers: ContactDrivers,
    refunds: RefundTrend,
    churn: ChurnTrend,
    quality: QualityTrend,
    card: Scorecard,
) -> list[Finding]:
    """The three to five sentences a month comes down to, most important first."""
    found = [
        *_shifts(quality), *_missed(card), *_refunds(refunds, card), *_churn(churn),
        *_volume(volume, card), *_drivers(drivers),
    ]  # fmt: skip
    found.sort(key=lambda f: -f.weight)
    if len(found) < AT_LEAST:
        found += _levels(card)[: AT_LEAST + 1 - len(found)]
    return found[:AT_MOST]


def _shifts(quality: QualityTrend) -> list[Finding]:
    """Every group's clearest decline, once per group."""
    told: dict[str, Finding] = {}
    for shift in quality.shifts:
        if shift.is_worse and shift.group not in told:
            weight = 100 + 100 * abs(shift.change.change)
            told[shift.group] = Finding(shift.sentence(), "quality", weight)
    return list(told.values())


def _missed(card: Scorecard) -> list[Finding]:
    lines = [ln for ln in card.lines if ln.state == "miss"]
    return [Finding(_against_target(ln), "scorecard", 60.0 - i) for i, ln in enumerate(lines)]


def _against_target(line: ScoreLine) -> str:
    floor, ceiling = line.metric.target
    if floor is not None:
        words, side = f"at least {shown(floor, 'share')}", "below"
    else:
        words, side = f"at most {shown(ceiling, 'share')}", "above"
    reason = f"the whole 95 % interval lies {side} it"
    return f"{_level(line)} misses the default target of {words}: {reason}."


def _level(line: ScoreLine) -> str:
    one, unit = line.this, line.metric.unit
    interval = spread(one.low, one.high, unit)
    detail = ", ".join(filter(None, (interval, f"n {one.denominator:,}")))
    return f"{line.metric.label}: {shown(one.value, unit)} ({detail})"


def _refunds(refunds: RefundTrend, card: Scorecard) -> list[Finding]:
    if refunds.why_not:
        return []
    line = card.line("refund_rate_cash") or card.line("refund_amount")
    text, weight = refunds.finding(), 50.0
    before = line.previous if line else None
    if line and before and before.value is not None and line.this.value is not None:
        is_rate = line.metric.unit == "share"  # told per 100 orders, as the finding tells it
        told = f"{100 * before.value:.1f}" if is_rate else shown(before.value, line.metric.unit)
        text = f"{text[:-1]}; the month before {told}."
        weight = 110.0 if line.state == "watch" else weight
    return [Finding(text, "refunds", weight)]


def _churn(churn: ChurnTrend) -> list[Finding]:
    found = []
    if churn.reopened is not None and churn.reopened.is_clear:
        c = churn.reopened
        text = (
            f"After a reopened ticket the customer left within {CHURN_DAYS} days in "
            f"{shown(c.after, 'share')} of cases (n {c.n_after:,}), after others in "
            f"{shown(c.before, 'share')} (n {c.n_before:,}): {points(c.change)} "
            f"({points_spread(c.low, c.high)}), an association."
        )
        found.append(Finding(text, "churn", 70 + 100 * max(c.change, 0)))
    if not churn.why_not and not found:
        found.append(Finding(churn.finding(), "churn", 40))
    return found


def _volume(volume: VolumeTrend, card: Scorecard) -> list[Finding]:
    line = card.line("tickets_created")
    text = volume.finding()
    if not volume.is_covered:
        return [Finding(text, "volume", 95.0)]
    is_whole = line is not None and not line.this.why and not line.previous.why
    jumped = line is not None and is_whole and _jumped(line)
    return [Finding(text, "volume", 95.0 if jumped else 30.0)]


def _jumped(line: ScoreLine) -> bool:
    this, before = line.this, line.previous
    return None not in (this.low, before.high) and this.low > before.high  # type: ignore[operator]


def _drivers(drivers: ContactDrivers) -> list[Finding]:
    if drivers.why_not:
        return []
    has_grown = bool((drivers.frame["change_low"] > 0).any())
    return [Finding(drivers.finding(), "drivers", 65.0 if has_grown else 20.0)]


def _levels(card: Scorecard) -> list[Finding]:
    """Plain levels, where little can be said about change."""
    told = ("sla_met_recorded", "full_resolution_time", "first_response_time", "csat",
            "reopen_rate", "reopened_recorded")  # fmt: skip
    lines = [ln for name in told if (ln := card.line(name)) and ln.this.value is not None]
    lines = [ln for ln in lines if ln.state != "miss"]  # a missed target is told already
    return [Finding(f"{_level(ln)}.", "scorecard", 10.0 - i) for i, ln in enumerate(lines)]
