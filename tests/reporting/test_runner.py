"""A run ends as a whole published page or as a visible failure: nothing in between."""

import io
import json
import pickle
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from io import StringIO

import nbformat
import pytest
from filelock import FileLock

from workbench.errors import LockedError, ParameterError, ReportError
from workbench.reporting.manifest import read_manifest
from workbench.reporting.progress import Board, Lines
from workbench.reporting.publish import published
from workbench.reporting.runner import run_report

from .conftest import FINISH, NOW, PAGE, ROOT, bytes_below, notebook_in, request_in

HOSTILE = """\
import pandas as pd
from IPython.display import HTML, Javascript, Markdown, display
bad = '<script>alert("pwned")</script><img src=x onerror=alert(1)>'
link = "[x](javascript:alert(1)) <a href='https://evil.example/'>x</a> <svg onload=alert(1)>"
display(HTML(bad + link), Markdown(bad + link), Javascript("alert(1)"))
print(bad)
frame = pd.DataFrame({"subject": [bad, "=1+1", link], "n": [1, -2, 3]})
display(frame)
page.findings([Finding(bad, "refunds", 1.0)])
"""
SECTION = """\
page.section("refunds", "Refunds " + bad, sentences=[bad, link], frame=frame, tickets=frame)
"""


class Attributes(HTMLParser):
    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.found, self.tags = [], set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.found += attrs


def only_run(request):
    (folder,) = [path for path in request.runs.iterdir() if path.is_dir()]
    return folder


@pytest.fixture
def failing(write_notebook, request_for):
    """Run a notebook that must fail; its error and its run folder."""

    def fail(*sources, **changes):
        request = request_for(write_notebook(*sources), **changes)
        with pytest.raises(ReportError) as caught:
            run_report(request, now=NOW)
        manifest = read_manifest(only_run(request))
        assert manifest.status == "failed"
        assert "\n" not in str(caught.value)
        assert caught.value.exit_code == 4
        assert manifest.reason in str(caught.value)
        assert not request.site.exists(), "a failed run publishes nothing"
        return manifest, only_run(request)

    return fail


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """One good run of a notebook full of hostile strings, shared by tests that only read it."""
    folder = tmp_path_factory.mktemp("hostile")
    request = request_in(folder, notebook_in(folder, PAGE, HOSTILE, SECTION, FINISH))
    said = StringIO()
    manifest = run_report(request, now=NOW, progress=Lines(said))
    return request, manifest, said.getvalue()


def test_a_good_run_is_published_with_its_provenance(hostile):
    request, manifest, said = hostile
    assert manifest.status == "published"
    assert published(request.site) == manifest == read_manifest(request.runs / manifest.run_id)
    page = (request.site / "index.html").read_text(encoding="utf-8")
    for words in (
        "Support report",
        "30 June 2025, 23:59 UTC",
        "tickets@1",
        manifest.run_id,
        "tickets.json",
        "9,120",
        "abababababab",
        "n_drivers=10",
        "<em>end</em>",
    ):
        assert words in page, words  # fmt: skip
    assert "from workbench" not in page, "no code"
    assert "/srv/exports" not in page, "no machine paths"
    assert "monthly_report: cell 2/6" in said
    assert said.endswith("monthly_report: published monthly_report 2025-06\n")
    assert set(manifest.packages) >= {"pandas", "duckdb", "papermill"}


def test_every_link_of_the_page_opens_and_every_file_is_hashed(hostile):
    request, manifest, _ = hostile
    for page in (request.site / "index.html", request.runs / manifest.run_id / "report.html"):
        for name, value in Attributes(page.read_text("utf-8")).found:
            if name in ("href", "src") and not value.startswith(("#", "data:image/png")):
                assert (page.parent / value).resolve().is_file(), value
    run = bytes_below(request.runs / manifest.run_id)
    assert set(run) - {"manifest.json", "log.txt"} == set(manifest.outputs) - {"index.html"}
    home = (request.site.parents[1] / "index.html").read_text("utf-8")
    assert 'href="./monthly_report/2025-06/index.html"' in home


def test_hostile_strings_are_inert_on_the_page(hostile):
    request, _, _ = hostile
    for page in (request.site / "index.html", request.site.parents[1] / "index.html"):
        html = page.read_text(encoding="utf-8")
        seen = Attributes(html)
        assert not seen.tags & {"script", "iframe", "svg", "link", "object", "form", "base"}
        assert not [name for name, _ in seen.found if name.startswith("on")]
        addresses = [value for name, value in seen.found if name in ("href", "src")]
        assert not [a for a in addresses if ":" in a and not a.startswith("data:image/png;base64,")]
        assert "default-src 'none'" in html
        assert "pwned" in html, "the words are still there to read"


def test_hostile_cells_are_inert_in_the_csv(hostile):
    request, manifest, _ = hostile
    csv = (request.site / manifest.run_id / "tables/refunds_tickets.csv").read_text("utf-8-sig")
    assert "'=1+1,-2" in csv
    assert not re.search(r"(?m)^=", csv)


def test_only_declared_names_reach_the_notebook(write_notebook, request_for):
    request = request_for(write_notebook(FINISH))
    for extra, words in (
        ({"min_tikets": 3}, "does not declare 'min_tikets'"),
        ({"seed": {1, 2}}, "seed is not a plain value: set"),
        ({"seed": float("nan")}, "seed is not a plain value"),
        ({"period": "../../etc"}, "is not a period"),
    ):
        wrong = replace(request, parameters=request.parameters | extra)
        with pytest.raises(ParameterError, match=re.escape(words)):
            run_report(wrong, now=NOW)
    assert not request.runs.exists(), "no kernel was started"


def test_the_given_values_reach_the_notebook(write_notebook, request_for):
    check = "assert (period, seed, by) == ('2025-05', 7, 'channel'), (period, seed, by)"
    given = {"period": "2025-05", "seed": "7", "by": "channel"}
    request = request_for(write_notebook(PAGE, check, FINISH), given=given)
    assert run_report(request, now=NOW).status == "published"
    assert request.site.parts[-1] == "2025-05"


def test_a_cell_error_names_the_cell(failing):
    manifest, folder = failing("a = 1", "# comment\nteams = {}\nteams['north']", FINISH)
    assert manifest.reason == "cell 3 (teams = {}): KeyError: 'north'"
    executed = nbformat.read(folder / "executed.ipynb", as_version=4)
    assert "This run failed" in executed.cells[0].source
    states = [c.metadata.papermill["status"] for c in executed.cells if c.cell_type == "code"]
    assert states[-3:] == ["completed", "failed", "pending"]
    assert str(ROOT) not in (folder / "executed.ipynb").read_text("utf-8")


def test_sys_exit_is_a_failure(failing):
    manifest, _ = failing("import sys", "sys.exit()", FINISH)
    assert manifest.reason.startswith("cell 3 (sys.exit()): SystemExit")


def test_an_expected_exception_is_still_a_failure(write_notebook, request_for):
    path = write_notebook("1 / 0")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].metadata["tags"] = ["raises-exception"]
    nbformat.write(notebook, path)
    with pytest.raises(ReportError, match="ZeroDivisionError"):
        run_report(request_for(path), now=NOW)


def test_a_killed_kernel_is_a_failure_though_papermill_says_completed(failing):
    manifest, folder = failing("a = 1", "import os\nos.kill(os.getpid(), 9)", FINISH)
    assert manifest.reason == (
        "cell 3 (import os): the kernel died (killed, crashed or out of memory)"
    )
    executed = nbformat.read(folder / "executed.ipynb", as_version=4)
    states = [c.metadata.papermill["status"] for c in executed.cells if c.cell_type == "code"]
    assert states[-2:] == ["failed", "pending"]
    assert executed.metadata.papermill["exception"] is True


def test_a_kernel_killed_after_finish_is_a_failure(failing):
    manifest, _ = failing(PAGE, FINISH, "import os; os._exit(0)")
    assert "the kernel died" in manifest.reason


def test_a_cell_that_never_ends_is_a_failure(failing):
    manifest, _ = failing("import time; time.sleep(60)", FINISH, timeout_seconds=1)
    assert manifest.reason == "cell 2 (import time; time.sleep(60)): still running after 1 s"


def test_a_missing_finish_is_a_failure(failing):
    manifest, _ = failing("a = 1")
    assert "did not call page.finish(...)" in manifest.reason


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"finished": True, "run_id": "other"}, "written by another run"),
        ({"run_id": "x"}, "does not say that the report finished"),
    ],
)
def test_a_finish_record_must_be_of_this_run(failing, record, words):
    forged = json.dumps(json.dumps(record))
    manifest, _ = failing(
        "import os, pathlib\n"
        f"pathlib.Path(os.environ['WORKBENCH_RUN_DIR'], 'metrics.json').write_text({forged})"
    )
    assert words in manifest.reason


def test_data_that_moved_on_under_the_run_is_a_failure(failing):
    manifest, _ = failing(PAGE, 'page.finish([], data_version="tickets@2")')
    assert manifest.reason == "the data changed while it ran"


def test_a_notebook_saved_under_the_run_is_a_failure(failing, tmp_path):
    path = str(tmp_path / "monthly_report.ipynb")
    touch = f"with open({path!r}, 'a') as notebook: notebook.write(' ')"
    manifest, _ = failing(PAGE, touch, FINISH)
    assert manifest.reason == "the notebook was changed while it ran"


def test_a_page_that_is_too_large_is_a_failure(failing):
    manifest, folder = failing(PAGE, "print('x' * 3_200_000)", FINISH)
    assert "the page has 3.2 MB, more than 3.1 MB" in manifest.reason
    assert (folder / "report.html").exists(), "kept for whoever has to find out why"


def test_the_same_request_twice_is_one_run(write_notebook, request_for):
    request = request_for(write_notebook(PAGE, FINISH))
    first = run_report(request, now=NOW)
    before = bytes_below(request.site.parents[1])
    again = run_report(pickle.loads(pickle.dumps(request)), now=NOW + timedelta(days=1))
    assert again == first
    assert bytes_below(request.site.parents[1]) == before
    forced = run_report(replace(request, force=True), now=NOW)
    assert forced.run_id != first.run_id
    assert (forced.run_key, forced.supersedes) == (first.run_key, first.run_id)


def test_a_failing_rerun_leaves_the_published_page_as_it_was(write_notebook, request_for):
    notebook = write_notebook(PAGE, FINISH)
    run_report(request_for(notebook), now=NOW)
    before = bytes_below(request_for(notebook).site.parents[1])
    write_notebook(PAGE, "1 / 0", FINISH)
    with pytest.raises(ReportError, match="ZeroDivisionError"):
        run_report(request_for(notebook), now=NOW)
    assert bytes_below(request_for(notebook).site.parents[1]) == before


def test_a_damaged_page_is_made_again(write_notebook, request_for):
    request = request_for(write_notebook(PAGE, FINISH))
    first = run_report(request, now=NOW)
    (request.site / "index.html").write_text("half a pa")
    assert published(request.site) is None
    second = run_report(request, now=NOW + timedelta(hours=1))
    assert second.run_id != first.run_id
    assert published(request.site) == second


def test_a_second_run_at_the_same_time_is_refused(write_notebook, request_for, tmp_path):
    request = request_for(write_notebook(FINISH))
    (tmp_path / "ws/runs").mkdir(parents=True)
    with FileLock(tmp_path / "ws/runs/.lock"), pytest.raises(LockedError) as caught:
        run_report(request, now=NOW)
    assert caught.value.exit_code == 5


def test_ctrl_c_leaves_a_failed_run_not_a_running_one(write_notebook, request_for, monkeypatch):
    from workbench.reporting import execution

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(execution.papermill, "execute_notebook", interrupted)
    request = request_for(write_notebook(FINISH))
    with pytest.raises(KeyboardInterrupt):
        run_report(request, now=NOW)
    manifest = read_manifest(only_run(request))
    assert (manifest.status, manifest.reason) == (
        "failed",
        "stopped from outside before it was done",
    )


def test_an_index_that_cannot_be_written_is_told_and_the_page_stands(
    write_notebook, request_for, monkeypatch
):
    from workbench.reporting import runner

    def full(_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(runner, "build_index", full)
    request = request_for(write_notebook(PAGE, FINISH))
    with pytest.raises(ReportError, match="the index is behind: OSError: disk full"):
        run_report(request, now=NOW)
    monkeypatch.undo()
    manifest = published(request.site)
    assert manifest is not None
    assert manifest.status == read_manifest(only_run(request)).status == "published"
    assert run_report(request, now=NOW) == manifest
    assert (request.site.parents[1] / "index.html").exists(), "the next call catches up"


def test_progress_that_nobody_reads_any_more_is_no_fault_of_the_run() -> None:
    closed = io.StringIO()
    closed.close()
    told = Lines(closed, "monthly_report")
    told.start("monthly_report", 3)
    told.cell(1, 3, "Volume")
    told.stop("made")


def test_on_a_terminal_every_run_of_a_range_has_a_line_with_its_period() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    with Board(terminal) as board:
        for period in ("2025-05", "2025-06"):
            one = board.of(f"monthly_report {period}")
            one.start("monthly_report", 3)
            one.cell(2, 3, "Volume")
            one.stop("made")
    assert "monthly_report 2025-05" in terminal.getvalue()
    assert "monthly_report 2025-06" in terminal.getvalue()
