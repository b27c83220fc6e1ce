"""What a program is told of this deployment and of its application: the values to paste."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from app.management.services.presets import URL, Paste, Preset, filled
from oidc.clients.client import Client
from oidc.protocol.endpoint_paths import ENDPOINT_PATHS
from oidc.provider import Provider

SECRET = "CLIENT_SECRET"
"""Stands where a secret goes that nobody can read any more."""


def values_of(provider: Provider, client: Client | None, secret: str | None) -> dict[str, str]:
    """What the marks of a preset stand for.

    :param client: None before it is registered.
    :param secret: one that was just made.
    """
    issuer = provider.settings.issuer
    endpoints = {name: provider.url(path) for name, path in ENDPOINT_PATHS.items()}
    values = {
        "issuer": issuer,
        "issuer_host": urlsplit(issuer).netloc,
        "discovery": issuer + "/.well-known/openid-configuration",
        "client_id": client.client_id if client else "CLIENT_ID",
        "client_secret": secret or SECRET,
        **endpoints,
    }
    return values | (_of_client(client) if client else {})


def pasted(
    preset: Preset, provider: Provider, client: Client | None = None, secret: str | None = None
) -> list[Paste]:
    """The preset's texts with everything filled in that is known."""
    values: Mapping[str, Any] = {**preset.variables, **values_of(provider, client, secret)}
    if client is None:
        patterns = {"redirect_uri": preset.redirect_uris, "bye": preset.post_logout_redirect_uris}
        values = {**values, **{name: each[0] for name, each in patterns.items() if each}}
    return [Paste(one.place, filled(one.text, values).rstrip("\n")) for one in preset.paste]


def _of_client(client: Client) -> dict[str, str]:
    own = client.metadata
    values = {}
    if own.redirect_uris:
        parts = urlsplit(own.redirect_uris[0])
        values["redirect_uri"] = own.redirect_uris[0]
        values[URL] = f"{parts.scheme}://{parts.netloc}"
        values["host"] = parts.netloc
    if own.post_logout_redirect_uris:
        values["bye"] = own.post_logout_redirect_uris[0]
    return values
