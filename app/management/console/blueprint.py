"""The blueprint that every config page registers itself on."""

from flask import Blueprint

admin = Blueprint("admin", __name__, url_prefix="/admin")
