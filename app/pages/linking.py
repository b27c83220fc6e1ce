"""Another way in for somebody who is signed in: what a source has said is added to the account."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.identification import source_tokens
from app.accounts.records import linking
from app.accounts.records.linking import Linked, NotLinked
from app.database import db
from app.notifications.listener import current_listener
from app.pages.connections import name_of
from app.pages.errors import error_page
from app.pages.parked import SignInRequest
from app.pages.person import lifetimes
from app.sessions import browser, cookie
from federation.connections import Connection
from federation.identity import Identity
from oidc.provider import current_provider


def link_here(
    parked: SignInRequest, identity: Identity, connection: Connection
) -> ResponseReturnValue:
    """Adds the identity to the account of who asked for it, if they are still here. Commits."""
    provider = current_provider()
    token = cookie.token(secure=provider.settings.secure)
    found = browser.get(db.session(), provider.clock, token, lifetimes=lifetimes())
    account_id = parked.interaction.host_state["account"]
    if found is None or found.account_id != account_id:
        db.session.commit()  # the ticket is spent
        return error_page("signed_out_meanwhile", again=url_for("pages.account"))
    provider.interactions.finish(db.session(), parked.id)
    outcome = linking.link(db.session(), account_id, identity, connection, provider.clock)
    if isinstance(outcome, Linked):
        source_tokens.keep(
            db.session(), provider.keyring, provider.clock(), connection.id, identity
        )
    db.session.commit()
    _tell(outcome, name_of(connection.source))
    return redirect(url_for("pages.account"), 303)


def _tell(outcome: Linked | NotLinked, source: str) -> None:
    if isinstance(outcome, Linked) and outcome.already:
        told = _("This %(source)s was connected with your account before. Nothing was changed.")
        flash(told % {"source": source})
    elif isinstance(outcome, Linked):
        flash(_("Done: this %(source)s now signs you in to your account.", source=source))
    elif outcome.reason == "gone":
        sentence = _("Your account was merged or deleted meanwhile, so nothing could be connected.")
        flash(sentence, "bad")
    elif current_listener().is_wanted(db.session(), "conflict.opened"):
        sentence = _(
            "This %(source)s belongs to another account here. Nothing was changed; the people who "
            "run this service are told.",
            source=source,
        )
        flash(sentence, "bad")
    else:
        sentence = _(
            "This %(source)s belongs to another account here. Nothing was changed; if it is yours, "
            "ask the people who run this service.",
            source=source,
        )
        flash(sentence, "bad")
