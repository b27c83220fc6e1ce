"""The receivers of webhooks: their addresses, what they want, and the secrets that sign."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.notifications import outbox, signing
from app.notifications.events import EVERYTHING, NAMES
from app.tables.webhooks import WEBHOOK
from federation.errors import InvalidFields, NotFound, Problem, VersionConflict
from federation.translation import N_
from oidc.clock import Clock
from oidc.crypto.keyring import Keyring
from oidc.database.statements import rowcount
from oidc.outbound.answer import AddressRefused
from oidc.outbound.http_client import Outbound
from oidc.outbound.telling import judge

PURPOSE = "webhook secret"
MOST = 50
"""Webhooks of a deployment."""
MOST_URL, MOST_DESCRIPTION = 2000, 200
OVERLAP = 86400
"""Seconds for which the secret before a new one signs too."""
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
TOO_MANY = N_("There are 50 webhooks already; delete one first.")
_W = WEBHOOK.c


@dataclass(frozen=True, slots=True)
class WebhookFields:
    """What somebody sets of a webhook. :param events: types, or ``*`` alone for all of them."""

    url: str
    events: tuple[str, ...] = (EVERYTHING,)
    description: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Webhook:
    """A receiver. :param gone_at: it answered 410 then, and was switched off."""

    id: str
    url: str
    events: tuple[str, ...]
    description: str
    enabled: bool
    gone_at: int | None
    old_secret_until: int | None
    created_at: int
    updated_at: int
    version: int

    @property
    def fields(self) -> WebhookFields:
        return WebhookFields(self.url, self.events, self.description, self.enabled)


def check(fields: WebhookFields, outbound: Outbound) -> list[Problem]:
    """Everything that is wrong with them."""
    rules = (
        ("url", len(fields.url) <= MOST_URL, N_("An address has up to 2,000 characters.")),
        ("events", bool(fields.events), N_("Choose at least one event.")),
        (
            "events",
            set(fields.events) <= NAMES | {EVERYTHING},
            N_("This event is not known here."),
        ),
        (
            "description",
            len(fields.description) <= MOST_DESCRIPTION and fields.description.isprintable(),
            N_("Use at most 200 characters, in one line."),
        ),
    )
    found = [Problem(name, message) for name, right, message in rules if not right]
    try:
        judge(outbound, fields.url)
    except AddressRefused:
        message = N_("Write an https address that this server may connect to.")
        found.append(Problem("url", message))
    return found


def everybody(session: Session) -> list[Webhook]:
    """All of them, by id: there are never many."""
    rows = session.execute(select(WEBHOOK).order_by(_W.id)).mappings()
    return [_read(row) for row in rows]


def get(session: Session, webhook_id: str) -> Webhook | None:
    row = session.execute(select(WEBHOOK).where(_W.id == webhook_id)).mappings().first()
    return _read(row) if row else None


def create(
    session: Session,
    clock: Clock,
    keyring: Keyring,
    outbound: Outbound,
    fields: WebhookFields,
    webhook_id: str | None = None,
    secret: str | None = None,
) -> tuple[Webhook, str]:
    """A new one, and its secret, which is told this once.

    :param webhook_id: made up unless given; so is ``secret``.
    :raises InvalidFields: with every problem at once.
    """
    webhook_id = webhook_id or f"webhook-{secrets.token_hex(6)}"
    secret = secret or signing.new_secret()
    problems = [*check(fields, outbound), *_problems_of_secret(secret)]
    if ID.fullmatch(webhook_id) is None:
        message = N_("An ID has 1 to 32 lower-case letters, digits and hyphens.")
        problems.append(Problem("id", message))
    if (session.scalar(select(func.count()).select_from(WEBHOOK)) or 0) >= MOST:
        problems.append(Problem("", TOO_MANY))
    if problems:
        raise InvalidFields(problems)
    now = clock()
    row = {
        "id": webhook_id,
        **_values(fields),
        "secret_sealed": keyring.seal(secret.encode(), PURPOSE),
        "created_at": now,
        "updated_at": now,
        "version": 1,
    }
    try:
        with session.begin_nested():
            session.execute(insert(WEBHOOK), row)
    except IntegrityError:
        raise InvalidFields([Problem("id", N_("There is a webhook of this ID."))]) from None
    return _load(session, webhook_id), secret


def change(
    session: Session, clock: Clock, outbound: Outbound, before: Webhook, fields: WebhookFields
) -> Webhook:
    """Replaces what is set of it, at the version at which it was read.

    :raises InvalidFields: with every problem at once.
    :raises VersionConflict: somebody else changed it first.
    """
    if problems := check(fields, outbound):
        raise InvalidFields(problems)
    values = {**_values(fields), "updated_at": clock()}
    if fields.enabled:
        values["gone_at"] = None
    _write(session, before, values)
    return _load(session, before.id)


def rotate(
    session: Session,
    clock: Clock,
    keyring: Keyring,
    before: Webhook,
    *,
    overlap: int = OVERLAP,
    secret: str | None = None,
) -> tuple[Webhook, str]:
    """Another secret, told this once; the one before signs too for ``overlap`` seconds.

    :raises InvalidFields: ``secret`` is none that every receiver takes.
    :raises VersionConflict: somebody else changed the webhook first.
    """
    secret = secret or signing.new_secret()
    if problems := _problems_of_secret(secret):
        raise InvalidFields(problems)
    sealed = session.scalar(select(_W.secret_sealed).where(_W.id == before.id))
    values = {
        "secret_sealed": keyring.seal(secret.encode(), PURPOSE),
        "old_secret_sealed": sealed if overlap else None,
        "old_secret_until": clock() + overlap if overlap else None,
        "updated_at": clock(),
    }
    _write(session, before, values)
    return _load(session, before.id), secret


def at_version(known: Webhook, version: int) -> Webhook:
    """As somebody has seen it, who may have been outrun since."""
    return replace(known, version=version)


def switch_off_gone(session: Session, clock: Clock, webhook_id: str) -> bool:
    """After it answered 410 (Gone); False where it is off or away already."""
    statement = (
        update(WEBHOOK)
        .where(_W.id == webhook_id, _W.enabled.is_(True))
        .values(enabled=False, gone_at=clock(), version=_W.version + 1)
    )
    return rowcount(session, statement) == 1


def remove(session: Session, webhook_id: str) -> None:
    """It and all that was on its way to it.

    :raises NotFound: there is none of this id.
    """
    if not rowcount(session, delete(WEBHOOK).where(_W.id == webhook_id)):
        raise NotFound
    outbox.forget_target(session, webhook_id)


def secrets_of(session: Session, keyring: Keyring, webhook_id: str, now: int) -> list[str]:
    """Those that sign at this moment, the newest first.

    :raises ValueError: they were sealed by a secret that this deployment no longer has.
    """
    columns = (_W.secret_sealed, _W.old_secret_sealed, _W.old_secret_until)
    row = session.execute(select(*columns).where(_W.id == webhook_id)).first()
    if row is None:
        return []
    newest, old, until = row
    sealed = [newest, *([old] if old and (until or 0) > now else [])]
    return [keyring.unseal(one, PURPOSE).decode() for one in sealed]


def _problems_of_secret(secret: str) -> list[Problem]:
    if signing.is_secret(secret):
        return []
    message = N_("Write whsec_ and the standard base64, with its padding, of 24 to 64 bytes.")
    return [Problem("secret", message)]


def _values(fields: WebhookFields) -> dict[str, Any]:
    return {
        "url": fields.url,
        "events": json.dumps(sorted(set(fields.events))),
        "description": fields.description,
        "enabled": fields.enabled,
    }


def _write(session: Session, before: Webhook, values: Mapping[str, Any]) -> None:
    statement = (
        update(WEBHOOK)
        .where(_W.id == before.id, _W.version == before.version)
        .values(**values, version=before.version + 1)
    )
    if not rowcount(session, statement):
        raise VersionConflict


def _load(session: Session, webhook_id: str) -> Webhook:
    found = get(session, webhook_id)
    assert found is not None
    return found


def _read(row: Mapping[Any, Any]) -> Webhook:
    values = {name: row[name] for name in Webhook.__slots__}
    return Webhook(**{**values, "events": tuple(json.loads(values["events"]))})
