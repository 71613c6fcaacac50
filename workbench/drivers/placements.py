"""Where is every ticket now, after all that was assigned, split and moved?"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pyarrow as pa

from workbench.drivers.history import FITS, Catalogue, replayed

# One row per ticket that an event placed. ``otherwise`` is the established driver a ticket of a
# newborn driver would have had: where it goes if the newborn is dismissed.
PLACEMENTS = pa.schema(
    [("source", pa.string()), ("ticket_id", pa.string()), ("driver", pa.string()),
     ("confidence", pa.float32()), ("otherwise", pa.string())]
)  # fmt: skip
_KEY = ["source", "ticket_id"]


def placements(catalogue: Catalogue, rows_of: Callable[[int], pd.DataFrame]) -> pd.DataFrame:
    """One row per placed ticket: ``source``, ``ticket_id``, ``driver`` (the id it is shown under),
    ``leaf`` (the id it was placed at), ``confidence``, ``is_moved`` (an analyst put it there).

    ``rows_of`` reads what an event placed. A ticket an analyst moved stays where it was put,
    through every assign and refit.
    """
    placed: pd.DataFrame | None = None
    for event in catalogue.active:
        if event.do in (*FITS, "assign", "move", "split"):
            if event.do in FITS and placed is not None:
                # A fit knows no driver by the id under which its tickets were placed, only shown.
                before = replayed([e for e in catalogue.events if e.n < event.n])
                placed = placed.assign(leaf=_shown(before, placed))
            rows = rows_of(event.n).set_index(_KEY)
            placed = _after(placed, rows, is_move=event.do == "move", is_split=event.do == "split")
    if placed is None:
        placed = _empty()
    shown = _shown(catalogue, placed)
    leaf = placed["leaf"].where(~placed["leaf"].isin(catalogue.dismissed), placed["otherwise"])
    return placed.assign(leaf=leaf, driver=shown).reset_index()


def _shown(catalogue: Catalogue, placed: pd.DataFrame) -> pd.Series:
    """The driver that each ticket is shown under."""
    leaf, otherwise = placed["leaf"], placed["otherwise"]
    names = {name: catalogue.shown_as(name) for name in {*leaf.dropna(), *otherwise.dropna()}}
    shown = leaf.map(names)
    shown = shown.where(~shown.isin(catalogue.dismissed), otherwise.map(names))
    # Where a newborn driver was dismissed, what its tickets go back to may have been split since:
    # they go to the largest part, which is the first.
    first = {whole: part for part, whole in reversed(catalogue.parent.items())}
    while (is_split := shown.isin(first)).any():
        shown = shown.where(~is_split, shown.map(first))
    return shown


def _after(
    placed: pd.DataFrame | None, rows: pd.DataFrame, *, is_move: bool, is_split: bool
) -> pd.DataFrame:
    new = rows.rename(columns={"driver": "leaf"}).assign(is_moved=is_move)
    if placed is None:
        return new
    moved = placed["is_moved"].reindex(new.index, fill_value=False).to_numpy(dtype=bool)
    if is_split:
        new["is_moved"] = moved
    elif not is_move:
        new = new[~moved]
    kept = placed[~placed.index.isin(new.index)]
    return pd.concat([kept, new])


def _empty() -> pd.DataFrame:
    columns = ["leaf", "confidence", "otherwise", "is_moved"]
    index = pd.MultiIndex.from_arrays([[], []], names=_KEY)
    return pd.DataFrame(columns=columns, index=index).astype(
        {"leaf": "str", "otherwise": "str", "confidence": "float32", "is_moved": "bool"}
    )
