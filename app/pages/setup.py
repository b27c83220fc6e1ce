"""Mounts the pages in the app."""

from flask import Flask

from app.branding.serving import branding
from app.branding.source_look import mark
from app.elements import Elements
from app.pages import (
    cancel,
    consent,
    device_code,
    domain_file,
    kept_out,
    language,
    passkey,
    password,
    scan,
    security_txt,
    select_account,
    sign_in,
    sign_out,
    source_logout,
    welcome,
)
from app.pages.account.setup import VIEWS as ACCOUNT_VIEWS
from app.pages.blueprint import pages
from app.pages.brand import current_brand
from app.pages.connections import button_words, sandboxed
from app.pages.errors import setup_errors
from app.pages.which_account import connecting, question
from app.web.i18n import here, setup_i18n
from app.web.times import setup_times

VIEWS = (
    sign_in,
    password,
    passkey,
    scan,
    question,
    connecting,
    consent,
    select_account,
    kept_out,
    cancel,
    device_code,
    sign_out,
    source_logout,
    language,
    security_txt,
    domain_file,
    welcome,
    *ACCOUNT_VIEWS,
)
"""The modules whose views are on the blueprint."""


def setup_pages(app: Flask) -> None:
    """Adds the pages, their languages, their error pages and what their templates use."""
    setup_i18n(app)
    setup_times(app)
    setup_errors(app)
    app.jinja_env.globals.update(here=here, sandboxed=sandboxed, button_words=button_words)
    app.jinja_env.globals.update(current_brand=current_brand)
    elements: Elements = app.extensions["elements"]
    app.jinja_env.globals["source_styles_mark"] = mark(elements.sources)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(pages)
    app.register_blueprint(branding)
