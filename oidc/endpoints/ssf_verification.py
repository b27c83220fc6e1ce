"""/ssf/verify: sends an event by which a receiver knows that a stream works (SSF 8.1.4)."""

from flask import Response

from oidc.authentication.server import NO_STORE
from oidc.endpoints.ssf_access import Receiver, for_receivers, read_object
from oidc.protocol.errors import OAuthError
from oidc.protocol.security_events import DISABLED
from oidc.shared_signals import emission
from oidc.shared_signals.stream import VERIFICATION_INTERVAL, text_of

MOST_STATE = 1000


class TooSoon(OAuthError):
    """It was asked for a moment ago."""

    retry_after = VERIFICATION_INTERVAL

    def __init__(self) -> None:
        hint = f"A stream is verified every {VERIFICATION_INTERVAL} seconds at most."
        super().__init__("slow_down", hint, status=429)


@for_receivers
def ssf_verify(receiver: Receiver) -> Response:
    """Sends a verification event over a stream, with the state that the receiver gives."""
    receiver.need_to_manage()
    document, provider = read_object(), receiver.provider
    stream = receiver.stream(document.get("stream_id"))
    state = document.get("state")
    if state is not None:
        # Cut, it would not be the receiver's any more.
        if not isinstance(state, str) or len(state) > MOST_STATE:
            hint = f"state must be a string of at most {MOST_STATE} characters."
            raise OAuthError("invalid_request", hint)
        state = text_of(state, "state", MOST_STATE)
    if not receiver.streams.begin_verification(provider.session, stream, provider.clock()):
        raise TooSoon
    if stream.status != DISABLED:
        emission.verify(provider, stream, state)
    provider.session.commit()
    return Response(status=204, headers=NO_STORE)
