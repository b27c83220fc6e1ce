"""One attempt by SMTP: an event in English and Chinese, to the administrators (RFC 5321, 3207)."""

import json
import logging
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.notifications.events import TEST, TYPES
from app.notifications.outbox import Notification, Outcome
from app.setting_mail import MailServer, is_mailbox
from app.settings import Settings
from app.tables.administrators import ADMIN
from oidc.outbound.addresses import is_loopback
from oidc.outbound.authorities import system_tls

log = logging.getLogger(__name__)

PATIENCE = 5.0
"""Seconds for one answer of the server."""
LONGEST = 20.0
"""Seconds for the whole conversation."""
MOST_RECIPIENTS = 50
LOCALES = ("en", "zh_Hans")
_KNOWN = {each.name: each for each in (*TYPES, TEST)}


class Unsafe(Exception):
    """The password would be sent in the clear."""


@dataclass(frozen=True)
class Mailer:
    """:param to: whom to tell; those administrators whose user name is an address where empty.

    :param tls: what certificates to believe; the system's authorities when left out.
    """

    server: MailServer
    sender: str
    to: tuple[str, ...]
    issuer: str
    tls: ssl.SSLContext | None = None

    @classmethod
    def of_application(cls) -> "Mailer | None":
        """As the settings have it; None where no mail is sent."""
        settings: Settings = current_app.extensions["settings"]
        if settings.smtp_url is None or settings.mail_from is None:
            return None
        return cls(settings.smtp_url, settings.mail_from, settings.mail_to, settings.issuer)

    def recipients(self, session: Session) -> tuple[str, ...]:
        if self.to:
            return self.to
        enabled = select(ADMIN.c.username).where(ADMIN.c.disabled_at.is_(None))
        names = session.scalars(enabled.order_by(ADMIN.c.username))
        return tuple(name for name in names if is_mailbox(name))[:MOST_RECIPIENTS]

    @contextmanager
    def connected(self) -> Iterator[smtplib.SMTP]:
        """A conversation in which somebody has signed in, where that is set.

        :raises OSError: also of what smtplib finds wrong.
        :raises Unsafe:
        """
        server, tls = self.server, self.tls or system_tls()
        if server.tls_first:
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=PATIENCE, context=tls
            )
        else:
            client = smtplib.SMTP(server.host, server.port, timeout=PATIENCE)
        watch = threading.Timer(LONGEST, _end, [client])
        watch.daemon = True
        watch.start()
        try:
            self._greet(client, tls)
            yield client
            with suppress(smtplib.SMTPException):
                client.quit()
        finally:
            watch.cancel()
            client.close()

    def _greet(self, client: smtplib.SMTP, tls: ssl.SSLContext) -> None:
        client.ehlo_or_helo_if_needed()
        if not self.server.tls_first and client.has_extn("starttls"):
            client.starttls(context=tls)
            client.ehlo()
        elif self.server.username and not (self.server.tls_first or self.is_here(client)):
            raise Unsafe("The server offers no STARTTLS, and the password is not sent without.")
        if self.server.username:
            client.login(self.server.username, self.server.password)

    def is_here(self, client: smtplib.SMTP) -> bool:
        """Whether the other end is on this machine, where nobody listens in between."""
        return client.sock is not None and is_loopback(str(client.sock.getpeername()[0]))


def send_mail(mailer: Mailer, recipients: Sequence[str], notification: Notification) -> Outcome:
    """Sends it, this moment; how it ended. Holds no database connection."""
    if not recipients:
        return Outcome(failure="There is nobody to write to: set QIAO_MAIL_TO.")
    return post(mailer, recipients, message_of(mailer, recipients, notification))


def post(mailer: Mailer, recipients: Sequence[str], message: EmailMessage) -> Outcome:
    """Hands a message to the server, this moment; how it ended."""
    try:
        with mailer.connected() as client:
            refused = client.send_message(message, mailer.sender, list(recipients))
    except (OSError, Unsafe, UnicodeError) as error:
        return Outcome(_status(error), failure_of(error))
    if refused:
        log.warning("the mail server does not take mail for %s", ", ".join(refused))
    return Outcome(250)


def message_of(
    mailer: Mailer, recipients: Sequence[str], notification: Notification
) -> EmailMessage:
    """The mail: what happened and what to do about it, in both languages."""
    parts = [_part(mailer, notification, locale) for locale in LOCALES]
    return letter(mailer, recipients, parts, notification.id, notification.created_at)


def letter(
    mailer: Mailer,
    recipients: Sequence[str],
    parts: Sequence[tuple[str, str]],
    mail_id: str,
    written_at: int,
) -> EmailMessage:
    """A mail that says one thing in several languages.

    :param parts: subject and text, language by language.
    """
    host = urlsplit(mailer.issuer).hostname or "localhost"
    message = EmailMessage()
    message["From"] = mailer.sender
    message["To"] = ", ".join(recipients)
    message["Subject"] = f"[{host}] " + " / ".join(title for title, _text in parts)
    message["Date"] = format_datetime(datetime.fromtimestamp(written_at, UTC))
    message["Message-ID"] = f"<{mail_id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n-- \n\n".join(text for _title, text in parts))
    return message


def _part(mailer: Mailer, notification: Notification, locale: str) -> tuple[str, str]:
    known = _KNOWN[notification.type]
    told: dict[str, Any] = json.loads(notification.body)
    with force_locale(locale):
        title, advice = _(known.label), _(known.mail)
        log = _("The log has more: %(address)s", address=f"{mailer.issuer}/admin/log")
    facts = "\n".join(f"{name}: {value}" for name, value in _facts(told["data"]))
    paragraphs = (title, advice, facts, f"{told['timestamp']}\n{log}")
    return title, "\n\n".join(each for each in paragraphs if each)


def _facts(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in data.items():
        if isinstance(value, dict):
            yield from _facts(value)
        else:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield name, " ".join(text.split())[:300]


def failure_of(error: Exception) -> str:
    """In a sentence, without the password that the server was given."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        return f"The mail server answered {error.smtp_code}: {' '.join(text.split())[:300]}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"The mail server takes none of the addresses: {', '.join(error.recipients)}."
    if isinstance(error, Unsafe):
        return str(error)
    why = getattr(error, "strerror", None) or str(error)
    return f"The mail server cannot be used ({type(error).__name__}: {why})."


def _status(error: Exception) -> int | None:
    if isinstance(error, smtplib.SMTPResponseException):
        return int(error.smtp_code)
    return None


def _end(client: smtplib.SMTP) -> None:
    """Ends a conversation that somebody drags on."""
    if client.sock is not None:
        with suppress(OSError):
            client.sock.shutdown(socket.SHUT_RDWR)
