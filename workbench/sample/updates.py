"""What a ticket's life is made of: updates, some with a comment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Comment(NamedTuple):
    """One message on a ticket."""

    body: str
    public: bool


@dataclass(slots=True)
class Update:
    """What one author changes at one moment; fields that already have the value stay silent."""

    at: int
    author: int
    changes: dict[str, Any] = field(default_factory=dict)
    comment: Comment | None = None


@dataclass(slots=True)
class Timeline:
    """A ticket's subject and all its updates, planned ones included."""

    subject: str
    updates: list[Update]
    rating_comment: str = ""
