"""Do reviewers agree with each other?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import ibis.expr.types as ir

from workbench.metrics.declaration import Kind, Metric, Variant
from workbench.metrics.facts.reviews import calibrated_pairs, calibrated_tickets
from workbench.metrics.observed import observed
from workbench.metrics.quality_reviews import QA_RATINGS
from workbench.workspace import Workspace

TOLERANCE = 0.1  # of the points possible: one point of ten
_EXACT = 1e-9  # shares that differ by less are the same points


def _equal(tolerance: float) -> Callable[[Workspace, datetime], ir.Table]:
    def observations(workspace: Workspace, as_of: datetime) -> ir.Table:
        p = calibrated_pairs(workspace)
        return observed(p, at=p["at"], ref=p.ref, hit=p.apart <= tolerance + _EXACT)

    return observations


def _gaps(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = calibrated_tickets(workspace)
    return observed(t, at=t["at"], ref=t.ref, value=t.gap)


CALIBRATION_AGREEMENT = Metric(
    name="calibration_agreement",
    counts="pairs of scores",
    version=1,
    label="Agreement of reviewers",
    question="How often do two reviewers give the same score?",
    formula="Of all pairs of scores that different reviewers gave one category of one ticket in "
    "one calibration session, those that are equal, without any tolerance. Agreement by chance is "
    "in it.",
    unit="share",
    better="higher",
    kind=Kind.SHARE,
    needs=(QA_RATINGS,),
    basis="calibrations by the later of the two reviews",
    observations=_equal(0.0),
    exclusions="categories one of the two found not applicable or left without points",
    source="percentage agreement of calibration sessions",
    variants=(
        Variant(
            "near",
            says=f"The same, where scores up to {100 * TOLERANCE:.0f} % of the points possible "
            "apart count as equal.",
            whose="calibration practice of one point of ten",
            changes={"observations": _equal(TOLERANCE)},
        ),
    ),
)

CALIBRATION_BIAS = Metric(
    name="calibration_bias",
    counts="calibrated tickets",
    version=1,
    label="Generosity of outside reviewers",
    question="How many points more than internal reviewers do a vendor's own reviewers give?",
    formula="Mean over tickets both scored of the vendor's points less the internal points, of "
    "100, by the weights of the categories; critical categories fail nothing here. Internal "
    "reviewers are those whose organisation is called internal or in-house; vendor is the "
    "reviewers', team the agent's.",
    unit="points",
    better="neither",
    kind=Kind.MEAN,
    needs=(QA_RATINGS,),
    basis="calibrations by the later of the reviews",
    observations=_gaps,
    exclusions="tickets only one side scored",
    min_n=10,
    source="own definition; the mean difference of a method comparison (Bland and Altman 1986)",
)
