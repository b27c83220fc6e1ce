"""The one way from a request or a command to the upstream sources."""

from flask import current_app

from federation import Federation


def current_federation() -> Federation:
    """The federation of the application that handles this request."""
    federation: Federation = current_app.extensions["federation"]
    return federation
