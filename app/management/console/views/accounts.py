"""One account: what is known of a person, their sessions and their ways in."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.passkeys import passkeys_of
from app.accounts.records import conflicts as conflict_queue
from app.accounts.records import directory, glances, linking, merge
from app.accounts.records.directory import AccountView
from app.audit.trail import Filter, page
from app.elements import current_federation
from app.groups import catalog, members, people
from app.management.console import access, desk, event_words, forms, labels, names
from app.management.console.access import requires
from app.management.console.saving import doing
from app.management.services import accounts as service
from app.management.services import people as people_service
from app.management.services.learning import LEARNT
from app.sessions import browser

MOST_CHOICES = 100
"""Groups that the page offers; a person gets into others from the group's own page."""
FEW = 4
"""Browsers that stand on the page at once; older ones are folded away."""


@requires("viewer")
def account(account_id: str) -> ResponseReturnValue:
    """All that is known of one person."""
    found, session = load(account_id), desk.session()
    events = page(session, Filter(subject=found.id), limit=15)
    groups = members.of_account(session, found.id)
    seen = glances.glances(session, [found], desk.clock()())[found.id]
    let_in = people.of_account(session, found.id)
    held = people_service.applications_of(access.acting(), found.id)
    at = {*(one.client_id for one in held), *(one.client_id or "" for one in events)}
    at |= {one.client_id for one in let_in}
    return render_template(
        "admin/account.html",
        account=found,
        identities=linking.sources_of(session, found.id),
        sessions=browser.of_account(session, desk.clock(), found.id),
        passkeys=passkeys_of(session, found.id),
        merges=merge.merges_of(session, found.id),
        conflicts=[c for c in conflict_queue.of_account(session, found.id) if c.state == "open"],
        connections=current_federation().connections.all(session),
        groups=groups,
        choices=_other_groups(groups),
        let_in=let_in,
        events=events,
        applications=names.of_applications(at),
        ways=names.of_connections(),
        few=FEW,
        said=event_words,
        seen=seen,
        held=held,
        learnable=LEARNT,
        now=desk.clock()(),
    )


@requires("editor")
def sign_account_out(account_id: str) -> ResponseReturnValue:
    """Ends one session of the person, or all of them, and tells their applications."""
    found, sid = load(account_id), forms.text("sid")
    if sid:
        ended = service.end_session(access.acting(), found.id, sid)
    else:
        offline = forms.ticked("offline")
        ended = service.sign_out(access.acting(), found.id, offline=offline)
    desk.session().commit()
    flash(_("Sessions ended: %(count)s.", count=ended.sessions if ended else 0))
    return back(found.id)


@requires("editor", confirmed=True)
def unlink_identity(account_id: str) -> ResponseReturnValue:
    """Takes one identity away; the last way in stays."""
    found, session = load(account_id), desk.session()
    namespace, value = forms.text("namespace"), forms.text("value")
    outcome = service.unlink(access.acting(), found.id, namespace, value)
    if outcome == "unlinked":
        session.commit()
        flash(_("Unlinked; the person has to sign in again."))
    elif outcome == "last":
        session.rollback()
        flash(_("This is the only way in. Disable the account instead, or link another."), "warn")
    else:
        flash(_("Somebody else took this away before. Nothing was changed."), "warn")
    return back(found.id)


@requires("editor", confirmed=True)
def remove_passkey_of(account_id: str) -> ResponseReturnValue:
    """Takes one passkey away, such as that of a lost phone; the last way in stays."""
    found = load(account_id)
    outcome = service.remove_passkey(access.acting(), found.id, forms.text("passkey")[:64])
    if outcome == "removed":
        flash(_("The passkey is removed, and whoever signed in by a passkey is out."))
    elif outcome == "last":
        flash(_("This is the only way in. Disable the account instead, or link another."), "warn")
    else:
        flash(_("Somebody else took this away before. Nothing was changed."), "warn")
    desk.session().commit()
    return back(found.id)


@requires("editor", confirmed=True)
def link_identity(account_id: str) -> ResponseReturnValue:
    """Adds an identity that an admin vouches for."""
    found, session = load(account_id), desk.session()
    connection = current_federation().connections.get(session, forms.text("connection"))
    if connection is None:
        flash(_("Choose a connection."), "bad")
        return back(found.id)
    with doing() as done:
        service.link(access.acting(), found.id, connection, forms.text("openid"))
    if done.ok:
        flash(_("Linked."))
    return back(found.id)


def _other_groups(groups: list[tuple[str, str, bool]]) -> list[tuple[str, str]]:
    """Id and name of groups that somebody was not put into."""
    there = {id_ for id_, _name, put in groups if put}
    every = [one for one in catalog.every(desk.session()) if one.id not in there]
    return [(one.id, labels.brief(one.called)) for one in every[:MOST_CHOICES]]


def load(account_id: str) -> AccountView:
    """The account, or the page that says there is none."""
    found = None
    if len(account_id) <= 22 and "\0" not in account_id:
        found = directory.get(desk.session(), account_id)
    if found is None:
        abort(404)
    return found


def back(account_id: str) -> ResponseReturnValue:
    return redirect(url_for("admin.account", account_id=account_id), 303)
