"""Who asks to be let in, at every application."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.groups import people
from app.management.console import desk, labels
from app.management.console.access import requires
from app.management.console.names import of_administrators
from app.management.console.views.application_access import after_of, key_of

PER_PAGE = 50


@requires("viewer")
def access_requests() -> ResponseReturnValue:
    """The oldest first; what was answered is found again by its state."""
    state = request.args.get("state", "asked")
    state = state if state in people.STATES else "asked"
    after = request.args.get("after", "")
    found = people.page(desk.session(), state=state, after=after_of(after), limit=PER_PAGE + 1)
    shown, session = found[:PER_PAGE], desk.session()
    known = (desk.provider().clients.stored(session, one) for one in {o.client_id for o in shown})
    return render_template(
        "admin/access_requests.html",
        found=shown,
        state=state,
        names={one.client_id: labels.application(one) for one in known if one},
        deciders=of_administrators(one.decided_by for one in shown),
        after=after,
        next_after=key_of(found[PER_PAGE - 1]) if len(found) > PER_PAGE else None,
    )
