"""Making, changing and erasing people, with all that must follow."""

from typing import Any

from app.accounts.records import editing, erasure, receipts
from app.accounts.records.editing import Values, demand_version
from app.accounts.records.receipts import Receipt
from app.management.services.actor import Actor
from app.management.services.refusals import NoAccount
from oidc.interactions import consents
from oidc.logout.session_end import end_sessions
from oidc.tokens import revoking
from oidc.tokens.held_access import ClientAccess, access_of_clients
from oidc.tokens.revoking import GrantFilter


def create(actor: Actor, values: Values) -> str:
    """A new person, by what is known of them; their sub.

    :raises federation.errors.InvalidFields: with every problem.
    """
    return editing.create(actor.session, actor.clock, values, actor=actor.name)


def edit(actor: Actor, account_id: str, values: Values, version: int | None) -> tuple[str, ...]:
    """Changes what is kept of a person; the columns that became others.

    :param version: that the change was made from; None to overwrite whatever is there.
    :raises federation.errors.InvalidFields: with every problem.
    :raises federation.errors.VersionConflict: somebody else saved first.
    """
    return editing.edit(actor.session, actor.clock, account_id, values, version, actor=actor.name)


def erase(actor: Actor, account_id: str, version: int | None = None) -> Receipt:
    """Forgets a person: account, identities, sessions, permissions; applications are told.

    :raises federation.errors.VersionConflict: somebody else changed the account first.
    :raises NoAccount: there is none, or it was merged into another.
    """
    session, clock = actor.session, actor.clock
    demand_version(session, account_id, version)
    erased = erasure.delete_account(session, clock, account_id, actor=actor.name)
    if erased.account_id is None:
        raise NoAccount
    ended = end_sessions(actor.provider, erased.ended, "admin")
    revoked = revoking.revoke_all(session, GrantFilter(subject=account_id), clock())
    removed = {
        **erased.counts,
        "consents": consents.withdraw(session, account_id),
        "grants": ended.revoked + revoked,
    }
    return receipts.write(session, clock, account_id, removed, actor=actor.name)


def applications_of(actor: Actor, account_id: str) -> list[ClientAccess]:
    """What each application may learn of a person now, by the newest first."""
    held = access_of_clients(actor.session, account_id, actor.clock())
    return sorted(held, key=lambda one: (-one.since, one.client_id))


def application(one: ClientAccess) -> dict[str, Any]:
    """Such an access as programs read it."""
    told = {"scopes": sorted(one.scopes), "resources": sorted(one.resources)}
    return {"client_id": one.client_id, **told, "since": one.since}


def receipt(one: Receipt) -> dict[str, Any]:
    """A receipt as programs read it, its sentences in English."""
    return {
        "id": one.id,
        "sub": one.account_id,
        "erased_at": one.erased_at,
        "by": one.actor,
        "removed": [
            {"code": code, "count": count, "what": receipts.REMOVED[code]}
            for code, count in one.removed.items()
        ],
        "kept": [{"code": code, "why": receipts.KEPT[code]} for code in one.kept],
    }
