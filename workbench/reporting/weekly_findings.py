"""What must a reader with one minute know about the week?"""

from __future__ import annotations

from workbench.analyses.driver_changes import DriverChanges
from workbench.analyses.driver_gaps import DriverGaps
from workbench.analyses.driver_shares import DriverShares
from workbench.analyses.driver_spikes import DriverSpikes
from workbench.analyses.friction import Friction
from workbench.analyses.week_escalations import WeekEscalations
from workbench.analyses.week_figures import WeekFigures, before_of, told_of
from workbench.analyses.week_volume import USUAL, WeekVolume
from workbench.definitions.findings import Finding
from workbench.definitions.wording import shown


def weekly_findings(
    *,
    figures: WeekFigures,
    volume: WeekVolume,
    shares: DriverShares,
    changes: DriverChanges,
    spikes: DriverSpikes,
    friction: Friction,
    gaps: DriverGaps,
    escalations: WeekEscalations,
) -> list[Finding]:
    """What stands out of the weeks before comes first, then what recurs, then plain levels."""
    is_odd = volume.verdict not in ("", USUAL) or not volume.is_covered
    found = [
        Finding(volume.finding(), "volume", 110.0 if is_odd else 40.0),
        *_figures(figures),
    ]
    if not spikes.why_not and len(spikes.episodes):
        found.append(Finding(spikes.finding(), "changes", 100.0))
    elif not changes.why_not and len(changes.grown):
        found.append(Finding(changes.finding(), "changes", 95.0))
    if not shares.why_not:
        found.append(Finding(shares.finding(), "drivers", 35.0))
    if not friction.why_not:
        weight = 85.0 if len(friction.recurring) else 20.0
        found.append(Finding(friction.finding(), "friction", weight))
    if not escalations.why_not:
        weight = 90.0 if escalations.moved == "more" else 30.0
        found.append(Finding(escalations.finding(), "escalations", weight))
    if not gaps.why_not and len(gaps.candidates):
        found.append(Finding(gaps.finding(), "gaps", 25.0))
    return found


def _figures(figures: WeekFigures) -> list[Finding]:
    """Targets missed, and what is clearly worse than in the weeks before."""
    found = []
    for place, line in enumerate(figures.lines):
        has_target = line.metric.target != (None, None)
        is_news = line.state == "miss" or (line.state == "watch" and not has_target)
        if not is_news or line.metric.name in ("tickets_created", "backlog"):
            continue
        text = f"{line.metric.label}: {told_of(line, figures.week)}"
        if line.state == "miss":
            floor, ceiling = line.metric.target
            wanted = f"at least {shown(floor, 'share')}" if floor is not None else (
                f"at most {shown(ceiling, 'share')}"
            )  # fmt: skip
            text += f", and the whole interval misses the default target of {wanted}"
        else:
            text += f"{before_of(line)}: clearly worse"
        found.append(Finding(f"{text}.", "scorecard", 80.0 - place))
    return found
