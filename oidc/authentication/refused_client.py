"""Why a client was not believed, told so that whoever runs it can mend it."""

from typing import Any

from oidc.authentication.client import presented_methods, secret_readings
from oidc.clients.client import Client

_SENT = {
    "client_secret_basic": "a secret in the Authorization header",
    "client_secret_post": "a secret in the form",
    "private_key_jwt": "a signed assertion",
    "client_secret_jwt": "an assertion signed with the secret",
    "none": "no credentials",
}


def has_right_secret(request: Any, client: Client) -> bool:
    """Whether a secret of this client was presented, in whichever way."""
    return any(client.check_client_secret(secret) for _, secret in secret_readings(request))


def why_not_authenticated(request: Any, client: Client | None) -> str:
    """A sentence that names the way that was used and the one that is registered.

    :param client: None where it is unknown.
    """
    if client is None and not next(secret_readings(request))[0]:
        return "Nothing says which client asks: send credentials, or a public client's client_id."
    if client is None:
        return "There is no such client, or it is switched off; check the client_id."
    sent = presented_methods(request)
    registered = client.metadata.token_endpoint_auth_method
    if not set(sent) & set(client.auth_methods):
        return _wrong_way(request, client, sent[0], registered)
    if sent[0] in ("client_secret_basic", "client_secret_post"):
        return "The client secret is wrong."
    return f"The client must authenticate with {registered}."


def _wrong_way(request: Any, client: Client, sent: str, registered: str) -> str:
    came = f"The client sent {_SENT[sent]} and is registered for {registered}"
    if not has_right_secret(request, client):
        return came + "."
    if registered.startswith("client_secret_") and registered != "client_secret_jwt":
        return (
            f"{came}. The secret is right: send it in that way, or an administrator turns off "
            "require_registered_auth_method."
        )
    return f"{came}. The secret is right: use that method, or an administrator changes it."
