"""One row per recorded escalation: who had to decide, by when, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from workbench.metrics.business_hours import with_open_seconds
from workbench.metrics.facts.naming import with_ticket, with_vendor
from workbench.metrics.facts.schedules import default_schedule
from workbench.workspace import Workspace

FOUNDER = "founder"
ANY_TIER = "all"
STEPS = ("ack_at", "decided_at", "loop_closed_at", "customer_told_at")
# A field of a hand-over that is there, as JSON text in lower case.
_FILLED = r'"handover_[^"]*"\s*:\s*"?(true|yes|1)"?\s*[,}]'
_FIELD = r'"handover_'


def escalation_facts(workspace: Workspace) -> ir.Table:
    """What became of each escalation that people recorded?

    One row per escalation: the log's columns, ``team`` that handed it over (else the one that holds
    the ticket), its ``vendor``, ``tier`` it went to as a dimension, ``level`` the tier's number,
    the ticket's channel and priority and its help desk in ``home``; ``is_founders``;
    ``is_mapped`` and, from the ownership map's row for its category and tier, ``ack_min``,
    ``decide_min`` and ``clock``; ``has_handover`` and ``is_handover_whole``; ``tells_...`` for
    every step: does its source record that step at all? Computed once.
    """
    return workspace.once("escalation_facts", lambda: _escalation_facts(workspace))


def _escalation_facts(workspace: Workspace) -> ir.Table:
    e = workspace.table("escalations")
    e = e.filter((e.origin != "derived").fill_null(True)).drop("channel")
    e = with_ticket(workspace, e)
    fields = e.custom.cast("string").lower()
    e = e.mutate(
        team=ibis.coalesce(e.from_team, e.ticket_team),
        level=e.tier,
        tier=ibis.literal("tier ") + e.tier.cast("string"),
        category_key=e.category.strip().lower(),
        is_founders=e.owner.strip().lower().isin(founders(workspace)),
        has_handover=fields.re_search(_FIELD).fill_null(False),
        is_handover_whole=~fields.re_replace(_FILLED, "").re_search(_FIELD).fill_null(True),
    )
    return _with_rule(workspace, _with_habits(with_vendor(workspace, e)))


def _with_habits(e: ir.Table) -> ir.Table:
    """Escalations with what their sources record at all: where no row has a step, none lacks it."""
    steps = e.group_by("source").aggregate(**{f"tells_{s}": e[s].notnull().any() for s in STEPS})
    joined = e.left_join(steps, "source", rname="h_{name}")
    return joined.select(*e.columns, *[f"tells_{s}" for s in STEPS])


def founders(workspace: Workspace) -> list[str]:
    """The founders' names in lower case: "founder", and agents with that role."""

    def found() -> list[str]:
        if not workspace.has("agents"):
            return [FOUNDER]
        a = workspace.table("agents").filter(lambda a: a.role == FOUNDER)
        people = a.select("agent_id", "name").to_pyarrow().to_pylist()
        names = {str(v).strip().lower() for row in people for v in row.values() if v is not None}
        return sorted({FOUNDER, *names})

    return workspace.remembered(("founders",), found)


def knows_founders(workspace: Workspace) -> bool:
    """Does anything say who the founder is? Else nobody can tell what reaches them."""

    def found() -> bool:
        if len(founders(workspace)) > 1:
            return True
        owners = escalation_facts(workspace).select(owner="owner")
        if workspace.has("ownership_map"):
            owners = owners.union(workspace.table("ownership_map").select("owner"))
        named = owners.filter(owners.owner.strip().lower() == FOUNDER)
        return int(named.count().to_pandas()) > 0

    return workspace.remembered(("knows founders",), found)


def _with_rule(workspace: Workspace, e: ir.Table) -> ir.Table:
    """Escalations with their row of the ownership map: of their tier, else the one for all tiers,
    else, where the log names no tier, the category's only one."""
    if not workspace.has("ownership_map"):
        none = ibis.null("int64")
        return e.mutate(
            is_mapped=ibis.literal(False), ack_min=none, decide_min=none, clock=ibis.null("string")
        )
    rules = _rules(workspace)
    of_tier = rules.rename("tier_{name}")
    of_all = rules.filter(rules.level == ANY_TIER).drop("level").rename("all_{name}")
    alone = rules.filter(rules.n_rows == 1).drop("level").rename("only_{name}")
    known = rules.select(mapped="category_key", is_mapped=ibis.literal(True)).distinct()
    e = e.mutate(level_text=e.level.cast("string"))
    joined = e.left_join(
        of_tier, [("category_key", "tier_category_key"), ("level_text", "tier_level")]
    )
    joined = joined.left_join(of_all, [("category_key", "all_category_key")])
    joined = joined.left_join(alone, [("category_key", "only_category_key")])
    joined = joined.left_join(known, [("category_key", "mapped")])
    told = joined.select(
        *[c for c in e.columns if c != "level_text"],
        "is_mapped",
        *[f"{which}_{c}" for which in ("tier", "all", "only")
          for c in ("ack_min", "decide_min", "clock", "n_rows")],
    )  # fmt: skip
    return told.mutate(
        is_mapped=told.is_mapped.fill_null(False),
        **{name: _chosen(told, name) for name in ("ack_min", "decide_min", "clock")},
    ).drop(*[c for c in told.columns if c.startswith(("tier_", "all_", "only_"))])


def _chosen(told: ir.Table, name: str) -> ir.Value:
    """A field of the rule that holds; one row's fields are never mixed with another's."""
    return ibis.cases(
        (told.tier_n_rows.notnull(), told[f"tier_{name}"]),
        (told.all_n_rows.notnull(), told[f"all_{name}"]),
        (told.level.isnull(), told[f"only_{name}"]),
    )


def _rules(workspace: Workspace) -> ir.Table:
    """The ownership map by category and tier; of two files the stricter times hold."""
    o = workspace.table("ownership_map")
    o = o.mutate(category_key=o.category.strip().lower(), level=o.tier.strip().lower())
    rules = o.group_by("category_key", "level").aggregate(
        ack_min=o.ack_min.min(), decide_min=o.decide_min.min(), clock=o.clock.max()
    )
    return rules.mutate(
        n_rows=rules.count().over(ibis.window(group_by="category_key")).cast("int64")
    )


def with_elapsed(
    workspace: Workspace, e: ir.Table, until: ir.TimestampValue, steps: Sequence[str]
) -> ir.Table:
    """Escalations with ``<step>_minutes`` for every step and for ``until`` (where the data stop):
    minutes from the hand-over on the clock of their rule.

    Business minutes run on the schedule tickets have by default; null where there is none. What is
    dated before the hand-over took no time.
    """
    e = e.mutate(until=until, business=ibis.literal(default_schedule(workspace) or None, "string"))
    moments = ["at", *steps, "until"]
    e = with_open_seconds(workspace, e, "business", moments)
    minutes = {}
    for step in moments[1:]:
        calendar = e[step].epoch_seconds().cast("float64") - e["at"].epoch_seconds().cast("float64")
        business = (e[f"{step}_open"] - e.at_open).cast("float64")
        passed = ibis.ifelse((e.clock == "business").fill_null(False), business, calendar)
        minutes[f"{step}_minutes"] = ibis.greatest(passed, ibis.literal(0.0)) / ibis.literal(60.0)
        # The greater of nothing and zero is zero; what is not known must stay so.
        minutes[f"{step}_minutes"] = ibis.ifelse(
            passed.isnull(), ibis.null("float64"), minutes[f"{step}_minutes"]
        )
    return e.mutate(**minutes).drop("business", "until", *[f"{m}_open" for m in moments])
