"""The applications that the person has let in: starting them, and taking that back."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.trail import Event, record
from app.branding import store as branding_store
from app.branding.store import PLAIN
from app.database import db
from app.pages.account.current_account import Here, for_person
from app.pages.blueprint import pages
from app.pages.scopes import sentences
from app.sign_in.client_display import ClientDisplay, from_client
from app.web.i18n import current_language
from app.web.rate_limits import limiter
from oidc.clients.metadata import ClientMetadata
from oidc.logout import withdrawal
from oidc.provider import current_provider


@dataclass(frozen=True, slots=True)
class Shown:
    """An application as the page shows it: what it may do, in sentences, and since when.

    :param resources: the APIs that it may use in the person's name.
    :param start: the link that has it sign the person in, where it registered one.
    """

    application: ClientDisplay
    sentences: list[str]
    since: int
    start: str | None = None
    resources: tuple[str, ...] = ()


def applications_of(here: Here) -> list[Shown]:
    """The applications that may know something of the person."""
    provider, language = current_provider(), current_language().tag
    found = []
    known = withdrawal.accesses_of(db.session(), here.subject, provider.clock())
    worn = branding_store.of_clients(db.session(), [access.client_id for access in known])
    for access in known:
        client = provider.clients.get(db.session(), access.client_id)
        if client is not None:
            branding = worn.get(access.client_id, PLAIN)
            application = from_client(client, language, branding=branding)
            start = start_link(client.metadata, provider.settings.issuer)
            resources = tuple(sorted(access.resources))
            may = sentences(access.scopes)
            found.append(Shown(application, may, access.since, start, resources))
    return found


def start_link(metadata: ClientMetadata, issuer: str) -> str | None:
    """Where a browser makes the application begin a sign-in with us (OpenID Connect Core 4).

    None where it has not registered how, or not with https.
    """
    address = metadata.initiate_login_uri or ""
    if not address.lower().startswith("https://"):
        return None
    sent = {"iss": issuer}
    if metadata.client_uri:
        # The application must refuse any other place (Core 4), and may be strict about its own.
        sent["target_link_uri"] = metadata.client_uri
    return address + ("&" if "?" in address else "?") + urlencode(sent)


@pages.post("/account/applications/withdraw")
@limiter.limit("30/minute")
@for_person
def withdraw(here: Here) -> ResponseReturnValue:
    """Takes back what an application may do: consent, tokens and its own sign-in."""
    provider = current_provider()
    client_id = request.form.get("client_id", "")[:255]
    withdrawal.withdraw(provider, here.subject, client_id)
    event = Event("consent.withdrawn", here.actor, here.subject, client_id=client_id)
    record(db.session(), provider.clock, event)
    db.session.commit()
    flash(_("Done: the application no longer has access. It will have to ask you again."))
    return redirect(url_for("pages.account"), 303)


__all__ = ["Shown", "applications_of"]
