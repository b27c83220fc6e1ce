"""What a sign-in by a passkey stands for: one of the ways in that its owner has anyway.

An application takes the connections that an administrator has switched on for it, and learns what
their policies release. A passkey widens neither: it opens an application as the person's identity
at one of those connections would, or as their password would, and nothing else (docs/adr/0041).
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.claims import identity_digest
from app.accounts.records.linking import has_password, sources_of
from app.elements import passwords_are_on
from app.enablement.sources import usable_connections
from federation import Federation

OUR_PAGES = ":passkey"
"""Stands for a connection in sessions that are good for our own pages alone; none is called so."""


@dataclass(frozen=True, slots=True)
class StandsFor:
    """:param connection_id: None for the local password.

    :param identity: the digest of the key that the source knows the person by.
    """

    connection_id: str | None
    identity: str | None = None


def stands_for(
    session: Session, federation: Federation, client_id: str | None, account_id: str
) -> StandsFor | None:
    """The way in that the passkey stands for at this application; None where there is none.

    :param client_id: None for our own pages, which everybody may open who has an account.
    """
    usable = usable_connections(session, federation, client_id)
    for known in sources_of(session, account_id):
        fitting = [
            one for one in usable if one.source.own_namespace(one.credential) == known.namespace
        ]
        if fitting:
            same = (one for one in fitting if one.id == known.connection_id)
            connection = next(same, fitting[0])
            return StandsFor(connection.id, identity_digest(known.namespace, known.value))
    if passwords_are_on() and has_password(session, account_id):
        return StandsFor(None)
    return StandsFor(OUR_PAGES) if client_id is None else None
