"""One query per metric over the facts, as a good analyst would write it for these definitions.

Every query gives one row per thing counted: ``at``, ``x`` (left out), ``y`` (too young) and what
its kind of metric takes (``hit``, ``v``, ``owner``); what the engine need not read it skips.
"""

from __future__ import annotations

_CONTACTS = 'SELECT created_at AS "at", NOT is_counted OR is_outreach AS x FROM t'
_SOLVED = (
    'SELECT coalesce(solved_first_at, solved_last_at) AS "at", false AS x FROM t WHERE is_counted'
)
_ORDERS = (
    "SELECT source, order_id, created_at, cancelled_at IS NOT NULL"
    " OR coalesce(is_replacement, false) AS x FROM orders"
)
_DESK = "(SELECT least(tickets, messages, events) FROM reach)"


def _beside(things: str, told: str) -> str:
    """Contacts with the ``last`` thing of the same person up to them and the ``next`` after."""
    return f"""
WITH asked AS (SELECT customer_key, created_at FROM t
               WHERE is_counted AND NOT is_outreach AND customer_key IS NOT NULL),
things AS ({things}),
beside AS (
  SELECT asked.*, b.moment AS last, n.moment AS next FROM asked
  ASOF LEFT JOIN things b ON customer_key = b.who AND b.moment <= created_at
  ASOF LEFT JOIN things n ON customer_key = n.who AND n.moment > created_at)
SELECT created_at AS "at", {told} FROM beside"""


SHARES = {
    "untagged_share": 'SELECT created_at AS "at", is_outreach AS x, false AS y, NOT is_tagged AS'
    " hit FROM t WHERE is_counted",
    "fcr": f"""
SELECT "at", is_outreach OR coalesce(n_replies = 0, false) OR NOT has_history OR NOT has_messages
    OR customer_key IS NULL AS x, coalesce(solved_first_at + INTERVAL 7 DAYS > {_DESK}, false) AS y,
  n_replies <= 1 AND NOT coalesce(reopened_at <= solved_first_at + INTERVAL 7 DAYS, false)
    AND NOT coalesce(next_at <= solved_first_at + INTERVAL 7 DAYS, false) AS hit
FROM solves""",
    "one_touch": 'SELECT solved_last_at AS "at", coalesce(n_replies = 0, false) OR n_replies IS'
    " NULL AS x, false AS y, n_replies = 1 AS hit FROM t WHERE is_counted AND is_done",
    "reopen_rate": """
SELECT "at", NOT has_history AS x, coalesce(solved_first_at + INTERVAL 14 DAYS >
  (SELECT least(tickets, events) FROM reach), false) AS y,
  coalesce(reopened_at <= solved_first_at + INTERVAL 14 DAYS, false) AS hit FROM solves""",
    "thanks_reopen_share": """
WITH answered AS (
  SELECT b.source, b.ticket_id, b.again IS NOT NULL AND count(m."at") = 0 AS is_thanks
  FROM (SELECT * FROM back WHERE is_first) b
  LEFT JOIN (SELECT source, ticket_id, "at" FROM messages WHERE is_public AND author_role = 'agent'
             AND NOT coalesce(is_automated, false)) m
  ON b.source = m.source AND b.ticket_id = m.ticket_id AND m."at" > b.reopened_at
    AND m."at" <= coalesce(b.again, m."at")
  GROUP BY b.source, b.ticket_id, b.again)
SELECT reopened_at AS "at", NOT has_messages OR is_thanks IS NULL AS x, false AS y, is_thanks AS hit
FROM (SELECT * FROM t WHERE is_counted AND reopened_at IS NOT NULL)
LEFT JOIN answered USING (source, ticket_id)""",
    "repeat_rate": """
SELECT "at", is_outreach OR solved_first_at IS NULL OR contact_key IS NULL AS x,
  coalesce(solved_first_at + INTERVAL 7 DAYS > (SELECT tickets FROM reach), false) AS y,
  coalesce(next_at <= solved_first_at + INTERVAL 7 DAYS, false) AS hit FROM solves""",
    "handed_off_share": 'SELECT "at", false AS x, false AS y, n_handoffs > 0 AS hit FROM routes',
    "ping_pong_rate": 'SELECT "at", false AS x, false AS y, n_returns > 0 AS hit FROM routes',
    "refund_rate_cohort": f"""
SELECT created_at AS "at", x, created_at + INTERVAL 30 DAYS > (SELECT refunds FROM reach) AS y,
  coalesce(refunded_at <= created_at + INTERVAL 30 DAYS, false) AS hit
FROM ({_ORDERS}) LEFT JOIN (SELECT shop AS source, order_id, min("at") AS refunded_at FROM paid
  WHERE order_id IS NOT NULL GROUP BY 1, 2) USING (source, order_id)""",
    "churn_90": _beside(
        "SELECT customer_key AS who, created_at AS moment FROM orders",
        "NOT coalesce(created_at <= last + INTERVAL 90 DAYS, false) AS x, created_at +"
        " INTERVAL 90 DAYS > (SELECT least(tickets, orders) FROM reach) AS y,"
        " NOT coalesce(next <= created_at + INTERVAL 90 DAYS, false) AS hit",
    ),
    "repurchase_90": _beside(
        "SELECT customer_key AS who, created_at AS moment FROM orders WHERE cancelled_at IS NULL"
        " AND NOT coalesce(is_replacement, false)",
        "last IS NULL AS x, created_at + INTERVAL 90 DAYS > (SELECT least(tickets, orders) FROM"
        " reach) AS y, coalesce(next <= created_at + INTERVAL 90 DAYS, false) AS hit",
    ),
    "refund_after_ticket": _beside(
        'SELECT payee AS who, "at" AS moment FROM paid',
        "customer_key NOT IN (SELECT customer_key FROM orders WHERE customer_key IS NOT NULL UNION"
        " SELECT payee FROM paid WHERE payee IS NOT NULL) AS x, created_at + INTERVAL 30 DAYS >"
        " (SELECT least(tickets, refunds) FROM reach) AS y,"
        " coalesce(next <= created_at + INTERVAL 30 DAYS, false) AS hit",
    ),
    "reship_rate": 'SELECT created_at AS "at", cancelled_at IS NOT NULL OR is_replacement IS NULL'
    " AS x, false AS y, is_replacement AS hit FROM orders",
    "out_of_policy_refund_rate": 'SELECT "at", ordered_at IS NULL AS x, false AS y,'
    ' NOT "at" <= ordered_at + INTERVAL 30 DAYS AS hit FROM paid',
    **{
        name: f'SELECT created_at AS "at", {column} IS NULL AS x, false AS y, {hit} AS hit FROM t'
        " WHERE is_counted"
        for name, column, hit in (
            ("reopened_recorded", "n_reopens", "n_reopens > 0"),
            ("reassigned_recorded", "n_reassignments", "n_reassignments > 0"),
            ("sla_met_recorded", "sla_met", "sla_met"),
        )
    },
}
_MINUTES = "seconds(created_at, {0}) / 60.0"
MEDIANS = {
    "first_response_time": f'SELECT created_at AS "at", first_replied_at IS NULL AS x,'
    f" {_MINUTES.format('first_replied_at')} AS v FROM t WHERE is_counted AND NOT is_outreach",
    "next_response_time": """
WITH said AS (
  SELECT source, ticket_id, "at", message_id, author_role = 'customer' AS is_asking
  FROM messages WHERE is_public AND (author_role = 'customer'
    OR (author_role = 'agent' AND NOT coalesce(is_automated, false)))),
ordered AS (
  SELECT *, lag(is_asking) OVER w AS goes_on, min("at") FILTER (NOT is_asking) OVER (
      w ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS answered_at
  FROM said WINDOW w AS (PARTITION BY source, ticket_id ORDER BY "at", message_id)),
begun AS (
  SELECT source, ticket_id, "at", answered_at, row_number() OVER (
      PARTITION BY source, ticket_id ORDER BY "at", message_id) AS turn
  FROM ordered WHERE is_asking AND NOT coalesce(goes_on, false))
SELECT b."at", answered_at IS NULL AS x, seconds(b."at", answered_at) / 60.0 AS v
FROM begun b SEMI JOIN (SELECT * FROM t WHERE is_counted) USING (source, ticket_id)
WHERE turn > 1""",
    "first_resolution_time": 'SELECT solved_first_at AS "at", is_outreach AS x,'
    f" {_MINUTES.format('solved_first_at')} / 60.0 AS v FROM t WHERE is_counted",
    "full_resolution_time": 'SELECT solved_last_at AS "at", is_outreach AS x,'
    f" {_MINUTES.format('solved_last_at')} / 60.0 AS v FROM t WHERE is_counted AND is_done",
    **{
        name: f'SELECT "at", is_outreach OR is_unknown AS x, {column} AS v FROM waits'
        for name, column in (
            ("requester_wait", "requester_hours"), ("agent_wait", "agent_hours"),
            ("on_hold_time", "hold_hours"),
        )
    },
    "unassigned_time": 'SELECT solved_first_at AS "at", is_outreach AS x, unassigned_minutes AS v'
    " FROM routes",
}  # fmt: skip
MEANS = {
    "contacts_per_customer": """
SELECT min(created_at) AS "at", false AS x, false AS y, count(*) AS v, contact_key AS owner
FROM t WHERE is_counted AND NOT is_outreach AND contact_key IS NOT NULL
GROUP BY source, contact_key, date_trunc('month', created_at)""",
    "handoffs": 'SELECT "at", false AS x, false AS y, n_handoffs AS v, owner FROM routes',
    "tickets_per_issue": """
WITH asked AS (
  SELECT contact_key, source, ticket_id, created_at, is_done, solved_last_at,
    max(greatest(created_at, coalesce(solved_last_at, created_at))) OVER (
      w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
  FROM t WHERE is_counted AND NOT is_outreach AND contact_key IS NOT NULL
  WINDOW w AS (PARTITION BY contact_key ORDER BY created_at, source, ticket_id)),
numbered AS (
  SELECT *, sum((before IS NULL OR created_at > before + INTERVAL 7 DAYS)::INT) OVER (
      PARTITION BY contact_key ORDER BY created_at, source, ticket_id
      ROWS UNBOUNDED PRECEDING) AS issue FROM asked),
issues AS (
  SELECT contact_key, min(created_at) AS opened_at, count(*) AS n,
    CASE WHEN bool_and(is_done) THEN max(solved_last_at) END AS resolved_at
  FROM numbered GROUP BY contact_key, issue)
SELECT opened_at AS "at", false AS x, resolved_at IS NULL
    OR resolved_at + INTERVAL 7 DAYS > (SELECT tickets FROM reach) AS y, n AS v,
  contact_key AS owner
FROM issues""",
}
MEANS["refund_value_rate"] = f"""
SELECT created_at AS "at", o.x OR total IS NULL OR total <= 0 AS x,
  created_at + INTERVAL 30 DAYS > (SELECT refunds FROM reach) AS y, coalesce(back, 0) AS v,
  total::DOUBLE AS w, coalesce(customer_key, order_id) AS owner
FROM ({_ORDERS.replace("created_at,", "created_at, total, customer_key,", 1)}) o
LEFT JOIN (SELECT shop AS source, order_id,
    sum(amount) FILTER ("at" <= ordered_at + INTERVAL 30 DAYS) AS back
  FROM paid WHERE order_id IS NOT NULL GROUP BY 1, 2) USING (source, order_id)"""
MEANS["contacts_per_resolution"] = """
WITH asked AS (
  SELECT source, ticket_id, created_at, contact_key, customer_key, is_done, solved_last_at,
    lead(created_at) OVER (PARTITION BY contact_key ORDER BY created_at, source, ticket_id) AS next
  FROM t WHERE is_counted AND NOT is_outreach)
SELECT created_at AS "at", (is_done AND solved_last_at IS NULL) OR contact_key IS NULL AS x,
  created_at + INTERVAL 37 DAYS > (SELECT least(tickets, events) FROM reach) AS y, 1 AS v,
  (is_done AND solved_last_at <= created_at + INTERVAL 30 DAYS
    AND NOT coalesce(next <= solved_last_at + INTERVAL 7 DAYS, false))::INT AS w,
  coalesce(customer_key, ticket_id) AS owner
FROM asked"""
WEIGHTED = ("refund_value_rate", "contacts_per_resolution")
TOTALS = {
    "tickets_created": f"SELECT *, 1 AS v FROM ({_CONTACTS})",
    "tickets_solved": f"SELECT *, 1 AS v FROM ({_SOLVED})",
    "net_flow": f"SELECT *, 1 AS v FROM ({_CONTACTS}) UNION ALL"
    f" SELECT *, -1 FROM ({_SOLVED} AND NOT is_outreach)",
    "refund_amount": 'SELECT "at", false AS x, amount AS v FROM paid',
}
# What is counted, per what, how far both reach, and the unit.
_BOTH = "SELECT date_trunc('day', greatest({0}_from, orders_from)), least({0}, orders) FROM reach"
RATIOS = {
    "contact_rate": (_CONTACTS, _BOTH.format("tickets"), 100.0),
    "refund_rate_cash": ('SELECT "at", false AS x FROM paid', _BOTH.format("refunds"), 1.0),
}
ORDERED = f'SELECT created_at AS "at" FROM ({_ORDERS}) WHERE NOT x'
STOCK = """
WITH ended AS (
  SELECT source, ticket_id, created_at, has_history, NOT has_history AND is_done
      AND solved_last_at IS NULL AS x,
    CASE WHEN has_history THEN solved_first_at WHEN is_done THEN solved_last_at END AS closed_at
  FROM t WHERE is_counted),
again AS (SELECT b.reopened_at, b.again FROM back b
          SEMI JOIN (SELECT * FROM ended WHERE has_history) USING (source, ticket_id))
SELECT created_at AS "at", x, 1 AS v FROM ended
UNION ALL SELECT closed_at, false, -1 FROM ended WHERE closed_at IS NOT NULL AND NOT x
UNION ALL SELECT reopened_at, false, 1 FROM again
UNION ALL SELECT again, false, -1 FROM again WHERE again IS NOT NULL
"""
NAMES = [*SHARES, *MEDIANS, *MEANS, *TOTALS, *RATIOS, "backlog"]
