"""GET /account: everything at a glance; and the name, which the person may choose."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.passkeys import passkeys_of
from app.accounts.records import directory
from app.accounts.records.linking import has_password, has_way_of_ours, sources_of
from app.audit import notices
from app.audit.trail import masked
from app.database import db
from app.elements import current_federation, passkeys_are_on
from app.pages.account.applications import applications_of
from app.pages.account.current_account import Here, for_person
from app.pages.account.passkeys import suggested_name
from app.pages.account.password import may_change
from app.pages.account.sessions import sessions_of
from app.pages.account.sources import connectable, shown
from app.pages.blueprint import pages
from app.pages.connections import name_of, name_of_all, name_or
from app.pages.moments import moment
from app.sign_in.client_display import colour, initial
from app.web.rate_limits import limiter
from oidc.provider import current_provider

NAME_LIMIT = 100


@pages.get("/account")
@limiter.limit("120/minute")
@for_person
def account(here: Here) -> ResponseReturnValue:
    """The person's own page: ways in, browsers, applications, what is known of them."""
    person = here.account
    sources = sources_of(db.session(), here.subject)
    name = name_or(person.name, sources[0].connection_id if sources else None)
    offered = connectable()
    phone_source = current_federation().sources.of_phone(person.phone_provenance)
    return render_template(
        "account.html",
        person=person,
        name=name,
        initial=initial(name),
        colour=colour(here.subject),
        phone=masked(person.phone),
        sources=[shown(source) for source in sources],
        last_way=len(sources) == 1 and not has_way_of_ours(db.session(), here.subject),
        passkeys=passkeys_of(db.session(), here.subject),
        passkeys_are_on=passkeys_are_on(),
        passkey_is_last=not sources and not has_password(db.session(), here.subject),
        suggested_name=suggested_name(),
        is_recent=here.is_recent,
        connectable=offered,
        source_name=name_of_all(offer.connection for offer in offered),
        phone_source=name_of(phone_source) if phone_source else "",
        sessions=sessions_of(here),
        applications=applications_of(here),
        notices=notices.of_person(db.session(), here.subject),
        may_change_password=may_change(here),
        moment=moment,
    )


@pages.post("/account/name")
@limiter.limit("30/minute")
@for_person
def rename(here: Here) -> ResponseReturnValue:
    """Another name, which a source's no longer replaces."""
    name = " ".join(request.form.get("name", "").replace("\0", "").split())[:NAME_LIMIT]
    if name and name != here.account.name:
        clock = current_provider().clock
        directory.rename(db.session(), clock, here.subject, name, actor=here.actor, by_person=True)
        db.session.commit()
        flash(_("Your name was changed."))
    return redirect(url_for("pages.account"), 303)
