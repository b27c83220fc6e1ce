"""The ways in: connecting another, and taking one away."""

from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.claims import identity_digest
from app.accounts.records import linking
from app.accounts.records.linking import LinkedSource, sources_of
from app.database import db
from app.elements import current_federation
from app.pages import self_service
from app.pages.account.current_account import Here, for_recent
from app.pages.blueprint import pages
from app.pages.connections import chosen, name_of
from app.pages.sign_in import begin_with
from app.sessions.resting import end_what_rests_on
from app.sign_in.planted_passkeys import remove_planted
from app.web.i18n import current_language
from app.web.rate_limits import limiter
from federation.devices import ConnectionButton, offers
from oidc.provider import current_provider


@dataclass(frozen=True, slots=True)
class Shown:
    """A way in as the page shows it; the name itself is in the download alone.

    :param mark: names it in forms.
    :param shortened: the beginning and the end of what the source calls the person.
    """

    mark: str
    title: str
    shortened: str
    first_seen: int
    last_seen: int


def shown(source: LinkedSource) -> Shown:
    """What the person is told of one of their ways in."""
    shortened = f"{source.value[:4]}…{source.value[-4:]}"
    return Shown(_mark(source), _title(source), shortened, source.first_seen, source.last_seen)


def connectable() -> list[ConnectionButton]:
    """The connections by which another way in can be connected in this browser."""
    enabled = current_federation().connections.enabled(db.session())
    return list(offers(enabled, request.user_agent.string).buttons)


@pages.post("/account/sources/connect")
@limiter.limit("20/minute")
@for_recent
def connect(here: Here) -> ResponseReturnValue:
    """Begins to connect another way in, by scanning or on the source's own page."""
    parked = self_service.park("link", account=here.subject)
    return begin_with(parked, chosen(parked, request.form.get("connection", "")))


@pages.post("/account/sources/disconnect")
@limiter.limit("20/minute")
@for_recent
def disconnect(here: Here) -> ResponseReturnValue:
    """Takes a way in away, never the last one."""
    mark = request.form.get("source", "")
    for source in sources_of(db.session(), here.subject):
        if _mark(source) == mark:
            _disconnect(here, source)
    return redirect(url_for("pages.account"), 303)


def _disconnect(here: Here, source: LinkedSource) -> None:
    """Whoever came by it is out at once; this browser stays, whatever it came by."""
    provider = current_provider()
    outcome = linking.unlink(
        db.session(), here.subject, source.namespace, source.value, provider.clock, actor=here.actor
    )
    if outcome == "unlinked":
        identity = identity_digest(source.namespace, source.value)
        session, but = db.session(), here.session.sid
        end_what_rests_on(provider, session, here.subject, identity, but=but)
        if remove_planted(provider, session, here.subject, identity, actor=here.actor, but=but):
            flash(_("Passkeys that were made by it are removed, too."))
    db.session.commit()
    if outcome == "last":
        flash(
            _("This is the last way into your account, so it stays. Connect another first."), "bad"
        )
    elif outcome == "unlinked":
        named = name_of(current_federation().sources.get(source.source_id))
        told = _(
            "Done: this %(source)s no longer signs anybody in to your account, and whoever came by"
            " it is signed out. Only this browser stays signed in.",
            source=named,
        )
        flash(told)


def _mark(source: LinkedSource) -> str:
    return identity_digest(source.namespace, source.value)[:22]


def _title(source: LinkedSource) -> str:
    """The connection's name; of one that is gone, the name of its credential."""
    session, federation = db.session(), current_federation()
    connection = federation.connections.get(session, source.connection_id or "")
    if connection is not None:
        return connection.label(current_language().locale)
    known = federation.sources.get(source.source_id)
    store = federation.credentials.of(known.id) if known else None
    credential = store.get(session, source.credential_id) if store else None
    return credential.name if credential and credential.name else source.credential_id
