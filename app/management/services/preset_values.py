"""What a program is told of this deployment and of its application: the values to paste."""

from urllib.parse import urlsplit

from app.management.services.preset_documents import values_in
from app.management.services.presets import URL, Paste, Preset, filled
from oidc.clients.client import Client
from oidc.protocol.endpoint_paths import ENDPOINT_PATHS
from oidc.provider import Provider

SECRET = "CLIENT_SECRET"
"""Stands where a secret goes that nobody can read any more."""
EXAMPLE = "https://app.example.com"
"""Where a program is reached that nobody has registered yet."""


def values_of(provider: Provider, client: Client | None, secret: str | None) -> dict[str, str]:
    """What the marks of a preset stand for.

    :param client: None before it is registered.
    :param secret: one that was just made.
    """
    issuer = provider.settings.issuer
    endpoints = {name: provider.url(path) for name, path in ENDPOINT_PATHS.items()}
    return {
        "issuer": issuer,
        "issuer_host": urlsplit(issuer).netloc,
        "discovery": issuer + "/.well-known/openid-configuration",
        "client_id": client.client_id if client else "CLIENT_ID",
        "client_secret": secret or SECRET,
        **endpoints,
    }


def pasted(
    preset: Preset, provider: Provider, client: Client | None = None, secret: str | None = None
) -> list[Paste]:
    """The preset's texts with everything filled in that is known."""
    values = _of_client(preset, client) if client else _usual(preset)
    values = {**values_of(provider, client, secret), **values}
    return [Paste(one.place, filled(one.text, values).rstrip("\n")) for one in preset.paste]


def _usual(preset: Preset) -> dict[str, str]:
    """What stands there before anything is registered."""
    values = {**preset.variables, URL: EXAMPLE, "host": urlsplit(EXAMPLE).netloc}
    firsts = {"redirect_uri": preset.redirect_uris, "bye": preset.post_logout_redirect_uris}
    uris = {name: filled(each[0], values) for name, each in firsts.items() if each}
    return {"bye": EXAMPLE, **values, **uris}


def _of_client(preset: Preset, client: Client) -> dict[str, str]:
    own = client.metadata
    values = dict(preset.variables)
    if own.redirect_uris:
        parts = urlsplit(own.redirect_uris[0])
        at = f"{parts.scheme}://{parts.netloc}"
        values |= {"redirect_uri": own.redirect_uris[0], URL: at, "bye": at, "host": parts.netloc}
    if own.post_logout_redirect_uris:
        values["bye"] = own.post_logout_redirect_uris[0]
    return values | values_in(preset, own.redirect_uris)
