"""Facts: from tables to one row per ticket, reply, reopening, issue, escalation, order."""
