"""WeChat credentials: storing, changing, checking and deleting them."""

from dataclasses import asdict
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.identification.keys import OPENID
from app.management.services import connections
from app.management.services.actor import Actor, differences
from app.management.services.connections import EndedAccess
from app.management.services.refusals import Dependent, InUse
from app.tables.people import EXTERNAL_KEY
from federation import Connection, WeChatApp, WeChatAppFields
from federation.errors import InvalidFields, Misconfigured

Binding = Literal["unknown", "unbound", "unlabelled", "bound"]
SEEN = 50
"""Sign-ins that are looked at for a UnionID."""
SECRETS = frozenset({"secret", "push_token", "push_key"})
ENOUGH = 16
"""Characters of a secret whose last four tell nothing of the rest."""


def fields_of(app: WeChatApp, secret: str = "") -> WeChatAppFields:
    """What a form with the credential's values would send; empty secrets keep the old ones."""
    return WeChatAppFields(
        app_id=app.app_id,
        kind=app.kind,
        secret=secret,
        name=app.name,
        original_id=app.original_id or "",
        open_platform=app.open_platform or "",
        is_default=app.is_default,
        push_token=app.push_token or "",
    )


def create(actor: Actor, fields: WeChatAppFields) -> WeChatApp:
    """Stores a credential.

    :raises federation.errors.InvalidFields: with every problem at once.
    """
    app = actor.federation.wechat_apps.create(actor.session, fields)
    actor.note("wechat_app.created", _detail(None, app))
    return app


def change(actor: Actor, before: WeChatApp, wanted: WeChatAppFields, version: int) -> WeChatApp:
    """Saves a form that was opened at ``version``; an empty secret or push key stays.

    :raises federation.errors.InvalidFields: with every problem at once.
    :raises federation.errors.VersionConflict: somebody else saved first.
    """
    app = actor.federation.wechat_apps.update(actor.session, before.app_id, wanted, version)
    kind = "wechat_app.secret_replaced" if wanted.secret else "wechat_app.changed"
    actor.note(kind, _detail(before, app))
    return app


def replace_secret(actor: Actor, app: WeChatApp, secret: str) -> WeChatApp:
    """Stores another AppSecret; the old one cannot be had back.

    :raises federation.errors.InvalidFields: it is empty or no AppSecret.
    :raises federation.errors.VersionConflict: somebody else saved at the same moment.
    """
    wanted = fields_of(app, secret)
    if problems := wanted.problems(is_new=True):
        raise InvalidFields(problems)
    return change(actor, app, wanted, app.version)


def delete(actor: Actor, app: WeChatApp) -> None:
    """Forgets a credential that no connection uses, be it as the default one.

    :raises app.management.services.refusals.InUse: with those that do.
    """
    if users := used_by(actor, app):
        raise InUse([Dependent("connection", one.id) for one in users])
    actor.federation.wechat_apps.delete(actor.session, app.app_id)
    actor.note("wechat_app.deleted", {"app_id": app.app_id, "name": app.name, "kind": app.kind})


def used_by(actor: Actor, app: WeChatApp) -> list[Connection]:
    """The connections that rest on the credential."""
    known = actor.federation.connections.all(actor.session)
    return [one for one in known if one.app.app_id == app.app_id]


def take_down(actor: Actor, app: WeChatApp, *, revoke: bool) -> EndedAccess:
    """Switches off every connection of the credential; see `connections.switch`."""
    over = [
        connections.switch(actor, one, enabled=False, revoke=revoke)
        for one in used_by(actor, app)
        if one.enabled or revoke
    ]
    return EndedAccess(sum(one.sessions for one in over), sum(one.grants for one in over))


def check(actor: Actor, app: WeChatApp) -> None:
    """Asks WeChat whether it takes the credential, and remembers the answer.

    The caller lets go of the database before: WeChat may take seconds.

    :raises federation.errors.Misconfigured: it refuses; commit, so that the refusal is kept.
    :raises federation.errors.Unavailable: it could not be asked.
    """
    try:
        actor.federation.check_credential(app)
    except Misconfigured as error:
        actor.federation.wechat_apps.note_fault(actor.session, app.app_id, error.errcode)
        raise
    actor.federation.wechat_apps.clear_fault(actor.session, app.app_id)


def binding(session: Session, app: WeChatApp) -> Binding:
    """Whether the app is bound to an Open Platform account: WeChat then gives UnionIDs.

    ``unknown`` while nobody has signed in; ``unlabelled`` where nobody has said here which
    account it is.
    """
    wanted = EXTERNAL_KEY.c.namespace == OPENID + app.app_id
    seen = list(session.scalars(select(EXTERNAL_KEY.c.shared_value).where(wanted).limit(SEEN)))
    if not seen:
        return "unknown"
    if not any(seen):
        return "unbound"
    return "bound" if app.open_platform else "unlabelled"


def _detail(before: WeChatApp | None, after: WeChatApp) -> dict[str, Any]:
    """What changed; of its secrets at most the ends."""
    changed = differences(_values(before) if before else {}, _values(after))
    for name in SECRETS & changed.keys():
        changed[name] = [_end(value) for value in changed[name]]
    return {**changed, "app_id": after.app_id}


def _values(app: WeChatApp) -> dict[str, Any]:
    return asdict(fields_of(app, app.secret)) | {"push_key": app.push_key or ""}


def _end(secret: str | None) -> str:
    if not secret:
        return ""
    return f"…{secret[-4:]}" if len(secret) >= ENOUGH else "…"
