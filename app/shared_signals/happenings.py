"""Which lines of the audit trail, and which changes of an account, are security events.

A handler runs in the transaction of what happened, and writes what is to be told into it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import current_app, has_app_context
from sqlalchemy.orm import Session

from app.accounts.changed import account_changed
from app.accounts.claims import GROUPS, PROFILE_CLAIMS, ROLES
from app.audit.trail import Event, Hears, recorded
from app.database import db
from oidc.protocol.security_events import (
    ACCOUNT_DISABLED,
    ACCOUNT_ENABLED,
    ACCOUNT_PURGED,
    CREDENTIAL_CHANGE,
    TOKEN_CLAIMS_CHANGE,
)
from oidc.provider import Provider, current_provider
from oidc.shared_signals import acquaintances, emission, outbox
from oidc.shared_signals.emission import Happening

CLAIMS_OF_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "picture": ("picture",),
    "phone": ("phone_number", "phone_number_verified"),
    "phone_verified_at": ("phone_number_verified",),
    "email": ("email", "email_verified"),
    "email_verified": ("email_verified",),
    "profile": (*PROFILE_CLAIMS, "address"),
    "groups": (GROUPS, ROLES),
}
"""What applications are told of an account's columns, and of its groups
(`app.accounts.claims.CLAIMS`)."""


def _credential(
    credential_type: str, change_type: str, reason: str
) -> Callable[[Event], Happening | None]:
    """A way in was added, changed or taken away (CAEP 3.3)."""
    members = {"credential_type": credential_type, "change_type": change_type}

    def happening(event: Event) -> Happening | None:
        return _happening(event, CREDENTIAL_CHANGE, reason, members)

    return happening


def _account(kind: str) -> Callable[[Event], Happening | None]:
    return lambda event: _happening(event, kind)


def _happening(
    event: Event, kind: str, reason: str = "", members: Mapping[str, Any] | None = None
) -> Happening | None:
    if event.subject is None:
        return None
    return Happening(kind, event.subject, initiator_of(event.actor), reason, members or {})


def _dropped(kind: str) -> Callable[[Event], Happening | None]:
    """Of a merge: the account that is kept goes on, the other one is nobody's meanwhile."""

    def happening(event: Event) -> Happening | None:
        is_kept = event.subject == event.detail.get("kept")
        return None if is_kept else _happening(event, kind)

    return happening


WAY_IN = _credential("app", "create", "A way to sign in was connected.")
WITHDRAWN = _credential("app", "delete", "The source of a way to sign in has withdrawn it.")


def _erased(event: Event) -> Happening | None:
    return WITHDRAWN(event) if "identity" in event.detail.get("what", ()) else None


EVENTS: Mapping[str, Callable[[Event], Happening | None]] = {
    "account.disabled": _account(ACCOUNT_DISABLED),
    "account.enabled": _account(ACCOUNT_ENABLED),
    "account.merged": _dropped(ACCOUNT_DISABLED),
    "account.merge_undone": _dropped(ACCOUNT_ENABLED),
    "account.deleted": _account(ACCOUNT_PURGED),
    "account.password_changed": _credential("password", "update", "The password was changed."),
    "account.linked": WAY_IN,
    "account.unlinked": _credential("app", "delete", "A way to sign in was taken away."),
    "account.passkey_added": _credential("fido2-roaming", "create", "A passkey was added."),
    "account.passkey_removed": _credential("fido2-roaming", "delete", "A passkey was removed."),
    "account.erased": _erased,
    "sign_in.succeeded linked": WAY_IN,
}
"""By the kind of event in the trail, as `Hears` takes it. What is not here is told to nobody."""


def initiator_of(actor: str) -> str:
    """Who did it, in the words of CAEP 2: people, administrators (at the command line and by
    programs, too), or what a source has told us."""
    if actor.startswith("person:"):
        return "user"
    return "admin" if actor == "system" or actor.startswith(("admin:", "client:")) else "policy"


def tell_event(event: Event, session: Session | None = None) -> None:
    """Tells receivers of a line of the trail, where it is one of theirs."""
    find = EVENTS.get(event.kind) or EVENTS[f"{event.kind} {event.outcome}"]
    happening = find(event) if _is_served() else None
    if happening is None:
        return
    provider = _provider(session)
    emission.tell(provider, happening)
    if happening.kind == ACCOUNT_PURGED:
        _forget(provider, happening.subject)


def tell_changes(
    account_id: str, session: Session, columns: frozenset[str], initiator: str = "user"
) -> None:
    """Tells receivers of claims that have another value."""
    names = [name for column in columns for name in CLAIMS_OF_COLUMNS.get(column, ())]
    if not names or not _is_served():
        return
    reason = "What is known of the person has changed."
    happening = Happening(TOKEN_CLAIMS_CHANGE, account_id, initiator, reason)
    emission.tell_of_claims(_provider(session), happening, names)


def _forget(provider: Provider, subject: str) -> None:
    """Nothing of a person who is gone waits any longer, but that they are gone."""
    outbox.forget_person(provider.session, subject, [TOKEN_CLAIMS_CHANGE])
    acquaintances.forget(provider.session, subject)


def _is_served() -> bool:
    """Whether this happens in an application with a provider, and not in a script of its own."""
    return has_app_context() and "oidc" in current_app.extensions


def _provider(session: Session | None) -> Provider:
    """The provider, in the transaction in which it happens."""
    provider = current_provider()
    if session is None or session is db.session():
        return provider
    return replace(provider, session=session)


_HEARS = Hears(EVENTS.keys(), tell_event)


def setup_shared_signals() -> None:
    """Listens, once in a process: what happens is told by the application in which it does."""
    recorded.connect(_HEARS)
    account_changed.connect(tell_changes)
