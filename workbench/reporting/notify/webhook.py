"""What does a webhook get, and did it take it?

``docs/operations.md`` lists the fields; ``version`` changes when one changes its meaning.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from workbench import __version__
from workbench.reporting.notify.addresses import is_http
from workbench.reporting.notify.notices import Notice
from workbench.reporting.notify.undelivered import NotDelivered
from workbench.reporting.notify.wording import Wording, worded
from workbench.reporting.secrets import resolved

_SLACK = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_APART = "\u200b"


def payload(notice: Notice, *, now: datetime, base_url: str = "") -> dict[str, Any]:
    """The JSON object that is posted: every field is always there, null or empty without a value.

    ``text`` is for chat tools that show nothing else.
    """
    said = worded(notice, base_url=base_url)
    still = notice.still
    return {
        "version": 1,
        "event": notice.status,
        "report": notice.report,
        "period": notice.period,
        "title": said.heading,
        "subject": said.subject,
        "text": _chat_text(said),
        "reason": said.reason,
        "findings": list(said.findings),
        "page": notice.page,
        "link": said.link,
        "run_id": notice.run_id,
        "run_folder": notice.run_folder,
        "data_as_of": _moment(notice.data_as_of),
        "due_since": _moment(notice.due_since),
        "warnings": notice.warnings,
        "revision": notice.revision,
        "still_published": {
            "run_id": still.run_id,
            "made_at": _moment(still.made_at),
            "data_as_of": _moment(still.data_as_of),
        }
        if still
        else None,
        "sent_at": _moment(now),
    }


def post(
    content: Mapping[str, Any],
    address: str,
    environment: Mapping[str, str],
    *,
    key: str,
    timeout_seconds: float,
    backoff_seconds: float,
) -> None:
    """Post ``content`` as JSON; after a fault that may pass, once more ``backoff_seconds`` later.

    ``key`` goes along as ``Idempotency-Key``, so that a receiver can tell a repetition. Raises
    ``NotDelivered`` and ``UsageError`` (a variable that is not set); neither holds the address.
    A redirect is not followed: it would hand the message to whoever the answer names.
    """
    url = resolved(address, environment)
    if not is_http(url):
        raise NotDelivered("what stands there is not an http(s) address")
    if "@" in urlsplit(url).netloc:
        raise NotDelivered("the address holds a user, which is not sent; leave it out")
    body = json.dumps(content, ensure_ascii=False, allow_nan=False).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"support-workbench/{__version__}",
        "Idempotency-Key": key,
    }
    for is_last in (False, True):
        why, may_pass = _tried(Request(url, body, headers, method="POST"), timeout_seconds)
        if not why:
            return
        if is_last or not may_pass:
            raise NotDelivered(f"{why} (tried twice)" if is_last else why)
        time.sleep(backoff_seconds)


def _tried(request: Request, timeout_seconds: float) -> tuple[str, bool]:
    """Why it was not taken, empty if it was, and whether that may pass."""
    try:
        with _opener().open(request, timeout=timeout_seconds) as answer:
            code = int(answer.status)
    except (OSError, HTTPException, ValueError) as error:  # their texts may hold the address
        return _said(error, timeout_seconds), not isinstance(error, ValueError)
    if 200 <= code < 300:
        return "", False
    if 300 <= code < 400:
        return f"it has moved (code {code}), and redirects are not followed", False
    return f"it answered with code {code}", code >= 500 or code in (408, 429)


def _opener() -> OpenerDirector:
    """Nothing but http and https: no files, no ftp, no redirects, no logins."""
    opener = OpenerDirector()
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler()):
        opener.add_handler(handler)
    return opener


def _said(error: Exception, timeout_seconds: float) -> str:
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, TimeoutError):
        return f"no answer in {timeout_seconds:g} s"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return "its certificate is not trusted"
    if isinstance(cause, OSError) and cause.strerror and not isinstance(cause, ssl.SSLError):
        return cause.strerror
    return type(cause).__name__


def _chat_text(said: Wording) -> str:
    lines = [said.subject, said.said]
    lines += [f"Reason: {said.reason}"] if said.reason else []
    lines += [f"{n}. {text}" for n, text in enumerate(said.findings, start=1)]
    lines += [f"{name}: {text}" for name, text in said.facts]
    return "\n".join(_for_chat(line) for line in lines)


def _for_chat(text: str) -> str:
    """A text in which no chat tool finds a link of its own, a picture or a call for everybody."""
    return text.translate(_SLACK).replace("@", f"@{_APART}").replace("](", f"]{_APART}(")


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
