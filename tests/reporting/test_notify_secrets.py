"""Property: the value of a secret stands in nothing that is sent, written, returned or logged."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from local_servers import free_port, mail_server, webhook_server

from workbench.reporting.notify.delivering import folders_of, notify
from workbench.reporting.notify.notices import Notice
from workbench.reporting.notify.settings import NotifySettings

NOW = datetime(2025, 7, 1, 6, tzinfo=UTC)
# "q-" begins no word of ours, so whatever is found is the secret and nothing else
SECRETS = st.text("abcdefXYZ0123456789!$%&*+/=?^_~<>\"'@:;., äλ", min_size=8, max_size=40).map(
    lambda text: f"q-{text.strip()}-secret"
)
ASCII = SECRETS.filter(str.isascii)
PATHS = st.text("abcdefXYZ0123456789_-", min_size=8, max_size=40).map(lambda t: f"q-{t}-hook")
FEW = settings(
    max_examples=12, deadline=None, phases=[Phase.explicit, Phase.generate],  # to shrink is slow
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


def given_settings(port, security="none"):
    return NotifySettings(
        on_success={"mail": ["a@example.org"], "webhook": ["env:HOOK"]},
        on_failure={"mail": ["b@example.org"], "webhook": ["env:HOOK"]},
        smtp={"host": "127.0.0.1", "port": port, "security": security, "user": "reports",
              "password": "env:SMTP_PASSWORD", "sender": "c@example.org", "timeout_seconds": 3},
    )  # fmt: skip


def everything(folder, done, given, caplog, capsys):
    """All there is to be read after a call, as one text."""
    files = [path.read_text() for path in Path(folder).rglob("*") if path.is_file()]
    printed = capsys.readouterr()
    return "\n".join([*files, *map(str, done), *map(repr, done), repr(given), caplog.text,
                      printed.out, printed.err])  # fmt: skip


def forms(secret):
    return {secret, json.dumps(secret)[1:-1], secret.replace("&", "&amp;")}


def notices(secrets):
    """A secret in every text of a notice, as a failed cell may print it."""
    for number, secret in enumerate(secrets):
        words = f"could not log in with {secret} at all"
        facts = ("monthly_report", "2025-06", words)
        yield Notice("failed", *facts, reason=words, run_id=f"f{number}")
        yield Notice("published", *facts, findings=(words,), run_id=f"p{number}")


def told(caplog, capsys, password, path, *, is_down=False, expected=""):
    """Notify with these secrets; what it returned and the servers, after a look at everything."""
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    with (
        TemporaryDirectory() as folder,
        mail_server(password=expected or password, auth_require_tls=False) as server,
        webhook_server(f"/{path}") as hook,
    ):
        hook.codes = [500, 200]
        url = f"http://127.0.0.1:{free_port()}/{path}" if is_down else hook.url
        given = given_settings(free_port() if is_down else server.port)
        done = notify(
            list(notices([password, url])), given, workspace=Path(folder),
            run_folder_of=folders_of(Path(folder)), now=NOW, backoff_seconds=0,
            environment={"SMTP_PASSWORD": password, "HOOK": url},
        )  # fmt: skip
        seen = everything(folder, done, given, caplog, capsys)
    texts = [part for mail in server.mails for part in mail.walk() if not part.is_multipart()]
    seen += "".join(str(part.get_content()) for part in texts)
    seen += json.dumps(hook.posts, ensure_ascii=False)
    for secret in forms(password) | forms(path):
        assert secret not in seen
    return done, server, hook


@FEW
@given(password=ASCII, path=PATHS)
def test_what_is_sent_holds_no_secret(caplog, capsys, password, path):
    done, server, hook = told(caplog, capsys, password, path)
    assert {delivery.outcome for delivery in done} == {"sent"}
    assert server.logins[0] == ("reports", password)
    assert "[$SMTP_PASSWORD]" in server.mails[0].get_body(("plain",)).get_content()
    assert any("[$HOOK]" in post["title"] for post in hook.posts)


@FEW
@given(password=SECRETS, path=PATHS)
def test_what_fails_holds_no_secret(caplog, capsys, password, path):
    done, *_ = told(caplog, capsys, password, path, is_down=True)
    assert {delivery.outcome for delivery in done} == {"failed"}


@FEW
@given(password=SECRETS, path=PATHS)
def test_a_refused_login_holds_no_secret(caplog, capsys, password, path):
    done, server, _ = told(caplog, capsys, password, path, expected="another password")
    assert not server.taken
    assert {delivery.channel for delivery in done if delivery.is_fault} == {"mail"}
