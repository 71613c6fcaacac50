"""What can a number be split by? A dimension, a tag, a driver, a field of the ticket."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from workbench.definitions.dimensions import DIMENSIONS, DRIVER
from workbench.errors import UsageError
from workbench.metrics.declaration import Metric
from workbench.metrics.facts.drivers import DRIVERS
from workbench.metrics.judging import NOT_RECORDED
from workbench.workspace import Workspace

TAG = "tag"
FIELDS = ("type", "brand", "language", "status", "reason_raw")
CUSTOM = "custom."
_LOOKED_AT = 1000


def split_names(workspace: Workspace) -> list[str]:
    """What numbers of this workspace can be split by; custom fields, as ``custom.NAME``, as far
    as the first tickets with any show them."""
    return [*DIMENSIONS, DRIVER, TAG, *FIELDS, *(f"{CUSTOM}{n}" for n in _custom_fields(workspace))]


def _custom_fields(workspace: Workspace) -> list[str]:
    if not workspace.has("tickets"):
        return []
    t = workspace.table("tickets")
    some = t.filter(t.custom.notnull()).select("custom").limit(_LOOKED_AT).to_pyarrow()
    return sorted({name for text in some["custom"].to_pylist() for name in json.loads(text)})


def with_splits(
    workspace: Workspace, metric: Metric, rows: ir.Table, splits: Sequence[str]
) -> ir.Table:
    """Observations with a column for every split, ``not recorded`` where a row has none.

    A ticket with two tags is counted under both: groups of tags do not add up to the whole.
    Raises `UsageError` for a split there is not.
    """
    for split in splits:
        if split in DIMENSIONS:
            continue
        _check(workspace, split)
        if metric.counts != "tickets":
            rows = rows.mutate(**{split: ibis.null("string")})
            continue
        told = _told(workspace, split)
        if told is None:
            rows = rows.mutate(**{split: ibis.null("string")})
            continue
        joined = rows.left_join(told, ["source", "ref"], rname="split_{name}")
        rows = joined.select(*rows.columns, split)
    return rows.mutate(**{split: rows[split].fill_null(NOT_RECORDED) for split in splits})


def _told(workspace: Workspace, split: str) -> ir.Table | None:
    """Which ticket (``source``, ``ref``) has which value of a split; none twice."""
    if split == DRIVER:
        if not workspace.holds(DRIVERS):
            return None
        return workspace.table(DRIVERS).rename(ref="ticket_id")
    t = workspace.table("tickets").rename(ref="ticket_id")
    if split == TAG:
        tags = t.filter(t.tags.notnull()).select("source", "ref", tag=lambda r: r.tags.unnest())
        return tags.filter(tags.tag.strip() != "").distinct()
    if split.startswith(CUSTOM):
        found = _custom_value(t.custom, split.removeprefix(CUSTOM))
        return t.select("source", "ref", **{split: found})
    return t.select("source", "ref", split)


def _custom_value(custom: ir.StringValue, name: str) -> ir.StringValue:
    """One field of a flat JSON object, read by a pattern: engines differ in what they make of JSON.

    A quote inside a JSON text is escaped, so only a key can follow a bracket or a comma like this.
    """
    key = re.escape(json.dumps(name, ensure_ascii=False))
    plain = custom.re_extract(rf"[{{,]\s*{key}\s*:\s*([^\",}}\s][^,}}]*)", 1).strip()
    text = custom.re_extract(rf'[{{,]\s*{key}\s*:\s*"((?:[^"\\]|\\.)*)"', 1)
    text = text.replace('\\"', '"').replace("\\\\", "\\")
    found = ibis.coalesce(text.nullif(""), plain.nullif(""))
    return found.nullif("null")


def _check(workspace: Workspace, split: str) -> None:
    if split in (DRIVER, TAG, *FIELDS) or (split.startswith(CUSTOM) and split != CUSTOM):
        return
    known = split_names(workspace)
    near = difflib.get_close_matches(split, known, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    raise UsageError(
        f"cannot split by {split!r}, nor filter.", where="--by, --where",
        fix=f"{hint}There are: {', '.join([*known, 'month'])}.",
    )  # fmt: skip
