"""Personal data stays outside: customers become pseudonyms, texts are scrubbed.

A pseudonym is the same for the same person in every export of a workspace, so that a ticket can
meet an order. It is a keyed hash: whoever has the key and an address can test whether they belong
together, nobody can read the address back. `pseudonym_keys.py` says where the key comes from.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from workbench.errors import UsageError
from workbench.intake.persons.personal import SUSPICIOUS, scrub


def prepare(connection: duckdb.DuckDBPyConnection, key: str) -> None:
    """Teach a connection what `pseudonym` and `scrubbed` stand for; its cursors know it too.

    The key lives in a macro of the connection: no statement, and so no error, repeats it.
    """
    if not key:  # everybody could work out every pseudonym
        raise UsageError(
            "persons cannot be replaced without a key.", where="pseudonym_key",
            fix="Pass the workspace's key, or leave personal data as they are on purpose.",
        )  # fmt: skip
    literal = key.replace("'", "''")
    connection.execute(f"CREATE OR REPLACE MACRO pseudonym_key() AS '{literal}'")
    connection.create_function("scrub_text", _scrubbed_batch, ["VARCHAR"], "VARCHAR", type="arrow")


def pseudonym(expression: str) -> str:
    """SQL for the stable pseudonym of a customer's identifier, name or e-mail address."""
    normal = f"lower(trim({expression}))"
    return (
        f"CASE WHEN {normal} IS NULL OR {normal} = '' THEN NULL "
        f"ELSE 'c_' || substr(sha256(pseudonym_key() || chr(31) || {normal}), 1, 16) END"
    )


def scrubbed(expression: str) -> str:
    """SQL for a text in which addresses, phone, card and account numbers are masked."""
    return (
        f"CASE WHEN {SUSPICIOUS.format(expression)} "
        f"THEN scrub_text({expression}) ELSE {expression} END"
    )


def _scrubbed_batch(texts: pa.Array) -> pa.Array:
    return pa.array([None if t is None else scrub(t) for t in texts.to_pylist()], pa.string())
