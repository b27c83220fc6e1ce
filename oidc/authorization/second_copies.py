"""What a second copy of an authorization request gets that was answered already."""

from flask import Response
from flask import request as http_request

from oidc.authorization.response import respond
from oidc.clients.client import Client
from oidc.host import Login
from oidc.interactions.store import Interaction
from oidc.provider import Provider
from oidc.tokens import grants
from oidc.tokens.issuer import TokenLifetimes


def answered_before(
    provider: Provider, client: Client, login: Login, interaction: Interaction | None
) -> Response:
    """A second copy of the request that was answered: a reload, Back, a lost answer.

    While its code lives and nobody has redeemed it, the same one for the same person; it is this
    browser's already, and is good for once as before. Else a page that says where to go.
    """
    assert interaction is not None
    assert interaction.request.response_target is not None
    grant = grants.get(provider.session, interaction.id)
    lifetime = TokenLifetimes.of(client, provider.settings).code
    if (
        not http_request.view_args  # a pushed request is good for one (RFC 9126 4)
        or grant is None
        or grant.subject != login.subject
        or grant.code_used_at is not None
        or grant.revoked_at is not None
        or grant.created_at + lifetime <= provider.clock()
    ):
        return provider.host.pages.gone_page(interaction.gone("used"))
    code = provider.token_issuer.code(grant, client)
    return respond(provider, interaction.request.response_target, {"code": code})
