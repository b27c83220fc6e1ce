"""What is known of a provider beforehand, so that its administrators need not enter it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from federation.oauth.claim_map import ClaimMap

STANDARD = ClaimMap()


@dataclass(frozen=True)
class Preset:
    """Data alone. Addresses may hold ``{fields}`` of the credential.

    :param issuer: of an OpenID provider: its metadata tells the rest (OpenID Connect Discovery).
    :param authorization_endpoint: and the others: of a provider without metadata.
    :param scope: what is asked for.
    :param parameters: further ones of the authorization request.
    :param offline: those that are sent besides where tokens are kept, to get a refresh token.
    :param authentication: how we authenticate at the token endpoint (OpenID Connect Core 9); empty:
        as the provider's metadata says, and in the form where it says nothing.
    :param assertion_audience: of ``private_key_jwt``: ``issuer`` or ``token_endpoint``.
    :param response_mode: empty for the provider's own choice, or ``form_post``.
    :param pkce: whether it takes a code challenge (RFC 7636).
    :param userinfo: ``auto`` asks its user-info address where the ID token leaves out what is
        mapped; ``always``, ``never``.
    :param userinfo_headers: that its user-info address wants.
    :param token_parameter: where the access token goes in a request for user-info; empty: in the
        header (RFC 6750 2.1).
    :param envelope: JSON pointer to the object within an answer, where one is around it.
    :param id_token_alg: the one algorithm of its ID tokens; empty for any of its public keys.
    :param want_new_code: its names of errors that a fresh code mends, beside ``invalid_grant``.
    :param named: its names or numbers of errors, and what RFC 6749 calls each.
    :param errors: pointers to what names an error in an answer, also where its status is 200.
    :param claims: where it tells what.
    """

    issuer: str = ""
    authorization_endpoint: str = ""
    token_endpoint: str = ""
    userinfo_endpoint: str = ""
    scope: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    offline: Mapping[str, str] = field(default_factory=dict)
    authentication: str = ""
    assertion_audience: str = "issuer"
    response_mode: str = ""
    pkce: bool = True
    userinfo: str = "auto"
    userinfo_headers: Mapping[str, str] = field(default_factory=dict)
    token_parameter: str = ""
    envelope: str = ""
    id_token_alg: str = ""
    want_new_code: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[str, ...] = ("/error", "/error_code", "/errcode")
    claims: ClaimMap = STANDARD
