"""Who wrote a message, where the export gives only the writer's number?"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from workbench.workspace import Workspace


def authored_messages(workspace: Workspace) -> ir.Table:
    """The messages whose kind of author is known: exported, or told by the list of agents.

    A warehouse keeps people in a table of their own. Where a source lists its agents, whoever is
    not among them is a customer; where it lists none, its messages answer nothing and are left out
    rather than taken for silence.
    """
    m = workspace.table("messages")
    if _all_are_told(workspace):
        return m
    told = m.filter(m.author_role.notnull())
    if not workspace.has("agents"):
        return told
    listed = workspace.table("agents")
    agents = listed.select("source", author_id="agent_id", is_agent=ibis.literal(True)).distinct()
    numbered = m.filter(
        m.author_role.isnull(), m.author_id.notnull(), m.source.isin(listed.source)
    ).left_join(agents, ["source", "author_id"], rname="agents_{name}")
    role = ibis.ifelse(numbered.is_agent.fill_null(False), "agent", "customer")
    return told.union(numbered.mutate(author_role=role).select(*m.columns))


def _all_are_told(workspace: Workspace) -> bool:
    """Does every message say what kind of author it has?"""

    def found() -> bool:
        m = workspace.table("messages")
        return len(m.filter(m.author_role.isnull()).select("source").limit(1).to_pyarrow()) == 0

    return workspace.remembered(("every message tells its kind of author",), found)
