"""One attempt for a target: claimed, sent with no database connection held, and settled."""

import logging
from collections.abc import Callable

from flask import current_app
from sqlalchemy.orm import Session

from app.audit.trail import Event, record
from app.database import db
from app.notifications import outbox, posting, webhooks
from app.notifications.events import Announcement
from app.notifications.listener import current_listener
from app.notifications.outbox import MAIL, Notification, Outcome
from federation.errors import NotFound
from oidc.database.statements import connection_released
from oidc.provider import Provider, current_provider

log = logging.getLogger(__name__)

Send = Callable[[Notification], Outcome]
OFF = "The webhook was switched off."


def deliver_next(target: str) -> str | None:
    """Makes one attempt for a target: the state that it ended in; None where nothing is due.

    What waits for a target that is off or away is given up. Commits.
    """
    session, clock = db.session(), current_provider().clock
    send = _sender(session, target)
    claimed = None
    if send is None:
        outbox.give_up(session, target, OFF)
    else:
        claimed = outbox.claim_next(session, target, clock())
    session.commit()
    if send is None or claimed is None:
        return None
    outcome = send(claimed)
    state = _close(session, claimed, outcome)
    session.commit()
    if not outcome.ok:
        log.warning("notification %s for %s: %s", claimed.id, target, outcome.failure)
    return state


def send_test(session: Session, target: str, told: Announcement) -> Notification:
    """Sends this at once, to a target that may be switched off, and keeps what became of it, which
    the caller commits. It is tried once. Call it before anything is written.

    :raises federation.errors.NotFound: there is no such target.
    """
    clock = current_provider().clock
    send = _sender(session, target, even_off=True)
    if send is None:
        raise NotFound
    tried = outbox.untold(target, told, clock())
    with connection_released(session):
        outcome = send(tried)
    return outbox.keep(session, tried, outcome, clock())


def _close(session: Session, claimed: Notification, outcome: Outcome) -> str:
    clock = current_provider().clock
    state = outbox.settle(session, claimed, outcome, clock())
    if outcome.gone and webhooks.switch_off_gone(session, clock, claimed.target):
        outbox.give_up(session, claimed.target, OFF)
        event = Event("webhook.gone", outcome="disabled", detail={"webhook": claimed.target})
        record(session, clock, event)
        current_listener().attend()
    if outcome.ok and claimed.attempts > 1:
        outbox.hurry(session, claimed.target, clock())
    return state


def _sender(session: Session, target: str, *, even_off: bool = False) -> Send | None:
    """How a target is told; None where it is not told at present."""
    if target == MAIL:
        from app.notifications.mail import Mailer, send_mail  # where there is a server to send to

        mailer = Mailer.of_application()
        recipients = mailer.recipients(session) if mailer is not None else ()
        return None if mailer is None else lambda one: send_mail(mailer, recipients, one)
    provider: Provider = current_app.extensions["oidc"]
    known = webhooks.get(session, target)
    if known is None or not (known.enabled or even_off):
        return None
    clock = provider.clock
    try:
        secrets = webhooks.secrets_of(session, provider.keyring, target, clock())
    except ValueError:
        secrets = []
    return lambda one: posting.send(provider.outbound, known.url, secrets, one, clock())
