"""From something that happened to the events that receivers hear of it (CAEP 3, RISC 2).

Everything joins the caller's transaction. Where no stream listens it costs one statement, and none
of that is on the way of a sign-in or of a token.
"""

import logging
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, scoped_session

from oidc.clients.client import Client
from oidc.protocol.security_events import (
    EVENT_TYPES,
    OF_CAEP,
    SESSION_REVOKED,
    STREAM_EVENT_TYPES,
    STREAM_UPDATED,
    TOKEN_CLAIMS_CHANGE,
    VERIFICATION,
)
from oidc.provider import Provider
from oidc.shared_signals import acquaintances, exclusions, outbox
from oidc.shared_signals.outbox import Waiting
from oidc.shared_signals.stream import Stream
from oidc.shared_signals.streams import Streams

_LISTENING = "streams that hear of claims"
log = logging.getLogger(__name__)
SESSION_REASONS = {
    "user": "The person signed out.",
    "admin": "An administrator ended the session.",
    "policy": "What the session rested on is no longer valid.",
    "system": "The provider ended the session.",
}
"""Who ends sessions (``initiating_entity``, CAEP 2), and what an administrator reads of it."""


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened to one person.

    :param kind: of `EVENT_TYPES`.
    :param initiator: ``user``, ``admin``, ``policy`` or ``system`` (CAEP 2).
    :param reason: for administrators of receivers, in English; of CAEP's events alone.
    :param members: further ones of the event.
    """

    kind: str
    subject: str
    initiator: str = "system"
    reason: str = ""
    members: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Told:
    """A stream, its client, and what that calls the person."""

    stream: Stream
    client: Client
    sub: str


def tell(provider: Provider, happening: Happening) -> None:
    """Tells every receiver that knows the person."""
    listening = Streams.of(provider).listening(provider.session, happening.kind)
    told = _who_is_told(provider, listening, happening.subject)
    _post(provider, happening, [(each, _person(provider, each), {}) for each in told])


def tell_of_claims(provider: Provider, happening: Happening, names: Iterable[str]) -> None:
    """Tells each receiver the new values of those changed claims that it may know.

    :param names: of claims; one without a value any more is told as null.
    """
    listening = _listening_for_claims(provider)
    changed = frozenset(names)
    letters = []
    for each in _who_is_told(provider, listening, happening.subject):
        claims = _claims(provider, each.client, happening.subject, changed)
        if claims:
            letters.append((each, _person(provider, each), {"claims": claims}))
    _post(provider, happening, letters)


def tell_of_sessions(
    provider: Provider,
    pairs: Sequence[tuple[str, str]],
    subjects: Mapping[str, str],
    initiator: str,
) -> None:
    """Tells of sessions that ended, to the applications that were used in them.

    :param pairs: of ``sid`` and ``client_id``.
    :param subjects: whose each session was, by ``sid``.
    """
    clients = {client_id for _, client_id in pairs}
    if not clients:
        return
    listening = Streams.of(provider).listening(provider.session, SESSION_REVOKED, clients)
    known = {
        subject: acquaintances.known_to(provider.session, subject, clients)
        for subject in (set(subjects.values()) if listening else ())
    }
    for sid, client_id in pairs if listening else ():
        if client_id not in known[subjects[sid]]:
            continue  # what it had of the person was taken back
        theirs = [stream for stream in listening if stream.client_id == client_id]
        told = _included(provider, _named(provider, theirs, subjects[sid], sid))
        happening = Happening(SESSION_REVOKED, subjects[sid], initiator, SESSION_REASONS[initiator])
        _post(provider, happening, [(each, _session(provider, each, sid), {}) for each in told])


def verify(provider: Provider, stream: Stream, state: str | None) -> None:
    """Sends what a receiver can tell by that the stream works (SSF 8.1.4)."""
    _of_stream(provider, stream, VERIFICATION, {"state": state} if state is not None else {})


def tell_of_status(provider: Provider, stream: Stream) -> None:
    """Says that we have changed the status of the stream (SSF 8.1.5)."""
    reason = {"reason": stream.reason} if stream.reason else {}
    _of_stream(provider, stream, STREAM_UPDATED, {"status": stream.status, **reason})


def _listening_for_claims(provider: Provider) -> Sequence[Stream]:
    """Asked once in a transaction, which may change thousands of people."""
    session = (
        provider.session() if isinstance(provider.session, scoped_session) else provider.session
    )
    found: Sequence[Stream] | None = session.info.get(_LISTENING)
    if found is None:
        found = Streams.of(provider).listening(session, TOKEN_CLAIMS_CHANGE)
        session.info[_LISTENING] = found
        event.listen(session, "after_transaction_end", _forget_listening, once=True)
    return found


def _forget_listening(session: Session, _transaction: object) -> None:
    session.info.pop(_LISTENING, None)


def _who_is_told(provider: Provider, listening: Sequence[Stream], subject: str) -> list[_Told]:
    known = acquaintances.known_to(
        provider.session, subject, {stream.client_id for stream in listening}
    )
    streams = [stream for stream in listening if stream.client_id in known]
    return _included(provider, _named(provider, streams, subject, None))


def _named(
    provider: Provider, streams: Sequence[Stream], subject: str, sid: str | None
) -> list[_Told]:
    """With what each receiver calls the person.

    An ephemeral ``sub`` lasts for a session, and so names nobody outside of one.
    """
    found = []
    for stream in streams:
        client = provider.clients.get(provider.session, stream.client_id)
        if client is None or (sid is None and client.metadata.subject_type == "ephemeral"):
            continue
        try:
            sub = provider.subjects.subject_for(client, subject, sid or "")
        except ValueError:
            log.warning("events for %s wait for its subject_type to be served", client.client_id)
            continue
        found.append(_Told(stream, client, sub))
    return found


def _included(provider: Provider, told: Sequence[_Told]) -> list[_Told]:
    out = exclusions.excluded_from(provider.session, {each.stream.id: each.sub for each in told})
    return [each for each in told if each.stream.id not in out]


def _claims(
    provider: Provider, client: Client, subject: str, changed: frozenset[str]
) -> dict[str, Any]:
    """As a token or userinfo would tell them now, and null for what is gone."""
    found = acquaintances.get(provider.session, subject, client.client_id)
    if found is None:
        return {}
    about = found.question(subject, client.client_id)
    released = provider.host.people.claims(about)
    if released is None:
        return {}
    known = {**released.id_token, **released.userinfo}
    of_scopes = {each for scope in about.scope for each in provider.settings.scopes.get(scope, ())}
    return {name: known.get(name) for name in sorted(changed) if name in known or name in of_scopes}


def _post(
    provider: Provider,
    happening: Happening,
    letters: Sequence[tuple[_Told, Mapping[str, Any], Mapping[str, Any]]],
) -> None:
    txn = secrets.token_urlsafe(12)
    waiting = [
        Waiting(
            each.stream.id,
            happening.kind,
            happening.subject,
            {
                "sub_id": sub_id,
                "txn": txn,
                "events": {EVENT_TYPES[happening.kind]: _members(provider, happening, more)},
            },
            each.stream.sends_at_once,
        )
        for each, sub_id, more in letters
    ]
    _send(provider, waiting)


def _members(provider: Provider, happening: Happening, more: Mapping[str, Any]) -> dict[str, Any]:
    if happening.kind not in OF_CAEP:
        return {**happening.members, **more}
    return {
        "event_timestamp": provider.clock(),
        "initiating_entity": happening.initiator,
        "reason_admin": {"en": happening.reason},
        **happening.members,
        **more,
    }


def _of_stream(provider: Provider, stream: Stream, kind: str, event: Mapping[str, Any]) -> None:
    claims = {
        "sub_id": {"format": "opaque", "id": stream.id},
        "txn": secrets.token_urlsafe(12),
        "events": {STREAM_EVENT_TYPES[kind]: event},
    }
    at_once = stream.sends_at_once or (kind == STREAM_UPDATED and stream.is_pushed)
    _send(provider, [Waiting(stream.id, kind, None, claims, at_once)])


def _send(provider: Provider, waiting: Sequence[Waiting]) -> None:
    if not waiting:
        return
    session = provider.session
    outbox.post(session, waiting, provider.clock())
    if any(event.at_once for event in waiting):
        provider.event_wakeup.wake_after_commit(session)
    provider.host.signals.tell_who_polls([event.stream_id for event in waiting])


def _person(provider: Provider, told: _Told) -> dict[str, str]:
    return {"format": "iss_sub", "iss": provider.settings.issuer, "sub": told.sub}


def _session(provider: Provider, told: _Told, sid: str) -> dict[str, Any]:
    """A complex subject (SSF 3.3), with the ``sid`` of the client's ID tokens."""
    session = {"format": "opaque", "id": sid}
    return {"format": "complex", "user": _person(provider, told), "session": session}
