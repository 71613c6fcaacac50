"""Whatever a stranger writes, on whatever way it reaches a page: there it is words."""

# ruff: noqa: E501 - an attack is written as it is, not broken into lines
from __future__ import annotations

import re

import pytest

from workbench.errors import ReportError
from workbench.reporting.index import build_index
from workbench.reporting.manifest import read_manifest, write_manifest
from workbench.reporting.render import page_html, report_body
from workbench.reporting.runner import run_report
from workbench.reporting.templates import page_style
from workbench.reporting.verify import verify_page

from .conftest import FINISH, NOW, PAGE, notebook_in, request_in
from .hostile_markup import MARKUP
from .hostile_pages import (
    OUTPUTS,
    RAISES,
    SECTIONS,
    WORDS,
    Elements,
    hostile_request,
    unsafe_parts,
)

POLICY = "default-src 'none'; img-src data: 'self'; style-src 'unsafe-inline'"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """One run of hostile words, refused for its warnings and then published all the same."""
    request = hostile_request(tmp_path_factory.mktemp("pages"), WORDS, SECTIONS, OUTPUTS)
    with pytest.raises(ReportError, match="needs review: a cell warned"):
        run_report(request, now=NOW)
    build_index(request.site.parents[2])
    pages = (next(request.runs.glob("2*")) / "report.html", request.site.parents[1] / "index.html")
    waiting = [
        (page.read_text("utf-8"), unsafe_parts(page.read_text("utf-8"), page)) for page in pages
    ]
    return request, run_report(request, now=NOW, accept=True), waiting


def pages_of(request, manifest):
    return [
        request.site / "index.html",
        request.site / manifest.run_id / "report.html",
        request.runs / manifest.run_id / "report.html",
        request.site.parents[1] / "index.html",
    ]


def test_nothing_on_the_pages_is_live(hostile):
    request, manifest, _ = hostile
    for page in pages_of(request, manifest):
        html = page.read_text("utf-8")
        assert unsafe_parts(html, page) == [], page
        assert html.count("<meta http-equiv") == 1
        assert "default-src 'none'" in html.split("<title>")[0], "before any word of strangers"


def test_the_only_style_is_our_own(hostile):
    request, manifest, _ = hostile
    for page in pages_of(request, manifest):
        html = page.read_text("utf-8")
        (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
        assert style.strip() == page_style().strip()
        assert not re.search(r"@import|url\((?!['\"]?data:)|expression", style)


def test_the_words_are_still_there_to_read(hostile):
    request, manifest, _ = hostile
    text = Elements((request.site / "index.html").read_text("utf-8")).text
    shown = " ".join(text.replace("\xa0", " ").split())
    absent = [one for one in MARKUP if " ".join(one.split()) not in shown]
    assert absent == [one for one in absent if re.search(r"[\0\x0c\x1b]", one)], "read as spaces"
    for one in ("Published after a review", "a cell warned", "while it ran", "by=<script>"):
        assert one in shown, one


def test_a_page_that_waits_and_the_index_that_says_so_are_inert(hostile):
    (_, _, waiting) = hostile
    for html, unsafe in waiting:
        assert "Needs review" in html
        assert "&lt;script&gt;window.pwned" in html
        assert unsafe == []


@pytest.fixture(scope="module")
def failed(tmp_path_factory):
    request = hostile_request(tmp_path_factory.mktemp("failing"), WORDS, RAISES, FINISH)
    with pytest.raises(ReportError, match="RuntimeError") as caught:
        run_report(request, now=NOW)
    (run,) = [path for path in request.runs.iterdir() if path.is_dir()]
    return request, run, str(caught.value)


def test_a_failed_run_tells_its_reason_in_words(failed):
    request, run, told = failed
    assert "\n" not in told
    page, index = run / "report.html", request.site.parents[1] / "index.html"
    assert "window.pwned" in read_manifest(run).reason
    for path in (page, index):
        assert unsafe_parts(path.read_text("utf-8"), path) == []
        assert "window.pwned=1" in Elements(path.read_text("utf-8")).text
    assert not request.site.exists()


def test_every_fact_of_a_manifest_is_words_on_the_page(hostile):
    request, manifest, _ = hostile
    every = " ".join(MARKUP)
    told = manifest.changed(
        revision=2, changes=tuple(MARKUP), review=tuple(MARKUP), reason=every, title=every,
        warnings=tuple(MARKUP), findings=tuple(MARKUP), data_version=every, drivers_version=every,
        supersedes=every, python=every, parameters={"by": every, every: [every, {every: every}]},
        inputs=[{"path": one, "sha256": one, "rows": 1} for one in MARKUP],
        code={"version": every, "git_sha": every, "dirty": True},
    )  # fmt: skip
    for one in (told, told.changed(status="failed"), told.changed(accepted_at=None)):
        html = page_html("", one.changed(outputs={}))
        assert unsafe_parts(html, request.site / "index.html") == []
        assert html.count("<script") == 0


def test_files_with_names_of_code_are_linked_as_files_or_refused(hostile, tmp_path):
    _, manifest, _ = hostile
    names = [f"javascript:{place}.csv" for place in range(2)] + ["a b.csv", "#x.csv", "%41.csv"]
    names += ['x" onclick="window.pwned=1.csv', "<script>.csv", "?x.csv"]
    for name in names:
        (tmp_path / name).write_text("x")
        html = page_html("", manifest.changed(outputs={name: "0"}))
        assert unsafe_parts(html, tmp_path / "report.html") == [], name


def test_the_index_and_the_pointer_hold_words_only(hostile, tmp_path):
    request, manifest, _ = hostile
    for place, one in enumerate(MARKUP[::4]):
        folder = tmp_path / "runs" / "monthly_report" / f"2024-{place % 12 + 1:02}" / f"r{place}"
        lost = manifest.changed(
            status="failed", reason=one, title=one, findings=(one,), run_id=f"r{place}",
            period=folder.parent.name,
        )  # fmt: skip
        folder.mkdir(parents=True)
        write_manifest(folder, lost)
    (tmp_path / "site").mkdir()
    index = build_index(tmp_path)
    assert unsafe_parts(index.read_text("utf-8"), index) == []
    assert "window.pwned" in index.read_text("utf-8")
    pointer = request.site.parent / "index.html"
    refresh = re.findall(r'http-equiv="refresh" content="(.*?)"', pointer.read_text("utf-8"))
    assert refresh == ["0; url=2025-06/index.html"]


def test_a_value_that_looks_like_a_link_is_not_rewritten(tmp_path, hostile):
    _, manifest, _ = hostile
    request = request_in(tmp_path, notebook_in(tmp_path, PAGE, "from IPython.display import HTML",
        """display(HTML('''<a title="href=" href="#x" id="x">one</a><a title='x" href="y' """
        """href="tables/a.csv">two</a><img alt='src="' src="tables/a.csv">'''))"""))  # fmt: skip
    import nbformat
    from nbformat.v4 import new_output

    notebook = nbformat.read(request.notebook, as_version=4)
    html = re.search(r"'''(.*?)'''", notebook.cells[-2].source)[1]
    notebook.cells[-2].outputs = [new_output("display_data", {"text/html": html})]
    executed = tmp_path / "executed.ipynb"
    nbformat.write(notebook, executed)
    body = report_body(executed, {"tables/a.csv"})
    page = page_html(body, manifest, assets="RUN/")
    seen = [dict(attributes) for tag, attributes in Elements(page).found if tag in ("a", "img")]
    assert seen[0] == {"title": "href=", "href": "#x", "id": "x"}
    assert seen[1] == {"title": 'x" href="y', "href": "RUN/tables/a.csv"}
    assert seen[2] == {"alt": 'src="', "src": "RUN/tables/a.csv"}


LIVE = [
    "<script>1</script>", "<SCRIPT src=x></SCRIPT>", "<img src='#' onerror=x>", "<p ONCLICK=x>",
    "<a href='javascript:x'>", "<a href=' javascript:x'>", "<a href='java\tscript:x'>", "<a href='//e'>",
    "<a href='https://e.example'>", "<a href='/etc/passwd'>", "<a href='../../../x'>", "<a href='\\\\e'>",
    "<img src='https://e.example/x.png'>", "<img src='data:image/svg+xml,<svg>'>", "<img srcset='//e 1x'>",
    "<iframe srcdoc=x>", "<object data=x>", "<embed src=x>", "<base href=x>", "<link href=x>",
    "<form action=x>", "<svg>", "<math>", "<template>", "<video poster=x>", "<table background='//e'>",
    "<a ping='//e' href='#'>", "<q cite='//e'>", "<a href='absent.csv'>", "<a href='data:text/html,x'>",
]  # fmt: skip


@pytest.mark.parametrize("one", LIVE)
def test_live_markup_is_not_published(one, tmp_path):
    """The second barrier, should the first ever let something through."""
    verify_page("<p>words</p>", tmp_path, outputs={})
    with pytest.raises(ReportError):
        verify_page(f"<p>words</p>{one}", tmp_path, outputs={})
