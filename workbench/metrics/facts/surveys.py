"""One row per survey of a ticket that counts."""

from __future__ import annotations

import ibis.expr.types as ir

from workbench.metrics.facts.tickets import ticket_facts
from workbench.workspace import Workspace


def survey_facts(workspace: Workspace, kind: str) -> ir.Table:
    """What was asked about the tickets that count, and what was answered?

    One row per survey of a kind: the ticket's facts, ``offered_at``, ``answered_at``, ``raw``,
    ``scale``, ``good`` and ``is_answered``.
    """
    t = ticket_facts(workspace)
    t = t.filter(t.is_counted)
    s = workspace.table("surveys").filter(lambda r: r.kind == kind)
    s = s.select(
        "source", "ticket_id", "answered_at", "offered_at", "good", "raw", "scale",
        is_answered=s.good.notnull() | s.raw.notnull() | s.answered_at.notnull(),
    )  # fmt: skip
    return t.inner_join(s, ["source", "ticket_id"], rname="s_{name}")


def score_of(s: ir.Table) -> ir.FloatingValue:
    """The number a raw answer begins with: ``9``, ``9/10`` or ``9 - very likely``; else null."""
    return s.raw.re_extract(r"^\s*(\d+(\.\d+)?)", 1).try_cast("float64")


def sources_of_unanswered(workspace: Workspace) -> list[str]:
    """The help desks that export surveys nobody answered; of the others no share of answers can
    be told."""

    def found() -> list[str]:
        s = survey_facts(workspace, "csat")
        silent = s.filter(~s.is_answered).select("source").distinct()
        return sorted(silent.to_pyarrow()["source"].to_pylist())

    return workspace.remembered(("sources of unanswered surveys",), found)


def survey_scales(workspace: Workspace, kind: str) -> list[str]:
    """The scales on which a kind of survey was answered; numbers on two of them have no mean."""

    def found() -> list[str]:
        s = survey_facts(workspace, kind)
        s = s.filter(s.is_answered).select(scale=s.scale.fill_null("")).distinct()
        return sorted(s.to_pyarrow()["scale"].to_pylist())

    return workspace.remembered(("survey scales", kind), found)
