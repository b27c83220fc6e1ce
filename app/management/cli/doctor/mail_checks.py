"""Whom events are told: the mail server, and webhooks that do not take them."""

from collections.abc import Iterator

from app.management.cli.deployment import clock, session
from app.management.cli.doctor.finding import Finding, fail, ok, warn
from app.notifications import outbox, webhooks
from app.notifications.mail import Mailer, Unsafe, failure_of

LATE = 3600
"""Seconds after which something that waits is worth a word."""


def check_mail() -> Iterator[Finding]:
    """The server is greeted and signed in at; nothing is sent."""
    mailer = Mailer.of_application()
    if mailer is None:
        yield ok("mail", "Nobody is written to (no QIAO_SMTP_URL).")
        return
    recipients = mailer.recipients(session())
    session().rollback()  # the database is not kept waiting for others
    if not recipients:
        yield fail(
            "mail",
            "There is nobody to write to.",
            "Set QIAO_MAIL_TO, or give an administrator an address as user name.",
        )
    try:
        with mailer.connected():
            pass
    except (OSError, Unsafe) as error:
        yield fail(
            "mail",
            failure_of(error),
            "Compare QIAO_SMTP_URL with the server's address, port, user name and password.",
        )
        return
    host = mailer.server.host
    yield ok("mail", f"{host} answers; {len(recipients)} addresses are written to.")


def check_webhooks() -> Iterator[Finding]:
    """What the last attempts came to; nothing is sent."""
    known = webhooks.everybody(session())
    for one in known:
        if one.gone_at is not None:
            yield warn(
                "webhooks",
                f"{one.id} answered 410 (Gone) and is off.",
                f"Remove it, or switch it on: webhooks change {one.id} --enabled.",
            )
    count, oldest = outbox.waiting(session())["webhooks"]
    if count and clock()() - oldest > LATE:
        yield warn(
            "webhooks",
            f"{count} notifications wait, the oldest for {(clock()() - oldest) // 60} minutes.",
            "See webhooks deliveries for what the receivers answer.",
        )
    elif known:
        yield ok("webhooks", f"{len(known)} webhooks; nothing waits for long.")
