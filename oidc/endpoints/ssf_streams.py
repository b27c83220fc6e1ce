"""/ssf/streams: a receiver's streams, made, read, changed and removed (SSF 8.1.1)."""

import json
from typing import Any

from flask import Response, request

from oidc.authentication.server import NO_STORE, json_response
from oidc.endpoints.ssf_access import Receiver, for_receivers, read_object
from oidc.protocol.errors import OAuthError
from oidc.shared_signals.stream import Stream, Wanted, check_ours, read_wanted
from oidc.shared_signals.streams import MOST_STREAMS


@for_receivers
def ssf_streams(receiver: Receiver) -> Response:
    """Streams of security events that an application receives: its own alone."""
    if request.method in ("GET", "HEAD"):
        return _read(receiver)
    receiver.need_to_manage()
    if request.method == "POST":
        return _create(receiver)
    if request.method == "DELETE":
        return _delete(receiver)
    return _change(receiver, keeps=request.method == "PATCH")


def _read(receiver: Receiver) -> Response:
    """One, or all of them as an array (8.1.1.2)."""
    if "stream_id" in request.args:
        return _told(receiver, receiver.stream(request.args["stream_id"]))
    found = receiver.streams.of_client(receiver.provider.session, receiver.client.client_id)
    documents = [_document(receiver, stream) for stream in found]
    return Response(json.dumps(documents), headers=NO_STORE, mimetype="application/json")


def _create(receiver: Receiver) -> Response:
    provider, client_id = receiver.provider, receiver.client.client_id
    wanted = read_wanted(read_object(), provider.settings)
    if receiver.streams.count(provider.session, client_id) >= MOST_STREAMS:
        hint = f"The application has {MOST_STREAMS} streams; delete one of them first."
        raise OAuthError("too_many_streams", hint, status=409)
    stream = receiver.streams.create(provider.session, client_id, wanted, provider.clock())
    _note(receiver, "event_stream.created")
    return _told(receiver, stream, 201)


def _change(receiver: Receiver, *, keeps: bool) -> Response:
    """:param keeps: whether what is not said stays (8.1.1.3), or goes (8.1.1.4)."""
    provider, document = receiver.provider, read_object()
    stream = receiver.stream(document.get("stream_id"))
    check_ours(document, _document(receiver, stream))
    wanted = read_wanted(document, provider.settings, stream.wanted if keeps else Wanted())
    changed = receiver.streams.change(provider.session, stream, wanted, provider.clock())
    _note(receiver, "event_stream.changed")
    return _told(receiver, changed)


def _delete(receiver: Receiver) -> Response:
    stream = receiver.stream(request.args.get("stream_id"))
    receiver.streams.delete(receiver.provider.session, stream.id)
    _note(receiver, "event_stream.deleted")
    return Response(status=204, headers=NO_STORE)


def _note(receiver: Receiver, kind: str) -> None:
    client_id = receiver.client.client_id
    receiver.provider.host.audit.note(kind, actor=f"client:{client_id}", client_id=client_id)
    receiver.provider.session.commit()


def _document(receiver: Receiver, stream: Stream) -> dict[str, Any]:
    return stream.configuration(receiver.provider.settings.issuer)


def _told(receiver: Receiver, stream: Stream, status: int = 200) -> Response:
    return json_response(_document(receiver, stream), status)
