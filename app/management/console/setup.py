"""Mounts the config pages in the app."""

from typing import Any

from flask import Flask, request

from app.management.console import access, labels
from app.management.console.blueprint import admin
from app.management.console.forms import aria
from app.management.console.views import VIEWS
from app.management.services.segments import id_of, segment_of
from app.web.i18n import current_language
from oidc.clients.client import Client

LONGEST_FORM = 2 * 1024 * 1024
"""Bytes: every field of the longest form with 10,000 characters that take nine bytes each."""


def setup_admin(app: Flask) -> None:
    """Adds the pages and what their templates use."""
    assert VIEWS
    app.register_blueprint(admin)


@admin.url_value_preprocessor
def take_long_forms(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A form with pages of text is answered with what is wrong with it, and keeps the text."""
    request.max_content_length = request.max_form_memory_size = LONGEST_FORM


@admin.url_defaults
def write_segment(_endpoint: str, values: dict[str, Any]) -> None:
    if "client_id" in values:
        values["client_id"] = segment_of(values["client_id"])


@admin.url_value_preprocessor
def read_segment(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "client_id" in values:
        values["client_id"] = id_of(values["client_id"])


def application_name(client: Client) -> str:
    """What an application is called, in the language of whoever reads."""
    return client.metadata.in_language("client_name", current_language().tag) or client.client_id


@admin.context_processor
def in_every_page() -> dict[str, Any]:
    return {
        "me": access.signed_in(),
        "may_change": access.may_change(),
        "is_owner": access.is_owner(),
        "words": labels,
        "aria": aria,
        "application_name": application_name,
    }
