"""People whom a receiver has taken out of a stream (SSF 8.1.3), by the ``sub`` that it knows.

Everybody whom the receiver knows is in a stream from the start (``default_subjects`` is ``ALL``),
so that to add somebody is to forget that they were taken out. The answer is the same whoever is
named: nobody learns here who has an account.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, delete, func, insert, select

from oidc.clients.client import Client
from oidc.crypto.keyring import digest_of
from oidc.database.driver_statement import AnySession
from oidc.database.models import StreamExclusionRow
from oidc.database.statements import try_insert
from oidc.protocol.errors import OAuthError
from oidc.provider import Provider
from oidc.shared_signals import acquaintances
from oidc.shared_signals.stream import text_of

MOST = 10_000
"""People that one stream leaves out."""
MOST_NAME = 320
_EXCLUSION: Table = StreamExclusionRow.__table__  # type: ignore[assignment]
_C = _EXCLUSION.c


def subs_of(provider: Provider, client: Client, identifier: Any) -> Sequence[str]:
    """The ``sub`` values that a Subject Identifier (RFC 9493 3) names for this client.

    :raises OAuthError: it is none, or of a format that is not understood here.
    """
    named = _user_of(identifier)
    if named.get("format") == "iss_sub":
        return _by_sub(provider, named)
    if named.get("format") == "email":
        address = text_of(named.get("email"), "email", MOST_NAME)
        return _by_email(provider, client, address)
    raise OAuthError("invalid_request", "The format of the subject must be iss_sub or email.")


def exclude(session: AnySession, stream_id: str, subs: Sequence[str], now: int) -> None:
    """:raises OAuthError: the stream leaves too many out."""
    query = select(func.count()).select_from(_EXCLUSION).where(_C.stream_id == stream_id)
    if subs and (session.scalar(query) or 0) >= MOST:
        raise OAuthError("slow_down", "The stream leaves too many people out.", status=429)
    for sub in subs:
        row = {"stream_id": stream_id, "sub_digest": digest_of(sub), "created_at": now}
        try_insert(session, insert(_EXCLUSION), row)


def include(session: AnySession, stream_id: str, subs: Sequence[str]) -> None:
    digests = [digest_of(sub) for sub in subs]
    theirs = (_C.stream_id == stream_id, _C.sub_digest.in_(digests))
    session.execute(delete(_EXCLUSION).where(*theirs))


def excluded_from(session: AnySession, subs: Mapping[str, str]) -> set[str]:
    """Those of the streams that leave the person out; one statement.

    :param subs: what each stream's receiver calls the person.
    """
    if not subs:
        return set()
    digests = {stream_id: digest_of(sub) for stream_id, sub in subs.items()}
    query = select(_C.stream_id, _C.sub_digest).where(
        _C.stream_id.in_(list(digests)), _C.sub_digest.in_(set(digests.values()))
    )
    return {row.stream_id for row in session.execute(query) if digests[row.stream_id] == row[1]}


def _user_of(identifier: Any) -> Mapping[str, Any]:
    """The person in it: of a complex subject its ``user`` (SSF 3.3)."""
    if not isinstance(identifier, dict):
        raise OAuthError("invalid_request", "The subject must be a Subject Identifier object.")
    named = identifier.get("user") if identifier.get("format") == "complex" else identifier
    if not isinstance(named, dict):
        raise OAuthError("invalid_request", "A complex subject must have a user.")
    return named


def _by_sub(provider: Provider, named: Mapping[str, Any]) -> Sequence[str]:
    sub, issuer = text_of(named.get("sub"), "sub", MOST_NAME), named.get("iss")
    if not isinstance(issuer, str):
        raise OAuthError("invalid_request", "iss must be a string.")
    return [sub] if issuer == provider.settings.issuer else []


def _by_email(provider: Provider, client: Client, address: str) -> Sequence[str]:
    """Of people whom the client knows alone."""
    session = provider.session
    found = provider.host.signals.subjects_of_email(address)
    return [
        provider.subjects.subject_for(client, subject, "")
        for subject in found
        if acquaintances.known_to(session, subject, [client.client_id])
    ]
