"""The key that turns customers into pseudonyms: one per workspace, never in anything it makes.

It is drawn when a workspace first needs it and lies in ``pseudonym.key``, readable by its owner
only, unless ``WORKBENCH_PSEUDONYM_KEY`` gives one. The store records its fingerprint: under
another key nobody would be recognised again, and every count of customers would be wrong.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from functools import cache
from pathlib import Path

from workbench.errors import IntakeError, UsageError
from workbench.store.state import StoreState

KEY_FILE = "pseudonym.key"
VARIABLE = "WORKBENCH_PSEUDONYM_KEY"
# The sample's people are invented, and whoever makes the demo shall get the same bytes.
PUBLIC_KEY = "support-workbench"
PUBLIC_KEY_NOTE = (
    "note: this workspace was made by the demo, and its key for pseudonyms is public. Import real "
    "customers into a workspace of their own (--workspace DIR)."
)
_ROUNDS = 100_000  # a fingerprint must not help to guess a short key


def workspace_key(workspace: Path, state: StoreState) -> str:
    """The key of a workspace; drawn if there is none yet, refused if it is not the store's."""
    path = workspace / KEY_FILE
    given = os.environ.get(VARIABLE)
    if not given and not path.exists():
        _refuse_lost_key(path, state)
        _write(path, secrets.token_hex(32))
    key = given or path.read_text(encoding="utf-8").strip()
    if not key:
        raise UsageError(
            "the key for pseudonyms is empty.", where=str(path),
            fix=f"Restore it from a copy, or set {VARIABLE}.",
        )  # fmt: skip
    if state.pseudonyms and fingerprint(key) != state.pseudonyms:
        where, fix = (VARIABLE, "Unset it, or set") if given else (str(path), "Restore it, or set")
        raise IntakeError(
            "this is not the key that the stored persons were replaced with; under another one "
            "nobody would be recognised again.", where=where,
            fix=f"{fix} {VARIABLE} to the key that was used, or import into a new workspace.",
        )  # fmt: skip
    return key


def use_public_key(workspace: Path) -> None:
    """Let a workspace of invented people use the public key, if it has none yet."""
    if not (workspace / KEY_FILE).exists():
        _write(workspace / KEY_FILE, PUBLIC_KEY)


def has_public_key(workspace: Path) -> bool:
    """Can everybody work out the pseudonyms of this workspace?"""
    path = workspace / KEY_FILE
    return path.exists() and path.read_text(encoding="utf-8").strip() == PUBLIC_KEY


@cache
def fingerprint(key: str) -> str:
    """A name of the key that does not give it away."""
    salt = b"workbench pseudonyms"
    return hashlib.pbkdf2_hmac("sha256", key.encode("utf-8"), salt, _ROUNDS).hex()[:16]


def _refuse_lost_key(path: Path, state: StoreState) -> None:
    """A new key must not be drawn where an earlier one is already in use."""
    if state.pseudonyms:
        raise IntakeError(
            "the key that the stored persons were replaced with is gone.", where=str(path),
            fix=f"Restore it, or set {VARIABLE} to it, or import into a new workspace.",
        )  # fmt: skip
    if state.files and not state.version:
        raise IntakeError(
            "this store was filled before workspaces had keys of their own.", where=str(path),
            fix=f"Set {VARIABLE} to the key it was filled with ({PUBLIC_KEY!r} if none was set), "
            "or import everything into a new workspace.",
        )  # fmt: skip


def _write(path: Path, key: str) -> None:
    """Create the file, for its owner only; where another import was quicker, its key stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(key + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(staged, path)  # unlike a rename this never replaces a key
    except FileExistsError:
        return
    finally:
        staged.unlink()
