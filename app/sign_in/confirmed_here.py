"""Where somebody has just said who they are: what others are told of it later."""

from flask import request

from app.web.client_address import client_address
from federation.devices import label_of
from federation.tickets import ConfirmedFrom
from oidc.provider import current_provider


def confirmed_here() -> ConfirmedFrom:
    """Now, on the device and from the address of this request."""
    now = current_provider().clock()
    return ConfirmedFrom(now, label_of(request.user_agent.string), client_address())
