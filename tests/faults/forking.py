"""Imports in processes of their own that can be killed: one warm Python, forked for each.

Run as a program it waits for lines ``{"arguments": [...], "limit": bytes, "strip": bool}`` and
answers with the process it started; at the next line, with how that ended.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

NOW = "2025-07-01T06:00:00+00:00"


class Warm:
    """A program that imports what is slow, says so, and answers each line of JSON with one."""

    def __init__(self, program: str, *arguments: str, **options: Any) -> None:
        self._process = subprocess.Popen(
            [sys.executable, program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, **options,
        )  # fmt: skip

    def close(self) -> None:
        """End the warm process."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=30)

    def _ask(self, asked: dict[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


class Forks(Warm):
    """A warm process to fork commands from."""

    def __init__(self) -> None:
        super().__init__(__file__, env={**os.environ, "WORKBENCH_NOW": NOW})
        self._answer()  # it is warm

    def start(self, *arguments: object, log: Path, limit: int = 0, strip: bool = False) -> int:
        """Start ``workbench ARGUMENTS``; the number of its process."""
        asked = {
            "arguments": [str(a) for a in arguments], "log": str(log), "limit": limit,
            "strip": strip,
        }  # fmt: skip
        self._ask(asked)
        return int(self._answer()["pid"])

    def wait(self) -> int:
        """How the process ended: its exit code, or minus the signal that ended it."""
        self._ask({})
        return int(self._answer()["code"])

    def run(self, *arguments: object, log: Path, **options: Any) -> int:
        """Start a command and wait for its end."""
        self.start(*arguments, log=log, **options)
        return self.wait()


def _serve() -> None:
    # Imported, not used: an engine that has run has threads, which a fork would lose.
    import workbench.commands.importing
    import workbench.metrics.registry
    from workbench.cli import main

    assert workbench.commands.importing
    _say({"warm": True})
    while line := sys.stdin.readline():
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(main, asked)
        _say({"pid": child})
        sys.stdin.readline()  # until it is waited for, its number stays its own
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        _say({"code": code})


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _become(main: Any, asked: dict[str, Any]) -> None:
    """The forked process: its output goes to a log, then it is the command."""
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for stream in (1, 2):
        os.dup2(log, stream)
    if asked["limit"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (asked["limit"], asked["limit"]))
    if asked["strip"]:
        _strip_capabilities()
    sys.argv = ["workbench", *asked["arguments"]]
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _strip_capabilities() -> None:
    """Even root must then respect the rights of a folder."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    if libc.capset(header, (ctypes.c_uint32 * 6)()) != 0:
        raise OSError(ctypes.get_errno(), "capset")


if __name__ == "__main__":
    _serve()
