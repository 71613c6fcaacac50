"""``notify.yaml``: what is taken, what is refused, and that a refusal repeats no secret."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from workbench.errors import UsageError
from workbench.reporting.notify.settings import NotifySettings, load_settings
from workbench.reporting.secrets import is_reference, resolved

WHOLE = """\
base_url: https://reports.example.org
on_success: {mail: [ops@example.org], webhook: ["env:REPORTS_HOOK"]}
on_failure: {mail: [oncall@example.org, root@localhost]}
smtp:
  host: mail.example.org
  user: reports
  password: env:SMTP_PASSWORD
  sender: reports@example.org
"""


@pytest.fixture
def loaded(tmp_path):
    def _loaded(text):
        (tmp_path / "notify.yaml").write_text(text, encoding="utf-8")
        return load_settings(tmp_path)

    return _loaded


def test_without_a_file_nobody_is_told(tmp_path):
    assert load_settings(tmp_path) is None


def test_a_whole_file_is_read(loaded):
    settings = loaded(WHOLE)
    assert settings.base_url == "https://reports.example.org/"
    assert settings.channels(success=True).webhook == ("env:REPORTS_HOOK",)
    assert settings.channels(success=False).mail == ("oncall@example.org", "root@localhost")
    assert (settings.smtp.security, settings.smtp.port_used) == ("starttls", 587)
    assert settings.smtp.timeout_seconds == 20
    assert pickle.loads(pickle.dumps(settings)) == settings


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_each_security_has_its_usual_port(loaded, security, port):
    text = f"smtp: {{host: localhost, security: {security}, sender: a@example.org}}\n"
    assert loaded(text).smtp.port_used == port


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("on_sucess: {}\n", "line 1: on_sucess: is not a key"),
        ("on_failure: {mail: [ops]}\n", "line 1: on_failure.mail.0: is not a mail address"),
        ("on_failure:\n  mail:\n    - a@b.org\n    - 'a@b.org,c@d.org'\n", "line 4: on_failure"),
        ("on_failure: {mail: [a@b.org]}\n", "line 1: there are mail addresses, but smtp is miss"),
        ("on_failure: {mail: a@b.org}\n", "on_failure.mail: holds no list"),
        ("smtp: {host: h, sender: a@b.org, user: x}\n", "user and password belong together"),
        ("smtp: {host: h, sender: a@b.org, port: 99999}\n", "smtp.port: input should be less"),
        ("smtp: {host: h, sender: a@b.org, security: ssl}\n", "'starttls', 'tls' or 'none'"),
        ("smtp: {sender: a@b.org}\n", "line 1: smtp.host: is missing"),
        ("smtp: {host: 'h\\nx', sender: a@b.org}\n", "smtp.host: is not written in a form"),
        ('smtp: {host: h, sender: "a@b.org\\nBcc: c@d.org"}\n', "smtp.sender: is not a mail"),
        ("on_success: {webhook: [ftp://example.org/x]}\n", "neither an http(s) address nor"),
        ("base_url: https://u:p@example.org/\n", "base_url: is shown in messages"),
        ("base_url: javascript:alert(1)\n", "base_url: is not an http(s) address"),
        ("on_success: {mail: [a@b.org]}\non_success: {}\n", "on_success: stands twice"),
        ("- a\n", "line 1: holds no 'key: value'"),
        ("a: 1\n---\nb: 2\n", "it holds 2 documents"),
        ("on_success: [\n", "not YAML"),
        ("", "it holds 0 documents"),
    ],
)
def test_a_fault_is_told_with_its_line(loaded, text, words):
    with pytest.raises(UsageError) as caught:
        loaded(text)
    assert words in str(caught.value)
    assert caught.value.where == "notify.yaml"


def test_all_faults_are_told_at_once(loaded):
    text = "bse_url: x\non_failure:\n  mail: [ops]\nsmtp:\n  host: h\n  sender: reports\n"
    with pytest.raises(UsageError) as caught:
        loaded(text)
    told = [line.strip(" -") for line in caught.value.what.splitlines()[1:]]
    assert [line.partition(": ")[0] for line in told] == ["line 1", "line 3", "line 6"]
    assert "3 faults" in caught.value.what


SECRET = "hunter2hunter2"


@pytest.mark.parametrize(
    "text",
    [
        f"smtp: {{host: h, sender: a@b.org, user: x, password: {SECRET}}}\n",
        f"smtp: {{host: h, sender: a@b.org, user: x, password: '{SECRET}\\nenv:X'}}\n",
        f"smtp: {{host: h, sender: a@b.org, user: x, password: !{SECRET} x}}\n",
        f"smtp: {{host: h, sender: a@b.org, user: x, password: *{SECRET}}}\n",
        f"smtp: {{host: h, sender: a@b.org, user: x, password: [{SECRET}]}}\n",
        f"smtp: {{host: h, sender: a@b.org, user: x, password: @{SECRET}}}\n",
        f"on_success: {{webhook: ['https://reports:{SECRET}@example.org/hook']}}\n",
        f"on_success: {{webhook: ['https://example.org/hook?key={SECRET}']}}\n",
        f"on_success: {{webhook: ['https://example.org/hooks/T01/{SECRET}42']}}\n",
        f"on_success: {{webhook: ['env:A {SECRET}']}}\n",
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(loaded, text):
    with pytest.raises(UsageError) as caught:
        loaded(text)
    error: BaseException | None = caught.value
    while error is not None:  # nor in what a traceback would print below it
        assert SECRET not in f"{error} {error!r}"
        error = error.__cause__ or error.__context__


def test_the_model_itself_repeats_no_secret_either():
    smtp = {"host": "h", "sender": "a@b.org", "user": "x", "password": SECRET}
    with pytest.raises(ValidationError) as caught:
        NotifySettings(smtp=smtp)
    assert SECRET not in str(caught.value)


def test_an_open_address_needs_no_reference(loaded):
    text = "on_failure: {webhook: ['http://chat.example.org:8065/reports/in']}\n"
    assert loaded(text).on_failure.webhook == ("http://chat.example.org:8065/reports/in",)


def test_a_password_is_never_sent_in_the_clear(loaded):
    text = "smtp: {host: HOST, security: none, user: x, password: env:P, sender: a@b.org}\n"
    assert loaded(text.replace("HOST", "127.0.0.1")).smtp is not None
    with pytest.raises(UsageError, match="in the clear"):
        loaded(text.replace("HOST", "mail.example.org"))


def test_a_reference_is_looked_up_and_a_missing_one_named():
    assert is_reference("env:SMTP_PASSWORD")
    assert not any(map(is_reference, ("env:", "env:1X", "env:A B", "env:A\n", "ENV:A", "A")))
    assert resolved("env:A", {"A": "x"}) == "x"
    assert resolved("https://example.org/in", {}) == "https://example.org/in"
    for environment in ({}, {"A": ""}):
        with pytest.raises(UsageError, match="environment variable A is not set"):
            resolved("env:A", environment)


def test_the_documented_file_is_one(loaded):
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    [text] = re.findall(r"## Notifications\n.*?```yaml\n(.*?)```", page, re.DOTALL)
    assert loaded(text).on_failure.mail == ("oncall@example.org",)
