"""What was told already, and what waits to be told? ``runs/.notified.json`` of a workspace.

It holds hashes of who was told what, and the notices somebody has not got yet, but no address.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from workbench.reporting.files import write_whole
from workbench.reporting.notify.notices import Notice

RECORD = ".notified.json"
GIVEN_UP_AFTER = timedelta(days=7)  # older news is no news; `workbench status` still shows it


@dataclass
class Waiting:
    """A notice that somebody has not got yet, and since when."""

    since: datetime
    notice: Notice


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sent: dict[str, datetime]
    waiting: list[Waiting]


@dataclass
class Record:
    """The record of one workspace; ``fault`` says why an earlier one could not be read."""

    path: Path
    sent: dict[str, datetime] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)
    fault: str = ""

    def was_sent(self, key: str) -> bool:
        """Did this target get this notice?"""
        return key in self.sent

    def write(self) -> None:
        """Write it whole, or say in ``fault`` why not: to tell somebody of a full disk matters more
        than to remember that it was told."""
        try:
            file = _File(sent=self.sent, waiting=self.waiting)
            write_whole(self.path, file.model_dump_json(indent=1) + "\n")
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            self.fault = f"cannot be written ({why}); messages may come twice"


def read_record(runs: Path) -> Record:
    """What was told so far; a file that cannot be read counts as empty, and says so.

    To tell somebody twice is better than to keep silent about a failure.
    """
    path = runs / RECORD
    try:
        file = _File.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Record(path)
    except (OSError, ValidationError):
        return Record(path, fault="cannot be read and was begun anew; messages may come twice")
    return Record(path, file.sent, file.waiting)


def key_of(notice: Notice, channel: str, target: str) -> str:
    """The same for the same notice to the same target; ``target`` is as the settings write it."""
    told = "\n".join((notice.identity, channel, target))
    return hashlib.sha256(told.encode(errors="replace")).hexdigest()
