"""The provider's own description, computed from the literal lists (OIDC Discovery 3, RFC 8414)."""

from collections.abc import Sequence
from typing import Any

from flask import Response

from oidc.authentication.server import AUTH_METHODS, json_response
from oidc.authorization.request import DISPLAYS, PROMPTS
from oidc.authorization.response import RESPONSE_MODES
from oidc.clients.field_values import ED25519
from oidc.clients.metadata_fields import ASYMMETRIC, CONTENT_ENCRYPTION, KEY_WRAPPING
from oidc.crypto import dpop_proof
from oidc.endpoints.constant import same_for_everybody
from oidc.protocol import pkce
from oidc.protocol.endpoint_paths import ENDPOINT_PATHS, REGISTRATION_PATH
from oidc.protocol.scopes import claims_supported
from oidc.provider import Provider, current_provider

PUBLIC_CACHE = "public, max-age=300"


def configuration() -> Response:
    """The provider's own description, for OpenID Connect and for OAuth (RFC 8414)."""
    provider = current_provider()
    contexts = provider.host.contexts.reachable()
    response = json_response(metadata(provider, contexts))
    response.headers["Cache-Control"] = PUBLIC_CACHE
    response.headers.pop("Pragma", None)
    same_for_everybody(lambda: provider.host.contexts.hold(contexts))
    return response


def metadata(provider: Provider, contexts: Sequence[str]) -> dict[str, Any]:
    """What relying parties can build on; nothing that is not there.

    :param contexts: authentication contexts that can be reached.
    """
    return {
        "issuer": provider.settings.issuer,
        **{name: provider.url(path) for name, path in ENDPOINT_PATHS.items()},
        **_registration(provider),
        **_client_documents(provider),
        "scopes_supported": list(provider.settings.scopes),
        "claims_supported": claims_supported(provider.settings.scopes),
        "response_types_supported": ["code"],
        "response_modes_supported": list(RESPONSE_MODES),
        "grant_types_supported": [grant.GRANT_TYPE for grant, _extensions in provider.grant_types],
        "subject_types_supported": provider.subjects.types,
        **_authentication(),
        "dpop_signing_alg_values_supported": [*dpop_proof.ALGORITHMS, ED25519],
        "code_challenge_methods_supported": list(pkce.METHODS),
        "prompt_values_supported": list(PROMPTS),
        "display_values_supported": list(DISPLAYS),
        "claim_types_supported": ["normal"],
        "ui_locales_supported": ["en", "zh-CN", "zh-TW"],
        "claims_parameter_supported": True,
        "request_parameter_supported": True,
        "request_uri_parameter_supported": True,
        "require_request_uri_registration": True,
        "request_object_signing_alg_values_supported": [*ASYMMETRIC, ED25519],
        "require_pushed_authorization_requests": False,
        **_answers(provider.settings.signing_algorithms),
        "authorization_response_iss_parameter_supported": True,
        "acr_values_supported": list(contexts),
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": True,
    }


def _registration(provider: Provider) -> dict[str, str]:
    """Where clients register themselves, if they may (RFC 7591 3)."""
    if provider.settings.registration == "off":
        return {}
    return {"registration_endpoint": provider.url(REGISTRATION_PATH)}


def _client_documents(provider: Provider) -> dict[str, bool]:
    """draft-ietf-oauth-client-id-metadata-document 5."""
    supported = provider.settings.client_id_documents
    return {"client_id_metadata_document_supported": True} if supported else {}


def _authentication() -> dict[str, Any]:
    """How clients authenticate; the other endpoints do as the token endpoint (RFC 9126 5)."""
    confidential = [method for method in AUTH_METHODS if method != "none"]
    methods = {"token": AUTH_METHODS, "revocation": AUTH_METHODS, "introspection": confidential}
    document: dict[str, Any] = {}
    for endpoint, names in methods.items():
        document[f"{endpoint}_endpoint_auth_methods_supported"] = list(names)
        document[f"{endpoint}_endpoint_auth_signing_alg_values_supported"] = [
            *ASYMMETRIC,
            ED25519,
            "HS256",
        ]
    return document


def _answers(algorithms: Sequence[str]) -> dict[str, Any]:
    """How answers can be signed and encrypted."""
    kinds = ("id_token", "userinfo", "authorization", "introspection")
    signing = {f"{kind}_signing_alg_values_supported": list(algorithms) for kind in kinds}
    wrapping = {f"{kind}_encryption_alg_values_supported": list(KEY_WRAPPING) for kind in kinds}
    content = {
        f"{kind}_encryption_enc_values_supported": list(CONTENT_ENCRYPTION) for kind in kinds
    }
    return signing | wrapping | content
