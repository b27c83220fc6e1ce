"""/ssf/status: whether events go out over a stream (SSF 8.1.2)."""

from flask import Response, request

from oidc.authentication.server import json_response
from oidc.endpoints.ssf_access import Receiver, for_receivers, read_object
from oidc.protocol.errors import OAuthError
from oidc.protocol.security_events import STATUSES
from oidc.shared_signals.stream import Stream, text_of

MOST_REASON = 250


@for_receivers
def ssf_status(receiver: Receiver) -> Response:
    """The status of a stream, and changing it."""
    if request.method != "POST":
        return _told(receiver.stream(request.args.get("stream_id")))
    receiver.need_to_manage()
    document, provider = read_object(), receiver.provider
    stream = receiver.stream(document.get("stream_id"))
    status, reason = document.get("status"), document.get("reason")
    if status not in STATUSES:
        hint = f"status must be one of {', '.join(STATUSES)}."
        raise OAuthError("invalid_request", hint)
    if reason is not None:
        reason = text_of(reason, "reason", MOST_REASON)
    if stream.stopped and status != stream.status:
        hint = "An administrator has stopped the stream."
        raise OAuthError("access_denied", hint, status=403)
    changed = receiver.streams.set_status(
        provider.session, stream, status, reason, provider.clock(), stopped=stream.stopped
    )
    provider.session.commit()
    return _told(changed)


def _told(stream: Stream) -> Response:
    document = {"stream_id": stream.id, "status": stream.status}
    return json_response(document | ({"reason": stream.reason} if stream.reason else {}))
