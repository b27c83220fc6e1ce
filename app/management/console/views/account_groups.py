"""The groups of one person, put in and taken out from the page of the person."""

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.groups import catalog
from app.management.console import access, desk, forms
from app.management.console.access import requires
from app.management.console.saving import doing
from app.management.console.views.accounts import back, load
from app.management.services import groups as service


@requires("editor")
def change_groups_of(account_id: str) -> ResponseReturnValue:
    """Puts the person into a group, or takes them out of one that they were put into."""
    found, known = load(account_id), catalog.get(desk.session(), forms.text("group")[:64])
    if known is None:
        flash(_("There is no such group any more."), "bad")
        return back(found.id)
    change = service.remove_members if forms.ticked("out") else service.add_members
    with doing() as done:
        change(access.acting(), known, [found.id])
    if done.ok:
        flash(_("Changed. Applications see it at the next refresh."))
    return back(found.id)
