"""Has the host note whose request was refused and why, once the answer is there."""

from flask import Response, after_this_request, request

from oidc.database.statements import answered_already
from oidc.protocol.errors import OAuthError
from oidc.protocol.refusal import Refusal
from oidc.provider import Provider

ORDINARY = frozenset(
    (
        *("authorization_pending", "slow_down", "expired_token", "use_dpop_nonce"),
        *("insufficient_authorization", "access_denied", "login_required"),
        *("interaction_required", "consent_required", "account_selection_required"),
        *("temporarily_unavailable", "server_error"),
    )
)
"""Answers that belong to a flow, or that the client can do nothing about."""


def note_refusal(provider: Provider, client_id: str | None, error: OAuthError) -> None:
    """:param client_id: whose request it says it was; nothing is noted of an unknown one."""
    if not client_id or error.code in ORDINARY:
        return
    refusal = Refusal(client_id, request.path, error.code, error.hint, error.detail)

    def tell(response: Response) -> Response:
        # After the view: what it has written is committed, or is given up.
        with answered_already(provider.session):
            if provider.clients.get(provider.session, client_id) is not None:
                provider.host.audit.refused(refusal)
        return response

    after_this_request(tell)
