"""Quality reviews: one row per review, and pairs of reviews of one calibrated ticket."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from workbench.metrics.facts.naming import at_home, with_ticket, with_vendor
from workbench.metrics.facts.tickets import ticket_facts
from workbench.workspace import Workspace

FAILED_BELOW = 0.5  # of the points possible: a critical category below it fails the review
INTERNAL = ("internal", "in-house", "inhouse")


def review_facts(workspace: Workspace) -> ir.Table:
    """What came out of each review?

    One row per review: ``at``, ``ticket_id`` (its help desk in ``home``), ``reviewee_id``,
    ``reviewer_id``, ``reviewer_org``, ``is_internal``, ``is_calibration``, ``is_simulated``,
    ``is_ordinary`` (neither of the two), ``session_id``; ``points`` of 100 over the categories that
    applied, by weight (null where none did); ``is_failed`` (a critical category under half its
    points); ``score`` (``points``, and 0 if failed); ``team``, ``vendor`` and ``agent`` of the
    reviewee, channel and priority of the ticket. Computed once.
    """
    return workspace.once("review_facts", lambda: _review_facts(workspace))


def scored_categories(workspace: Workspace) -> ir.Table:
    """The categories that applied and were scored; one row per review and category, with
    ``share`` (of the points possible)."""
    q = workspace.table("qa_ratings")
    q = q.filter(~q.is_not_applicable.fill_null(False), q.score.notnull(), q.max_score > 0)
    return q.mutate(share=q.score / q.max_score, heft=q.weight.fill_null(1.0))


def _review_facts(workspace: Workspace) -> ir.Table:
    review = ["source", "review_id"]
    q = workspace.table("qa_ratings")
    heads = q.group_by(review).aggregate(
        at=q["at"].min(), ticket_id=q.ticket_id.max(), reviewee_id=q.reviewee_id.max(),
        reviewer_id=q.reviewer_id.max(), reviewer_org=q.reviewer_org.max(),
        session_id=q.session_id.max(),
        is_calibration=q.is_calibration.any().fill_null(False),
        is_simulated=q.is_simulated.any().fill_null(False),
    )  # fmt: skip
    c = scored_categories(workspace)
    is_missed = c.is_critical.fill_null(False) & (c.share < FAILED_BELOW)
    sums = c.group_by(review).aggregate(
        given=(c.heft * c.score).sum(), possible=(c.heft * c.max_score).sum(),
        is_failed=is_missed.any(),
    )  # fmt: skip
    r = heads.left_join(sums, review, rname="s_{name}")
    r = r.select(*heads.columns, "is_failed", "given", "possible")
    points = r.given / r.possible.nullif(0.0) * ibis.literal(100.0)
    r = r.mutate(
        points=points,
        is_ordinary=~r.is_calibration & ~r.is_simulated,
        is_internal=r.reviewer_org.lower().isin(INTERNAL),
        is_failed=r.is_failed.fill_null(False),
    ).drop("given", "possible")
    r = r.mutate(score=ibis.ifelse(r.is_failed, ibis.literal(0.0), r.points), agent=r.reviewee_id)
    return with_vendor(workspace, _with_team(workspace, with_ticket(workspace, r)))


def _with_team(workspace: Workspace, r: ir.Table) -> ir.Table:
    """Reviews with the reviewee's ``team``: the group of the list of agents, else the team that
    holds most of the tickets this agent has."""
    r = r.mutate(listed_team=ibis.null("string"))
    if workspace.has("agents", "teams"):
        agents = workspace.table("agents").filter(lambda a: a.group_id.notnull())
        teams = workspace.table("teams").select("source", "group_id", "team")
        listed = agents.select("source", "agent_id", "group_id").inner_join(
            teams, ["source", "group_id"]
        )
        listed = listed.select("agent_id", "team", "source")
        homes = sorted(workspace.state.tables["agents"].sources)
        placed = at_home(
            r.select("source", "review_id", "reviewee_id"), "reviewee_id", listed, "agent_id", homes
        )
        listed = listed.select(agent_home="source", agent_id="agent_id", their_team="team")
        placed = placed.inner_join(listed, [("home", "agent_home"), ("reviewee_id", "agent_id")])
        placed = placed.select("source", "review_id", "their_team")
        joined = r.left_join(placed, ["source", "review_id"], rname="l_{name}")
        r = joined.select(*r.columns, "their_team")
        r = r.mutate(listed_team=r.their_team).drop("their_team")
    held = _usual_teams(workspace)
    joined = r.left_join(held, [("reviewee_id", "holder")])
    joined = joined.select(*r.columns, "usual_team")
    return joined.mutate(
        team=ibis.coalesce(joined.listed_team, joined.usual_team, joined.ticket_team)
    ).drop("listed_team", "usual_team")


def _usual_teams(workspace: Workspace) -> ir.Table:
    if not workspace.has("tickets"):
        return ibis.memtable([], schema={"holder": "string", "usual_team": "string"})
    t = ticket_facts(workspace)
    t = t.filter(t.agent.notnull(), t.team.notnull())
    counted = t.group_by(holder="agent", usual_team="team").aggregate(n=t.count())
    first = ibis.window(group_by="holder", order_by=[ibis.desc(counted.n), counted.usual_team])
    placed = counted.mutate(place=ibis.row_number().over(first))
    return placed.filter(placed.place == 0).select("holder", "usual_team")


def calibrated_pairs(workspace: Workspace) -> ir.Table:
    """Who scored the same thing twice, and how far apart?

    One row per two reviews of one ticket in one calibration session, by different reviewers, and
    category both scored: ``at`` (the later review), ``ref``, ``apart`` (share of the points
    possible), and the dimensions of the reviewee. Three reviewers make three pairs.
    """
    r = review_facts(workspace)
    r = r.filter(r.is_calibration, r.ticket_id.notnull())
    told = r.select(
        "source", "review_id", "reviewer_id", "team", "vendor", "agent", "channel", "priority",
        reviewed_at="at", of=_sitting(r),
    )  # fmt: skip
    c = scored_categories(workspace).select("source", "review_id", "category", "share")
    each = told.inner_join(c, ["source", "review_id"])
    each = each.select(*told.columns, "category", "share")
    other = each.select(
        "source", "of", "category", other_id="review_id", other_reviewer="reviewer_id",
        other_share="share", other_at="reviewed_at",
    )  # fmt: skip
    pairs = each.inner_join(other, ["source", "of", "category"])
    pairs = pairs.filter(
        pairs.review_id < pairs.other_id,
        (pairs.reviewer_id != pairs.other_reviewer).fill_null(True),
    )
    return pairs.mutate(
        at=ibis.greatest(pairs.reviewed_at, pairs.other_at),
        ref=pairs.review_id + "/" + pairs.other_id + "/" + pairs.category,
        apart=(pairs.share - pairs.other_share).abs(),
    )


def calibrated_tickets(workspace: Workspace) -> ir.Table:
    """What did internal and other reviewers give the same ticket?

    One row per calibrated ticket (in a session, where sessions are named) and organisation that
    is not internal: ``ref`` (the ticket), ``at``, ``reviewer_org``, ``gap`` (the organisation's
    mean points less the internal mean), and the dimensions of the reviewee.
    """
    r = review_facts(workspace)
    r = r.filter(r.is_calibration, r.ticket_id.notnull(), r.points.notnull())
    r = r.filter(r.reviewer_org.notnull()).mutate(of=_sitting(r))
    ours = r.filter(r.is_internal)
    ours = ours.group_by("source", "of").aggregate(
        our_points=ours.points.mean(), our_at=ours["at"].max()
    )
    theirs = r.filter(~r.is_internal)
    dimensions = {name: theirs[name].max() for name in ("team", "agent", "channel", "priority")}
    theirs = theirs.group_by("source", "of", "reviewer_org").aggregate(
        their_points=theirs.points.mean(), their_at=theirs["at"].max(),
        ref=theirs.ticket_id.max(), **dimensions,
    )  # fmt: skip
    both = theirs.inner_join(ours, ["source", "of"])
    return both.mutate(
        at=ibis.greatest(both.our_at, both.their_at),
        gap=both.their_points - both.our_points,
        vendor=both.reviewer_org,
    )


def _sitting(r: ir.Table) -> ir.StringValue:
    return ibis.coalesce(r.session_id, ibis.literal("")) + "/" + r.ticket_id
