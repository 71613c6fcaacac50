"""Who is told what, and over which servers? ``notify.yaml`` of a workspace; without it, nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from workbench.errors import UsageError
from workbench.intake.mappings.written import Fault, NotRead, Written, documents, worded
from workbench.reporting.notify.addresses import mail_address, site_address, webhook_address
from workbench.reporting.secrets import EnvReference

SETTINGS = "notify.yaml"
_FIX = "docs/operations.md has every key under Notifications."
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")

MailAddress = Annotated[str, AfterValidator(mail_address)]
WebhookAddress = Annotated[str, AfterValidator(webhook_address)]


class _Settings(BaseModel):
    # an error must not repeat what was written: it may be the very secret that is refused
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Smtp(_Settings):
    """The server that takes our mail, and who we are there."""

    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9.:-]+$")]
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: EnvReference | None = None
    sender: MailAddress
    timeout_seconds: Annotated[float, Field(gt=0, le=300)] = 20

    @property
    def port_used(self) -> int:
        """The port as written, or the usual one for this security."""
        return self.port or _PORTS[self.security]

    @model_validator(mode="after")
    def _login_is_whole_and_hidden(self) -> Smtp:
        if bool(self.user) != bool(self.password):
            raise ValueError("user and password belong together; one of them is missing")
        if self.password and self.security == "none" and self.host not in _THIS_MACHINE:
            raise ValueError(
                "with 'security: none' the password would cross the network in the clear; "
                "write starttls or tls"
            )
        return self


class Channels(_Settings):
    """Who hears of one kind of outcome."""

    mail: tuple[MailAddress, ...] = ()
    webhook: tuple[WebhookAddress, ...] = ()


class NotifySettings(_Settings):
    """Everything in ``notify.yaml``; successes and failures have a list each."""

    base_url: Annotated[str, AfterValidator(site_address)] = ""
    on_success: Channels = Channels()
    on_failure: Channels = Channels()
    smtp: Smtp | None = None
    webhook_timeout_seconds: Annotated[float, Field(gt=0, le=300)] = 10

    @model_validator(mode="after")
    def _mail_has_a_server(self) -> NotifySettings:
        if self.smtp is None and (self.on_success.mail or self.on_failure.mail):
            raise ValueError("there are mail addresses, but smtp is missing")
        return self

    def channels(self, *, success: bool) -> Channels:
        """The list for successes, or the one for everything else."""
        return self.on_success if success else self.on_failure


def load_settings(workspace: Path) -> NotifySettings | None:
    """Who is to be told? None when the workspace has no ``notify.yaml``.

    Raises one ``UsageError`` with every fault and its line; it repeats no value that could be a
    secret.
    """
    path = workspace / SETTINGS
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise UsageError("the file cannot be read as text.", where=SETTINGS) from None
    settings, faults = _read(text)
    if faults or settings is None:
        told = [f"line {line}: {what}" for line, what in sorted(faults)]
        count = f"{len(told)} fault{'s' * (len(told) > 1)}"
        raise UsageError(
            f"is not valid ({count}):\n  - " + "\n  - ".join(told) + "\n", where=SETTINGS, fix=_FIX
        )
    return settings


def _read(text: str) -> tuple[NotifySettings | None, list[Fault]]:
    """The settings, or why there are none. Outside any ``except``, so that no error text with a
    value in it stays attached to ours."""
    try:
        written = documents(text)
    except NotRead as error:
        what = "this is not YAML that can be read here; check indentation, quotes and brackets"
        return None, [(error.line, what)]
    if len(written) != 1:
        return None, [(1, f"it holds {len(written)} documents instead of one")]
    [document] = written
    faults = _unread(document)
    try:
        return NotifySettings.model_validate(document.value), faults
    except ValidationError as refused:
        for fault in refused.errors(include_input=False, include_url=False):
            place = fault["loc"]
            if place not in document.spoilt:
                what = _in_words(fault["type"], fault["msg"])
                faults.append((document.line_of(place), f"{worded(place)}{what}"))
        return None, faults


def _unread(document: Written) -> list[Fault]:
    """What the reader could not take, without its text."""
    spoilt = {worded(place) for place in document.spoilt}
    places = [(document.line_of(place), place) for place in document.spoilt]
    faults = [(line, f"{worded(place)}is no plain word or list") for line, place in places]
    told = [(line, what) for line, what in document.faults if not what.startswith(tuple(spoilt))]
    return faults + told


def _in_words(kind: str, message: str) -> str:
    words = {
        "missing": "is missing",
        "extra_forbidden": "is not a key that is known here",
        "string_pattern_mismatch": "is not written in a form that is allowed; a password is "
        "written env:NAME, after the environment variable that holds it",
        "model_type": "holds no 'key: value'",
        "tuple_type": "holds no list; begin each with '- '",
    }
    own = message.removeprefix("Value error, ")
    return words.get(kind, own[:1].lower() + own[1:])
