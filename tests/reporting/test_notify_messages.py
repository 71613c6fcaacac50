"""What a message says, whatever the texts in it hold."""

from __future__ import annotations

import json
import pickle
import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import ReportError
from workbench.reporting.manifest import Code, Manifest
from workbench.reporting.notify.mail import mail_of
from workbench.reporting.notify.notices import Notice, notice_of, overdue
from workbench.reporting.notify.pictures import LARGEST_BYTES, Picture, first_picture
from workbench.reporting.notify.webhook import payload
from workbench.reporting.notify.wording import LONGEST_SUBJECT, one_line, worded

NOW = datetime(2025, 7, 1, 6, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(8) + (960).to_bytes(4) + b"pHYs" + (6299).to_bytes(4) + bytes(99)
PUBLISHED = Notice(
    "published", "monthly_report", "2025-06", "Monthly support report",
    findings=("FCR fell to 56.4 % (n 589).", "50 refunds."),
    page="monthly_report/2025-06/index.html", run_id="20250701T060000Z-ab",
    data_as_of=datetime(2025, 6, 30, 23, 59, tzinfo=UTC),
)  # fmt: skip


def manifest(**changes) -> Manifest:
    facts = {
        "run_id": "r2", "run_key": "k", "report": "monthly_report", "period": "2025-06",
        "parameters": {}, "status": "published", "started_at": NOW, "data_version": "t@1",
        "code": Code(version="1"), "python": "3.11", "title": "Monthly support report",
        "findings": ("One.", "Two."), "data_as_of": NOW,
    }  # fmt: skip
    return Manifest(**(facts | changes))


def mail(notice, **options):
    made = mail_of(notice, sender="reports@example.org", recipients=["ops@example.org"], now=NOW,
                   **options)  # fmt: skip
    return message_from_bytes(made.as_bytes(), policy=default)


def parts(message):
    return {part.get_content_type(): part for part in message.walk()}


class Seen(HTMLParser):
    """The tags, addresses and texts of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.addresses, self.texts = set(), [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href")]
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data):
        self.texts.append(data)


def test_a_published_report_is_told_with_its_findings_and_page():
    notice = notice_of(manifest(warnings=("w",)))
    assert (notice.status, notice.findings, notice.warnings) == ("published", ("One.", "Two."), 1)
    assert notice.page == "monthly_report/2025-06/index.html"
    assert notice.run_folder == "runs/monthly_report/2025-06/r2"
    assert notice.still is None
    assert pickle.loads(pickle.dumps(notice)) == notice


def test_a_failure_tells_what_is_still_published_and_no_findings():
    failed = manifest(status="failed", reason="ValueError: no tickets", title="", run_id="r3")
    notice = notice_of(failed, in_force=manifest())
    assert (notice.title, notice.findings) == ("Monthly support report", ())
    text = parts(mail(notice))["text/plain"].get_content()
    assert "Reason: ValueError: no tickets" in text
    assert "Run kept in: runs/monthly_report/2025-06/r3 (executed.ipynb, log.txt)" in text
    assert "Still published: site/monthly_report/2025-06/index.html, made 1 July 2025" in text
    alone = parts(mail(notice_of(failed)))["text/plain"].get_content()
    assert "Still published: nothing for this period" in alone


def test_a_review_says_why_and_shows_no_findings():
    notice = notice_of(manifest(status="needs_review", review=("half as many tickets", "late")))
    assert not notice.is_success
    assert (notice.reason, notice.findings) == ("half as many tickets; late", ())


def test_an_unfinished_run_has_nothing_to_tell():
    with pytest.raises(ReportError, match="running has nothing to tell"):
        notice_of(manifest(status="running"))


def test_an_overdue_report_is_one_notice_per_due_moment():
    notice = overdue("monthly_report", "2025-06", NOW)
    assert notice.identity != overdue("monthly_report", "2025-06", NOW.replace(day=2)).identity
    assert worded(notice).subject == "OVERDUE: Monthly report, June 2025"
    told = overdue("monthly_report", "2025-06", NOW, reason="no ticket of June 2025")
    assert worded(told).reason == "no ticket of June 2025"
    assert ("Due since", "1 July 2025, 06:00 UTC") in worded(notice).facts


@pytest.mark.parametrize(
    ("notice", "subject"),
    [
        (PUBLISHED, "Monthly support report, June 2025: published"),
        (Notice("failed", "monthly_report", "2025-06"), "FAILED: Monthly report, June 2025"),
        (Notice("needs_review", "m", "odd", "T"), "NEEDS REVIEW: T, odd"),
        (Notice("failed", "metric_report__live_chat", "2025-06", "FCR"),
         "FAILED: FCR (live chat), June 2025"),
        (Notice("failed", "metric_report__live_chat", "2025-06", "F" * 500),
         f"FAILED: {'F' * 87}… (live chat), June 2025"),
    ],
)  # fmt: skip
def test_subjects(notice, subject):
    assert mail(notice)["Subject"] == subject


def test_a_success_has_both_texts_and_the_chart_inline():
    message = mail(PUBLISHED, base_url="https://r.example.org/", picture=Picture("quality", PNG))
    found = parts(message)
    html = Seen(found["text/html"].get_content())
    cid = found["image/png"]["Content-ID"].strip("<>")
    assert html.addresses == ["https://r.example.org/monthly_report/2025-06/index.html",
                              f"cid:{cid}"]  # fmt: skip
    assert found["image/png"].get_content() == PNG
    assert found["image/png"].get_content_disposition() == "inline"
    assert 'width="576"' in found["text/html"].get_content()  # 960 dots at 160 to the inch
    for text in (found["text/plain"].get_content(), " ".join(html.texts)):
        assert "FCR fell to 56.4 % (n 589)." in text
        assert "30 June 2025, 23:59 UTC" in text
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Tue, 01 Jul 2025 06:00:00 +0000"
    assert re.fullmatch(r"<[0-9a-f]{32}@example.org>", message["Message-ID"])


def test_the_same_mail_is_the_same_bytes():
    first, second = (
        mail_of(PUBLISHED, sender="a@b.org", recipients=["c@d.org"], now=NOW,
                picture=Picture("x", PNG)).as_bytes()
        for _ in range(2)
    )  # fmt: skip
    assert first == second


HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> <a href='//evil.example'>x</a>\r\n"
    "Bcc: all@example.org\n\n\u202eevil\u202c \x00\x1b[31m https://evil.example/login "
    "[click](http://evil.example) <!channel> @channel www.evil.example"
)


@pytest.mark.parametrize("status", ["published", "failed"])
def test_hostile_texts_stay_texts(status):
    notice = Notice(status, "monthly_report", "2025-06", HOSTILE, HOSTILE, (HOSTILE, "שלום " * 9))
    message = mail(notice)
    assert message["Bcc"] is None
    assert "Bcc: all@" in message["Subject"]  # a word in the line, no header
    found = parts(message)
    html = Seen(found["text/html"].get_content())
    assert html.tags.isdisjoint({"script", "img", "a"})
    assert "שלום" in "".join(html.texts)
    posted = payload(notice, now=NOW)
    for text in (found["text/plain"].get_content(), "".join(html.texts), json.dumps(posted)):
        assert not re.search(r"[\x00\x1b\u202a-\u202e]", text)
        assert "https://evil" not in text
        assert "www.evil" not in text
    assert not re.search(r"<|@channel|\]\(", posted["text"])


def test_a_huge_text_is_cut():
    huge = Notice("failed", "monthly_report", "2025-06", "T" * 100_000, "r " * 50_000,
                  tuple("f" * 100_000 for _ in range(50)))  # fmt: skip
    message = mail(huge)
    assert len(message.as_bytes()) < 30_000
    assert len(message["Subject"]) <= LONGEST_SUBJECT
    assert "June 2025" in message["Subject"]
    assert len(json.dumps(payload(huge, now=NOW))) < 30_000


@given(st.text(max_size=3000), st.text(max_size=300), st.text(max_size=300))
def test_any_text_makes_a_mail_of_the_same_shape(title, reason, finding):
    notice = Notice("failed", "monthly_report", "2025-06", title, reason, (finding,))
    made = mail_of(notice, sender="a@b.org", recipients=["c@d.org"], now=NOW).as_bytes()
    made.decode("ascii")
    assert max(map(len, made.split(b"\r\n"))) <= 998
    message = message_from_bytes(made, policy=default)
    assert set(message.keys()) == {"From", "To", "Subject", "Date", "Message-ID",
                                   "Auto-Submitted", "MIME-Version", "Content-Type"}  # fmt: skip
    assert message["To"] == "c@d.org"
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip
    assert Seen(parts(message)["text/html"].get_content()).tags.isdisjoint({"script", "img", "a"})


@given(st.text(max_size=2000), st.integers(min_value=1, max_value=200))
def test_one_line_is_one_short_line(text, longest):
    line = one_line(text, longest)
    assert len(line) <= longest
    assert len(line.splitlines()) <= 1
    assert one_line(line, longest) == line


def run_folder(folder, *, section="", order=(), **figures):
    (folder / "figures").mkdir(parents=True)
    for name, png in figures.items():
        (folder / "figures" / f"{name}.png").write_bytes(png)
    (folder / "report.html").write_text("".join(f'<section id="{name}">' for name in order))
    record = {"findings": [{"text": "t", "section": section, "weight": 1}] if section else []}
    (folder / "metrics.json").write_text(json.dumps(record))
    return folder


def test_the_chart_is_the_one_the_first_finding_speaks_of(tmp_path):
    folder = run_folder(tmp_path / "a", section="refunds", order=["volume", "refunds"],
                        volume=PNG, refunds=PNG)  # fmt: skip
    assert first_picture(folder).section == "refunds"


def test_else_it_is_the_first_of_the_page(tmp_path):
    order = ["scorecard", "volume", "churn"]
    folder = run_folder(tmp_path / "a", section="scorecard", order=order, churn=PNG, volume=PNG)
    assert first_picture(folder).section == "volume"
    (folder / "metrics.json").write_text("{")
    (folder / "report.html").unlink()
    assert first_picture(folder).section == "churn"  # by name, when nothing tells the order


def test_a_chart_that_is_too_large_or_none_is_left_out(tmp_path):
    folder = run_folder(tmp_path / "a", order=["a", "b", "c"], a=PNG + bytes(LARGEST_BYTES),
                        b=b"GIF89a", c=PNG)  # fmt: skip
    assert first_picture(folder).section == "c"
    (folder / "figures" / "c.png").unlink()
    assert first_picture(folder) is None
    assert first_picture(None) is first_picture(tmp_path / "nowhere") is None
