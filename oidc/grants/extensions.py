"""What plugs into grants through Authlib's hooks."""

from typing import Any

from oidc.protocol import pkce
from oidc.protocol.errors import OAuthError
from oidc.tokens.grants import Grant


class RequireS256:
    """Checks the code verifier against the challenge that came with the request (RFC 7636 4.6).

    A verifier where no challenge was sent is refused too: somebody has stripped the challenge
    (RFC 9700 4.8.2).
    """

    def __call__(self, grant: Any) -> None:
        grant.register_hook("after_validate_token_request", self.check_verifier)

    def check_verifier(self, grant: Any, _result: object) -> None:
        challenge = grant.request.authorization_code.grant.code_challenge
        verifier = grant.request.form.get("code_verifier")
        if challenge is None and verifier is None:
            return
        if verifier is None:
            raise OAuthError("invalid_grant", "The code_verifier parameter is missing.")
        if challenge is None or not pkce.verify(verifier, challenge):
            raise OAuthError("invalid_grant", "The code_verifier does not fit the code_challenge.")


class IdToken:
    """Adds the ID token where ``openid`` was granted (OpenID Connect Core 3.1.3.3 and 12.2)."""

    def __call__(self, grant: Any) -> None:
        grant.register_hook("after_create_token_response", self.add)

    def add(self, grant: Any, response: tuple[int, dict[str, Any], object]) -> None:
        row, released = grant.request.credential
        tokens = response[1]
        assert isinstance(row, Grant)
        if "openid" in row.scopes:
            provider = grant.provider
            tokens["id_token"] = provider.token_issuer.id_token(
                provider.session, row, grant.client, released, tokens["access_token"]
            )
