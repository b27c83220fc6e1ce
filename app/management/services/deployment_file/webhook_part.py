"""Webhooks in the file, each by its id; the secret stands elsewhere."""

from collections.abc import Iterator
from dataclasses import replace

from app.management.services import webhooks as service
from app.management.services.actor import Actor
from app.management.services.deployment_file.applying import Change, Item, Part
from app.management.services.deployment_file.references import References
from app.notifications import webhooks
from app.notifications.webhooks import Webhook, WebhookFields
from federation.errors import InvalidFields, Problem

PLAIN = ("url", "description", "enabled")


def _webhook(actor: Actor, references: References, item: Item) -> Change | None:
    known = webhooks.get(actor.session, item["id"])
    secret = references.another(item.get("secret"), has_one=known is not None)
    if known is None:
        if secret is None:
            raise InvalidFields([Problem("secret", "Say where it stands: {env: NAME}.")])
        service.create(actor, _fields(WebhookFields(""), item), item["id"], secret)
        return Change("add", "webhook", item["id"])
    members = [*_changed(actor, known, item), *_rotated(actor, item["id"], secret)]
    return Change("change", "webhook", known.id, tuple(members)) if members else None


def _changed(actor: Actor, known: Webhook, item: Item) -> Iterator[str]:
    before, after = known.fields, _fields(known.fields, item)
    if before != after:
        service.change(actor, known, after)
        names = ("url", "events", "description", "enabled")
        yield from (name for name in names if getattr(before, name) != getattr(after, name))


def _rotated(actor: Actor, webhook_id: str, secret: str | None) -> Iterator[str]:
    """Another secret than the one that signs now takes its place, and both sign for a day."""
    keyring = actor.provider.keyring
    signing = webhooks.secrets_of(actor.session, keyring, webhook_id, actor.clock())
    if secret is not None and secret != signing[0]:
        service.rotate(actor, service.load(actor, webhook_id), secret=secret)
        yield "secret"


def _fields(before: WebhookFields, item: Item) -> WebhookFields:
    given = {name: item[name] for name in PLAIN if name in item}
    events = tuple(sorted(item["events"])) if "events" in item else before.events
    return replace(before, **given, events=events)


def _unnamed(actor: Actor, named: frozenset[str]) -> Iterator[Change]:
    for one in webhooks.everybody(actor.session):
        if one.id not in named:
            service.delete(actor, one)
            yield Change("delete", "webhook", one.id)


WEBHOOKS = Part("webhooks", lambda _, item: str(item["id"]), _webhook, _unnamed)
