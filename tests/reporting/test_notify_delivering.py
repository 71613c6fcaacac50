"""Who is told what: the two lists apart, everything once, and a fault that costs nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from local_servers import free_port, mail_server, webhook_server

from workbench.reporting.notify import delivering
from workbench.reporting.notify.delivering import deliver, folders_of, notify
from workbench.reporting.notify.notices import Notice
from workbench.reporting.notify.record import GIVEN_UP_AFTER
from workbench.reporting.notify.settings import NotifySettings

NOW = datetime(2025, 7, 1, 6, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(8) + (960).to_bytes(4) + b"pHYs" + (6299).to_bytes(4) + bytes(99)
MADE = Notice("published", "monthly_report", "2025-06", "Report", findings=("One.",), run_id="r1")
FAILED = Notice("failed", "monthly_report", "2025-05", reason="no tickets", run_id="r2")
OTHERS = [
    Notice("needs_review", "a", "2025-06", run_id="r3"),
    Notice("overdue", "b", "2025-06", due_since=NOW),
]


def settings(port=25, **options):
    facts = {
        "on_success": {"mail": ["ops@example.org"]},
        "on_failure": {"mail": ["oncall@example.org"]},
        "smtp": {"host": "127.0.0.1", "port": port, "security": "none", "timeout_seconds": 3,
                 "sender": "reports@example.org"},
    }  # fmt: skip
    return NotifySettings(**(facts | options))


@pytest.fixture
def told(tmp_path):
    def _told(notices, given, *, now=NOW):
        return notify(notices, given, workspace=tmp_path, run_folder_of=folders_of(tmp_path),
                      now=now, environment={}, backoff_seconds=0)  # fmt: skip

    return _told


def outcomes(done):
    return [(delivery.target, delivery.outcome) for delivery in done]


def test_without_settings_nothing_is_sent_or_written(told, tmp_path):
    assert told([MADE], None) == []
    assert not list(tmp_path.iterdir())


def test_success_and_failure_go_to_their_own_lists(told):
    with mail_server() as server:
        done = told([MADE, FAILED, *OTHERS], settings(server.port))
    assert [(delivery.status, delivery.target) for delivery in done] == [
        ("published", "ops@example.org"),
        ("failed", "oncall@example.org"),
        ("needs_review", "oncall@example.org"),
        ("overdue", "oncall@example.org"),
    ]
    assert {tuple(to): mail["Subject"][:6] for (to, _), mail in zip(server.taken, server.mails,
            strict=True)} == {("ops@example.org",): "Report", ("oncall@example.org",): "OVERDU",
    }  # fmt: skip
    assert all(mail["To"] in ("ops@example.org", "oncall@example.org") for mail in server.mails)


def test_a_success_carries_the_chart_of_its_run_and_a_failure_none(told, tmp_path):
    for notice in (MADE, FAILED):
        folder = tmp_path / notice.run_folder / "figures"
        folder.mkdir(parents=True)
        (folder / "volume.png").write_bytes(PNG)
    with mail_server() as server:
        told([MADE, FAILED], settings(server.port))
    charts = [
        [part.get_filename() for part in mail.walk() if part.get_content_type() == "image/png"]
        for mail in server.mails
    ]
    assert charts == [["volume.png"], []]


def test_twice_is_once(told):
    with mail_server() as server, webhook_server() as hook:
        given = settings(server.port, on_success={"mail": ["a@b.org", "a@b.org"],
                                                  "webhook": [hook.url]})  # fmt: skip
        first, second = told([MADE, MADE], given), told([MADE], given)
    assert outcomes(first) == [("a@b.org", "sent"), (hook.url, "sent")]
    assert outcomes(second) == [("a@b.org", "sent before"), (hook.url, "sent before")]
    assert (len(server.taken), len(hook.posts)) == (1, 1)


def test_a_new_run_and_a_new_recipient_are_told(told):
    again = Notice("published", "monthly_report", "2025-06", run_id="r9")
    with mail_server() as server:
        told([MADE], settings(server.port))
        told([again], settings(server.port))
        more = settings(server.port, on_success={"mail": ["ops@example.org", "new@example.org"]})
        done = told([MADE], more)
    assert outcomes(done) == [("ops@example.org", "sent before"), ("new@example.org", "sent")]
    assert [to for to, _ in server.taken] == [["ops@example.org"]] * 2 + [["new@example.org"]]


def test_what_failed_is_sent_by_the_next_call_even_without_its_notice(told, tmp_path):
    given = settings(free_port())
    [failed] = told([MADE], given)
    assert failed.is_fault
    assert str(failed).startswith(
        "mail to ops@example.org (published monthly_report 2025-06) failed: 127.0.0.1:"
    )
    with mail_server() as server:
        assert outcomes(told([], settings(server.port))) == [("ops@example.org", "sent")]
        assert told([], settings(server.port)) == []
    assert len(server.taken) == 1
    record = json.loads((tmp_path / "runs" / ".notified.json").read_text())
    assert (len(record["sent"]), record["waiting"]) == (1, [])


def test_only_who_was_refused_is_tried_again(told):
    with mail_server() as server:
        given = settings(server.port, on_success={"mail": ["a@b.org", "c@d.org"]})
        server.refuses = {"c@d.org"}
        assert outcomes(told([MADE], given)) == [("a@b.org", "sent"), ("c@d.org", "failed")]
        server.refuses = set()
        told([], given)
    assert [to for to, _ in server.taken] == [["a@b.org"], ["c@d.org"]]
    assert server.mails[1]["To"] == "c@d.org"


def test_old_news_is_given_up(told):
    down = settings(free_port())
    told([MADE], down)
    late = NOW + GIVEN_UP_AFTER + timedelta(hours=1)
    assert [delivery.is_fault for delivery in told([], down, now=late)] == [True]
    assert told([], down, now=late) == []


def test_one_channel_that_fails_does_not_cost_the_other(told):
    with webhook_server() as hook:
        hook.codes = [200]
        given = settings(free_port(), on_failure={"mail": ["a@b.org"], "webhook": [hook.url]})
        done = told([FAILED], given)
        again = told([FAILED], given)
    assert outcomes(done) == [("a@b.org", "failed"), (hook.url, "sent")]
    assert outcomes(again) == [("a@b.org", "failed"), (hook.url, "sent before")]
    assert hook.posts[0]["reason"] == "no tickets"


def test_a_missing_password_is_one_line_per_recipient(told):
    given = settings(smtp={"host": "127.0.0.1", "user": "x", "password": "env:SMTP_PASSWORD",
                           "sender": "a@b.org"})  # fmt: skip
    [delivery] = told([MADE], given)
    assert delivery.why == "the environment variable SMTP_PASSWORD is not set"


def test_a_fault_of_our_own_is_told_by_its_kind_only(told, monkeypatch):
    def broken(*_, **__):
        raise ValueError("with a secret in it")

    monkeypatch.setattr(delivering, "mail_of", broken)
    with webhook_server() as hook:
        done = told([MADE], settings(on_success={"mail": ["a@b.org"], "webhook": [hook.url]}))
    assert [(delivery.outcome, delivery.why) for delivery in done] == [
        ("failed", "ValueError"), ("sent", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("content", ["{", '{"sent": 1}', '{"sent": {}, "waiting": [{}]}', "\udcff"])
def test_a_broken_record_is_told_and_begun_anew(told, tmp_path, content):
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / ".notified.json").write_bytes(content.encode(errors="surrogateescape"))
    with mail_server() as server:
        first, second = told([MADE], settings(server.port)), told([MADE], settings(server.port))
    assert outcomes(first) == [("runs/.notified.json", "failed"), ("ops@example.org", "sent")]
    assert outcomes(second) == [("ops@example.org", "sent before")]


def test_a_full_disk_does_not_silence_a_failure(told, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("workbench.reporting.notify.record.write_whole", full)
    with mail_server() as server:
        done = told([FAILED], settings(server.port))
    assert outcomes(done) == [("oncall@example.org", "sent"), ("runs/.notified.json", "failed")]
    assert "No space left on device" in done[-1].why
    assert len(server.taken) == 1


def test_a_crash_after_a_message_does_not_send_it_again(told, monkeypatch):
    def killed(*_, **__):
        raise KeyboardInterrupt

    with mail_server() as server, webhook_server() as hook:
        given = settings(server.port, on_success={"mail": ["a@b.org"], "webhook": [hook.url]})
        with monkeypatch.context() as patched:
            patched.setattr(delivering, "post", killed)
            with pytest.raises(KeyboardInterrupt):
                told([MADE], given)
        assert outcomes(told([], given)) == [("a@b.org", "sent before"), (hook.url, "sent")]
    assert (len(server.taken), len(hook.posts)) == (1, 1)


def test_a_test_message_is_always_sent_and_never_recorded(tmp_path):
    with mail_server() as server:
        for _ in range(2):
            [delivery] = deliver(MADE, settings(server.port), run_folder_of=lambda _: None,
                                 now=NOW, environment={})  # fmt: skip
            assert delivery.outcome == "sent"
    assert len(server.taken) == 2
    assert not list(tmp_path.iterdir())


def test_customers_in_a_reason_do_not_leave_the_house(told, tmp_path):
    reason = "KeyError: no ticket of jane.roe@example.com"
    failed = Notice("failed", "monthly_report", "2025-06", reason=reason, run_id="r1")
    with mail_server() as server, webhook_server() as hook:
        on_failure = {"mail": ["a@b.org"], "webhook": [hook.url]}
        told([failed], settings(server.port, on_failure=on_failure))
    text = server.mails[0].get_body(("plain",)).get_content()
    assert "Reason: KeyError: no ticket of [email]" in text
    assert "jane" not in json.dumps(hook.posts)
