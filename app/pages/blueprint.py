"""The blueprint that every page's view registers itself on."""

from flask import Blueprint

pages = Blueprint("pages", __name__)
