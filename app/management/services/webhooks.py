"""Webhooks and mail: who is told of what happens here, and what became of it."""

from dataclasses import asdict
from typing import Any

from app.management.services.actor import Actor, differences
from app.management.services.refusals import NoMail, UnderWay
from app.notifications import outbox, webhooks
from app.notifications.attempts import OFF, send_test
from app.notifications.events import TEST, Announcement
from app.notifications.listener import current_listener
from app.notifications.outbox import MAIL, Notification
from app.notifications.webhooks import OVERLAP, Webhook, WebhookFields
from federation.errors import NotFound


def create(
    actor: Actor, fields: WebhookFields, webhook_id: str | None = None, secret: str | None = None
) -> tuple[Webhook, str]:
    """A new webhook, and its secret, which is told this once.

    :raises federation.errors.InvalidFields: with every problem at once.
    """
    provider = actor.provider
    made, secret = webhooks.create(
        *(actor.session, actor.clock, provider.keyring, provider.outbound),
        *(fields, webhook_id, secret),
    )
    _changed(actor, "webhook.created", made, differences({}, asdict(fields)))
    return made, secret


def change(actor: Actor, before: Webhook, fields: WebhookFields) -> Webhook:
    """Replaces what is set of it; what waits for one that is switched off is given up.

    :raises federation.errors.InvalidFields: with every problem at once.
    :raises federation.errors.VersionConflict: somebody else changed it first.
    """
    outbound = actor.provider.outbound
    after = webhooks.change(actor.session, actor.clock, outbound, before, fields)
    if not fields.enabled:
        outbox.give_up(actor.session, before.id, OFF)
    detail = differences(asdict(before.fields), asdict(after.fields))
    _changed(actor, "webhook.changed", after, detail)
    return after


def rotate(
    actor: Actor, before: Webhook, *, overlap: int = OVERLAP, secret: str | None = None
) -> tuple[Webhook, str]:
    """Another secret, told this once; the one before signs too for ``overlap`` seconds.

    :raises federation.errors.InvalidFields: ``secret`` is none that every receiver takes.
    :raises federation.errors.VersionConflict: somebody else changed the webhook first.
    """
    keyring = actor.provider.keyring
    after, secret = webhooks.rotate(
        actor.session, actor.clock, keyring, before, overlap=overlap, secret=secret
    )
    _changed(actor, "webhook.secret_rotated", after, {"overlap": overlap})
    return after, secret


def delete(actor: Actor, known: Webhook) -> None:
    """It and all that was on its way to it."""
    webhooks.remove(actor.session, known.id)
    _changed(actor, "webhook.deleted", known, {"url": known.url})


def load(actor: Actor, webhook_id: str) -> Webhook:
    """:raises federation.errors.NotFound: there is none of this id."""
    known = webhooks.get(actor.session, webhook_id)
    if known is None:
        raise NotFound
    return known


def test(actor: Actor, known: Webhook) -> Notification:
    """Sends a test at once, also to one that is switched off; what became of it."""
    told = Announcement(TEST.name, {"webhook": known.id, "actor": actor.name}, actor.clock())
    sent = send_test(actor.session, known.id, told)
    actor.note("webhook.tested", {"webhook": known.id}, outcome=_outcome(sent))
    return sent


def test_mail(actor: Actor) -> Notification:
    """Sends a test mail at once; what became of it.

    :raises NoMail: the settings name no mail server.
    """
    told = Announcement(TEST.name, {"actor": actor.name}, actor.clock())
    try:
        sent = send_test(actor.session, MAIL, told)
    except NotFound as error:
        raise NoMail from error
    actor.note("mail.tested", outcome=_outcome(sent))
    return sent


def resend(actor: Actor, target: str, notification_id: str) -> Notification:
    """Has it sent again by the next node that looks, which is within seconds.

    :raises federation.errors.NotFound: there is no such notification for this target.
    :raises UnderWay: it waits for its turn already.
    """
    known = outbox.get(actor.session, notification_id)
    if known is None or known.target != target:
        raise NotFound
    if not outbox.resend(actor.session, target, notification_id, actor.clock()):
        raise UnderWay
    actor.note("webhook.resent", {"webhook": target, "id": notification_id, "type": known.type})
    current_listener().wakeup.wake_after_commit(actor.session)
    again = outbox.get(actor.session, notification_id)
    assert again is not None
    return again


def _changed(actor: Actor, kind: str, known: Webhook, detail: dict[str, Any]) -> None:
    actor.note(kind, {"webhook": known.id, **detail})
    current_listener().attend()


def _outcome(sent: Notification) -> str:
    return "ok" if sent.state == "delivered" else "failed"
