"""What a command does when it is told to end: by Ctrl-C, or by whoever stops services."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from workbench.errors import StoppedError


@contextmanager
def stopped_by_signal() -> Iterator[None]:
    """Let a request to end (SIGTERM) unwind like Ctrl-C: kernels end, the run says that it was
    stopped, and so does the command, as one `StoppedError`."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        raise StoppedError(
            "stopped before it was done.", fix="Nothing half-made is published; run it again."
        ) from None
    finally:
        signal.signal(signal.SIGTERM, before)
