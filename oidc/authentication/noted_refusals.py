"""Whose request a refused token-type request is."""

from typing import Any

from flask import Request, request

from oidc.authentication.client import presented_secret
from oidc.authentication.client_assertion import claimed_client_id
from oidc.protocol.errors import OAuthError
from oidc.provider import Provider
from oidc.refusals import note_refusal


def asking_client(sent: Request) -> str | None:
    """Whoever a token-type request says that it is from; believed for nothing else."""
    try:
        if assertion := sent.form.get("client_assertion"):
            return claimed_client_id(assertion)
        return presented_secret(sent)[0] or None
    except OAuthError:
        return None


def note_refused_body(provider: Provider, body: Any) -> None:
    """As `note_refusal`, of an answer that somebody else's code has made."""
    error = OAuthError(str(body["error"]), str(body.get("error_description", "")))
    note_refusal(provider, asking_client(request), error)
