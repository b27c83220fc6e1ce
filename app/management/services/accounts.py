"""Shutting an account, its sessions and its identities, with all that must follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.accounts import passkeys
from app.accounts.claims import identity_digest
from app.accounts.identification.attachment import Raced, attach
from app.accounts.records import directory, linking, merge
from app.accounts.records.merge import CompletedMerge
from app.management.services.actor import Actor
from app.management.services.refusals import NoAccount, OtherOwner
from app.sessions import browser
from app.sessions.browser import Ended
from app.sessions.resting import end_what_rests_on, end_what_was_opened_by
from app.sign_in.contexts import PASSKEY_ACR
from app.sign_in.local_passwords import passwords
from app.sign_in.planted_passkeys import remove_planted
from federation import Connection, ExternalKey, Identity
from federation.errors import InvalidFields, Problem
from oidc.logout.session_end import end_sessions
from oidc.tokens import revoking
from oidc.tokens.revoking import GrantFilter


@dataclass(frozen=True, slots=True)
class EndedAccess:
    """How many sessions and grants ended."""

    sessions: int
    grants: int


def is_enabled(actor: Actor, account_id: str) -> bool:
    """Whether it can sign in."""
    found = directory.get(actor.session, account_id)
    return found is not None and found.disabled_at is None


def disable(actor: Actor, account_id: str) -> EndedAccess:
    """Shuts the account; its sessions and tokens end now and its applications are told."""
    ended = directory.disable(actor.session, actor.clock, account_id, actor=actor.name)
    return _end(actor, account_id, ended)


def enable(actor: Actor, account_id: str) -> bool:
    """Opens a disabled account again; False when it was not disabled."""
    return directory.enable(actor.session, actor.clock, account_id, actor=actor.name)


def sign_out(actor: Actor, account_id: str, *, offline: bool = False) -> EndedAccess:
    """Signs the person out of every browser and ends the tokens that came from there.

    :param offline: also those with ``offline_access``, which outlive a session.
    """
    ended = browser.end_all(actor.session, account_id)
    access = _end(actor, account_id, ended, keep_offline=not offline)
    detail = {"sessions": access.sessions, "grants": access.grants, "offline": offline}
    actor.note("account.signed_out", detail, subject=account_id)
    return access


def end_session(actor: Actor, account_id: str, sid: str) -> EndedAccess | None:
    """Signs the person out of one browser; None where there is no such session of theirs."""
    ended = browser.end_by_sid(actor.session, account_id, sid)
    if ended is None:
        return None
    access = EndedAccess(1, end_sessions(actor.provider, [ended], "admin").revoked)
    detail = {"sessions": access.sessions, "grants": access.grants}
    actor.note("account.signed_out", detail, subject=account_id)
    return access


def set_password(actor: Actor, account_id: str, password: str) -> EndedAccess:
    """Another password for a local account; what rests on the old one ends, applications told.

    :raises app.accounts.passwords.InvalidAccount: too short, or an account without a username.
    """
    passwords().set(actor.session, actor.clock, account_id, password, actor=actor.name)
    remove_planted(actor.provider, actor.session, account_id, None, actor=actor.name)
    return EndedAccess(
        *end_what_rests_on(actor.provider, actor.session, account_id, None, initiator="admin")
    )


def unlink(
    actor: Actor, account_id: str, namespace: str, value: str
) -> Literal["unlinked", "last", "unknown"]:
    """Takes an identity away, and signs the person out; the last way in stays."""
    outcome = linking.unlink(
        actor.session, account_id, namespace, value, actor.clock, actor=actor.name
    )
    if outcome == "unlinked":
        identity = identity_digest(namespace, value)
        remove_planted(actor.provider, actor.session, account_id, identity, actor=actor.name)
        _end(actor, account_id, browser.end_all(actor.session, account_id))
    return outcome


def remove_passkey(
    actor: Actor, account_id: str, id_hash: str
) -> Literal["removed", "last", "unknown"]:
    """Takes a passkey away, with what passkeys opened; the last way in stays."""
    outcome = passkeys.remove(actor.session, actor.clock, account_id, id_hash, actor=actor.name)
    if outcome == "removed":
        end_what_was_opened_by(actor.provider, actor.session, account_id, PASSKEY_ACR, but=None)
    return outcome


def link(actor: Actor, account_id: str, connection: Connection, name: str) -> None:
    """Adds an identity that an administrator vouches for.

    :param name: what the connection's source calls the person.

    :raises federation.errors.InvalidFields: it cannot be such a name.
    :raises OtherOwner: it is another account's.
    :raises NoAccount: there is no such account any more.
    """
    problem = connection.source.keys.check(name)
    if problem is not None:
        raise InvalidFields([Problem("openid", problem)])
    key = ExternalKey(connection.source.own_namespace(connection.credential), name)
    identity = Identity(keys=(key,), phone=None, name=None, picture=None, raw={})
    try:
        owner = attach(actor.session, identity, account_id, actor.clock, connection=connection)
    except Raced as error:
        raise NoAccount from error
    if owner is not None:
        raise OtherOwner(owner)
    actor.note(
        "account.linked",
        {"key": key.namespace},
        subject=account_id,
        connection_id=connection.id,
    )


def join(actor: Actor, kept_id: str, dropped_id: str) -> CompletedMerge:
    """Makes two accounts one, and ends what rested on the one that is dropped.

    :raises app.accounts.records.merge.CannotMerge: see `app.accounts.records.merge.preview`.
    """
    merged = merge.merge(actor.session, actor.clock, kept_id, dropped_id, actor=actor.name)
    _end(actor, merged.revoke, merged.ended)
    return merged


def part(actor: Actor, merge_id: str) -> CompletedMerge:
    """Takes a merge back, and ends what rested on the account that was kept.

    :raises app.accounts.records.merge.CannotMerge: see `app.accounts.records.merge.undo`.
    """
    parted = merge.undo_merge(actor.session, actor.clock, merge_id, actor=actor.name)
    _end(actor, parted.revoke, parted.ended)
    return parted


def _end(
    actor: Actor, account_id: str, ended: Sequence[Ended], *, keep_offline: bool = False
) -> EndedAccess:
    rested = end_sessions(actor.provider, ended, "admin").revoked
    whose = GrantFilter(subject=account_id, keep_offline=keep_offline)
    revoked = revoking.revoke_all(actor.session, whose, actor.clock())
    return EndedAccess(len(ended), rested + revoked)
