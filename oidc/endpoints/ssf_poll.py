"""/ssf/poll/<stream_id>: a receiver fetches its events and acknowledges them (RFC 8936)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response

from oidc.authentication.server import json_response
from oidc.endpoints.ssf_access import Receiver, for_receivers, read_object
from oidc.protocol.errors import OAuthError
from oidc.shared_signals import outbox
from oidc.shared_signals.event_token import event_token
from oidc.shared_signals.outbox import SecurityEvent
from oidc.shared_signals.stream import Stream

MOST_EVENTS = 100
"""In one answer."""
MOST_ACKNOWLEDGED = 1000
"""In one request."""


@dataclass(frozen=True, slots=True)
class PollRequest:
    """What was sent (RFC 8936 2.2).

    :param errors: what the receiver says of tokens that it cannot use, by ``jti``.
    """

    most: int
    at_once: bool
    acknowledged: Sequence[str]
    errors: Mapping[str, str]


@for_receivers
def ssf_poll(receiver: Receiver, stream_id: str) -> Response:
    """Gives the events that wait in a stream, once the receiver has none of them; may wait."""
    stream, asked = receiver.stream(stream_id), _read(read_object())
    provider = receiver.provider
    if stream.is_pushed:
        hint = "The events of this stream are pushed."
        raise OAuthError("invalid_request", hint)
    _acknowledge(receiver, stream, asked)
    if receiver.may_wait and asked.most and not asked.at_once:

        def is_empty() -> bool:
            return not outbox.available(provider.session, stream.id, 1)

        waiting = provider.host.signals.wait(stream.id, is_empty)
        if waiting is not None:
            return waiting
    found = outbox.available(provider.session, stream.id, asked.most + 1)
    sets = {event.id: _token(receiver, event) for event in found[: asked.most]}
    return json_response({"sets": sets, "moreAvailable": len(found) > asked.most})


def _acknowledge(receiver: Receiver, stream: Stream, asked: PollRequest) -> None:
    """What the receiver has goes, and what it can make nothing of, with the reason kept."""
    session, now = receiver.provider.session, receiver.provider.clock()
    had = outbox.acknowledge(session, stream.id, asked.acknowledged)
    if had:
        receiver.streams.note_delivery(session, stream.id, now)
    if outbox.acknowledge(session, stream.id, list(asked.errors)):
        receiver.streams.note_failure(session, stream.id, next(iter(asked.errors.values())), now)
    if asked.acknowledged or asked.errors:
        session.commit()


def _token(receiver: Receiver, event: SecurityEvent) -> str:
    return event_token(receiver.provider, receiver.client, event)


def _read(document: Mapping[str, Any]) -> PollRequest:
    """:raises OAuthError: a member is of the wrong type."""
    most, at_once = document.get("maxEvents", MOST_EVENTS), document.get("returnImmediately", False)
    if not isinstance(most, int) or isinstance(most, bool) or most < 0:
        raise OAuthError("invalid_request", "maxEvents must be a whole number of 0 or more.")
    if not isinstance(at_once, bool):
        raise OAuthError("invalid_request", "returnImmediately must be a boolean.")
    return PollRequest(
        min(most, MOST_EVENTS),
        at_once,
        _acknowledged(document.get("ack", [])),
        _errors(document.get("setErrs", {})),
    )


def _acknowledged(value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > MOST_ACKNOWLEDGED:
        hint = f"ack must be an array of at most {MOST_ACKNOWLEDGED} strings."
        raise OAuthError("invalid_request", hint)
    return _ids(value)


def _errors(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > MOST_ACKNOWLEDGED:
        raise OAuthError("invalid_request", "setErrs must be an object of objects.")
    if not all(isinstance(said, dict) for said in value.values()):
        raise OAuthError("invalid_request", "setErrs must be an object of objects.")
    _ids(list(value))
    return {
        jti: f"{said.get('err', '')}: {said.get('description', '')}" for jti, said in value.items()
    }


def _ids(values: list[Any]) -> list[str]:
    """Those that can be a ``jti`` of ours; others name nothing."""
    if not all(isinstance(jti, str) for jti in values):
        raise OAuthError("invalid_request", "Each jti must be a string.")
    return [jti for jti in values if len(jti) <= 32 and "\0" not in jti]
