"""The blueprint that every page's view registers itself on."""

from flask import Blueprint

from app.web.application import refuse_zero_bytes

pages = Blueprint("pages", __name__)
pages.before_request(refuse_zero_bytes)
