"""The blueprint of the API and the federation behind it."""

from flask import Blueprint, current_app

from federation import Federation

api = Blueprint("federation_api", __name__, url_prefix="/federation/v1")


def current_federation() -> Federation:
    """The federation of the application that handles this request."""
    federation: Federation = current_app.extensions["federation"]
    return federation
