"""The life of a worker process: it makes one run after the other and publishes nothing.

It watches the process that started it: if that is killed, the worker ends its kernel and itself at
once, also while it imports what it needs. So this module imports nothing that takes time.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from multiprocessing.connection import Connection, wait
from multiprocessing.queues import SimpleQueue
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.reporting.manifest import Manifest
    from workbench.reporting.nursery import Nursery
    from workbench.reporting.request import RunSpec

GRACE_SECONDS = 3.0  # to end a kernel and say so
_told: SimpleQueue[Any] | None = None  # where it says how far it is
_nursery: Nursery | None = None  # where its kernels come from
_at_work = threading.Event()  # is there a run to unwind?


def begin(told: SimpleQueue[Any], ends: Connection) -> None:
    """What a worker does first: ``told`` is where it tells its progress, and it ends when the
    other end of ``ends`` is closed."""
    global _told
    _told = told
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; we are ended
    signal.signal(signal.SIGTERM, _stop)
    threading.Thread(target=_follow, args=(ends,), daemon=True).start()


def made(place: int, spec: RunSpec) -> Manifest:
    """Make one run; the next one's kernel comes from the same nursery."""
    global _nursery
    from workbench.reporting.making import make, nursery_of

    told = _Told(place)
    _at_work.set()
    try:
        _nursery = _nursery or nursery_of(spec)
        manifest = make(spec, told, nursery=_nursery)
    finally:
        _at_work.clear()
    told.stop(said(manifest))
    return manifest


def said(manifest: Manifest) -> str:
    """The last line of a run's progress."""
    return f"failed: {manifest.reason}" if manifest.status == "failed" else "made"


class _Told:
    """A run's progress as its worker sends it."""

    def __init__(self, place: int) -> None:
        self.place = place

    def start(self, report: str, cells: int) -> None:
        self._send("start", report, cells)

    def cell(self, number: int, cells: int, title: str) -> None:
        self._send("cell", number, cells, title)

    def stop(self, message: str) -> None:
        self._send("stop", message)

    def _send(self, word: str, *arguments: object) -> None:
        if _told is not None:
            _told.put((self.place, word, arguments))


def _stop(*_: object) -> None:
    if _at_work.is_set():
        raise KeyboardInterrupt  # unwinds through `make`, which ends its kernel
    os._exit(0)


def _follow(ends: Connection) -> None:
    """End when the process that started this one ends the work, or is killed."""
    wait([ends])
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)  # whatever holds it up: nobody waits for it any more
