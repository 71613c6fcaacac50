"""What should be written down? Drivers that are frequent, answered at once, and asked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analyses.driver_contacts import (
    LISTED,
    DriverResult,
    by_driver,
    coverage,
    driver_contacts,
)
from workbench.definitions.periods import Period
from workbench.definitions.wording import shown
from workbench.drivers.labelled import LabelledTickets
from workbench.metrics.declaration import Answer
from workbench.metrics.first_contact import ONE_TOUCH
from workbench.metrics.reopening import REPEAT_RATE
from workbench.workspace import Workspace

DRAWS = 2000
_PARTS = [
    "repeat", "repeat_low", "repeat_high", "repeat_n",
    "one_touch", "one_touch_low", "one_touch_high", "one_touch_n",
]  # fmt: skip
_COLUMNS = [
    *LISTED, "n", *_PARTS, "score", "score_low", "score_high", "rank", "rank_low", "rank_high",
    "article", "is_candidate", "why",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DriverGaps(DriverResult):
    """``frame``: one row per driver, highest score first: ``n`` contacts; ``repeat``, the share
    that wrote again within 7 days (`repeat_rate`), and ``one_touch``, the share solved with one
    reply (`one_touch`), each with ``_low``, ``_high`` and ``_n``; ``score`` with ``score_low`` and
    ``score_high``; its ``rank`` among candidates with ``rank_low`` and ``rank_high``; ``article``,
    the one there is; ``is_candidate``, and ``why`` it is none.

    ``score`` = n × repeat × one_touch. A question that one reply answers could be answered by a
    page; that people ask again says that the reply did not settle it. So the score reads as: about
    so many contacts of the period were answered at once and came back, if the two were unrelated
    within a driver. It orders candidates and promises no saving. Its interval, and that of the
    rank, are drawn: counts from a Gamma, shares from a Beta distribution (Jeffreys).

    A driver is a candidate if no article is known for it, and if both shares rest on enough tickets
    (30). ``knows_articles``: whether anybody said which articles there are."""

    knows_articles: bool = False

    @property
    def candidates(self) -> pd.DataFrame:
        """Candidates for an article, the highest score first."""
        rows = self.named
        return rows[rows["is_candidate"].astype(bool)]

    def finding(self) -> str:
        """The first candidate, with the parts of its score."""
        if self.why_not:
            return f"Candidates for documentation cannot be told: {self.why_not}."
        if self.candidates.empty:
            return f"No driver is a candidate for documentation (n {self.n:,} contacts)."
        row = self.candidates.iloc[0]
        known = "has no article" if self.knows_articles else "may lack an article"
        return (
            f"First candidate for documentation: “{row['driver']}” {known}; {row['n']:,} contacts, "
            f"{shown(row['repeat'], 'share')} came back (n {row['repeat_n']:,.0f}), "
            f"{shown(row['one_touch'], 'share')} took one reply (n {row['one_touch_n']:,.0f}); "
            f"score {row['score']:.1f} ({row['score_low']:.1f}–{row['score_high']:.1f}), rank "
            f"{_ranks(row['rank_low'], row['rank_high'])} of {len(self.candidates)}."
        )


def _ranks(low: float, high: float) -> str:
    return f"{low:.0f}" if low == high else f"{low:.0f} to {high:.0f}"


def driver_gaps(
    workspace: Workspace, period: Period, *, labelled: LabelledTickets | None = None,
    articles: Mapping[str, str] | None = None, seed: int = 0,
) -> DriverGaps:  # fmt: skip
    """Which drivers are candidates for an article: frequent, answered at once, asked again?

    ``articles`` names the article there is by driver id or name; no export tells.
    """
    knows = articles is not None
    nothing = DriverGaps(frame=pd.DataFrame(columns=_COLUMNS), period=period, knows_articles=knows)
    contacts = driver_contacts(workspace, labelled, period)
    if isinstance(contacts, str):
        return replace(nothing, why_not=contacts)
    sizes = contacts.sizes(period)
    repeats = by_driver(workspace, REPEAT_RATE, period)
    touches = by_driver(workspace, ONE_TOUCH, period)
    for found in (repeats, touches):
        lacking = next((one for one in found.values() if one.status == "not_computable"), None)
        if not found or (lacking is not None and len(found) == 1):
            why = lacking.why if lacking else "nothing was solved in the period"
            return replace(nothing, why_not=why, **sizes)
    rows = contacts.listed(n=contacts.counts(period))
    rows = rows[(rows["n"] > 0) & (rows["state"] != "unclear")].reset_index(drop=True)
    frame = _scored(rows, repeats, touches, articles or {}, seed)
    caveats = [*contacts.labelled.caveats, *coverage(workspace, period)]
    if not knows:
        caveats.append(
            "Whether an article exists is not known: no export tells. Name the articles there are "
            "(articles=) to leave their drivers out."
        )
    return DriverGaps(frame=frame, period=period, knows_articles=knows, caveats=caveats, **sizes)


def _scored(
    rows: pd.DataFrame, repeats: Mapping[str, Answer], touches: Mapping[str, Answer],
    articles: Mapping[str, str], seed: int,
) -> pd.DataFrame:  # fmt: skip
    told = [
        _parts(repeats.get(driver), "repeat") | _parts(touches.get(driver), "one_touch")
        | {"article": articles.get(name) or articles.get(driver) or ""}
        for name, driver in zip(rows["driver_id"], rows["driver"], strict=True)
    ]  # fmt: skip
    frame = rows.join(pd.DataFrame(told))
    is_small = (frame["repeat_status"] != "ok") | (frame["one_touch_status"] != "ok")
    frame["why"] = np.select(
        [frame["state"] == "ignored", frame["article"] != "", is_small],
        ["put aside", "has an article", "too few or too recent solved contacts"], default="",
    )  # fmt: skip
    frame["is_candidate"] = frame["why"] == ""
    frame["score"] = frame["n"] * frame["repeat"] * frame["one_touch"]
    frame = frame.assign(**_drawn(frame, seed))
    order = frame.sort_values(["is_candidate", "score", "driver"], ascending=[False, False, True])
    rank = pd.Series(np.arange(1, len(order) + 1), index=order.index, dtype="float64")
    return order.assign(rank=rank.where(order["is_candidate"]))[_COLUMNS].reset_index(drop=True)


def _parts(one: Answer | None, name: str) -> dict[str, object]:
    known = one is not None and one.value is not None
    return {
        name: one.value if one and known else np.nan,
        f"{name}_low": one.low if one and known else np.nan,
        f"{name}_high": one.high if one and known else np.nan,
        f"{name}_n": (one.denominator or 0) if one else 0,
        f"{name}_hits": (one.numerator or 0) if one else 0,
        f"{name}_status": one.status if one else "small_n",
    }


def _drawn(frame: pd.DataFrame, seed: int) -> dict[str, pd.Series]:
    """Intervals of scores and ranks: every part varies by its own n."""
    random = np.random.default_rng(seed)
    size = (DRAWS, len(frame))
    scores = random.gamma(frame["n"].to_numpy() + 0.5, 1.0, size)
    for part in ("repeat", "one_touch"):
        hits, n = frame[f"{part}_hits"].to_numpy(float), frame[f"{part}_n"].to_numpy(float)
        scores *= random.beta(hits + 0.5, n - hits + 0.5, size)
    low, high = np.quantile(scores, (0.025, 0.975), axis=0)
    is_in = frame["is_candidate"].to_numpy(bool)
    ranks = np.full((2, len(frame)), np.nan)
    if is_in.any():
        ranks[:, is_in] = _rank_bounds(scores[:, is_in])
    told, index = frame["score"].notna(), frame.index
    return {
        "score_low": pd.Series(low, index).where(told),
        "score_high": pd.Series(high, index).where(told),
        "rank_low": pd.Series(ranks[0], index), "rank_high": pd.Series(ranks[1], index),
    }  # fmt: skip


def _rank_bounds(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    places = scores.shape[1] - scores.argsort(axis=1).argsort(axis=1)
    return np.quantile(places, (0.025, 0.975), axis=0, method="nearest").astype(float)
