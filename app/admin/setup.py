"""Mounts the config pages in the app."""

from typing import Any

from flask import Flask

from app.admin import access, words
from app.admin.blueprint import admin
from app.admin.forms import aria
from app.admin.views import VIEWS


def setup_admin(app: Flask) -> None:
    """Adds the pages and what their templates use."""
    assert VIEWS
    app.register_blueprint(admin)


@admin.context_processor
def in_every_page() -> dict[str, Any]:
    return {
        "me": access.signed_in(),
        "may_change": access.may_change(),
        "is_owner": access.is_owner(),
        "words": words,
        "aria": aria,
    }
