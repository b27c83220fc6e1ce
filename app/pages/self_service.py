"""What we park for ourselves: a sign-in for our own pages, another way in, or a proof.

It is kept and bound to the browser like an application's authorization request, and every way to
sign in works for it unchanged; only what follows differs (`app.pages.new_session`).
"""

from typing import Any

from flask import Response, after_this_request

from app.database import db
from app.pages.parked import OWN, SignInRequest, Task
from oidc.authorization.browser import browser_id, set_browser_cookie
from oidc.clients.client import Client
from oidc.protocol.authorization_request import AuthorizationRequest
from oidc.provider import current_provider


def park(task: Task, client: Client | None = None, **state: Any) -> SignInRequest:
    """Parks a request of our own for this browser. Joins the transaction.

    :param client: the application on whose behalf, where there is one.
    :param state: what the end of the sign-in must know.
    """
    provider = current_provider()
    browser = browser_id(provider)
    authorization_request = AuthorizationRequest(client.client_id if client else "")
    interaction = provider.interactions.park(
        db.session(),
        authorization_request,
        lifetime=provider.settings.interaction_lifetime,
        kind=OWN,
        browser=browser,
    )
    provider.interactions.keep(db.session(), interaction.id, {"task": task, **state})

    @after_this_request
    def remember(response: Response) -> Response:
        set_browser_cookie(provider, response, browser)
        return response

    kept = provider.interactions.get(db.session(), interaction.id)
    assert kept is not None
    return SignInRequest(kept, client)
