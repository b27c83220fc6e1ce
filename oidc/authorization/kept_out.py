"""Somebody whom the application does not let in: the host's log says so, and the client is told."""

from oidc.authorization.dispatcher import KEPT_OUT
from oidc.clients.client import Client
from oidc.host import Login
from oidc.protocol.errors import OAuthError
from oidc.provider import Provider


def note_kept_out(provider: Provider, client: Client, login: Login) -> None:
    """Joins the transaction."""
    provider.host.audit.note(
        "access.refused", client_id=client.client_id, subject=login.subject, outcome="refused"
    )


def check_let_in(provider: Provider, client: Client, login: Login) -> None:
    """For a sign-in without a page of ours; whoever answers commits.

    :raises OAuthError: ``access_denied`` (RFC 6749 4.1.2.1).
    """
    if login.limited and not provider.host.people.lets_in(client.client_id, login):
        note_kept_out(provider, client, login)
        raise OAuthError("access_denied", KEPT_OUT)
