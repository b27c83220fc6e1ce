"""What an application would learn of a person, before anybody signs in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.accounts import claims
from app.accounts.claims import release
from app.audit.trail import masked
from app.elements import current_elements
from app.enablement.sources import Enablement
from app.groups.admission import standing
from federation import Federation
from oidc.clients.client import Client
from oidc.provider import Provider

VISIT = "preview"
"""The session that an ephemeral subject is shown for, which is nobody's."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The claims of both places, phone numbers without their middle."""

    id_token: Mapping[str, Any]
    userinfo: Mapping[str, Any]


def preview(
    provider: Provider,
    federation: Federation,
    session: Session,
    client: Client,
    through: Enablement,
    account_id: str,
) -> Preview | None:
    """What the ID token and userinfo would hold for this person with every scope.

    None where there is no such person or connection.
    """
    connection = federation.connections.get(session, through.connection_id)
    person = claims.get_person(session, account_id, client.client_id, through.connection_id)
    if connection is None or person is None:
        return None
    elements = current_elements()
    there = standing(session, client.client_id, person.subject, through.connection_id)
    seen = person._replace(policy=through.policy, groups=there.groups, roles=there.roles)
    wishes = provider.claim_wishes(client, person.subject, VISIT)
    told = release(elements.claims, seen, connection, list(elements.scopes), wishes=wishes)
    settings, now = provider.settings, provider.clock()
    protocol = {
        "iss": settings.issuer,
        "sub": provider.subjects.subject_for(client, person.subject, VISIT),
        "aud": client.client_id,
        "iat": now,
        "exp": now + (client.metadata.id_token_lifetime or settings.id_token_lifetime),
    }
    return Preview(
        without_phones({**protocol, **told.id_token}),
        without_phones({"sub": protocol["sub"], **told.userinfo}),
    )


def without_phones(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same, for people to look at: without whole phone numbers."""
    return {
        name: masked(value) if isinstance(value, str) and value.startswith("+") else value
        for name, value in document.items()
    }
