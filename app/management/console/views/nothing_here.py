"""What is not there, or not any more: with the way on, and the receipt of whom was erased."""

from flask import Response, make_response, render_template, request
from werkzeug.exceptions import NotFound

from app.accounts.records import receipts
from app.management.console import access, desk
from app.management.console.blueprint import admin
from app.pages.errors import error_page
from app.web.client_address import request_id


@admin.errorhandler(NotFound)
def nothing_here(_error: NotFound) -> Response:
    """Says so within the console; outside of it to who is not signed in."""
    if access.signed_in() is None:
        return error_page("not_found")
    person = (request.view_args or {}).get("account_id")
    page = render_template(
        "admin/nothing_here.html",
        receipt=receipts.get(desk.session(), person) if person else None,
        was_sent=request.method == "POST",
        request_id=request_id(),
    )
    return make_response(page, 404)
