"""The blueprint that every config page registers itself on."""

from flask import Blueprint

from app.web.application import refuse_zero_bytes

admin = Blueprint("admin", __name__, url_prefix="/admin")
admin.before_request(refuse_zero_bytes)
