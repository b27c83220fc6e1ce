"""Everything that is known of one person, as the document that they may download."""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.records.linking import sources_of
from app.audit import trail
from app.audit.trail import Clock
from app.groups import members, people
from app.sessions import browser
from app.tables.passkeys import PERSON_PASSKEY
from app.tables.people import ACCOUNT

EVENTS = 1000
"""How many of the newest events go into the document."""

_PLAIN = ("id", "name", "picture", "phone", "phone_provenance", "phone_verified_at", "email")
_MORE = ("email_verified", "username", "created_at", "updated_at")


def document(session: Session, clock: Clock, account_id: str) -> dict[str, Any] | None:
    """A JSON document without secrets (no password hash, no session tokens); None for nobody.

    What applications keep (consents, grants) is added by whoever asks `oidc` for it.
    """
    row = session.execute(select(ACCOUNT).where(ACCOUNT.c.id == account_id)).mappings().first()
    if row is None:
        return None
    return {
        "account": {column: row[column] for column in (*_PLAIN, *_MORE)},
        "profile": json.loads(row["profile"]) if row["profile"] else {},
        "linked_sources": [
            {
                "appid": source.credential_id,
                "openid": source.value,
                "unionid": source.shared_value,
                "connection": source.connection_id,
                "first_seen": source.first_seen,
                "last_seen": source.last_seen,
            }
            for source in sources_of(session, account_id)
        ],
        "passkeys": _passkeys(session, account_id),
        "groups": [name for _id, name, _put in members.of_account(session, account_id)],
        "access": _access(session, account_id),
        "sessions": [
            {
                "signed_in_at": one.auth_time,
                "last_seen": one.last_seen,
                "connection": one.connection_id,
                "user_agent": one.user_agent,
                "ip": one.ip,
            }
            for one in browser.of_account(session, clock, account_id)
        ],
        "events": _events(session, account_id),
    }


def _access(session: Session, account_id: str) -> list[dict[str, Any]]:
    """The applications that they were let in to, asked for, or were refused."""
    names = ("client_id", "state", "sentence", "asked_at", "decided_at")
    known = people.of_account(session, account_id)
    return [{name: getattr(one, name) for name in names} for one in known]


def _passkeys(session: Session, account_id: str) -> list[dict[str, Any]]:
    mine = select(PERSON_PASSKEY).where(PERSON_PASSKEY.c.account_id == account_id)
    names = ("name", "created_at", "last_used")
    return [{name: row[name] for name in names} for row in session.execute(mine).mappings()]


def _events(session: Session, account_id: str) -> list[dict[str, Any]]:
    return [
        {
            "time": event.time,
            "kind": event.kind,
            "client_id": event.client_id,
            "connection": event.connection_id,
            "outcome": event.outcome,
            "address": event.address,
            "device": event.device,
        }
        for event in trail.page(session, trail.Filter(subject=account_id), limit=EVENTS)
    ]
