"""What is kept about the person: a copy to take away, and the end of it."""

import json

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.records import erasure, export, receipts
from app.accounts.records.linking import sources_of
from app.audit.trail import Event, record
from app.database import db
from app.elements import current_federation
from app.pages.account.current_account import Here, for_recent
from app.pages.blueprint import pages
from app.pages.connections import name_of
from app.sessions import cookie
from app.web.rate_limits import limiter
from oidc.interactions import consents
from oidc.logout import withdrawal
from oidc.logout.session_end import end_sessions
from oidc.provider import current_provider
from oidc.tokens import revoking
from oidc.tokens.revoking import GrantFilter


@pages.post("/account/download")
@limiter.limit("10/minute")
@for_recent
def download(here: Here) -> ResponseReturnValue:
    """Everything that is known of the person, as a JSON file."""
    provider = current_provider()
    document = export.document(db.session(), provider.clock, here.subject) or {}
    document["applications"] = [
        {
            "client_id": one.client_id,
            "scopes": sorted(one.scopes),
            "resources": sorted(one.resources),
            "since": one.since,
        }
        for one in withdrawal.accesses_of(db.session(), here.subject, provider.clock())
    ]
    record(db.session(), provider.clock, Event("account.exported", here.actor, here.subject))
    db.session.commit()
    response = Response(
        json.dumps(document, ensure_ascii=False, indent=2), mimetype="application/json"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="my-account.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get("/account/delete")
@for_recent
def ask_delete(here: Here) -> ResponseReturnValue:
    """What will be gone, and the field for the word."""
    return render_template("account_delete.html", word=_word(), source_name=_source_name(here))


@pages.post("/account/delete")
@limiter.limit("10/minute")
@for_recent
def delete(here: Here) -> ResponseReturnValue:
    """Forgets the person, once they have typed the word."""
    if request.form.get("word", "").strip().casefold() != _word().casefold():
        problem = _("Type the word exactly as it stands above the field.")
        page = render_template(
            "account_delete.html", word=_word(), problem=problem, source_name=_source_name(here)
        )
        return page, 400
    provider = current_provider()
    erased = erasure.delete_account(db.session(), provider.clock, here.subject, actor=here.actor)
    ended = end_sessions(provider, erased.ended)
    theirs = GrantFilter(subject=here.subject)
    revoked = revoking.revoke_all(db.session(), theirs, provider.clock())
    removed = {
        **erased.counts,
        "consents": consents.withdraw(db.session(), here.subject),
        "grants": ended.revoked + revoked,
    }
    receipt = receipts.write(db.session(), provider.clock, here.subject, removed, actor=here.actor)
    db.session.commit()
    response = make_response(render_template("account_deleted.html", receipt=receipt.id))
    cookie.clear(response, secure=provider.settings.secure)
    return response


def _source_name(here: Here) -> str:
    """What the person comes by, where that is one source."""
    sources = current_federation().sources
    ids = {one.source_id for one in sources_of(db.session(), here.subject)}
    return name_of(sources.get(ids.pop()) if len(ids) == 1 else None)


def _word() -> str:
    """What the person types, in their language."""
    return _("delete")
