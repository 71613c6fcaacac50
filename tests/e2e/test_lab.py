"""The analyst's way: ``workbench lab``, open the report's notebook, run it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
BINARY = Path(sys.executable).parent / "workbench"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def lab(demo, tmp_path_factory):
    """The address of a JupyterLab opened on the demo's workspace, with its token."""
    own = tmp_path_factory.mktemp("jupyter")
    folders = {f"JUPYTER_{name}_DIR": str(own / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    log = own / "lab.log"
    command = [str(BINARY), "lab", "--no-browser", "--port", str(_free_port()), "--workspace",
               str(demo.workspace)]  # fmt: skip
    with log.open("w") as out:
        server = subprocess.Popen(
            command, cwd=ROOT, stdout=out, stderr=out, env={**os.environ, **folders},
            start_new_session=True,
        )  # fmt: skip
    try:
        yield _address(log, server)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


def _address(log: Path, server: subprocess.Popen[bytes]) -> str:
    for _ in range(240):
        found = re.search(r"http://127\.0\.0\.1:\d+/\S*\?token=\w+", log.read_text())
        if found:
            return found[0]
        assert server.poll() is None, log.read_text()
        time.sleep(0.5)
    raise AssertionError(f"no address after two minutes: {log.read_text()}")


def test_lab_listens_on_this_machine_only_and_asks_for_a_token(lab, browser):
    assert lab.startswith("http://127.0.0.1:")
    page = browser.new_page()
    page.goto(lab.split("?")[0])
    assert "token" in page.content().lower()
    assert "/login" in page.url
    page.close()


def test_the_notebook_runs_from_top_to_bottom_and_shows_the_page(lab, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    address, token = lab.split("?")
    page.goto(f"{address.split('/lab')[0]}/lab/tree/notebooks/monthly_report.ipynb?{token}")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=120_000)
    page.wait_for_function(
        "() => window.document.querySelector('.jp-Notebook-ExecutionIndicator')"
        "?.dataset.status === 'idle'", timeout=120_000,
    )  # fmt: skip
    page.keyboard.press("Escape")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.wait_for_selector("text=Finished: ", timeout=180_000)
    assert page.locator('.jp-OutputArea-output[data-mime-type*="error"]').count() == 0
    assert page.locator("#findings li").count() >= 3
    assert page.locator("#quality img").evaluate("image => image.naturalWidth") > 600
    page.close()
