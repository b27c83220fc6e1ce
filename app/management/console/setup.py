"""Mounts the config pages in the app."""

from typing import Any

from flask import Flask, request

from app.management.console import labels
from app.management.console.blueprint import admin
from app.management.console.views import VIEWS, nothing_here
from app.management.services.segments import id_of, segment_of

LONGEST_FORM = 2 * 1024 * 1024
"""Bytes: every field of the longest form with 10,000 characters that take nine bytes each."""
LONGEST_FILE = 128 * 1024 * 1024
"""Bytes of a file of people; the server hands on no more (`app.serving.bounds`)."""


def setup_admin(app: Flask) -> None:
    """Adds the pages and what their templates use."""
    assert VIEWS
    app.register_blueprint(admin)
    app.add_template_filter(labels.to_consoles)
    nothing_here.setup_wrong_addresses(app)


@admin.url_value_preprocessor
def take_long_forms(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A form with pages of text is answered with what is wrong with it, and keeps the text."""
    request.max_content_length = request.max_form_memory_size = LONGEST_FORM
    if endpoint == "admin.import_accounts":
        request.max_content_length = LONGEST_FILE


@admin.url_defaults
def write_segment(_endpoint: str, values: dict[str, Any]) -> None:
    if "client_id" in values:
        values["client_id"] = segment_of(values["client_id"])


@admin.url_value_preprocessor
def read_segment(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "client_id" in values:
        values["client_id"] = id_of(values["client_id"])
