"""The application form: from a registration document (RFC 7591) and back."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import request

from app.management.console import forms
from federation.translation import N_
from oidc.clients.client import Client
from oidc.clients.metadata import ClientMetadata
from oidc.clients.metadata_fields import LIFETIMES
from oidc.protocol import strict_json

TYPES = {
    "web": (N_("Web"), N_("Runs on a server and can keep a secret.")),
    "native": (N_("Mobile or desktop"), N_("An app on a device: no secret, PKCE, in-app sign-in.")),
    "browser": (N_("Browser"), N_("JavaScript alone, without a server: no secret, PKCE.")),
    "service": (N_("Service"), N_("A program that acts for itself; nobody signs in.")),
}
GRANTS = {
    "authorization_code": N_("People sign in with a browser or in the app"),
    "refresh_token": N_("Stays signed in"),
    "client_credentials": N_("Acts for itself"),
    "urn:ietf:params:oauth:grant-type:device_code": N_("Devices without a browser"),
    "urn:ietf:params:oauth:grant-type:token-exchange": N_("Exchanges tokens"),
}
AUTH_METHODS = {
    "client_secret_basic": N_("Secret in the Authorization header"),
    "client_secret_post": N_("Secret in the form"),
    "client_secret_jwt": N_("Signs with the secret"),
    "private_key_jwt": N_("Signs with a private key"),
    "none": N_("None (public, with PKCE)"),
}
FALLBACKS = {
    "name": N_("Name, made of the source and four digits"),
    "preferred_username": N_("User name"),
    "email": N_("E-mail address, never as verified"),
}
LINES = (
    "client_name",
    "client_name#zh-CN",
    "token_endpoint_auth_method",
    "jwks_uri",
    "id_token_signed_response_alg",
    "access_token_format",
    "scope",
    "client_uri",
    "logo_uri",
    "policy_uri",
    "tos_uri",
    "backchannel_logout_uri",
    "frontchannel_logout_uri",
    "assertion_audience",
    "email_fallback_domain",
    "subject_type",
    "sector_identifier_uri",
)
AREAS = ("redirect_uris", "post_logout_redirect_uris", "mobile_app_ids")
CHOSEN = ("grant_types", "claim_fallbacks")
FLAGS = (
    "first_party",
    "require_pkce",
    "require_nonce_or_pkce",
    "require_registered_auth_method",
    "rotate_refresh_tokens",
    "claims_in_id_token",
    "introspects_any",
    "require_pushed_authorization_requests",
    "require_signed_request_object",
    "dpop_bound_access_tokens",
)

_BEGINNINGS: Mapping[str, Mapping[str, Any]] = {
    "web": {},
    "native": {"application_type": "native", "token_endpoint_auth_method": "none"},
    "browser": {"token_endpoint_auth_method": "none"},
    "service": {"grant_types": ["client_credentials"], "response_types": []},
}


def type_of(metadata: ClientMetadata) -> str:
    """Which of the four types the application is."""
    if metadata.application_type == "native":
        return "native"
    if "authorization_code" not in metadata.grant_types:
        return "service"
    return "browser" if metadata.is_public else "web"


def new_document() -> dict[str, Any]:
    """What the short form for a new application asks for."""
    kind = forms.text("type")
    document: dict[str, Any] = {"grant_types": ["authorization_code", "refresh_token"]}
    document |= _BEGINNINGS.get(kind, {})
    document["client_name"] = forms.text("client_name")
    if chinese := forms.text("client_name#zh-CN"):
        document["client_name#zh-CN"] = chinese
    if kind != "service":
        document["redirect_uris"] = forms.lines("redirect_uris")
    if forms.ticked("first_party"):
        document["first_party"] = True
    return document


def algorithms(known: Sequence[str], chosen: str) -> tuple[str, ...]:
    """What its tokens can be signed with; what it has stays in view where it was dropped since."""
    return (*known, chosen) if chosen and chosen not in known else tuple(known)


def typed_values() -> dict[str, Any]:
    """What was typed into the whole form, as it was typed."""
    values: dict[str, Any] = {name: forms.text(name) for name in (*LINES, *LIFETIMES, "jwks")}
    values |= {name: forms.lines(name) for name in AREAS}
    values |= {name: forms.ticked(name) for name in (*FLAGS, "fapi2")}
    values |= {name: forms.chosen(name) for name in CHOSEN}
    return values | {"type": request.form.get("type")}


def stored_values(client: Client) -> dict[str, Any]:
    """The form of a stored application."""
    metadata = client.metadata
    names = (*(name for name in LINES if "#" not in name), *AREAS, *FLAGS, *LIFETIMES, *CHOSEN)
    values: dict[str, Any] = {name: getattr(metadata, name) for name in names}
    values = {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}
    values |= {name: "" if values[name] is None else str(values[name]) for name in LIFETIMES}
    values |= {name: values[name] or "" for name in LINES if name in values}
    return values | {
        "client_name#zh-CN": metadata.localised.get("client_name#zh-CN", ""),
        "fapi2": metadata.is_fapi2,
        "jwks": json.dumps(metadata.jwks, indent=1) if metadata.jwks else "",
    }


def changed_document(
    client: Client, typed: Mapping[str, Any]
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The document with what was typed put over what is stored, and what cannot be read of it.

    Members that the form does not show stay as they are.
    """
    document = dict(client.metadata.to_document())
    problems: list[tuple[str, str]] = []
    for name in LINES:
        document[name] = typed[name] or None
    for name in AREAS:
        document[name] = typed[name]
    for name in FLAGS:
        document[name] = typed[name]
    for name in LIFETIMES:
        document[name] = _seconds(typed[name])
    document["profile"] = "fapi2" if typed["fapi2"] else ""
    for name in CHOSEN:
        document[name] = typed[name]
    by_code = "authorization_code" in typed["grant_types"]
    document["response_types"] = ["code"] if by_code else []
    document["jwks"] = None
    if typed["jwks"]:
        try:
            document["jwks"] = strict_json.read(typed["jwks"])
        except ValueError:
            problems.append(("jwks", "must be valid JSON"))
    return document, problems


def _seconds(typed: str) -> int | str | None:
    """A number where it is one, so that anything else is told as a problem."""
    if not typed:
        return None
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 12 else typed
