"""Kernels without the seconds of their imports: forked from a process that has done them.

The nursery imports what the first notebook imports, starts nothing, and waits. For every run it
forks a child that becomes a kernel in the run's folder; no run's state can reach another, for the
nursery itself runs no cell. It ends when whoever started it closes its standard input or is killed,
whatever it is at, and its kernels end with it: the system sees to that.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from workbench.errors import ReportError

POLL_SECONDS = 0.05
BIRTH_SECONDS = 120  # for its imports and a fork
END_SECONDS = 5
PR_SET_PDEATHSIG = 1  # of <sys/prctl.h>


class Nursery:
    """The process that forks kernels; end it with `close`."""

    def __init__(self, modules: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(os.getpid())],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(environment),
            start_new_session=True,
        )  # fmt: skip
        self._say({"modules": list(modules)})

    @property
    def alive(self) -> bool:
        """Can it still fork? Kernels can do without it, at the cost of their imports."""
        return self._process.poll() is None

    def born(self, **asked: Any) -> int:
        """The process of a new kernel; ``asked`` is its connection file, folder, log and
        environment. Raises `ReportError` where the nursery has died."""
        try:
            self._say(asked)
            return int(self._answer())
        except (OSError, ValueError) as error:
            raise ReportError("no kernel could be forked: the nursery has died") from error

    def close(self) -> None:
        """End it, and whatever kernel of it is left."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:  # an import that hangs does not read
            self._process.kill()
            self._process.wait()

    def _answer(self) -> str:
        """Its next line; where it hangs it is ended, and the answer empty."""
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], BIRTH_SECONDS)[0]:
            self._process.kill()
            return ""
        return self._process.stdout.readline()

    def _say(self, told: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()


class Forked(LocalProvisioner):
    """Starts a kernel in a nursery instead of by a command; all else as for a local one."""

    nursery: Nursery

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork it; its connection file is the last word of the command."""
        pid = self.nursery.born(
            connection=cmd[-1], cwd=kwargs["cwd"], log=kwargs["stdout"].name,
            environment=kwargs["env"],
        )  # fmt: skip
        self.process = _Child(pid)
        self.pid = self.pgid = pid
        return self.connection_info


class _Child:
    """A process that is another's child, with as much of ``Popen`` as is asked of it."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 1  # how it ended is its parent's to know
        return None

    def wait(self) -> int:
        while self.poll() is None:
            time.sleep(POLL_SECONDS)
        return 1

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def serve() -> None:
    """The nursery's own life: import, then fork a kernel per line until the input ends."""
    _end_with(int(sys.argv[1]))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a kernel ended
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a module prints when it is imported is no answer
    wanted = json.loads(sys.stdin.readline())["modules"]
    for name in [*wanted, "ipykernel.kernelapp"]:
        with suppress(Exception):  # the cell that wants it says what is wrong
            importlib.import_module(name)
    nursery = os.getpid()
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _become_kernel(asked, nursery)
        answers.write(f"{child}\n")
        answers.flush()


def _end_with(parent: int) -> None:
    """From now on the system kills this process when ``parent`` ends, however that comes about."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we could say so
        os._exit(1)


def _become_kernel(asked: Mapping[str, Any], nursery: int) -> None:
    """In the child: never returns."""
    try:
        _end_with(nursery)
        os.setsid()
        log = os.open(asked["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for here, there in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(here, there)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.chdir(asked["cwd"])
        sys.argv = ["ipykernel_launcher"]
        from ipykernel.kernelapp import IPKernelApp

        IPKernelApp.launch_instance(argv=["-f", asked["connection"]])
    finally:
        os._exit(1)


if __name__ == "__main__":
    serve()
