"""The person's side of the device grant: an ordinary request, answered to a waiting device.

What the person goes through is the sign-in and the question of any authorization request. Only the
end differs: no redirect, but an approved device (RFC 8628 3.3).
"""

from sqlalchemy.exc import IntegrityError

from oidc.authorization.new_grant import new_grant
from oidc.clients.client import Client
from oidc.host import Login
from oidc.interactions.device_codes import typed
from oidc.interactions.store import Interaction
from oidc.protocol.authorization_request import AuthorizationRequest
from oidc.provider import Provider
from oidc.tokens import grants


def begin_for_device(provider: Provider, text: str, browser: str) -> Interaction | None:
    """Parks the request of the device that shows this code; None when there is no such device.

    It belongs to the browser that the code was typed in: a link to it is of no use to others.

    :param browser: the value of its cookie.
    """
    user_code = typed(text)
    device = user_code and provider.device_codes.waiting(provider.session, user_code)
    if not device:
        return None
    return provider.interactions.park(
        provider.session,
        device.request._replace(device=device.id),
        lifetime=device.expires_at - provider.clock(),
        browser=browser,
    )


def approve(
    provider: Provider, client: Client, request: AuthorizationRequest, login: Login, request_id: str
) -> bool:
    """Whether the device is approved by this call. Does not commit.

    Its tokens do not end with the browser session of the person who approved it.
    """
    assert request.device is not None
    if not provider.interactions.finish(provider.session, request_id):
        return False
    if not provider.device_codes.settle(provider.session, request.device, "approved"):
        return False
    apart = login._replace(sid=None, ends_at=None)
    grant = new_grant(provider, client, request, apart, "device", request.device)
    try:
        grants.save(provider.session, grant)
    except IntegrityError:
        return False
    return True


def decline(provider: Provider, request: AuthorizationRequest) -> None:
    """Tells the device at its next question that the person said no."""
    assert request.device is not None
    provider.device_codes.settle(provider.session, request.device, "denied")
