"""Report runs in processes of their own that can be killed: one warm Python, forked for each.

Run as a program it reads lines of JSON: ``{"arguments": [...], ...}`` starts a command and is
answered with its process, ``{"wait": process}`` with how that ended. Through a pipe of their own
the commands tell which phase they enter.
"""

from __future__ import annotations

import json
import os
import resource
import select
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import nbformat
from forking import NOW, Warm, _strip_capabilities
from full_disks import fill_the_disk

# Where each phase begins: the module, the name in it, and what the phase is called.
PHASES = (
    ("workbench.reporting.queueing", "write_manifest", "queueing"),
    ("workbench.reporting.making", "Kernel", "kernel"),
    ("workbench.reporting.execution", "read_notebook", "cells"),
    ("workbench.reporting.making", "dead_anchors", "rendering"),
    ("workbench.reporting.runner", "settled", "publishing"),
    ("workbench.reporting.runner", "build_index", "index"),
)

WARM = (
    "workbench.commands.running_due", "workbench.commands.running", "workbench.commands.stopping",
    "workbench.reporting.execution", "workbench.workspace", "workbench.store.duckdb_backend",
    "ibis.backends.duckdb", "sqlglot.dialects.duckdb", "pyarrow.pandas_compat",
    "ipykernel.kernelspec", "IPython.core.interactiveshell",
)  # fmt: skip

FAULTS = {"limit", "strip", "full_at", "stays_full", "kills", "timeout"}


class ReportForks(Warm):
    """A warm process to fork commands from, in the project whose notebooks they run."""

    def __init__(self, root: Path, scratch: Path) -> None:
        self._phases, told = os.pipe()
        environment = {**os.environ, "WORKBENCH_NOW": NOW, "TMPDIR": str(scratch),
                       "JUPYTER_RUNTIME_DIR": str(scratch), "IPYTHONDIR": str(scratch)}  # fmt: skip
        super().__init__(__file__, str(told), env=environment, cwd=root, pass_fds=[told])
        os.close(told)
        self._answer()  # it is warm

    def start(
        self, *arguments: object, log: Path, environment: Mapping[str, str] | None = None,
        preload: bool = False, **faults: int,
    ) -> int:  # fmt: skip
        """Start ``workbench ARGUMENTS`` as the leader of a process group; its number.

        Faults: files limited to ``limit`` bytes, root's rights gone (``strip``), at the
        ``full_at``-th write no space left, for good (``stays_full``) or a kill (``kills``), cells
        ended after ``timeout`` seconds. ``preload`` lets the kernel import what the real notebooks
        need, which takes seconds.
        """
        assert set(faults) <= FAULTS
        while select.select([self._phases], [], [], 0)[0]:  # or the pipe is full one day
            os.read(self._phases, 4096)
        self._ask({
            "arguments": [str(a) for a in arguments], "log": str(log), "preload": preload,
            "environment": dict(environment or {}), **dict.fromkeys(FAULTS, 0), **faults,
        })  # fmt: skip
        return int(self._answer()["process"])

    def wait(self, process: int) -> int:
        """How it ended: its exit code, or minus the signal that ended it."""
        self._ask({"wait": process})
        return int(self._answer()["code"])

    def run(self, *arguments: object, log: Path, **options: Any) -> int:
        """Start a command and wait for its end."""
        return self.wait(self.start(*arguments, log=log, **options))

    def reaches(self, process: int, phase: str, within: float = 60) -> bool:
        """Wait until the process enters a phase; False if it ends first."""
        end = time.monotonic() + within
        while (left := end - time.monotonic()) > 0:
            if not select.select([self._phases], [], [], min(left, 0.2))[0]:
                if _has_ended(process):
                    return False
                continue
            told = os.read(self._phases, 4096).decode().split("\n")
            if f"{process} {phase}" in told:
                return True
        return False

    def close(self) -> None:
        """End the warm process."""
        super().close()
        os.close(self._phases)


def _has_ended(process: int) -> bool:
    """Has it ended, though nobody has waited for it yet?"""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def _serve(told: int) -> None:
    # Imported, not used: an engine or a kernel that has run has threads, which a fork would lose.
    for module in WARM:
        import_module(module)
    from workbench.cli import main
    from workbench.reporting.render import report_body

    with NamedTemporaryFile("w", suffix=".ipynb") as notebook:  # compiles the templates
        nbformat.write(nbformat.v4.new_notebook(), notebook)
        notebook.flush()
        report_body(Path(notebook.name))
    _say({"warm": True})
    while line := sys.stdin.readline():
        asked = json.loads(line)
        if "wait" in asked:
            _say({"code": os.waitstatus_to_exitcode(os.waitpid(asked["wait"], 0)[1])})
            continue
        child = os.fork()
        if child == 0:
            _become(main, asked, told)
        os.setpgid(child, child)  # whoever is first, the child or we: it has a group when told of
        _say({"process": child})


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _become(main: Any, asked: dict[str, Any], told: int) -> None:
    """The forked process: its output goes to a log, its faults are laid, then it is the command."""
    os.setpgid(0, 0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o644)
    for stream, file in ((0, nothing), (1, log), (2, log)):
        os.dup2(file, stream)
    os.environ.update(asked["environment"])
    time.tzset()
    _tell_phases(told)
    if not asked["preload"]:
        _skip_preload()
    if asked["timeout"]:
        _end_cells_after(asked["timeout"])
    if asked["limit"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (asked["limit"], asked["limit"]))
    if asked["strip"]:
        _strip_capabilities()
    if asked["full_at"]:
        fill_the_disk(
            asked["full_at"], stays_full=bool(asked["stays_full"]), kills=bool(asked["kills"])
        )
    sys.argv = ["workbench", *asked["arguments"]]
    code = 1
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())  # as the interpreter would
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _tell_phases(told: int) -> None:
    """Let the command say which phase it enters, by the function that begins it."""
    for module, name, phase in PHASES:
        original = getattr(sys.modules[module], name)
        setattr(sys.modules[module], name, _told_first(told, phase, original))


def _told_first(told: int, phase: str, original: Any) -> Any:
    def telling(*arguments: Any, **options: Any) -> Any:
        os.write(told, f"{os.getpid()} {phase}\n".encode())
        return original(*arguments, **options)

    return telling


def _skip_preload() -> None:
    """The notebooks here import nothing heavy: their kernels need not wait for pandas."""
    module: Any = sys.modules["workbench.reporting.making"]
    module.imports_of = lambda notebook: ""


def _end_cells_after(seconds: int) -> None:
    """No option of the command says how long a cell may take; the default is half an hour."""
    module: Any = sys.modules["workbench.commands.running"]
    original = module.request_for
    module.request_for = lambda *arguments, **options: replace(
        original(*arguments, **options), timeout_seconds=seconds
    )


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
