"""Accounts: finding people, and what an admin may do about one of them."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import conflicts as conflict_queue
from app.accounts import directory, linking, merge
from app.accounts.attachment import Raced, attach
from app.accounts.directory import AccountView
from app.accounts.keys import OPENID
from app.admin import access, desk, forms
from app.admin.access import requires
from app.admin.blueprint import admin
from app.audit.trail import Event, Filter, page, record
from app.sessions import browser
from federation import ExternalKey, Identity
from oidc import grant_store
from oidc.grant_store import Whose
from oidc.logout.ended import end_sessions

PER_PAGE = 50


@admin.get("/accounts")
@requires("viewer")
def accounts() -> ResponseReturnValue:
    """The newest first, or those that the words of the search mean."""
    wanted = request.args.get("q", "").strip()[:200]
    if wanted:
        found = directory.search(desk.session(), wanted)
        return render_template("admin/accounts.html", found=found, wanted=wanted, after="")
    after = _after()
    found = directory.page(desk.session(), after=after, limit=PER_PAGE + 1)
    last = found[PER_PAGE - 1] if len(found) > PER_PAGE else None
    return render_template(
        "admin/accounts.html",
        found=found[:PER_PAGE],
        wanted="",
        after=request.args.get("after", ""),
        next_after=f"{last.created_at}.{last.id}" if last else None,
    )


def _after() -> tuple[int, str] | None:
    moment, _dot, account_id = request.args.get("after", "").partition(".")
    if moment.isascii() and moment.isdigit() and len(moment) < 16:
        return int(moment), account_id[:22]
    return None


@admin.get("/accounts/<account_id>")
@requires("viewer")
def account(account_id: str) -> ResponseReturnValue:
    """All that is known of one person."""
    found, session = find(account_id), desk.session()
    return render_template(
        "admin/account.html",
        account=found,
        identities=linking.sources_of(session, found.id),
        sessions=browser.of_account(session, desk.clock(), found.id),
        merges=merge.merges_of(session, found.id),
        conflicts=[c for c in conflict_queue.of_account(session, found.id) if c.state == "open"],
        connections=desk.federation().connections.all(session),
        events=page(session, Filter(subject=found.id), limit=15),
        now=desk.clock()(),
    )


@admin.post("/accounts/<account_id>/switch")
@requires("editor")
def switch_account(account_id: str) -> ResponseReturnValue:
    """Shuts the account or opens it again."""
    found, session = find(account_id), desk.session()
    if found.disabled_at is None:
        end_sessions(
            desk.provider(),
            directory.disable(session, desk.clock(), found.id, actor=access.actor()),
        )
        grant_store.revoke_all(session, Whose(subject=found.id), desk.clock()())
        flash(_("The account is disabled; its sessions and tokens have ended."))
    else:
        directory.enable(session, desk.clock(), found.id, actor=access.actor())
        flash(_("The account can sign in again."))
    session.commit()
    return back(found.id)


@admin.post("/accounts/<account_id>/sign-out")
@requires("editor")
def sign_account_out(account_id: str) -> ResponseReturnValue:
    """Ends one session of the person, or all of them, and tells their applications."""
    found, session = find(account_id), desk.session()
    sid = forms.text("sid")
    if sid:
        one = browser.end_by_sid(session, found.id, sid)
        ended = [one] if one else []
    else:
        ended = browser.end_all(session, found.id)
    end_sessions(desk.provider(), ended)
    detail = {"sessions": len(ended)}
    record(
        session,
        desk.clock(),
        Event("account.signed_out", access.actor(), found.id, detail=detail),
    )
    session.commit()
    flash(_("%(count)s sessions have ended.", count=len(ended)))
    return back(found.id)


@admin.post("/accounts/<account_id>/unlink")
@requires("editor", confirmed=True)
def unlink_identity(account_id: str) -> ResponseReturnValue:
    """Takes one WeChat identity away; the last way in stays."""
    found, session = find(account_id), desk.session()
    namespace, value = forms.text("namespace"), forms.text("value")
    outcome = linking.unlink(
        session, found.id, namespace, value, desk.clock(), actor=access.actor()
    )
    if outcome == "last":
        session.rollback()
        flash(_("This is the only way in. Disable the account instead, or link another."), "warn")
        return back(found.id)
    end_sessions(desk.provider(), browser.end_all(session, found.id))
    grant_store.revoke_all(session, Whose(subject=found.id), desk.clock()())
    session.commit()
    flash(_("Unlinked; the person has to sign in again."))
    return back(found.id)


@admin.post("/accounts/<account_id>/link")
@requires("editor", confirmed=True)
def link_identity(account_id: str) -> ResponseReturnValue:
    """Adds an OpenID that an admin vouches for."""
    found, session = find(account_id), desk.session()
    connection = desk.federation().connections.get(session, forms.text("connection"))
    openid = forms.text("openid")
    if connection is None or not 6 <= len(openid) <= 128 or not openid.isascii():
        flash(_("Choose a connection and enter the OpenID: 6 to 128 characters."), "bad")
        return back(found.id)
    key = ExternalKey(OPENID + connection.app.app_id, openid)
    identity = Identity(keys=(key,), phone=None, name=None, picture=None, raw={})
    try:
        owner = attach(session, identity, found.id, desk.clock(), connection_id=connection.id)
    except Raced:
        session.rollback()
        abort(404)
    if owner is not None:
        session.rollback()
        flash(
            _("It belongs to another account: %(owner)s. Merge them instead.", owner=owner), "bad"
        )
        return back(found.id)
    event = Event(
        "account.linked",
        access.actor(),
        found.id,
        connection_id=connection.id,
        detail={"key": key.namespace},
    )
    record(session, desk.clock(), event)
    session.commit()
    flash(_("Linked."))
    return back(found.id)


def find(account_id: str) -> AccountView:
    """The account, or the page that says there is none."""
    found = None
    if len(account_id) <= 22 and "\0" not in account_id:
        found = directory.get(desk.session(), account_id)
    if found is None:
        abort(404)
    return found


def back(account_id: str) -> ResponseReturnValue:
    return redirect(url_for("admin.account", account_id=account_id), 303)
