"""Who was told what, and who could not be? Never a reason to undo a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from workbench.errors import UsageError
from workbench.reporting.notify.clearing import cleared
from workbench.reporting.notify.mail import mail_of, send_mail
from workbench.reporting.notify.notices import Notice
from workbench.reporting.notify.pictures import first_picture
from workbench.reporting.notify.record import (
    GIVEN_UP_AFTER,
    RECORD,
    Record,
    Waiting,
    key_of,
    read_record,
)
from workbench.reporting.notify.settings import SETTINGS, NotifySettings
from workbench.reporting.notify.undelivered import NotDelivered
from workbench.reporting.notify.webhook import payload, post

BACKOFF_SECONDS = 5.0
_LOCK_SECONDS = 300.0
RunFolders = Callable[[Notice], Path | None]


@dataclass(frozen=True)
class Delivery:
    """One notice to one target: whether it was taken, and if not, why not.

    ``target`` is as the settings write it, so it holds no secret.
    """

    report: str
    period: str
    status: str
    channel: Literal["mail", "webhook", "record"]
    target: str
    outcome: Literal["sent", "sent before", "failed"]
    why: str = ""

    @property
    def is_fault(self) -> bool:
        """Does a caller have to warn of this?"""
        return self.outcome == "failed"

    def __str__(self) -> str:
        about = f"{self.status} {self.report} {self.period}".strip()
        tail = f": {self.why}" if self.why else ""
        return f"{self.channel} to {self.target} ({about}) {self.outcome}{tail}"


def notify(
    notices: Sequence[Notice],
    settings: NotifySettings | None,
    *,
    workspace: Path,
    run_folder_of: RunFolders,
    now: datetime,
    environment: Mapping[str, str],
    backoff_seconds: float = BACKOFF_SECONDS,
) -> list[Delivery]:
    """Who was told of these notices, and of those an earlier call could not deliver?

    One `Delivery` per notice and target. Nothing is sent twice to a target, a failed delivery is
    tried again by later calls for seven days, and no fault of a channel raises. Without settings
    nothing is sent.
    """
    if settings is None:
        return []
    notices = [cleared(notice, settings, environment) for notice in notices]
    runs = workspace / "runs"
    send = _Sender(settings, run_folder_of, now, environment, backoff_seconds)
    lock = FileLock(runs / ".notified.lock")
    fault = ""
    try:
        runs.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=_LOCK_SECONDS)
    except Timeout:
        return [_about_record("another process is sending messages; call again")]
    except OSError as error:  # a full or read-only disk: the messages go out all the same
        fault = f"cannot be locked ({error.strerror}); messages may come twice"
    try:
        record = read_record(runs)
        record.fault = record.fault or fault
        return _delivered(notices, record, send)
    finally:
        lock.release()


def folders_of(workspace: Path) -> RunFolders:
    """Where the run behind a notice lies in this workspace."""
    return lambda notice: workspace / notice.run_folder if notice.run_folder else None


def mail_for(
    notice: Notice,
    settings: NotifySettings,
    recipients: Sequence[str],
    run_folder_of: RunFolders,
    *,
    now: datetime,
) -> EmailMessage:
    """The mail these recipients would get; a success carries a chart of its run."""
    if settings.smtp is None:
        raise UsageError("smtp is missing.", where=SETTINGS)
    return mail_of(
        notice,
        sender=settings.smtp.sender,
        recipients=recipients,
        now=now,
        base_url=settings.base_url,
        picture=first_picture(run_folder_of(notice)) if notice.is_success else None,
    )


def deliver(
    notice: Notice,
    settings: NotifySettings,
    *,
    run_folder_of: RunFolders,
    now: datetime,
    environment: Mapping[str, str],
    backoff_seconds: float = BACKOFF_SECONDS,
) -> list[Delivery]:
    """Send one notice to everybody on its list, whatever was sent before; nothing is recorded."""
    send = _Sender(settings, run_folder_of, now, environment, backoff_seconds)
    return list(send(cleared(notice, settings, environment), lambda _: False))


def _delivered(notices: Sequence[Notice], record: Record, send: _Sender) -> list[Delivery]:
    done = [_about_record(record.fault)] if record.fault else []
    due = {waiting.notice.identity: waiting for waiting in record.waiting}
    for notice in notices:
        due.setdefault(notice.identity, Waiting(send.now, notice))
    record.waiting = list(due.values())
    record.fault = ""
    record.write()  # before anything is sent: a crash in the midst forgets nothing
    for waiting in due.values():
        is_told = True
        for delivery in send(waiting.notice, record.was_sent):
            done.append(delivery)
            is_told &= not delivery.is_fault
            given_up = delivery.is_fault and send.now - waiting.since > GIVEN_UP_AFTER
            if delivery.outcome == "sent" or given_up:  # seven days are enough, of whoever it is
                key = key_of(waiting.notice, delivery.channel, delivery.target)
                record.sent[key] = send.now
                record.write()  # at once, or a crash sends it again
        if is_told or send.now - waiting.since > GIVEN_UP_AFTER:
            record.waiting.remove(waiting)
            record.write()
    return done + ([_about_record(record.fault)] if record.fault else [])


def _about_record(why: str) -> Delivery:
    return Delivery("", "", "every report", "record", f"runs/{RECORD}", "failed", why)


@dataclass(frozen=True)
class _Sender:
    """Sends one notice over the channels of its list."""

    settings: NotifySettings
    run_folder_of: RunFolders
    now: datetime
    environment: Mapping[str, str]
    backoff_seconds: float

    def __call__(self, notice: Notice, was_sent: Callable[[str], bool]) -> Iterator[Delivery]:
        channels = self.settings.channels(success=notice.is_success)
        mails = list(dict.fromkeys(channels.mail))
        before = [to for to in mails if was_sent(key_of(notice, "mail", to))]
        yield from (_delivery(notice, "mail", to, "sent before") for to in before)
        yield from self._mailed(notice, [to for to in mails if to not in before])
        for hook in dict.fromkeys(channels.webhook):
            key = key_of(notice, "webhook", hook)
            if was_sent(key):
                yield _delivery(notice, "webhook", hook, "sent before")
            else:
                yield self._posted(notice, hook, key)

    def _mailed(self, notice: Notice, recipients: list[str]) -> Iterator[Delivery]:
        if not recipients or self.settings.smtp is None:
            return
        try:
            mail = mail_for(notice, self.settings, recipients, self.run_folder_of, now=self.now)
            refused = send_mail(mail, recipients, self.settings.smtp, self.environment)
        except Exception as error:  # whatever it is: the report stands, and the others are told
            refused = dict.fromkeys(recipients, _why(error))
        for to in recipients:
            outcome: Literal["sent", "failed"] = "failed" if to in refused else "sent"
            yield _delivery(notice, "mail", to, outcome, refused.get(to, ""))

    def _posted(self, notice: Notice, hook: str, key: str) -> Delivery:
        try:
            content = payload(notice, now=self.now, base_url=self.settings.base_url)
            post(
                content,
                hook,
                self.environment,
                key=key,
                timeout_seconds=self.settings.webhook_timeout_seconds,
                backoff_seconds=self.backoff_seconds,
            )
        except Exception as error:  # as above
            return _delivery(notice, "webhook", hook, "failed", _why(error))
        return _delivery(notice, "webhook", hook, "sent")


def _delivery(
    notice: Notice,
    channel: Literal["mail", "webhook"],
    target: str,
    outcome: Literal["sent", "sent before", "failed"],
    why: str = "",
) -> Delivery:
    return Delivery(notice.report, notice.period, notice.status, channel, target, outcome, why)


def _why(error: Exception) -> str:
    """One line; of an error that is not ours only its kind, for its text may hold a secret."""
    if isinstance(error, NotDelivered):
        return error.why
    if isinstance(error, UsageError):
        return error.what.rstrip(".")
    return type(error).__name__
