"""What of a notice may leave the house? No value of a secret, and no customer in a reason.

The reason of a failure is often an error's own text, and that may repeat whatever it met.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workbench.intake.persons.personal import scrub
from workbench.reporting.leaks import SHORTEST_SECRET, masked, secret_values
from workbench.reporting.notify.notices import Notice
from workbench.reporting.notify.settings import NotifySettings
from workbench.reporting.secrets import is_reference


def cleared(notice: Notice, settings: NotifySettings, environment: Mapping[str, str]) -> Notice:
    """This notice with every secret replaced by the name of its variable, and persons by what they
    were (``[email]``); findings passed that gate with their page."""
    secrets = _secrets(settings, environment)
    return replace(
        notice,
        title=masked(notice.title, secrets),
        reason=scrub(masked(notice.reason, secrets)),
        findings=tuple(masked(text, secrets) for text in notice.findings),
    )


def _secrets(settings: NotifySettings, environment: Mapping[str, str]) -> dict[str, str]:
    """Values by variable."""
    hooks = (*settings.on_success.webhook, *settings.on_failure.webhook)
    password = settings.smtp.password if settings.smtp else None
    named = [text.removeprefix("env:") for text in (*hooks, password or "") if is_reference(text)]
    values = {name: environment.get(name, "") for name in named}
    long = {name: value for name, value in values.items() if len(value) >= SHORTEST_SECRET}
    return secret_values(environment) | long
