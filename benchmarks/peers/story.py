"""What happens to the invented tickets and orders, as DuckDB SQL.

Per ticket on average three messages and three changes of a field: most are assigned and solved,
8 % come back, 12 % are given to a second agent, a tenth moves to another group, and of these every
fifth comes back to the first. Nothing is known after the last second of 2025.
"""

from __future__ import annotations

MACROS = (
    "CREATE MACRO chance(i, k) AS (hash(i, k, {seed}) >> 11)::DOUBLE / 9007199254740992",
    "CREATE MACRO wait(i, k, mean) AS 1 + (-ln(1 - chance(i, k)) * mean)::BIGINT",
    "CREATE MACRO moment(s) AS make_timestamptz(s::BIGINT * 1000000)",
    "CREATE MACRO first_second() AS 1704067200",
    "CREATE MACRO last_second() AS 1767225599",
    "CREATE MACRO spread(i, n) AS first_second()"
    " + ((i + chance(i, 1)) / n * (last_second() - first_second()))::BIGINT",
    # Some people write far more often than others.
    "CREATE MACRO whose(i, k) AS (pow(chance(i, k), 1.5) * ({n} // 3))::BIGINT",
    "CREATE MACRO person(c) AS 'person_' || lpad(to_hex(hash(c, 'who', {seed})), 16, '0')",
    "CREATE MACRO agent(k) AS (380000000000 + k * 7919)::BIGINT::VARCHAR",
    "CREATE MACRO team(k) AS (450000000000 + k * 104729)::BIGINT::VARCHAR",
    "CREATE MACRO grade(x) AS ['low', 'normal', 'high', 'urgent'][1 + (x * 4)::BIGINT % 4]",
    "CREATE MACRO change(s, f, o, w) AS"
    " {{'s': s, 'field': f, 'old': o::VARCHAR, 'new': w::VARCHAR}}",
    "CREATE MACRO said(s, r, w, p, a) AS"
    " {{'s': s, 'role': r, 'who': w::VARCHAR, 'is_public': p, 'is_automated': a}}",
)
# One row per ticket with the seconds at which things happened; empty where they did not.
BASE = """
WITH drawn AS (
  SELECT i, spread(i, {n}) AS born, (20000000000 + i * 7)::VARCHAR AS ticket_id, whose(i, 2) AS c,
    chance(i, 3) < 0.03 AS is_outreach, chance(i, 4) < 0.94 AS is_answered,
    wait(i, 5, 14400) AS reply_in, wait(i, 6, 72000) + 7200 AS solve_in,
    agent((chance(i, 7) * 100)::BIGINT % 100) AS agent_1,
    agent((chance(i, 8) * 100)::BIGINT % 100) AS agent_2,
    team((chance(i, 9) * 8)::BIGINT % 8) AS team_1, team((chance(i, 10) * 8)::BIGINT % 8) AS team_2,
    grade(chance(i, 11)) AS grade_1, grade(chance(i, 12)) AS grade_2
  FROM range({n}) numbers(i)),
begun AS (
  SELECT *, born + reply_in AS replied, born + reply_in // 2 AS taken,
    CASE WHEN chance(i, 13) < 0.97 THEN born + reply_in + solve_in END AS solved,
    CASE WHEN chance(i, 14) < 0.03 THEN born + reply_in + 60 END AS paused FROM drawn),
gone_on AS (
  SELECT *, CASE WHEN chance(i, 15) < 0.08 THEN solved + wait(i, 16, 345600) END AS back FROM begun)
SELECT *, CASE WHEN chance(i, 17) < 0.9 THEN back + wait(i, 18, 36000) END AS solved_again,
  CASE WHEN back IS NULL AND chance(i, 19) < 0.25 THEN solved + 345600 END AS closed
FROM gone_on ORDER BY i
"""
_CHANGES = """
SELECT i, ticket_id, list_filter([
  change(CASE WHEN chance(i, 20) < 0.20 THEN born END, 'group', NULL, team_1),
  change(CASE WHEN chance(i, 21) < 0.80 THEN taken END, 'assignee', NULL, agent_1),
  change(CASE WHEN chance(i, 22) < 0.30 THEN taken END, 'status', 'new', 'open'),
  change(CASE WHEN chance(i, 23) < 0.05 THEN taken + 5 END, 'priority', grade_1, grade_2),
  change(CASE WHEN chance(i, 24) < 0.10 THEN taken + 30 END, 'group', team_1, team_2),
  change(CASE WHEN chance(i, 24) < 0.02 THEN replied END, 'group', team_2, team_1),
  change(CASE WHEN chance(i, 25) < 0.12 THEN replied + 30 END, 'assignee', agent_1, agent_2),
  change(paused, 'status', 'open', CASE WHEN i % 3 = 0 THEN 'hold' ELSE 'pending' END),
  change(paused + 60 + (chance(i, 26) * 7000)::BIGINT, 'status',
         CASE WHEN i % 3 = 0 THEN 'hold' ELSE 'pending' END, 'open'),
  change(solved, 'status', 'open', 'solved'), change(closed, 'status', 'solved', 'closed'),
  change(back, 'status', 'solved', 'open'), change(solved_again, 'status', 'open', 'solved')
], lambda e: e.s <= last_second()) AS changes FROM {base}
"""
_SAID = """
SELECT i, ticket_id, list_filter([
  said(born, CASE WHEN is_outreach THEN 'agent' ELSE 'customer' END,
       CASE WHEN is_outreach THEN agent_1 ELSE person(c) END, true, false),
  said(CASE WHEN chance(i, 30) < 0.15 THEN born + 2 END, 'agent', agent_1, true, true),
  said(CASE WHEN chance(i, 31) < 0.18 THEN taken END, 'agent', agent_2, false, false),
  said(CASE WHEN is_answered THEN replied END, 'agent', agent_1, true, false),
  said(CASE WHEN chance(i, 32) < 0.38 THEN replied + 1800 END, 'customer', person(c), true, false),
  said(CASE WHEN chance(i, 32) < 0.31 THEN replied + 1800 + wait(i, 33, 3600) END, 'agent',
       CASE WHEN chance(i, 25) < 0.12 THEN agent_2 ELSE agent_1 END, true, false),
  said(back, 'customer', person(c), true, false),
  said(CASE WHEN chance(i, 34) < 0.7 THEN (back + solved_again) // 2 END, 'agent', agent_1, true,
       false)
], lambda m: m.s <= last_second()) AS messages FROM {base}
"""
QUERIES = {
    "teams": "SELECT team(k) AS group_id, 'Team ' || chr((65 + k)::INTEGER) AS team,"
    " CASE WHEN k < 3 THEN 'internal' ELSE 'vendor' END AS org,"
    " CASE WHEN k >= 3 THEN 'Vendor ' || (k % 2) END AS vendor FROM range(8) t(k)",
    "agents": "SELECT agent(k) AS agent_id, 'Agent ' || k AS name, team(k % 8) AS group_id,"
    " 1 + k % 3 AS tier, 'agent' AS role FROM range(100) t(k)",
    "customers": "SELECT (900000000000 + c * 11)::VARCHAR AS customer_id,"
    " person(c) AS customer_key FROM range({n} // 3 + 1) t(c)",
    "tickets": f"""
WITH told AS (SELECT i, list_transform(changes, lambda e: e.field) AS fields, changes
              FROM ({_CHANGES})),
ended AS (SELECT i,
    coalesce(list_filter(changes, lambda e: e.field = 'status')[-1].new, 'new') AS status,
    list_filter(changes, lambda e: e.field = 'assignee') AS holders,
    list_filter(changes, lambda e: e.field = 'group')[-1].new AS team_now,
    list_filter(changes, lambda e: e.field = 'priority')[-1].new AS grade_now,
    len(list_filter(changes, lambda e: e.old = 'solved' AND e.new = 'open')) AS n_reopens,
    coalesce(changes[-1].s, 0) AS changed FROM told)
SELECT ticket_id, moment(born) AS created_at, moment(greatest(born, changed)) AS updated_at,
  status, ['email', 'chat', 'web', 'phone'][1 + (hash(i, 40) >> 8)::BIGINT % 4] AS channel,
  'Question ' || i % 5000 AS subject, (900000000000 + c * 11)::VARCHAR AS requester_key,
  coalesce(grade_now, grade_1) AS priority, coalesce(team_now, team_1) AS group_id,
  coalesce(holders[-1].new, CASE WHEN chance(i, 41) < 0.5 THEN agent_1 END) AS assignee_id,
  1 + (hash(i, 42) >> 8)::BIGINT % 3 AS tier,
  CASE WHEN chance(i, 43) < 0.85 THEN ['topic_' || i % 40] END AS tags,
  chance(i, 44) < 0.01 AS is_spam, CASE WHEN chance(i, 45) < 0.01 THEN 'merged' END AS merged_into,
  n_reopens, greatest(len(holders) - 1, 0) AS n_reassignments,
  CASE WHEN chance(i, 46) < 0.8 THEN chance(i, 47) < 0.9 END AS sla_met
FROM {{base}} JOIN ended USING (i) ORDER BY i""",
    "messages": f"""
SELECT (60000000000 + i * 16 + place)::VARCHAR AS message_id, ticket_id, moment(m.s) AS "at",
  m.who AS author_id, m.role AS author_role, m.is_public AS is_public,
  m.is_automated AS is_automated, 'm' || i % 1000 AS body
FROM (SELECT i, ticket_id, unnest(messages) AS m, generate_subscripts(messages, 1) AS place
      FROM ({_SAID}))""",
    "events": f"""
SELECT (80000000000 + i * 16 + place)::VARCHAR AS event_id, ticket_id, moment(e.s) AS "at",
  place AS seq, e.field AS field, e.old AS old, e.new AS new
FROM (SELECT i, ticket_id, unnest(changes) AS e, generate_subscripts(changes, 1) AS place
      FROM ({_CHANGES}))""",
    "orders": """
SELECT (5000000000 + k)::VARCHAR AS order_id, '#' || (1000000 + k) AS name,
  person(whose(k, 50)) AS customer_key, moment(spread(k, 3 * {n})) AS created_at,
  CASE WHEN chance(k, 51) < 0.015 THEN moment(spread(k, 3 * {n}) + 3600) END AS cancelled_at,
  10 + (chance(k, 52) * 20000)::BIGINT / 100 AS total, 'USD' AS currency,
  chance(k, 53) < 0.01 AS is_replacement
FROM range(3 * {n}) t(k)""",
    "refunds": """
SELECT 're_' || lpad(to_hex(hash(k, 'refund')), 16, '0') AS refund_id,
  '#' || (1000000 + k) AS order_ref, 'ch_' || k AS charge_id,
  person(whose(k, 50)) AS customer_key, moment(back) AS "at",
  5 + (chance(k, 54) * 10000)::BIGINT / 100 AS amount, 'USD' AS currency,
  CASE WHEN chance(k, 55) < 0.03 THEN 'failed' ELSE 'succeeded' END AS status
FROM (SELECT k, spread(k, 3 * {n}) + wait(k, 56, 1036800) AS back FROM range(3 * {n}) t(k)
      WHERE chance(k, 57) < 0.03) WHERE back <= last_second()""",
}
