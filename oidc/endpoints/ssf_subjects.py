"""/ssf/subjects/add and /remove: whom a stream is about (SSF 8.1.3)."""

from collections.abc import Sequence

from flask import Response

from oidc.authentication.server import NO_STORE
from oidc.endpoints.ssf_access import Receiver, for_receivers, read_object
from oidc.protocol.errors import OAuthError
from oidc.shared_signals import exclusions
from oidc.shared_signals.stream import Stream


@for_receivers
def ssf_subjects_add(receiver: Receiver) -> Response:
    """Takes somebody into a stream again."""
    stream, subs = _asked(receiver)
    exclusions.include(receiver.provider.session, stream.id, subs)
    receiver.provider.session.commit()
    return Response(status=200, headers=NO_STORE)


@for_receivers
def ssf_subjects_remove(receiver: Receiver) -> Response:
    """Takes somebody out of a stream."""
    stream, subs = _asked(receiver)
    provider = receiver.provider
    exclusions.exclude(provider.session, stream.id, subs, provider.clock())
    provider.session.commit()
    return Response(status=204, headers=NO_STORE)


def _asked(receiver: Receiver) -> tuple[Stream, Sequence[str]]:
    receiver.need_to_manage()
    document = read_object()
    stream = receiver.stream(document.get("stream_id"))
    if not isinstance(document.get("verified", True), bool):
        raise OAuthError("invalid_request", "verified must be a boolean.")
    named = document.get("subject", document.get("sub_id"))
    return stream, exclusions.subs_of(receiver.provider, receiver.client, named)
