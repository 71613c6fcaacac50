"""``workbench notify``: what waits to be told, or a test message, sent or written to a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from workbench.commands.terminal import complain, say
from workbench.errors import UsageError, WorkbenchError
from workbench.reporting.notify.delivering import (
    Delivery,
    deliver,
    folders_of,
    mail_for,
    notify,
)
from workbench.reporting.notify.mail import write_eml
from workbench.reporting.notify.notices import Notice, StillPublished, notice_of
from workbench.reporting.notify.settings import SETTINGS, NotifySettings, load_settings
from workbench.reporting.publish import published_pages

Which = Literal["success", "failure"]


def send_waiting(workspace: Path, *, now: datetime, environment: Mapping[str, str]) -> None:
    """Send what earlier runs could not; one line per message."""
    done = notify(
        [], _settings(workspace), workspace=workspace, run_folder_of=folders_of(workspace),
        now=now, environment=environment,
    )  # fmt: skip
    if not done:
        say("Nothing waits to be sent.")
    _tell(done)


def send_test(workspace: Path, to: Which, *, now: datetime, environment: Mapping[str, str]) -> None:
    """Send a test to everybody on one list, however often it is asked for."""
    settings = _settings(workspace)
    done = deliver(
        notice_for_test(workspace, to, now=now), settings, run_folder_of=folders_of(workspace),
        now=now, environment=environment,
    )  # fmt: skip
    if not done:
        raise UsageError(f"on_{to} names nobody.", where=SETTINGS)
    _tell(done)


def write_test(workspace: Path, eml: Path, to: Which, *, now: datetime) -> Path:
    """Write the mail a test would send; nothing is sent and no secret is looked up."""
    settings = _settings(workspace)
    recipients = settings.channels(success=to == "success").mail
    if not recipients:
        raise UsageError(f"on_{to} names no mail address.", where=SETTINGS)
    notice = notice_for_test(workspace, to, now=now)
    write_eml(eml, mail_for(notice, settings, recipients, folders_of(workspace), now=now))
    return eml


def notice_for_test(workspace: Path, to: Which, *, now: datetime) -> Notice:
    """The newest published report, told as a success or as if its next run had failed; where
    nothing is published, an invented one."""
    pages = sorted(published_pages(workspace / "site"), key=lambda page: page.started_at)
    if not pages:
        notice = Notice("published", "test", f"{now:%Y-%m}", "Test message",
                        findings=("This is a test: no report was made.",))  # fmt: skip
    else:
        told = notice_of(pages[-1])
        notice = replace(told, title=f"Test: {told.title or told.report}")
    if to == "success":
        return notice
    newest = pages[-1] if pages else None
    still = StillPublished(newest.run_id, newest.started_at, newest.data_as_of) if newest else None
    return replace(
        notice, status="failed", reason="this is a test, nothing failed", findings=(), warnings=0,
        still=still,
    )  # fmt: skip


def _settings(workspace: Path) -> NotifySettings:
    settings = load_settings(workspace)
    if settings is None:
        raise UsageError(
            "there is no such file, so nobody is told anything.", where=str(workspace / SETTINGS),
            fix="docs/operations.md shows one under Notifications.",
        )  # fmt: skip
    return settings


def _tell(done: list[Delivery]) -> None:
    for delivery in done:
        (complain if delivery.is_fault else say)(str(delivery))
    if faults := sum(delivery.is_fault for delivery in done):
        raise WorkbenchError(f"{faults} of {len(done)} messages were not sent.")
