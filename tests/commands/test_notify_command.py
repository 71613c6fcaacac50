"""``workbench notify`` as a user runs it."""

from __future__ import annotations

import shutil
from email import message_from_bytes
from email.policy import default

import pytest
from local_servers import free_port, mail_server, webhook_server

SETTINGS = """\
base_url: https://reports.example.org/
on_success: {{mail: [ops@example.org], webhook: ["env:REPORTS_HOOK"]}}
on_failure: {{mail: [oncall@example.org]}}
smtp: {{host: 127.0.0.1, port: {port}, security: none, sender: reports@example.org}}
"""


@pytest.fixture
def workspace(tmp_path):
    def _workspace(port=25):
        (tmp_path / "notify.yaml").write_text(SETTINGS.format(port=port))
        return tmp_path

    return _workspace


def test_help_shows_an_example(workbench):
    done = workbench("notify", "--help")
    assert done.code == 0
    assert "Example: workbench notify --test" in done.out


@pytest.mark.parametrize(("to", "recipient"), [("success", "ops"), ("failure", "oncall")])
def test_a_test_message_goes_to_one_list(workbench, workspace, to, recipient):
    with mail_server() as server, webhook_server() as hook:
        done = workbench("notify", "--test", "--to", to, "--workspace", workspace(server.port),
                         REPORTS_HOOK=hook.url)  # fmt: skip
    assert done.code == 0, done.err
    assert [to for to, _ in server.taken] == [[f"{recipient}@example.org"]]
    assert len(hook.posts) == (to == "success")
    assert f"mail to {recipient}@example.org" in done.out
    assert hook.url not in done.out + done.err
    assert "Test message" in server.mails[0]["Subject"]


def test_a_message_that_fails_is_one_line_and_an_exit_code(workbench, workspace):
    done = workbench("notify", "--test", "--workspace", workspace(free_port()))
    assert done.code == 1
    assert "cannot be reached: Connection refused" in done.err
    assert "the environment variable REPORTS_HOOK is not set" in done.err
    assert "error: 2 of 2 messages were not sent." in done.err
    assert "Traceback" not in done.err


def test_a_dry_run_writes_the_mail_of_the_newest_report_with_its_chart(
    workbench, workspace, demo, tmp_path
):
    for name in ("site", "runs"):
        shutil.copytree(demo.workspace / name, tmp_path / name)
    eml = tmp_path / "m.eml"
    done = workbench("notify", "--test", "--eml", eml, "--workspace", workspace(free_port()))
    assert (done.code, done.out) == (0, f"{eml}\n"), done.err
    mail = message_from_bytes(eml.read_bytes(), policy=default)
    assert mail["To"] == "ops@example.org"
    assert mail["Subject"].startswith("Test: ")
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds[-2:] == ["text/html", "image/png"]
    assert not (tmp_path / "runs" / ".notified.json").exists()


def test_what_waits_is_sent_without_a_test(workbench, workspace):
    done = workbench("notify", "--workspace", workspace())
    assert (done.code, done.out) == (0, "Nothing waits to be sent.\n"), done.err


@pytest.mark.parametrize(
    ("arguments", "text", "words"),
    [
        (["--test"], None, "there is no such file, so nobody is told"),
        (["--eml", "x.eml"], SETTINGS, "only a test is written"),
        (["--test"], "on_failure: {}\n", "on_success names nobody"),
        (["--test", "--eml", "x"], "on_failure: {}\n", "on_success names no mail address"),
        ([], "on_failure: {male: [a@b.org]}\n", "line 1: on_failure.male: is not a key"),
    ],
)
def test_wrong_usage_is_told(workbench, tmp_path, arguments, text, words):
    if text is not None:
        (tmp_path / "notify.yaml").write_text(text.format(port=25) if text is SETTINGS else text)
    done = workbench("notify", *arguments, "--workspace", tmp_path)
    assert done.code == 2
    assert words in done.err
    assert "Traceback" not in done.err
