"""How does a notice become a mail, and how does a server take it?"""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from workbench.reporting.files import write_whole
from workbench.reporting.notify.notices import Notice
from workbench.reporting.notify.pictures import Picture
from workbench.reporting.notify.settings import Smtp
from workbench.reporting.notify.undelivered import NotDelivered
from workbench.reporting.notify.wording import one_line, plain_text, worded
from workbench.reporting.secrets import resolved
from workbench.reporting.templates import environment as templates

_LONGEST_ANSWER = 200


def mail_of(
    notice: Notice,
    *,
    sender: str,
    recipients: Sequence[str],
    now: datetime,
    base_url: str = "",
    picture: Picture | None = None,
) -> EmailMessage:
    """The mail that tells a notice: plain text, and HTML with the chart inline.

    The same notice to the same recipients at the same moment is the same mail, byte for byte.
    """
    said = worded(notice, base_url=base_url)
    told = "\n".join((notice.identity, *recipients, now.isoformat()))
    digest = hashlib.sha256(told.encode(errors="replace")).hexdigest()[:32]
    domain = sender.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = ", ".join(recipients)
    mail["Subject"] = said.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{digest}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # no holiday answers, please (RFC 3834)
    cid = f"chart.{digest}@{domain}"
    html = templates().get_template("notice.html.j2").render(said=said, picture=picture, cid=cid)
    # quoted-printable: servers without 8BITMIME take it, and no line grows past their limit
    mail.set_content(plain_text(said), cte="quoted-printable")
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    if picture is not None:
        mail.get_payload()[1].add_related(  # type: ignore[union-attr,index]
            picture.png, "image", "png", cid=f"<{cid}>",
            disposition="inline", filename=f"{picture.section}.png",
        )  # fmt: skip
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"=_{digest}_{number}")  # or the library draws one at random
    return mail


def write_eml(path: Path, mail: EmailMessage) -> None:
    """Write a mail as a file that mail programs open."""
    write_whole(path, mail.as_bytes())


def send_mail(
    mail: EmailMessage, recipients: Sequence[str], smtp: Smtp, environment: Mapping[str, str]
) -> dict[str, str]:
    """Hand a mail to the server; which recipients it refused, and why.

    Raises ``NotDelivered`` when nobody gets it and ``UsageError`` for a password that is not set.
    With ``starttls`` a server that offers no encryption gets nothing.
    """
    password = resolved(smtp.password, environment) if smtp.password else ""
    where = f"{smtp.host}:{smtp.port_used}"
    try:
        server = _connected(smtp)
    except OSError as error:  # smtplib's own errors are such too
        raise NotDelivered(f"{where} cannot be reached: {_said(error)}") from None
    try:
        _secured(server, smtp, password)
        refused = server.send_message(mail, smtp.sender, list(recipients))
    except smtplib.SMTPRecipientsRefused as error:
        refused = error.recipients
    except OSError as error:
        raise NotDelivered(f"{where} did not take the mail: {_said(error, password)}") from None
    finally:
        with suppress(OSError):  # the mail is taken or refused already
            server.quit()
        server.close()
    return {
        recipient: f"{where} refused this recipient: {_answer(code, text, password)}"
        for recipient, (code, text) in refused.items()
    }


def _connected(smtp: Smtp) -> smtplib.SMTP:
    if smtp.security == "tls":
        return smtplib.SMTP_SSL(
            smtp.host, smtp.port_used, timeout=smtp.timeout_seconds,
            context=ssl.create_default_context(),
        )  # fmt: skip
    return smtplib.SMTP(smtp.host, smtp.port_used, timeout=smtp.timeout_seconds)


def _secured(server: smtplib.SMTP, smtp: Smtp, password: str) -> None:
    if smtp.security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except smtplib.SMTPNotSupportedError:
            why = f"{smtp.host}:{smtp.port_used} offers no STARTTLS, and nothing is sent in clear"
            raise NotDelivered(why) from None
    if not password:
        return
    try:
        server.login(smtp.user, password)
    except UnicodeError:
        raise NotDelivered("the user or password has letters that SMTP cannot carry") from None
    except smtplib.SMTPAuthenticationError as error:  # its text may repeat what was sent
        why = f"{smtp.host}:{smtp.port_used} refused user or password (code {error.smtp_code})"
        raise NotDelivered(why) from None
    except smtplib.SMTPNotSupportedError:
        raise NotDelivered(f"{smtp.host}:{smtp.port_used} offers no login") from None


def _said(error: OSError, password: str = "") -> str:
    """What went wrong, from the parts of an error that are safe to repeat."""
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        return "no encrypted connection could be made"
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error, password)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "the connection was closed"
    return error.strerror or type(error).__name__


def _answer(code: int, text: bytes | str, password: str) -> str:
    shown = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    is_safe = not password or password not in shown
    return f"{code} {one_line(shown, _LONGEST_ANSWER)}".strip() if is_safe else f"{code}"
