"""Who asks, as the pages show it: name, host, picture and the two links."""

import hashlib
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.branding.store import PLAIN, Branding
from oidc.clients.client import Client

COLOURS = 6


@dataclass(frozen=True, slots=True)
class ClientDisplay:
    """An application that a person is told about.

    :param host: where it answers, from its registered addresses and never from its own words;
        the one thing on the page that a dishonest application cannot choose freely.
    :param returns_to: where this request goes back to, when that is another host.
    :param logo: path of a picture that we serve ourselves, or none: pages load nothing from
        elsewhere, so a logo can neither track people nor be swapped after it was approved.
    :param accent: path of the style sheet of its colour, or none.
    """

    client_id: str
    name: str
    host: str | None = None
    returns_to: str | None = None
    logo: str | None = None
    accent: str | None = None
    policy_uri: str | None = None
    tos_uri: str | None = None

    @property
    def initial(self) -> str:
        return initial(self.name)

    @property
    def colour(self) -> int:
        return colour(self.client_id)


def from_client(
    client: Client, language: str, redirect_uri: str | None = None, branding: Branding = PLAIN
) -> ClientDisplay:
    """What a registered client says of itself, for a person who reads ``language``.

    :param redirect_uri: where this very request returns to; its host is the one to show.
    :param look: what an administrator has given it.
    """
    metadata = client.metadata
    answers_at, returns_to = _hosts(client, redirect_uri)
    return ClientDisplay(
        client.client_id,
        name=metadata.in_language("client_name", language) or client.client_id,
        host=answers_at,
        returns_to=returns_to,
        logo=_logo(client, language, branding),
        accent=f"/accents/{branding.accent[1:]}.css" if branding.accent else None,
        policy_uri=web_address(metadata.in_language("policy_uri", language)),
        tos_uri=web_address(metadata.in_language("tos_uri", language)),
    )


def _hosts(client: Client, redirect_uri: str | None) -> tuple[str | None, str | None]:
    """The host to show, and the one to go back to where both must be known.

    An application that describes itself is known by where it does so; a redirect URI, of this very
    computer for instance, could be anybody's.
    """
    back = host(redirect_uri)
    if client.is_described:
        own = host(client.client_id)
        return own, back if back != own else None
    registered = (client.metadata.client_uri, *client.metadata.redirect_uris)
    return back or next(filter(None, map(host, registered)), None), None


def initial(name: str) -> str:
    """The first letter of a name, for a mark without a picture."""
    letters = (char for char in name if unicodedata.category(char)[0] in "LNS")
    return next(letters, "?").upper()


def colour(text: str) -> int:
    """One of the colours of the style sheet, always the same for the same text."""
    return hashlib.sha256(text.encode()).digest()[0] % COLOURS


def host(address: str | None) -> str | None:
    """Host and port of a web address; none for an app's own scheme."""
    parts = urlsplit(address or "")
    if parts.scheme not in ("https", "http") or not parts.hostname:
        return None
    return parts.netloc.rpartition("@")[2]


def web_address(address: str | None) -> str | None:
    """The address, if a link to it can do nothing but open a web page."""
    return address if address and host(address) else None


def _logo(client: Client, language: str, branding: Branding) -> str | None:
    if branding.logo:
        return f"/logos/{branding.logo}.png"
    return _own_path(client.metadata.in_language("logo_uri", language))


def _own_path(address: str | None) -> str | None:
    """The path of a logo that lies among our own static files."""
    path = urlsplit(address or "").path
    return path if path.startswith("/static/logos/") and ".." not in path else None
