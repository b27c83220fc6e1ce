"""One attempt to push an event to its receiver (RFC 8935)."""

import json
from dataclasses import dataclass

from oidc.outbound.answer import FetchError, UnusableAnswer
from oidc.outbound.http_client import Outbound
from oidc.protocol import strict_json
from oidc.protocol.security_events import TYPE
from oidc.provider import Provider
from oidc.shared_signals.event_token import event_token
from oidc.shared_signals.outbox import SecurityEvent, settle
from oidc.shared_signals.stream import Stream
from oidc.shared_signals.streams import Streams

FINAL_ERRORS = frozenset({"invalid_request", "invalid_issuer", "invalid_audience"})
"""What a receiver says (RFC 8935 2.4) of a token that it would refuse again."""


@dataclass(frozen=True, slots=True)
class Push:
    """A claimed event, ready to be sent without a database."""

    event: SecurityEvent
    stream: Stream
    token: str


@dataclass(frozen=True, slots=True)
class Failure:
    """:param reason: in a sentence, with what the receiver answered.

    :param final: it would refuse this token again.
    """

    reason: str
    final: bool = False


def prepare_push(provider: Provider, event: SecurityEvent) -> Push | None:
    """None where there is nobody to send it to any more."""
    stream = Streams.of(provider).get(provider.session, event.stream_id)
    if stream is None or stream.wanted.endpoint_url is None:
        return None
    client = provider.clients.get(provider.session, stream.client_id)
    if client is None:
        return None
    return Push(event, stream, event_token(provider, client, event))


def send(outbound: Outbound, push: Push) -> Failure | None:
    """None when the receiver took it; otherwise why not."""
    headers = {"Content-Type": f"application/{TYPE}", "Accept": "application/json"}
    if push.stream.wanted.authorization is not None:
        headers["Authorization"] = push.stream.wanted.authorization
    assert push.stream.wanted.endpoint_url is not None
    try:
        outbound.post(push.stream.wanted.endpoint_url, push.token.encode(), headers)
    except UnusableAnswer as error:
        said = f"{error} It was {error.status}: {error.beginning or '(empty)'}"
        return Failure(said, error.status == 400 and _is_final(error.beginning))
    except FetchError as error:
        return Failure(str(error))
    return None


def close(provider: Provider, push: Push, failure: Failure | None) -> str:
    """Writes down how an attempt ended: ``delivered``, ``pending`` or ``abandoned``."""
    session, now = provider.session, provider.clock()
    if failure is None:
        settle(session, push.event, done=True, now=now)
        Streams.of(provider).note_delivery(session, push.stream.id, now)
        return "delivered"
    abandoned = failure.final or push.event.is_last
    if settle(session, push.event, done=abandoned, now=now):
        Streams.of(provider).note_failure(session, push.stream.id, failure.reason, now)
        if abandoned:
            provider.host.audit.note(
                "security_event.abandoned", client_id=push.stream.client_id, outcome="failed"
            )
    return "abandoned" if abandoned else "pending"


def _is_final(body: str) -> bool:
    try:
        said = strict_json.read(body)
    except (ValueError, json.JSONDecodeError):
        return False
    return isinstance(said, dict) and said.get("err") in FINAL_ERRORS
