"""How browser tests open JupyterLab: the user's own command, with settings that hide nothing.

JupyterLab takes cells that are out of sight off the page, so what a test can see would depend on
where the notebook happens to be scrolled to; and it asks about news on its first start. Both are
settings of its own, and both are set in a folder that only the test reads.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BINARY = Path(sys.executable).parent / "workbench"
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false"},
}


@contextmanager
def opened_lab(workspace: Path, own: Path, *, project: Path = ROOT) -> Iterator[str]:
    """The address, with its token, of a JupyterLab that ``workbench lab`` opened."""
    for name, settings in SETTINGS.items():
        file = own / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))
    folders = {f"JUPYTER_{name}_DIR": str(own / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    folders["JUPYTERLAB_SETTINGS_DIR"] = str(own / "settings")
    log = own / "lab.log"
    command = [str(BINARY), "lab", "--no-browser", "--port", str(_free_port()), "--workspace",
               str(workspace)]  # fmt: skip
    with log.open("w") as out:
        server = subprocess.Popen(
            command, cwd=project, stdout=out, stderr=out, env={**os.environ, **folders},
            start_new_session=True,
        )  # fmt: skip
    try:
        yield _address(log, server)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


def notebook_page(browser: Any, lab: str, name: str, *, width: int = 1280) -> Any:
    """A browser page with the notebook open and its kernel idle."""
    page = browser.new_page(viewport={"width": width, "height": 1000})
    address, token = lab.split("?")
    page.goto(f"{address.split('/lab')[0]}/lab/tree/notebooks/{name}?{token}")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=120_000)
    page.wait_for_function(
        "() => window.document.querySelector('.jp-Notebook-ExecutionIndicator')"
        "?.dataset.status === 'idle'", timeout=120_000,
    )  # fmt: skip
    return page


def run_all(page: Any, *, until: str, seconds: int = 180) -> None:
    """Run > Run All Cells, as a hand does it, until something shows on the page.

    A kernel calls itself idle a moment before its connection stands, and JupyterLab silently drops
    the cells that were queued in that moment. Whoever sits before the screen clicks once more; so
    does this: again where cells are neither running nor done.
    """
    tries, still, ends = 0, 99, time.monotonic() + seconds
    while page.locator(until).count() == 0:
        prompts = page.locator(".jp-InputPrompt").all_inner_texts()
        assert time.monotonic() < ends, f"no {until} after {seconds} s and {tries} tries: {prompts}"
        still = 0 if any("*" in str(one) for one in prompts) else still + 1
        if still > 12:
            page.keyboard.press("Escape")
            page.get_by_role("menuitem", name="Run", exact=True).click()
            page.get_by_text("Run All Cells", exact=True).click()
            tries, still = tries + 1, 0
        time.sleep(0.5)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _address(log: Path, server: subprocess.Popen[bytes]) -> str:
    for _ in range(240):
        found = re.search(r"http://127\.0\.0\.1:\d+/\S*\?token=\w+", log.read_text())
        if found:
            return found[0]
        assert server.poll() is None, log.read_text()
        time.sleep(0.5)
    raise AssertionError(f"no address after two minutes: {log.read_text()}")
