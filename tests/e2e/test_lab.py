"""The analyst's way: ``workbench lab``, open the report's notebook, run it."""

from __future__ import annotations

from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from opening_lab import notebook_page, opened_lab, run_all

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture(scope="module")
def lab(demo, tmp_path_factory):
    with opened_lab(demo.workspace, tmp_path_factory.mktemp("jupyter")) as address:
        yield address


def test_lab_listens_on_this_machine_only_and_asks_for_a_token(lab, browser):
    assert lab.startswith("http://127.0.0.1:")
    page = browser.new_page()
    page.goto(lab.split("?")[0])
    assert "token" in page.content().lower()
    assert "/login" in page.url
    page.close()


def test_without_the_token_nothing_is_answered_and_nothing_listens_elsewhere(lab):
    address, token = lab.split("/lab")[0], lab.split("token=")[1]
    for path in ("contents", "kernels", "sessions", "terminals", "contents/notebooks"):
        for words in ("", "?token=", "?token=wrong"):
            with pytest.raises(HTTPError) as refused:
                urlopen(f"{address}/api/{path}{words}", timeout=30)
            assert refused.value.code == 403
    with pytest.raises(HTTPError) as refused:
        urlopen(Request(f"{address}/api/kernels", data=b"{}"), timeout=30)
    assert refused.value.code == 403
    assert urlopen(f"{address}/api/contents?token={token}", timeout=30).status == 200
    assert listening_on(int(address.rpartition(":")[2])) == {"0100007F"}, "127.0.0.1 only"


def listening_on(port: int) -> set[str]:
    """The local addresses that listen on a port, as the kernel writes them; IPv6 ones too."""
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path("/proc/net", table).read_text().splitlines()[1:]
    ]
    ends = [row[1].split(":") for row in rows if row[3] == "0A"]
    return {host for host, end in ends if int(end, 16) == port}


def test_the_notebook_runs_from_top_to_bottom_and_shows_the_page(lab, browser):
    page = notebook_page(browser, lab, "monthly_report.ipynb")
    run_all(page, until="text=Finished: ")
    assert page.locator('.jp-OutputArea-output[data-mime-type*="error"]').count() == 0
    assert page.locator("#findings li").count() >= 3
    assert page.locator("#quality img").evaluate("image => image.naturalWidth") > 600
    page.close()
