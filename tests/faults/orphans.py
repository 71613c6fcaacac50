"""Which processes outlive the command that started them, and for how long?"""

from __future__ import annotations

import time
from pathlib import Path
from threading import Event, Lock, Thread
from uuid import uuid4

TOKEN = "WORKBENCH_FAULT"
MOST_SECONDS = 10.0


class Orphans:
    """Commands that were ended, and what still runs of them: kernels, workers, whatever they
    started. A command is known by a word in the environment that all of these inherit."""

    def __init__(self) -> None:
        self._ended: dict[str, float] = {}
        self._lock, self._over = Lock(), Event()
        self._watching = Thread(target=self._watch, daemon=True)
        self.seconds: list[float] = []
        self.left: list[str] = []

    def __enter__(self) -> Orphans:
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Wait until all is gone; fails for what was there after ten seconds."""
        while self._ended and not self.left:
            time.sleep(0.05)
        self._over.set()
        self._watching.join()
        assert not self.left, self.left

    def environment(self) -> dict[str, str]:
        """A word for one command, to start it with."""
        return {TOKEN: uuid4().hex}

    def ended(self, environment: dict[str, str]) -> None:
        """From now on nothing of this command should be running for long."""
        with self._lock:
            self._ended[environment[TOKEN]] = time.monotonic()

    def _watch(self) -> None:
        while not self._over.wait(0.2):
            now, alive = time.monotonic(), tokens_alive()
            with self._lock:
                for token, at in list(self._ended.items()):
                    if at < now and token not in alive:
                        self.seconds.append(now - at)
                        del self._ended[token]
                    elif now - at > MOST_SECONDS:
                        self.left += alive[token]
                        del self._ended[token]


def tokens_alive() -> dict[str, list[str]]:
    """The commands of which something runs, and what."""
    return {token: list(found.values()) for token, found in processes_alive().items()}


def processes_alive() -> dict[str, dict[int, str]]:
    """Of each command, the processes that run and their words."""
    found: dict[str, dict[int, str]] = {}
    mark = f"{TOKEN}=".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            entries = (folder / "environ").read_bytes().split(b"\0")
            words = (
                (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            )
        except OSError:  # it ended just now, or is another user's
            continue
        for entry in entries:
            if entry.startswith(mark):
                token = entry.removeprefix(mark).decode()
                found.setdefault(token, {})[int(folder.name)] = words[:90]
    return found
