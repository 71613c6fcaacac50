"""Publishing without a kernel: a reader meets the old page or the new one, wherever it breaks."""

import hashlib
import os

import pytest

from workbench.errors import ReportError
from workbench.reporting import files, publish
from workbench.reporting.files import hashes_below, write_whole
from workbench.reporting.index import build_index
from workbench.reporting.manifest import Code, Manifest, read_manifest, write_manifest
from workbench.reporting.publish import published, published_pages
from workbench.reporting.runs import sweep_interrupted
from workbench.reporting.status import reports_status
from workbench.reporting.verify import dead_anchors, verify_page

from .conftest import NOW, bytes_below


def made_run(root, run_id="r-1", period="2025-06", report="monthly_report", **changes):
    """A succeeded run as the runner leaves it: its folder, site folder, manifest and page."""
    run = root / "runs" / report / period / run_id
    write_whole(run / "tables/a.csv", f"n\n{run_id}\n")
    html = (
        f'<head><meta name="workbench-run" content="{run_id}"></head>'
        f'<a href="{run_id}/tables/a.csv">a</a> {run_id}'
    )
    digest = hashlib.sha256(html.encode()).hexdigest()
    facts = {
        "run_id": run_id, "run_key": "k", "report": report, "period": period, "parameters": {},
        "status": "succeeded", "started_at": NOW, "data_version": "v", "code": Code(version="0"),
        "python": "3", "title": "Report", "findings": (f"Found by {run_id}.",),
        "outputs": hashes_below(run) | {"index.html": digest},
    }  # fmt: skip
    manifest = write_manifest(run, Manifest(**(facts | changes)))
    return run, root / "site" / report / period, manifest, html


def seen_by_a_reader(site):
    """The run whose page is open to readers; its files must all be there."""
    manifest = published(site)
    assert manifest is not None
    page = (site / "index.html").read_text()
    assert manifest.run_id in page
    files_there = hashes_below(site / manifest.run_id, without=frozenset({"manifest.json"}))
    assert files_there.items() <= manifest.outputs.items()
    assert "tables/a.csv" in files_there
    return manifest.run_id


def test_a_publication_replaces_the_one_before_and_the_newest_revisions_stay(tmp_path):
    for revision in range(1, publish.KEEP_REVISIONS + 4):
        run_id = f"r-{revision}"
        run, site, manifest, html = made_run(tmp_path, run_id, revision=revision)
        assert publish.publish(run, site, manifest, html).status == "published"
        assert read_manifest(run).status == "published"
        assert seen_by_a_reader(site) == run_id
    assert sorted(path.name for path in site.iterdir()) == [
        "index.html", "r-4", "r-5", "r-6", "r-7", "r-8"
    ]  # fmt: skip


@pytest.mark.parametrize("step", range(1, 19))
def test_a_crash_at_any_step_leaves_the_old_page_or_the_new(tmp_path, monkeypatch, step):
    publish.publish(*made_run(tmp_path, "r-1"))
    run, site, manifest, html = made_run(tmp_path, "r-2")
    steps = 0

    def counted(name, original):
        def stepped(*arguments, **options):
            nonlocal steps
            steps += 1
            if steps == step:
                raise OSError("power cut")
            return original(*arguments, **options)

        return stepped

    with monkeypatch.context() as patch:
        for module, name in ((os, "replace"), (os, "fsync"), (publish, "remove_tree")):
            patch.setattr(module, name, counted(name, getattr(module, name)))
        patch.setattr(publish.shutil, "copyfile", counted("copy", publish.shutil.copyfile))
        try:
            publish.publish(run, site, manifest, html)
            crashed = False
        except OSError:
            crashed = True
    assert seen_by_a_reader(site) in (("r-1", "r-2") if crashed else ("r-2",))
    build_index(tmp_path)
    publish.publish(*made_run(tmp_path, "r-2"))  # the next start repairs it
    assert seen_by_a_reader(site) == "r-2"
    assert not [path for path in site.iterdir() if path.name.startswith(".")]


def test_a_file_that_changed_after_the_run_is_not_published(tmp_path):
    run, site, manifest, html = made_run(tmp_path)
    (run / "tables/a.csv").write_text("n\n999\n")
    with pytest.raises(ReportError, match="'tables/a.csv' is not what the manifest says"):
        publish.publish(run, site, manifest, html)
    assert published(site) is None


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ('<img src="https://cdn.example/x.png">', "leads out of the page"),
        ('<a href="//cdn.example/x">x</a>', "leads out of the page"),
        ('<a href="/etc/passwd">x</a>', "leads out of the page"),
        ('<a href="../secret.csv">x</a>', "leads out of the page"),
        ('<a href="javascript:alert(1)">x</a>', "leads out of the page"),
        ('<a href="tables/none.csv">x</a>', "'tables/none.csv' is linked but was not made"),
        ("<script>1</script>", "<script> in the page"),
        ('<p onclick="x">', "onclick in the page"),
        ("x" * 3_200_000, "the page has 3.2 MB"),
    ],
)
def test_a_page_that_is_not_whole_is_refused(tmp_path, html, words):
    with pytest.raises(ReportError, match=words):
        verify_page(html, tmp_path, outputs={})


def test_a_file_that_no_manifest_knows_is_refused(tmp_path):
    (tmp_path / "loose.csv").write_text("x")
    with pytest.raises(ReportError, match="'loose.csv' is not in the manifest"):
        verify_page("<p>", tmp_path, outputs={})


def test_a_dead_link_within_the_page_is_noticed():
    assert dead_anchors('<a href="#a">a</a><a href="#b">b</a><h2 id="a">A</h2>') == ["#b"]


def test_the_index_lists_only_what_manifests_vouch_for(tmp_path):
    site = tmp_path / "site"
    for run_id, period in (("r-1", "2025-05"), ("r-2", "2025-06")):
        publish.publish(*made_run(tmp_path, run_id, period))
    publish.publish(*made_run(tmp_path, "r-3", report="monthly_report__b", title="<b>B</b>"))
    write_whole(site / "monthly_report/2025-07/index.html", "<p>left here by hand</p>")
    write_whole(site / "monthly_report/2025-04/index.html",
                '<meta name="workbench-run" content="r-9">')  # fmt: skip
    html = build_index(tmp_path).read_text(encoding="utf-8")
    assert html.index("./monthly_report/2025-06/index.html") < html.index("/2025-05/index.html")
    assert "2025-07" not in html
    assert "2025-04" not in html
    assert "Found by r-2." in html
    assert "&lt;b&gt;B&lt;/b&gt;" in html
    assert len(published_pages(site)) == 3


def test_the_index_of_nothing_says_so(tmp_path):
    assert "Nothing is published yet" in build_index(tmp_path).read_text("utf-8")


def test_status_tells_the_latest_run_and_what_readers_see(tmp_path):
    publish.publish(*made_run(tmp_path, "r-1"))
    made_run(tmp_path, "r-2", status="failed", reason="cell 3: KeyError")
    made_run(tmp_path, ".staging-r-3", period="2025-05", status="running")
    rows = reports_status(tmp_path)
    assert [(row.period, row.status, row.page) for row in rows] == [
        ("2025-06", "failed", "site/monthly_report/2025-06/index.html"),
        ("2025-05", "failed", ""),
    ]
    assert (rows[0].reason, rows[0].published_run_id) == ("cell 3: KeyError", "r-1")
    assert "nothing is running" in rows[1].reason
    assert reports_status(tmp_path / "nowhere") == []


def test_a_run_that_died_without_a_word_is_failed_at_the_next_start(tmp_path):
    run, *_ = made_run(tmp_path, "r-1", status="running")
    os.replace(run, run.with_name(".staging-r-1"))
    (run.parent / ".staging-empty").mkdir()
    (swept,) = sweep_interrupted(tmp_path / "runs")
    assert swept.status == "failed"
    assert "interrupted" in read_manifest(run).reason
    assert [path.name for path in run.parent.iterdir()] == ["r-1"]


def test_a_whole_file_is_old_or_new(tmp_path, monkeypatch):
    write_whole(tmp_path / "a.txt", "old")
    with monkeypatch.context() as patch:
        patch.setattr(files.os, "replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
        with pytest.raises(OSError, match="full"):
            write_whole(tmp_path / "a.txt", "new")
    assert bytes_below(tmp_path) == {"a.txt": b"old"}
