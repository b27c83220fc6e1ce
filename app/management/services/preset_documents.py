"""The registration document of a program of the list, at the address where it is reached."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from app.management.services.presets import URL, Preset, filled

CHANNELS = ("backchannel_logout_uri", "frontchannel_logout_uri")
LISTS = ("redirect_uris", "post_logout_redirect_uris")
GRANTS = ["authorization_code", "refresh_token"]


class MissingAddress(ValueError):
    """Where the program itself is reached must be told, or its redirect URI."""


class NothingToRegister(ValueError):
    """It verifies access tokens and signs nobody in: an API is registered, no application."""


def document_of(preset: Preset, address: str | None = None) -> dict[str, Any]:
    """The registration document of an application that is this program (RFC 7591).

    :param address: where the program is reached, or one of its redirect URIs.
    :raises MissingAddress: it is needed, and cannot be used.
    :raises NothingToRegister: there is no application to register.
    """
    if not preset.registers:
        raise NothingToRegister
    values = read_address(preset, address)
    document = {"client_name": preset.name, "preset": preset.id, **rules_of(preset)}
    return {**document, **addresses_of(preset, values)}


def rules_of(preset: Preset) -> dict[str, Any]:
    """What it demands of its application beside the addresses."""
    free = {"require_pkce": False, "require_nonce_or_pkce": False}
    return {"grant_types": GRANTS, **(free if preset.pkce == "none" else {}), **preset.client}


def read_address(preset: Preset, given: str | None) -> dict[str, str]:
    """What the marks of its addresses stand for: the program's own address without a slash at
    its end, and the parts that one of its redirect URIs names.

    :raises MissingAddress: an address is needed, and this is none.
    """
    if not preset.needs_address:
        return dict(preset.variables)
    parts = urlsplit(given or "")
    if parts.scheme not in ("https", "http") or not parts.netloc:
        raise MissingAddress
    return _of_redirect_uri(preset, given or "") or {
        **preset.variables,
        URL: (given or "").rstrip("/"),
    }


def values_in(preset: Preset, uris: tuple[str, ...]) -> dict[str, str]:
    """What the marks stand for in an application that has these redirect URIs."""
    found = (_of_redirect_uri(preset, uri) for uri in uris)
    return next((one for one in found if one), dict(preset.variables))


def origin_of(uris: tuple[str, ...]) -> str:
    """Scheme and host of the first of them that has any; empty for none."""
    parts = [urlsplit(uri) for uri in uris]
    return next((f"{one.scheme}://{one.netloc}" for one in parts if one.netloc), "")


def _of_redirect_uri(preset: Preset, uri: str) -> dict[str, str] | None:
    """The marks of the longest pattern that the address is of; the usual parts before others."""
    for variables in (preset.variables, {}):
        for pattern in sorted(preset.redirect_uris, key=len, reverse=True):
            found = re.fullmatch(_expression(filled(pattern, variables)), uri)
            if found:
                marks = {name: value.rstrip("/") for name, value in found.groupdict().items()}
                return {**preset.variables, **marks}
    return None


def _expression(pattern: str) -> str:
    parts = re.split(r"<<([a-z_]+)>>", pattern)
    marks = {URL: r"(?P<url>https?://[^?#]+?)"}
    named = [marks.get(name, rf"(?P<{name}>[^/?#]+)") for name in parts[1::2]]
    fixed = [re.escape(part) for part in parts[::2]]
    return "".join(a + b for a, b in zip(fixed, [*named, ""], strict=True))


def addresses_of(preset: Preset, values: Mapping[str, str]) -> dict[str, Any]:
    """Its redirect URIs and those around signing out, filled in."""
    document: dict[str, Any] = {}
    for member in LISTS:
        if patterns := getattr(preset, member):
            document[member] = [filled(pattern, values) for pattern in patterns]
    for member in CHANNELS:
        uri = filled(getattr(preset, member), values)
        # What only https can reach is left out where the program has none, as on one's own desk.
        if uri.startswith("https://"):
            document[member] = uri
    return document
