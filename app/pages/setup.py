"""Mounts the pages in the app."""

from typing import Any

from flask import Flask

from app.branding.serving import branding
from app.branding.source_look import styles_address
from app.pages import (
    cancel,
    consent,
    device_code,
    language,
    password,
    scan,
    select_account,
    sign_in,
    sign_out,
)
from app.pages.account.setup import VIEWS as ACCOUNT_VIEWS
from app.pages.blueprint import pages
from app.pages.errors import setup_errors
from app.pages.language import here
from app.pages.source_words import name_of
from app.pages.which_account import connecting, question
from app.sign_in.federation import current_federation
from app.web.assets import YEAR, asset
from app.web.i18n import setup_i18n

VIEWS = (
    sign_in,
    password,
    scan,
    question,
    connecting,
    consent,
    select_account,
    cancel,
    device_code,
    sign_out,
    language,
    *ACCOUNT_VIEWS,
)
"""The modules whose views are on the blueprint."""


def setup_pages(app: Flask) -> None:
    """Adds the pages, their languages, their error pages and what their templates use."""
    setup_i18n(app)
    setup_errors(app)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR
    app.jinja_env.globals.update(asset=asset, here=here, source_styles=styles_address)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_everywhere)
    app.register_blueprint(pages)
    app.register_blueprint(branding)


def _everywhere() -> dict[str, Any]:
    return {"sandboxed": ", ".join(map(name_of, current_federation().sandboxed))}
