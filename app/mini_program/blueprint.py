"""The blueprint that every view of the API registers itself on."""

from flask import Blueprint

api = Blueprint("federation_api", __name__, url_prefix="/federation/v1")
