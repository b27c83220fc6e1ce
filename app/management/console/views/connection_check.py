"""Whether a connection is set up: what its source says when it is asked."""

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.elements import current_federation
from app.management.console import access, desk
from app.management.console.access import requires
from app.management.console.labels import explain
from app.management.services import credentials as service
from app.web.rate_limits import limiter
from federation import Connection
from federation.errors import Misconfigured, Unavailable


@requires("editor")
@limiter.limit("20/minute")
def check_connection(connection_id: str) -> ResponseReturnValue:
    """Asks the source whether it takes the credential from here, and what is left of its quotas;
    what sign-ins and pushes have shown stands on the page."""
    known = current_federation().connections.get(desk.session(), connection_id)
    if known is None or known.source.check_credential is None:
        abort(404)
    desk.session().rollback()  # the database is not kept waiting for the source
    named = _(known.source.name)
    try:
        _ask(known, named)
    except Misconfigured as error:
        flash(explain(known.source, error.errcode), "bad")
    except Unavailable:
        flash(_("%(source)s could not be asked. Can this server reach it?", source=named), "warn")
    desk.session().commit()
    return redirect(url_for("admin.connection", connection_id=known.id), 303)


def _ask(known: Connection, named: str) -> None:
    actor = access.acting()
    service.check(actor, known.source, known.credential)
    flash(_("%(source)s takes the credential, and this server's address.", source=named))
    for quota in service.quotas(actor, known.source, known.credential):
        counted = {"what": _(quota.title), "left": quota.left, "limit": quota.limit}
        if quota.daily:
            left = _("%(what)s: %(left)s of %(limit)s left today.", **counted)
        else:
            left = _("%(what)s: %(left)s of %(limit)s left.", **counted)
        flash(left, "message" if quota.left * 10 > quota.limit else "warn")
