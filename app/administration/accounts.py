"""Shutting an account and signing its person out, with what rests on their sessions."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts import directory, merge
from app.accounts.merge import Merged
from app.audit.trail import Event, record
from app.sessions import browser
from app.sessions.browser import Ended
from oidc import grant_store
from oidc.grant_store import Whose
from oidc.logout.ended import end_sessions
from oidc.provider import Provider


@dataclass(frozen=True, slots=True)
class Over:
    """How many sessions and grants ended."""

    sessions: int
    grants: int


def disable(provider: Provider, session: Session, account_id: str, *, actor: str) -> Over:
    """Shuts the account; its sessions and tokens end now and its applications are told."""
    ended = directory.disable(session, provider.clock, account_id, actor=actor)
    return _end(provider, session, account_id, ended)


def sign_out(
    provider: Provider, session: Session, account_id: str, *, actor: str, offline: bool = False
) -> Over:
    """Signs the person out of every browser and ends the tokens that came from there.

    :param offline: also those with ``offline_access``, which outlive a session.
    """
    ended = browser.end_all(session, account_id)
    over = _end(provider, session, account_id, ended, keep_offline=not offline)
    detail = {"sessions": over.sessions, "grants": over.grants, "offline": offline}
    record(session, provider.clock, Event("account.signed_out", actor, account_id, detail=detail))
    return over


def join(
    provider: Provider, session: Session, kept_id: str, dropped_id: str, *, actor: str
) -> Merged:
    """Makes two accounts one, and ends what rested on the one that is dropped.

    :raises app.accounts.merge.CannotMerge: see `app.accounts.merge.preview`.
    """
    merged = merge.merge(session, provider.clock, kept_id, dropped_id, actor=actor)
    _end(provider, session, merged.revoke, merged.ended)
    return merged


def part(provider: Provider, session: Session, merge_id: str, *, actor: str) -> Merged:
    """Takes a merge back, and ends what rested on the account that was kept.

    :raises app.accounts.merge.CannotMerge: see `app.accounts.merge.undo`.
    """
    parted = merge.undo(session, provider.clock, merge_id, actor=actor)
    _end(provider, session, parted.revoke, parted.ended)
    return parted


def _end(
    provider: Provider,
    session: Session,
    account_id: str,
    ended: Sequence[Ended],
    *,
    keep_offline: bool = False,
) -> Over:
    rested = end_sessions(provider, ended).revoked
    whose = Whose(subject=account_id, keep_offline=keep_offline)
    return Over(len(ended), rested + grant_store.revoke_all(session, whose, provider.clock()))
