"""What must be true between the members of a client's metadata.

Each check gives the problems that it finds. RFC 7591 2.1, OpenID Connect Registration 2, Core 8.1,
Front-Channel Logout 2, and the FAPI 2.0 Security Profile 5.3.
"""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from oidc.clients.metadata import ClientMetadata
from oidc.clients.metadata_fields import RegistrationPolicy
from oidc.protocol import redirect_uris
from oidc.protocol.pairwise import InvalidSector, sector_identifier
from oidc.protocol.signing_algorithms import FAPI2_ALGS

Problem = tuple[str, str]
"""The member's name and the predicate of a sentence about it, in ASCII: ("jwks", "must be ...")."""


RESPONSES = ("id_token", "userinfo", "authorization", "introspection")
SIGNED_BY_DEFAULT = (
    "id_token_signed_response_alg",
    "authorization_signed_response_alg",
    "introspection_signed_response_alg",
)


def find_problems(client: ClientMetadata, policy: RegistrationPolicy) -> Iterator[Problem]:
    """All that does not fit together, in the order of the checks below."""
    yield from _check_callbacks(client, policy)
    yield from _check_redirects(client, policy)
    for check in _CHECKS:
        yield from check(client)


def _check_callbacks(client: ClientMetadata, policy: RegistrationPolicy) -> Iterator[Problem]:
    # Nothing under the FAPI 2.0 profile goes in the clear, in development neither (5.3.2.2).
    in_the_clear = not client.is_fapi2 and (
        policy.http_on_loopback or (policy.loopback_callbacks and not client.is_public)
    )
    ours = f"{policy.own_address}/" if policy.own_address and policy.http_on_loopback else None
    for member in ("redirect_uris", "post_logout_redirect_uris"):
        found = (
            predicate
            for uri in getattr(client, member)
            for predicate in redirect_uris.problems(
                uri,
                client.application_type,
                http_on_loopback=in_the_clear or bool(ours and uri.startswith(ours)),
            )
        )
        yield from ((member, predicate) for predicate in dict.fromkeys(found))


def _check_redirects(client: ClientMetadata, policy: RegistrationPolicy) -> Iterator[Problem]:
    by_code = "authorization_code" in client.grant_types
    in_app = policy.trusted and client.first_party
    if by_code and not client.redirect_uris and not in_app:
        yield "redirect_uris", "must hold at least one URI for the authorization_code grant"
    if by_code != ("code" in client.response_types):
        yield "response_types", "must hold code if and only if grant_types has authorization_code"
    if not client.grant_types:
        yield "grant_types", "must not be empty"


def _check_authentication(client: ClientMetadata) -> Iterator[Problem]:
    method, alg = client.token_endpoint_auth_method, client.token_endpoint_auth_signing_alg
    if client.is_public and "client_credentials" in client.grant_types:
        yield (
            "grant_types",
            "must not hold client_credentials for a client that cannot authenticate",
        )
    if alg is not None and (alg == "HS256") != (method == "client_secret_jwt"):
        yield "token_endpoint_auth_signing_alg", "must fit token_endpoint_auth_method"


def _check_keys(client: ClientMetadata) -> Iterator[Problem]:
    if client.jwks is not None and client.jwks_uri is not None:
        yield "jwks", "must not be sent together with jwks_uri"
    if client.jwks is None and client.jwks_uri is None:
        needing = list(_members_that_need_keys(client))
        if needing:
            yield "jwks", f"or jwks_uri must be sent, as {needing[0]} needs the client's keys"


def _members_that_need_keys(client: ClientMetadata) -> Iterator[str]:
    if client.token_endpoint_auth_method == "private_key_jwt":
        yield "token_endpoint_auth_method"
    if client.request_object_signing_alg not in {None, "none"}:
        yield "request_object_signing_alg"
    for response in RESPONSES:
        if getattr(client, f"{response}_encrypted_response_alg") is not None:
            yield f"{response}_encrypted_response_alg"


def _check_encryption(client: ClientMetadata) -> Iterator[Problem]:
    for response in RESPONSES:
        member = f"{response}_encrypted_response_enc"
        if getattr(client, member) and not getattr(client, f"{response}_encrypted_response_alg"):
            yield member, f"must not be sent without {response}_encrypted_response_alg"


def _check_subject(client: ClientMetadata) -> Iterator[Problem]:
    if client.subject_type != "pairwise":
        return
    try:
        sector_identifier(client.redirect_uris, client.sector_identifier_uri)
    except InvalidSector:
        yield (
            "sector_identifier_uri",
            "must be sent for pairwise subjects unless all redirect_uris have the same host",
        )


def _check_logout(client: ClientMetadata) -> Iterator[Problem]:
    if client.frontchannel_logout_uri is None:
        return
    origins = {urlsplit(uri)[:2] for uri in client.redirect_uris if _is_splittable(uri)}
    if urlsplit(client.frontchannel_logout_uri)[:2] not in origins:
        yield "frontchannel_logout_uri", "must have the scheme, host and port of a redirect URI"


def _is_splittable(uri: str) -> bool:
    try:
        urlsplit(uri)
    except ValueError:
        return False
    return True


def _check_request_objects(client: ClientMetadata) -> Iterator[Problem]:
    if client.require_signed_request_object and client.request_object_signing_alg == "none":
        yield "request_object_signing_alg", "must not be none where signed objects are required"


def _check_fapi2(client: ClientMetadata) -> Iterator[Problem]:
    if not client.is_fapi2:
        return
    if client.token_endpoint_auth_method != "private_key_jwt":
        yield "token_endpoint_auth_method", "must be private_key_jwt under the FAPI 2.0 profile"
    for member in (
        *SIGNED_BY_DEFAULT,
        "userinfo_signed_response_alg",
        "token_endpoint_auth_signing_alg",
        "request_object_signing_alg",
    ):
        if getattr(client, member) not in {None, *FAPI2_ALGS}:
            yield member, "must be PS256, ES256 or EdDSA under the FAPI 2.0 profile"


_CHECKS: tuple[Callable[[ClientMetadata], Iterator[Problem]], ...] = (
    _check_authentication,
    _check_keys,
    _check_encryption,
    _check_subject,
    _check_logout,
    _check_request_objects,
    _check_fapi2,
)
