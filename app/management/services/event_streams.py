"""Streams of security events: what they are at, stopped and removed by whoever administers."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.management.services.actor import Actor
from federation.errors import InvalidFields, NotFound, Problem, VersionConflict
from federation.translation import N_
from oidc.protocol.security_events import ENABLED, STATUSES
from oidc.provider import Provider
from oidc.shared_signals import emission, outbox
from oidc.shared_signals.stream import Stream
from oidc.shared_signals.streams import Streams

MOST_REASON = 250


@dataclass(frozen=True, slots=True)
class StreamState:
    """A stream with how many events wait in it."""

    stream: Stream
    pending: int


def listed(provider: Provider, session: Session, client_id: str | None = None) -> list[StreamState]:
    """:param client_id: only this application's."""
    streams = Streams.of(provider)
    found = streams.all(session) if client_id is None else streams.of_client(session, client_id)
    waiting = outbox.pending(session) if found else {}
    return [StreamState(stream, waiting.get(stream.id, 0)) for stream in found]


def get(provider: Provider, session: Session, stream_id: str) -> StreamState:
    """:raises federation.errors.NotFound: there is none of this id."""
    found = Streams.of(provider).get(session, stream_id)
    if found is None:
        raise NotFound
    return StreamState(found, outbox.pending(session).get(stream_id, 0))


def set_status(
    actor: Actor, stream_id: str, status: str, reason: str = "", seen: str = ""
) -> StreamState:
    """Stops a stream, which its receiver cannot undo, or lets it run again; it is told so.

    :param seen: the status in which whoever decides has seen it.
    :raises federation.errors.InvalidFields: there is no such status.
    :raises federation.errors.NotFound: there is no such stream.
    :raises federation.errors.VersionConflict: it has another status by now.
    """
    if status not in STATUSES:
        raise InvalidFields([Problem("status", N_("It is enabled, paused or disabled."))])
    known, provider = get(actor.provider, actor.session, stream_id).stream, actor.provider
    if seen and known.status not in (seen, status):
        raise VersionConflict
    after = Streams.of(provider).set_status(
        actor.session,
        known,
        status,
        reason.replace("\0", "").strip()[:MOST_REASON] or None,
        actor.clock(),
        stopped=status != ENABLED,
    )
    if status != known.status:
        emission.tell_of_status(provider, after)
    actor.note(f"event_stream.{status}", {"stream": stream_id}, client_id=known.client_id)
    return get(provider, actor.session, stream_id)


def delete(actor: Actor, stream_id: str) -> None:
    """Removes it with all that waits in it.

    :raises federation.errors.NotFound: there is no such stream.
    """
    known = get(actor.provider, actor.session, stream_id).stream
    Streams.of(actor.provider).delete(actor.session, stream_id)
    actor.note("event_stream.deleted", {"stream": stream_id}, client_id=known.client_id)
