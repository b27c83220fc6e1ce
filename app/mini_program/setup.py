"""Mounts the API: it has no cookies, so a forged form of a browser can do nothing here."""

from flask import Flask

from app.mini_program import errors, push, tickets
from app.mini_program.blueprint import api
from app.mini_program.openapi import document

PARTS = (document, errors, push, tickets)
"""The modules whose views and error handlers are on the blueprint."""


def setup_federation_api(app: Flask) -> None:
    """Adds the API to the app; ``app.extensions["federation"]`` is the `Federation` it asks."""
    csrf = app.extensions.get("csrf")
    if csrf is not None:
        csrf.exempt(api)
    app.register_blueprint(api)
