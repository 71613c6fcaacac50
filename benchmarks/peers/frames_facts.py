"""The facts with pandas: frames read with the columns they take and no others, merged by ticket."""

from __future__ import annotations

from typing import Any

import pandas as pd

TICKET = "ticket_id"
DONE = ["solved", "closed"]
_TIMES = {"tickets": ["created_at", "updated_at"], "orders": ["created_at"]}


def seconds(start: pd.Series, end: pd.Series) -> pd.Series:
    """Whole seconds from one moment to another."""
    return (end - start).dt.total_seconds()


def read(files: list[str], columns: list[str]) -> pd.DataFrame:
    """A table; one help desk and one shop, so that the number alone names a ticket."""
    return pd.concat([pd.read_parquet(file, columns=columns) for file in files])


def built(files: dict[str, list[str]]) -> dict[str, Any]:
    """Every frame the metrics take, and how far the tables reach."""
    t = read(files["tickets"], [TICKET, "created_at", "updated_at", "status", "requester_key",
                                "is_spam", "merged_into", "agent_initiated"])  # fmt: skip
    reach = {"tickets": max(t.created_at.max(), t.updated_at.max())}
    first = {"tickets": t.created_at.min()}
    customers = read(files["customers"], ["customer_id", "customer_key"])
    t = t.merge(customers, left_on="requester_key", right_on="customer_id", how="left")
    t["person"] = t.customer_key.fillna("desk/" + t.requester_key)
    t["is_counted"] = ~(
        t.is_spam.fillna(False).astype(bool) | t.merged_into.notna() | (t.status == "deleted")
    )
    t["is_done"] = t.status.isin(DONE)
    t = with_replies(t, files, reach)
    t, back = with_history(t, files, reach)
    counted = t[t.is_counted].copy()
    counted["next_at"] = next_contact(counted)
    paid, orders = refunded(files, reach, first)
    back = back[back[TICKET].isin(counted[TICKET][counted.solved_first.notna()])]
    return {"all": t, "t": counted, "back": back, "orders": orders, "paid": paid, "reach": reach,
            "first": first}  # fmt: skip


def with_replies(t: pd.DataFrame, files: dict[str, list[str]], reach: dict[str, Any]) -> Any:
    """Public replies by a person, the first of them, and who began the ticket."""
    m = read(files["messages"], [TICKET, "at", "author_role", "is_public", "is_automated"])
    reach["messages"] = m["at"].max()
    m = m[m.author_role.notna()].merge(t[[TICKET, "created_at"]], on=TICKET)
    is_public = m.is_public.fillna(False).astype(bool)
    m["is_sent"] = is_public & (m.author_role == "agent")
    is_after = m["at"] > m.created_at
    is_reply = m.is_sent & is_after & ~m.is_automated.fillna(False).astype(bool)
    replies = m[is_reply].groupby(TICKET)["at"].agg(first_replied_at="min", n_replies="count")
    opened = set(m[TICKET][m.is_sent & ~is_after])
    asked = set(m[TICKET][is_public & (m.author_role == "customer") & ~is_after])
    t = t.merge(replies, on=TICKET, how="left")
    told = t[TICKET].isin(m[TICKET])
    t["n_replies"] = t.n_replies.where(t.n_replies.notna() | ~told, 0)
    t["is_outreach"] = t[TICKET].isin(opened - asked)
    return t


def with_history(
    t: pd.DataFrame, files: dict[str, list[str]], reach: dict[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """First and last solve, reopenings and handoffs."""
    e = read(files["events"], [TICKET, "at", "seq", "event_id", "field", "old", "new"])
    reach["events"] = e["at"].max()
    s = e[e.field == "status"]
    s = s.assign(is_solve=s.new.isin(DONE))
    s = s[s.is_solve != s.old.isin(DONE)]
    solves = s[s.is_solve].groupby(TICKET)["at"].agg(solved_first="min", solved_last="max")
    s = s.sort_values([TICKET, "at", "is_solve"], ascending=[True, True, False])
    s["again"] = s.groupby(TICKET)["at"].shift(-1)
    back = s[~s.is_solve].rename(columns={"at": "reopened_at"})[[TICKET, "reopened_at", "again"]]
    first_back = back.groupby(TICKET)["reopened_at"].min()
    t = t.merge(solves, on=TICKET, how="left").merge(first_back, on=TICKET, how="left")
    a = e[(e.field == "assignee") & e.new.notna()].sort_values([TICKET, "at", "seq", "event_id"])
    giver = a.groupby(TICKET)["new"].shift(1).fillna(a.old)
    handed = a[giver.notna() & (giver != a.new)].groupby(TICKET).size().rename("n_handoffs")
    t = t.merge(handed, on=TICKET, how="left")
    t["n_handoffs"] = t.n_handoffs.fillna(0)
    return t, back


def next_contact(t: pd.DataFrame) -> pd.Series:
    """When the same person opened another ticket after this one was first solved."""
    asked = t.loc[~t.is_outreach & t.person.notna(), ["person", "created_at"]]
    asked = asked.rename(columns={"created_at": "next_at"}).sort_values("next_at")
    solved = t.loc[t.solved_first.notna(), [TICKET, "person", "solved_first"]]
    found = pd.merge_asof(
        solved.sort_values("solved_first"), asked, left_on="solved_first", right_on="next_at",
        by="person", direction="forward", allow_exact_matches=False,
    )  # fmt: skip
    return t[TICKET].map(found.set_index(TICKET)["next_at"])


def refunded(
    files: dict[str, list[str]], reach: dict[str, Any], first: dict[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Paid refunds, and orders with their first one."""
    o = read(files["orders"], ["order_id", "name", "created_at", "cancelled_at", "is_replacement"])
    r = read(files["refunds"], ["order_ref", "at", "amount", "status"])
    reach |= {"orders": o.created_at.max(), "refunds": r["at"].max()}
    first |= {"orders": o.created_at.min(), "refunds": r["at"].min()}
    unpaid = r.status.str.lower().isin(["failed", "canceled", "cancelled", "requires_action"])
    paid = r[~unpaid & (r.amount.astype(float) > 0)]
    back = paid.groupby(paid.order_ref.str.removeprefix("#"))["at"].min().rename("refunded_at")
    o["word"] = o.name.str.removeprefix("#")
    o = o.merge(back, left_on="word", right_index=True, how="left")
    o["x"] = o.cancelled_at.notna() | o.is_replacement.fillna(False).astype(bool)
    return paid, o
