"""A kernel that is warm before its run: started where it will work, with the slow imports done.

A kernel serves one run and is then gone, so no report meets what another left behind. It talks over
unix sockets in a private folder: nothing listens on a port, and two kernels cannot race for one.
It watches the process that started it, and ends within seconds of it.
"""

from __future__ import annotations

import ast
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.session import Session
from jupyter_core.utils import run_sync
from traitlets.config import Config

from workbench.reporting.cells import code_cells
from workbench.reporting.nursery import Forked, Nursery

RUN_DIR = "WORKBENCH_RUN_DIR"
START_SECONDS = 120  # for a kernel to come up and do its imports
# The same numbers everywhere: one thread adds in one order, one zone, one language, one hash seed.
_SAME_EVERYWHERE = {
    "PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "LANGUAGE": "",
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
}  # fmt: skip


class Kernel:
    """A kernel started for one run; end it with `close`, or use it in a ``with``.

    It works in ``project_root`` and writes what it prints outside of cells to ``run_dir/log.txt``.
    ``preload`` is code it runs at once, without waiting for its run: see `imports_of`.
    """

    def __init__(
        self,
        run_dir: Path,
        project_root: Path,
        environment: Mapping[str, str],
        preload: str = "",
        nursery: Nursery | None = None,
    ) -> None:
        # Short and private: the path of a unix socket holds about 100 characters.
        self._sockets = tempfile.mkdtemp(prefix="wb-")
        config = Config({"KernelManager": {"transport": "ipc", "ip": f"{self._sockets}/k"}})
        # Asynchronous, or nbclient waits for the words of a dead kernel for ever.
        self.manager = AsyncKernelManager(kernel_name="python3", config=config)
        if nursery is not None and nursery.alive:
            spec = self.manager.kernel_spec
            self.manager.provisioner = Forked(kernel_id="", kernel_spec=spec, parent=self.manager)
            self.manager.provisioner.nursery = nursery
        self._client: BlockingKernelClient | None = None
        told = {**os.environ, **_SAME_EVERYWHERE, **environment, RUN_DIR: str(run_dir.resolve())}
        try:
            with (run_dir / "log.txt").open("ab") as log:
                start = run_sync(self.manager.start_kernel)
                start(cwd=str(project_root), env=told, stdout=log, stderr=log)
            if preload:
                # a session of its own: the kernel answers only one client of a name
                self._client = BlockingKernelClient(session=Session(key=self.manager.session.key))
                self._client.load_connection_info(self.manager.get_connection_info())
                self._client.start_channels(iopub=False, stdin=False, hb=False, control=False)
                self._client.execute(preload, silent=True, store_history=False, stop_on_error=False)
        except BaseException:
            self.close()
            raise

    def wait(self) -> None:
        """Until the preloaded code is done: for who measures, a run waits by itself."""
        if self._client is not None:
            self._client.get_shell_msg(timeout=START_SECONDS)

    def close(self) -> None:
        """End the kernel now, and remove its sockets; once more is harmless."""
        if self._client is not None:
            self._client.stop_channels()
            self._client = None
        if self.manager.has_kernel:
            with suppress(ProcessLookupError):  # it may have died of itself
                run_sync(self.manager.shutdown_kernel)(now=True)
        shutil.rmtree(self._sockets, ignore_errors=True)

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def nursery_for(notebook: Any) -> Nursery:
    """A nursery whose kernels have the notebook's imports behind them."""
    return Nursery(modules_of(notebook), {**os.environ, **_SAME_EVERYWHERE})


def imports_of(notebook: Any) -> str:
    """Code that imports the modules the notebook imports, and nothing else.

    Without their names: a module that is missing must fail in the cell that wants it.
    """
    return f"for _name in {modules_of(notebook)!r}:\n    __import__(_name)\ndel _name\n"


def modules_of(notebook: Any) -> list[str]:
    """The modules the notebook's cells import, in order."""
    modules: dict[str, None] = {}
    for index in code_cells(notebook):
        try:
            tree = ast.parse(notebook.cells[index].source)
        except SyntaxError:  # the cell will say so itself
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                modules |= dict.fromkeys(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules[node.module] = None
    return list(modules)
