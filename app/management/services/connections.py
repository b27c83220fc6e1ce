"""Connections: making, changing, taking down and deleting them, with all that must follow."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from app.accounts.identification import source_tokens
from app.enablement import sources
from app.enablement.sources import Enablement
from app.management.services.actor import Actor, differences
from app.sessions import browser
from federation import Connection, ConnectionFields, Sources
from federation.upstreams import KEEPS_TOKENS
from oidc.logout.session_end import end_sessions
from oidc.tokens import revoking
from oidc.tokens.revoking import GrantFilter

BATCH = 500
"""Sessions that are ended, and announced to their applications, in one go."""


@dataclass(frozen=True, slots=True)
class EndedAccess:
    """How much ended with the connection."""

    sessions: int = 0
    grants: int = 0


def options_of(sources: Sources, mode: str, given: Mapping[str, str]) -> dict[str, str]:
    """Those of the options that the mode has."""
    source = sources.of_mode(mode)
    own = {option.name for option in source.mode(mode).options} if source else set()
    return {name: value for name, value in given.items() if name in own}


def refused(actor: Actor) -> set[str]:
    """The ids of those that are on and whose credential their source has refused last."""
    faults = {
        (store.source.id, fault.credential_id)
        for store in actor.federation.credentials.used(actor.session)
        for fault in store.faults(actor.session)
    }
    return {
        one.id
        for one in actor.federation.connections.all(actor.session)
        if one.enabled and (one.source.id, one.credential.id) in faults
    }


def create(actor: Actor, fields: ConnectionFields) -> Connection:
    """A new sign-in method.

    :raises federation.errors.InvalidFields: with every problem at once.
    """
    made = actor.federation.connections.create(actor.session, fields)
    detail = differences({}, asdict(ConnectionFields.of(made)))
    actor.note("connection.created", detail, connection_id=made.id)
    return made


def change(
    actor: Actor,
    before: Connection,
    wanted: ConnectionFields,
    version: int,
    *,
    revoke: bool = False,
) -> EndedAccess:
    """Saves a form that was opened at ``version``.

    :param revoke: where this switches it off, also ends every session and grant that began by
        it, and tells the applications; else they live on until they are over by themselves.
    :raises federation.errors.InvalidFields: with every problem at once.
    :raises federation.errors.VersionConflict: somebody else saved first.
    """
    after = actor.federation.connections.update(actor.session, before.id, wanted, version)
    detail = differences(asdict(ConnectionFields.of(before)), asdict(ConnectionFields.of(after)))
    if before.options.get(KEEPS_TOKENS) and not after.options.get(KEEPS_TOKENS):
        detail |= {"tokens_erased": source_tokens.forget_connection(actor.session, before.id)}
    ends = revoke and not after.enabled
    access = _end_all(actor, before.id) if ends else EndedAccess()
    if ends or before.enabled != after.enabled:
        outcome = "enabled" if after.enabled else "disabled"
    else:
        outcome = "ok"
    if outcome == "disabled":
        detail |= {"existing": "revoked" if revoke else "kept"}
    if ends:
        detail |= {"sessions": access.sessions, "grants": access.grants}
    actor.note("connection.changed", detail, connection_id=before.id, outcome=outcome)
    return access


def switch(
    actor: Actor, connection: Connection, *, enabled: bool, revoke: bool = False
) -> EndedAccess:
    """Switches the connection on or off for everybody; see `change`."""
    wanted = replace(ConnectionFields.of(connection), enabled=enabled)
    return change(actor, connection, wanted, connection.version, revoke=revoke)


def delete(actor: Actor, connection_id: str) -> EndedAccess:
    """Removes the connection, the sessions and tokens that came from it, and its enablements.

    Accounts and their identities stay.
    """
    access = _end_all(actor, connection_id)
    sources.forget_connection(actor.session, connection_id)
    source_tokens.forget_connection(actor.session, connection_id)
    actor.federation.connections.delete(actor.session, connection_id)
    detail = {"sessions": access.sessions, "grants": access.grants}
    actor.note("connection.deleted", detail, connection_id=connection_id)
    return access


def used_by(actor: Actor, connection_id: str) -> list[Enablement]:
    """The applications that may use it, and so would lose it."""
    return sources.of_connection(actor.session, connection_id, enabled_only=True)


def _end_all(actor: Actor, connection_id: str) -> EndedAccess:
    sessions = revoked = 0
    while ended := browser.end_all_of_connection(actor.session, connection_id, limit=BATCH):
        sessions += len(ended)
        revoked += end_sessions(actor.provider, ended, "admin").revoked
    whose = GrantFilter(connection=connection_id)
    revoked += revoking.revoke_all(actor.session, whose, actor.clock())
    return EndedAccess(sessions, revoked)
