"""The mail server of `QIAO_SMTP_URL`, and addresses of mailboxes."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

ADDRESS = re.compile(r"[^\s@<>,;:\"()\\]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII)
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class MailServer:
    """:param tls_first: the connection begins with TLS (``smtps``); else STARTTLS where it is
    offered, which who signs in insists on.
    """

    host: str
    port: int
    tls_first: bool = False
    username: str = ""
    password: str = field(default="", repr=False)


def mail_server(value: str) -> MailServer:
    """``smtp://user:password@host:587`` or ``smtps://…``.

    :raises ValueError: it is none.
    """
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise ValueError("write smtp://user:password@host:587 or smtps://…") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("write smtp://user:password@host:587 or smtps://…")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("write nothing after host and port; percent-encode a password")
    if bool(parts.username) != bool(parts.password):
        raise ValueError("write a user name and a password, or neither")
    return MailServer(
        parts.hostname,
        port or _PORTS[parts.scheme],
        parts.scheme == "smtps",
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


def mailbox(value: str) -> str:
    """:raises ValueError: it is no address of a mailbox."""
    if not is_mailbox(value):
        raise ValueError("write an address such as qiao@example.com")
    return value


def mailboxes(value: str) -> tuple[str, ...]:
    """Addresses, comma-separated. :raises ValueError: one of them is none."""
    return tuple(mailbox(part.strip()) for part in value.split(",") if part.strip())


def is_mailbox(text: str) -> bool:
    return len(text) <= 254 and ADDRESS.fullmatch(text) is not None
