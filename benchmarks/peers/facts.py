"""The facts a good analyst would work out once, in DuckDB SQL, before asking for any metric.

Moments become plain timestamps while they are read: those with a zone cost an ICU call each time
a month or an interval is asked for.
"""

from __future__ import annotations

_PLAIN = "make_timestamp(epoch_us({0}))"


def views(files: dict[str, list[str]]) -> list[str]:
    """Every table as a view with plain timestamps."""
    times = {
        "tickets": ["created_at", "updated_at", "first_reply_at", "first_solved_at",
                    "last_solved_at", "closed_at"],
        "messages": ['"at"'], "events": ['"at"'], "refunds": ['"at"'],
        "orders": ["created_at", "cancelled_at"],
    }  # fmt: skip
    made = []
    for name, paths in files.items():
        plain = ", ".join(f"{_PLAIN.format(c)} AS {c}" for c in times.get(name, ()))
        replaced = f" REPLACE ({plain})" if plain else ""
        made.append(f"CREATE VIEW {name} AS SELECT *{replaced} FROM read_parquet({paths})")
    return made


# How far each table reaches.
REACH = """
CREATE TEMP TABLE reach AS SELECT
  (SELECT greatest(max(created_at), max(updated_at)) FROM tickets) AS tickets,
  (SELECT max("at") FROM messages) AS messages, (SELECT max("at") FROM events) AS events,
  (SELECT max(created_at) FROM orders) AS orders, (SELECT max("at") FROM refunds) AS refunds,
  (SELECT min(created_at) FROM tickets) AS tickets_from,
  (SELECT min(created_at) FROM orders) AS orders_from,
  (SELECT min("at") FROM refunds) AS refunds_from
"""
TURNS = """
CREATE TEMP TABLE turns AS
SELECT source, ticket_id, "at", coalesce(new IN ('solved', 'closed'), false) AS is_solve
FROM events WHERE field = 'status'
  AND coalesce(new IN ('solved', 'closed'), false) <> coalesce(old IN ('solved', 'closed'), false)
"""
TICKETS = """
CREATE TEMP TABLE t AS
WITH said AS (
  SELECT source, ticket_id,
    min(m."at") FILTER (is_sent AND m."at" > created_at AND NOT is_auto) AS first_replied_at,
    count(*) FILTER (is_sent AND m."at" > created_at AND NOT is_auto) AS n_replies,
    count(*) FILTER (is_sent) AS n_sent,
    coalesce(bool_or(is_sent AND m."at" <= created_at), false)
      AND NOT coalesce(bool_or(is_public AND author_role = 'customer' AND m."at" <= created_at),
                       false) AS is_opened
  FROM (SELECT source, ticket_id, "at", author_role, is_public, coalesce(is_automated, false)
          AS is_auto, is_public AND author_role = 'agent' AS is_sent
        FROM messages WHERE author_role IS NOT NULL) m
  JOIN (SELECT source, ticket_id, created_at FROM tickets) USING (source, ticket_id)
  GROUP BY source, ticket_id),
told AS (
  SELECT source, ticket_id, min("at") FILTER (is_solve) AS solved_first,
    max("at") FILTER (is_solve) AS solved_last, min("at") FILTER (NOT is_solve) AS back
  FROM turns GROUP BY source, ticket_id)
SELECT source, ticket_id, created_at, coalesce(status IN ('solved', 'closed'), false) AS is_done,
  NOT (coalesce(is_spam, false) OR merged_into IS NOT NULL OR status = 'deleted') AS is_counted,
  coalesce(agent_initiated, is_opened, false) AS is_outreach, assignee_id,
  coalesce(c.customer_key, requester_key) AS customer_key,
  coalesce(c.customer_key, source || '/' || requester_key) AS contact_key,
  n_sent IS NOT NULL AS has_messages, first_replied_at AS first_replied_at, n_replies,
  k.solved_first IS NOT NULL AS has_history, k.back AS reopened_at,
  coalesce(k.solved_first, first_solved_at, CASE WHEN n_reopens = 0 THEN
    coalesce(last_solved_at, closed_at) END) AS solved_first_at,
  coalesce(k.solved_last, last_solved_at, closed_at) AS solved_last_at,
  n_reopens, n_reassignments, sla_met,
  coalesce(len(tags) > 0, false) OR coalesce(trim(reason_raw) <> '', false) AS is_tagged
FROM (SELECT * EXCLUDE (first_reply_at) FROM tickets) tickets
LEFT JOIN (SELECT source, customer_id AS requester_key, customer_key FROM customers) c
  USING (source, requester_key)
LEFT JOIN said USING (source, ticket_id)
LEFT JOIN (SELECT * FROM told WHERE solved_first <= coalesce(back, solved_first)) k
  USING (source, ticket_id)
"""
# A ticket's first solve, with the next ticket of the same person.
NEXT = """
CREATE TEMP TABLE solves AS
SELECT s.*, coalesce(s.solved_first_at, s.solved_last_at) AS "at", asked.created_at AS next_at
FROM (SELECT * FROM t WHERE is_counted) s
ASOF LEFT JOIN (SELECT contact_key AS who, created_at FROM t WHERE is_counted AND NOT is_outreach
  AND contact_key IS NOT NULL) asked
ON s.contact_key = asked.who AND asked.created_at > s.solved_first_at
"""
BACK = """
CREATE TEMP TABLE back AS
WITH ordered AS (
  SELECT *, lead("at") OVER (PARTITION BY source, ticket_id ORDER BY "at", is_solve DESC) AS again
  FROM turns)
SELECT source, ticket_id, "at" AS reopened_at, again,
  row_number() OVER (PARTITION BY source, ticket_id ORDER BY "at") = 1 AS is_first
FROM ordered WHERE NOT is_solve
"""
WAITS = """
CREATE TEMP TABLE waits AS
WITH spans AS (
  SELECT source, ticket_id, old, new, "at", lag("at", 1, created_at) OVER (
    PARTITION BY source, ticket_id ORDER BY "at", seq, event_id) AS since
  FROM (SELECT * FROM events WHERE field = 'status')
  JOIN (SELECT source, ticket_id, created_at FROM t WHERE is_counted) USING (source, ticket_id)),
waited AS (
  SELECT source, ticket_id,
    sum(seconds) FILTER (old IN ('new', 'open') OR (old IN ('solved', 'closed')
      AND coalesce(new NOT IN ('solved', 'closed'), true))) AS requester,
    sum(seconds) FILTER (old = 'pending') AS agent, sum(seconds) FILTER (old = 'hold') AS hold
  FROM (SELECT *, epoch_us("at") // 1000000 - epoch_us(since) // 1000000 AS seconds FROM spans
        WHERE old IS NOT NULL AND "at" > since)
  GROUP BY source, ticket_id)
SELECT solved_last_at AS "at", is_outreach, NOT has_history AS is_unknown,
  CASE WHEN has_history THEN coalesce(requester, 0) / 60.0 / 60.0 END AS requester_hours,
  CASE WHEN has_history THEN coalesce(agent, 0) / 60.0 / 60.0 END AS agent_hours,
  CASE WHEN has_history THEN coalesce(hold, 0) / 60.0 / 60.0 END AS hold_hours
FROM (SELECT * FROM t WHERE is_counted AND is_done) LEFT JOIN waited USING (source, ticket_id)
"""
ROUTES = """
CREATE TEMP TABLE routes AS
WITH people AS (
  SELECT source, ticket_id, "at", old, new,
    row_number() OVER w AS place, lead("at") OVER w AS until,
    last_value(new IGNORE NULLS) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last
  FROM events WHERE field = 'assignee'
  WINDOW w AS (PARTITION BY source, ticket_id ORDER BY "at", seq, event_id)),
held AS (
  SELECT source, ticket_id,
    count(*) FILTER (p.new IS NOT NULL AND coalesce(p.last, p.old) <> p.new) AS n_handoffs,
    sum(CASE WHEN place = 1 AND p.old IS NULL
          THEN greatest(seconds(created_at, least(p."at", solved_first_at)), 0) ELSE 0 END
      + CASE WHEN p.new IS NULL THEN greatest(seconds(p."at",
          least(coalesce(until, solved_first_at), solved_first_at)), 0) ELSE 0 END) AS unassigned
  FROM people p JOIN (SELECT source, ticket_id, created_at, solved_first_at FROM t
                      WHERE is_counted) USING (source, ticket_id)
  GROUP BY source, ticket_id),
teams AS (
  SELECT source, ticket_id, old, new, row_number() OVER w AS place,
    last_value(new IGNORE NULLS) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last
  FROM events WHERE field = 'group'
  WINDOW w AS (PARTITION BY source, ticket_id ORDER BY "at", seq, event_id)),
passed AS (
  SELECT source, ticket_id, count(*) FILTER (coalesce(last, old) <> new)
    + 1 - len(list_distinct(list_concat(list(new), list(old) FILTER (
      place = 1 AND old IS NOT NULL)))) AS n_returns
  FROM teams WHERE new IS NOT NULL GROUP BY source, ticket_id)
SELECT coalesce(solved_first_at, solved_last_at) AS "at", solved_first_at, is_outreach,
  coalesce(contact_key, ticket_id) AS owner, coalesce(n_handoffs, 0) AS n_handoffs,
  coalesce(n_returns, 0) AS n_returns,
  CASE WHEN solved_first_at IS NOT NULL THEN coalesce(unassigned, CASE WHEN assignee_id IS NULL
    THEN seconds(created_at, solved_first_at) ELSE 0 END) / 60.0 END AS unassigned_minutes
FROM (SELECT * FROM t WHERE is_counted) LEFT JOIN held USING (source, ticket_id)
LEFT JOIN passed USING (source, ticket_id)
"""
REFUNDS = """
CREATE TEMP TABLE paid AS
SELECT r.source, refund_id, r."at", r.amount::DOUBLE AS amount, o.source AS shop, o.order_id,
  o.created_at AS ordered_at, coalesce(r.customer_key, o.customer_key) AS payee
FROM (SELECT *, regexp_replace(order_ref, '^#', '') AS word FROM refunds
      WHERE NOT coalesce(lower(status) IN ('failed', 'canceled', 'cancelled', 'requires_action'),
                         false) AND amount > 0) r
LEFT JOIN (SELECT source, order_id, created_at, customer_key,
             regexp_replace(name, '^#', '') AS word FROM orders) o
  USING (word)
"""
MACRO = "CREATE MACRO seconds(a, b) AS epoch_us(b) // 1000000 - epoch_us(a) // 1000000"
FACTS = (MACRO, REACH, TURNS, TICKETS, NEXT, BACK, WAITS, ROUTES, REFUNDS)
