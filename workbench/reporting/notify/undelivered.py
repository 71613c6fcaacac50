"""Why did a message not arrive? One kind of error for every channel."""

from __future__ import annotations


class NotDelivered(Exception):
    """The message was not taken; ``why`` is one line that holds no secret."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)
