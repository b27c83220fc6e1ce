"""What a source tells us of its own accord: people who withdrew, changed or left.

WeChat, whose address has no source in it, waits five seconds and tries three times. Everything
here is a few statements; whatever fails is rolled back and not acknowledged, so that the push
comes again.
"""

import logging

from flask import Response, abort, request

from app.accounts.records.erasure import Erased, obey_push
from app.audit.pushes_seen import note_push
from app.database import db
from app.elements import current_federation
from app.mini_program.blueprint import api
from app.web.rate_limits import limiter
from federation.errors import PushRefused, PushReplayed
from federation.pushes import PushReceiver
from oidc.logout.session_end import end_sessions
from oidc.provider import current_provider
from oidc.tokens import revoking
from oidc.tokens.revoking import GrantFilter

log = logging.getLogger(__name__)

FIRST = {"source_id": "wechat"}
"""Whose pushes come to the address of 0.1.0."""
LONGEST_NAME = 40


@api.get("/push/<credential_id>", defaults=FIRST)
@api.get("/push/<source_id>/<credential_id>")
@limiter.limit("60/minute")
def check_push(source_id: str, credential_id: str) -> Response:
    """Answers the source's check that the address is ours."""
    receiver = _receiver(source_id)
    try:
        echo = receiver.answer_check(db.session(), credential_id, request.args)
    except PushRefused as error:
        return _refused(source_id, credential_id, error)
    _note(source_id, credential_id)
    db.session.commit()
    return _text(echo)


@api.post("/push/<credential_id>", defaults=FIRST)
@api.post("/push/<source_id>/<credential_id>")
@limiter.limit("600/minute")
def receive_push(source_id: str, credential_id: str) -> Response:
    """Forgets what a push wants forgotten, once."""
    receiver, body = _receiver(source_id), request.get_data(cache=False)
    try:
        withdrawal = receiver.receive(db.session(), credential_id, request.args, body)
    except PushReplayed:
        return _text("success")
    except PushRefused as error:
        return _refused(source_id, credential_id, error)
    if withdrawal is not None:
        source = current_federation().sources.get(source_id)
        assert source is not None
        clock = current_provider().clock
        _end_what_rests_on(obey_push(db.session(), clock, source, withdrawal))
    _note(source_id, credential_id)
    db.session.commit()
    return _text("success")


def _refused(source_id: str, credential_id: str, error: PushRefused) -> Response:
    """One warning tells the operator which app it was for, and what is wrong with it."""
    db.session.rollback()
    log.warning("a push for %r was refused: %s", credential_id[:LONGEST_NAME], error.detail)
    if current_federation().credentials.of(source_id).get(db.session(), credential_id) is not None:
        _note(source_id, credential_id, refused=True)
        db.session.commit()
    return _text("refused", 403)


def _note(source_id: str, credential_id: str, *, refused: bool = False) -> None:
    clock = current_provider().clock
    note_push(db.session(), clock, source_id, credential_id, refused=refused)


def _receiver(source_id: str) -> PushReceiver:
    receiver = current_federation().pushes.get(source_id)
    if receiver is None:
        abort(404)
    return receiver


def _end_what_rests_on(erased: Erased) -> None:
    provider = current_provider()
    end_sessions(provider, erased.ended, "policy")
    if erased.revoke is not None:
        revoking.revoke_all(db.session(), GrantFilter(subject=erased.revoke), provider.clock())


def _text(body: str, status: int = 200) -> Response:
    return Response(body, status, mimetype="text/plain")
