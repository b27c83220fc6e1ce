"""Where administrators are signed in: one's own browsers, and those of others for owners."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.administrators import sessions
from app.management.console import access, desk, forms
from app.management.console.access import requires
from app.management.console.views import team


@requires("viewer")
def end_own_sessions() -> ResponseReturnValue:
    """Signs the administrator out of one other browser, or of all others."""
    ended = sessions.end_of(
        desk.session(),
        desk.clock(),
        access.current_admin(),
        forms.text("session") or None,
        actor=access.actor(),
        but=access.token(),
    )
    desk.session().commit()
    flash(_("Sessions ended: %(count)s.", count=ended))
    return redirect(url_for("admin.profile"), 303)


@requires("owner", confirmed=True)
def end_sessions_of_admin(admin_id: str) -> ResponseReturnValue:
    """Signs another administrator out of one browser, or of all."""
    known = team.load(admin_id)
    wanted = forms.text("session") or None
    session, clock, actor = desk.session(), desk.clock(), access.actor()
    ended = sessions.end_of(session, clock, known, wanted, actor=actor)
    session.commit()
    flash(_("Sessions ended: %(count)s.", count=ended))
    return redirect(url_for("admin.one_admin", admin_id=known.id), 303)
