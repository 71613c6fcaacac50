"""Mail against a server on this machine: taken, refused, silent, encrypted or not."""

from __future__ import annotations

import os
import ssl
import subprocess
import time
from datetime import UTC, datetime
from shutil import which

import pytest
from local_servers import free_port, mail_server, silent_server

from workbench.errors import UsageError
from workbench.reporting.notify.mail import mail_of, send_mail, write_eml
from workbench.reporting.notify.notices import Notice
from workbench.reporting.notify.settings import Smtp
from workbench.reporting.notify.undelivered import NotDelivered

NOW = datetime(2025, 7, 1, 6, tzinfo=UTC)
PASSWORD = "correct horse battery"
TO = ["ops@example.org", "more@example.org"]
NOTICE = Notice("published", "monthly_report", "2025-06", "Bericht für Köln", findings=("50 %.",))
MAIL = mail_of(NOTICE, sender="reports@example.org", recipients=TO, now=NOW)


def smtp(port, **options):
    facts = {"host": "127.0.0.1", "security": "none", "sender": "reports@example.org",
             "timeout_seconds": 3}  # fmt: skip
    return Smtp(port=port, **(facts | options))


def login(port, **options):
    return smtp(port, user="reports", password="env:SMTP_PASSWORD", **options)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of this machine's address and its key."""
    if which("openssl") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must test encrypted mail: install openssl")
        pytest.skip("openssl makes the certificate")
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder


@pytest.fixture
def context(certificate):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    return context


@pytest.fixture
def trusted(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))


def test_a_mail_arrives_as_it_was_made():
    with mail_server() as server:
        assert send_mail(MAIL, TO, smtp(server.port), {}) == {}
    [(recipients, _)] = server.taken
    [mail] = server.mails
    assert recipients == TO
    assert mail["Subject"] == "Bericht für Köln, June 2025: published"
    assert "1. 50 %." in mail.get_body(("plain",)).get_content()


def test_a_refused_recipient_does_not_cost_the_others_theirs():
    with mail_server() as server:
        server.refuses = {TO[0]}
        refused = send_mail(MAIL, TO, smtp(server.port), {})
    assert list(refused) == [TO[0]]
    assert "refused this recipient: 550 5.1.1 nobody of that name" in refused[TO[0]]
    assert [recipients for recipients, _ in server.taken] == [[TO[1]]]


def test_all_recipients_refused_is_told_for_each():
    with mail_server() as server:
        server.refuses = set(TO)
        refused = send_mail(MAIL, TO, smtp(server.port), {})
    assert set(refused) == set(TO)
    assert not server.taken


def test_a_refused_text_is_not_delivered():
    with mail_server() as server:
        server.answers = "552 too much mail\x1b[31m"
        with pytest.raises(NotDelivered) as caught:
            send_mail(MAIL, TO, smtp(server.port), {})
    assert caught.value.why.endswith("did not take the mail: 552 too much mail[31m")


def test_a_server_that_is_down_is_told():
    port = free_port()
    with pytest.raises(NotDelivered, match=f"127.0.0.1:{port} cannot be reached: Connection ref"):
        send_mail(MAIL, TO, smtp(port), {})


def test_a_host_that_is_unknown_is_told():
    with pytest.raises(NotDelivered, match="nowhere.invalid:25 cannot be reached"):
        send_mail(MAIL, TO, smtp(25, host="nowhere.invalid"), {})


@pytest.mark.parametrize("security", ["none", "tls"])
def test_a_silent_server_is_given_up(security):
    settings = {"security": security, "timeout_seconds": 0.3}
    began = time.monotonic()
    with silent_server() as port, pytest.raises(NotDelivered, match="no answer in time"):
        send_mail(MAIL, TO, smtp(port, **settings), {})
    assert time.monotonic() - began < 10


def test_without_starttls_nothing_is_sent():
    with mail_server() as server, pytest.raises(NotDelivered, match="offers no STARTTLS"):
        send_mail(MAIL, TO, smtp(server.port, security="starttls"), {})
    assert not server.taken


def test_starttls_hides_the_login(context, trusted):
    with mail_server(password=PASSWORD, tls_context=context, require_starttls=True) as server:
        settings = login(server.port, security="starttls")
        assert send_mail(MAIL, TO, settings, {"SMTP_PASSWORD": PASSWORD}) == {}
    assert server.logins == [("reports", PASSWORD)]
    assert len(server.taken) == 1


def test_tls_from_the_first_byte(context, trusted):
    with mail_server(ssl_context=context) as server:
        assert send_mail(MAIL, TO, smtp(server.port, security="tls"), {}) == {}
    assert len(server.taken) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_an_unknown_certificate_gets_no_password(context, security):
    options = {"tls_context": context} if security == "starttls" else {"ssl_context": context}
    with mail_server(**options) as server, pytest.raises(NotDelivered, match="not trusted"):
        send_mail(MAIL, TO, login(server.port, security=security), {"SMTP_PASSWORD": PASSWORD})
    assert not server.taken
    assert not server.logins


@pytest.mark.parametrize("password", [PASSWORD, "wrong guess here", "пароль-пароль"])
def test_a_login_that_is_refused_is_told_without_the_password(password):
    with mail_server(password=PASSWORD, auth_require_tls=False) as server:
        settings = login(server.port)
        if password == PASSWORD:
            assert send_mail(MAIL, TO, settings, {"SMTP_PASSWORD": password}) == {}
            return
        with pytest.raises(NotDelivered) as caught:
            send_mail(MAIL, TO, settings, {"SMTP_PASSWORD": password})
    assert "password" in caught.value.why
    assert password not in caught.value.why
    assert not server.taken


def test_a_server_without_logins_is_told():
    with mail_server() as server, pytest.raises(NotDelivered, match="offers no login"):
        send_mail(MAIL, TO, login(server.port), {"SMTP_PASSWORD": PASSWORD})
    assert not server.taken


def test_a_password_that_is_not_set_is_named_before_anything_is_sent():
    with mail_server() as server, pytest.raises(UsageError, match="SMTP_PASSWORD is not set"):
        send_mail(MAIL, TO, login(server.port), {})
    assert not server.taken


def test_an_answer_that_repeats_the_password_is_not_repeated():
    with mail_server(password=PASSWORD, auth_require_tls=False) as server:
        server.answers = f"554 {PASSWORD} is not a nice word"
        with pytest.raises(NotDelivered) as caught:
            send_mail(MAIL, TO, login(server.port), {"SMTP_PASSWORD": PASSWORD})
    assert caught.value.why.endswith("did not take the mail: 554")


def test_a_mail_can_be_written_instead(tmp_path):
    write_eml(tmp_path / "m.eml", MAIL)
    assert (tmp_path / "m.eml").read_bytes() == MAIL.as_bytes()
