"""A mail server and a webhook on 127.0.0.1, for tests of what is sent."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class MailServer:
    """Takes mail for everybody but ``refuses``; ``logins`` are the (user, password) it saw."""

    port: int
    refuses: set[str] = field(default_factory=set)
    answers: str = ""  # instead of taking the text of a mail
    password: str = ""
    taken: list[tuple[list[str], bytes]] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(content, policy=default) for _, content in self.taken]

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        if address in self.refuses:
            return "550 5.1.1 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        if self.answers:
            return self.answers
        self.taken.append((list(envelope.rcpt_tos), envelope.content))
        return "250 OK"

    def checked(self, server, session, envelope, mechanism, data) -> AuthResult:
        user, password = data.login.decode(), data.password.decode()
        self.logins.append((user, password))
        return AuthResult(success=password == self.password, handled=False)


@contextmanager
def mail_server(**options: Any) -> Iterator[MailServer]:
    server = MailServer(free_port(), password=options.pop("password", ""))
    if server.password:
        options |= {"authenticator": server.checked, "auth_required": True}
    controller = Controller(server, hostname="127.0.0.1", port=server.port, **options)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


@contextmanager
def silent_server() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])


@dataclass
class Hook:
    """A webhook; ``codes`` are its next answers, the last of which it keeps giving."""

    url: str
    codes: list[int] = field(default_factory=lambda: [200])
    moved_to: str = ""
    waits_seconds: float = 0
    posts: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    gets: int = 0


@contextmanager
def webhook_server(path: str = "/hook") -> Iterator[Hook]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # what a followed redirect would turn into
            hook.gets += 1
            self._answer(200)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.posts.append(json.loads(body))
            hook.headers.append(dict(self.headers))
            time.sleep(hook.waits_seconds)
            self._answer(hook.codes.pop(0) if len(hook.codes) > 1 else hook.codes[0])

        def _answer(self, code: int) -> None:
            try:
                self.send_response(code)
                if hook.moved_to:
                    self.send_header("Location", hook.moved_to)
                self.send_header("Content-Length", "0")
                self.end_headers()
            except BrokenPipeError:  # who asked did not wait
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    hook = Hook(f"http://127.0.0.1:{server.server_address[1]}{path}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
