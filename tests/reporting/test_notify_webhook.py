"""Webhooks against a server on this machine: what is posted, and what is not followed."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from local_servers import free_port, silent_server, webhook_server

from workbench.errors import UsageError
from workbench.reporting.notify.notices import Notice, StillPublished
from workbench.reporting.notify.undelivered import NotDelivered
from workbench.reporting.notify.webhook import payload, post

NOW = datetime(2025, 7, 1, 6, tzinfo=UTC)
FAILED = Notice(
    "failed", "monthly_report", "2025-06", "Monthly support report", reason="no tickets",
    page="monthly_report/2025-06/index.html", run_id="r3", warnings=2,
    still=StillPublished("r2", NOW, NOW),
)  # fmt: skip


def posted(address, *, environment=None, timeout_seconds=2.0, backoff_seconds=0.0):
    post(
        payload(FAILED, now=NOW, base_url="https://r.example.org/"), address, environment or {},
        key="k1", timeout_seconds=timeout_seconds, backoff_seconds=backoff_seconds,
    )  # fmt: skip


def test_the_object_has_every_field_that_is_documented():
    with webhook_server() as hook:
        posted(hook.url)
    [content] = hook.posts
    text = content.pop("text")
    assert content == {
        "version": 1, "event": "failed", "report": "monthly_report", "period": "2025-06",
        "title": "Monthly support report", "reason": "no tickets", "findings": [],
        "subject": "FAILED: Monthly support report, June 2025",
        "page": "monthly_report/2025-06/index.html",
        "link": "https://r.example.org/monthly_report/2025-06/index.html",
        "run_id": "r3", "run_folder": "runs/monthly_report/2025-06/r3", "data_as_of": None,
        "due_since": None, "warnings": 2, "revision": 1, "sent_at": "2025-07-01T06:00:00Z",
        "still_published": {"run_id": "r2", "made_at": "2025-07-01T06:00:00Z",
                            "data_as_of": "2025-07-01T06:00:00Z"},
    }  # fmt: skip
    assert text.splitlines()[0] == "FAILED: Monthly support report, June 2025"
    assert "Reason: no tickets" in text
    assert hook.headers[0]["Content-Type"] == "application/json; charset=utf-8"
    assert hook.headers[0]["Idempotency-Key"] == "k1"


@pytest.mark.parametrize("code", [500, 503, 429])
def test_a_fault_that_may_pass_is_tried_once_more(code):
    with webhook_server() as hook:
        hook.codes = [code, 204]
        began = time.monotonic()
        posted(hook.url, backoff_seconds=0.2)
        assert time.monotonic() - began >= 0.2
    assert len(hook.posts) == 2


def test_a_fault_that_stays_is_told_after_the_second_time():
    with webhook_server() as hook:
        hook.codes = [500]
        with pytest.raises(NotDelivered) as caught:
            posted(hook.url)
    assert caught.value.why == "it answered with code 500 (tried twice)"
    assert len(hook.posts) == 2


def test_a_refusal_is_not_tried_again():
    with webhook_server() as hook:
        hook.codes = [404]
        with pytest.raises(NotDelivered, match="answered with code 404$"):
            posted(hook.url)
    assert len(hook.posts) == 1


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(code):
    with webhook_server() as other, webhook_server() as hook:
        hook.codes, hook.moved_to = [code], other.url
        with pytest.raises(NotDelivered, match="redirects are not followed"):
            posted(hook.url)
    assert len(hook.posts) == 1
    assert not other.posts
    assert not other.gets


def test_a_slow_answer_is_given_up():
    with webhook_server() as hook:
        hook.waits_seconds = 0.5
        with pytest.raises(NotDelivered, match=r"no answer in 0.2 s \(tried twice\)"):
            posted(hook.url, timeout_seconds=0.2)
    with silent_server() as port, pytest.raises(NotDelivered, match="no answer in 0.2 s"):
        posted(f"http://127.0.0.1:{port}/", timeout_seconds=0.2)


def test_what_is_down_is_told_without_its_address():
    with pytest.raises(NotDelivered) as caught:
        posted("env:HOOK", environment={"HOOK": f"http://127.0.0.1:{free_port()}/s3cr3t"})
    assert caught.value.why == "Connection refused (tried twice)"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("file:///etc/hostname", "not an http"),
        ("ftp://127.0.0.1/x", "not an http"),
        ("http://127.0.0.1:99999/x", "not an http"),
        ("http://127.0.0.1/x\r\nX: y", "not an http"),
        ("just words", "not an http"),
        ("https://user:word@127.0.0.1/", "holds a user"),
        ("http://a..b.invalid/", "UnicodeError$"),
    ],
)
def test_a_variable_without_a_usable_address_is_told_without_it(address, words):
    with pytest.raises(NotDelivered, match=words) as caught:
        posted("env:HOOK", environment={"HOOK": address})
    assert address not in caught.value.why


def test_a_variable_that_is_not_set_is_named():
    with pytest.raises(UsageError, match="environment variable HOOK is not set"):
        posted("env:HOOK")


def test_the_documented_fields_are_those_that_are_posted():
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    table = page.partition("## Notifications")[2].partition("| field |")[2].partition("\n\n")[0]
    rows = [line.split("|")[1] for line in table.splitlines()[2:]]
    assert set(re.findall(r"`(\w+)`", "".join(rows))) == set(payload(FAILED, now=NOW))
