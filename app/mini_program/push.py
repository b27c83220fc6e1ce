"""What WeChat tells us of its own accord: people who withdrew, changed or left.

WeChat waits five seconds and tries three times. Everything here is a few statements; whatever
fails is rolled back and not acknowledged, so that the push comes again.
"""

from flask import Response, request

from app.accounts.records.erasure import Erased, Pushed, obey_push
from app.database import db
from app.mini_program.blueprint import api
from app.sign_in.federation import current_federation
from app.web.rate_limits import limiter
from federation.errors import PushRefused, PushReplayed
from federation.push import EVERYTHING, Cancelled, Modified, PersonEvent, Revoked
from oidc.logout.session_end import end_sessions
from oidc.provider import current_provider
from oidc.tokens import grants
from oidc.tokens.grants import GrantFilter


@api.get("/push/<app_id>")
@limiter.limit("60/minute")
def check_push(app_id: str) -> Response:
    """Answers WeChat's check that the address is ours."""
    try:
        echo = current_federation().pushes.answer_check(db.session(), app_id, request.args)
    except PushRefused:
        return _text("refused", 403)
    return _text(echo)


@api.post("/push/<app_id>")
@limiter.limit("600/minute")
def receive_push(app_id: str) -> Response:
    """Does what an authorization-change event asks for, once."""
    pushes = current_federation().pushes
    try:
        event = pushes.receive(db.session(), app_id, request.args, request.get_data(cache=False))
    except PushReplayed:
        return _text("success")
    except PushRefused:
        db.session.rollback()
        return _text("refused", 403)
    if event is not None:
        _end_what_rests_on(_obey(event))
    db.session.commit()
    return _text("success")


def _obey(event: PersonEvent) -> Erased:
    return obey_push(
        db.session(),
        current_provider().clock,
        _name(event),
        event.app_id,
        event.openid,
        revoke_info=_items(event),
    )


def _name(event: PersonEvent) -> Pushed:
    if isinstance(event, Cancelled):
        return "user_authorization_cancellation"
    return "user_info_modified" if isinstance(event, Modified) else "user_authorization_revoke"


def _items(event: PersonEvent) -> str | None:
    if not isinstance(event, Revoked):
        return None
    return EVERYTHING if event.everything else ",".join(event.items)


def _end_what_rests_on(erased: Erased) -> None:
    provider = current_provider()
    if erased.revoke is not None:
        grants.revoke_all(db.session(), GrantFilter(subject=erased.revoke), provider.clock())
    end_sessions(provider, erased.ended)


def _text(body: str, status: int = 200) -> Response:
    return Response(body, status, mimetype="text/plain")
