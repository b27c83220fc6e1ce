"""Who asks, as the pages show it: name, host, picture and the two links."""

import hashlib
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.branding.registered_logos import path_of
from app.branding.store import PLAIN, Branding
from oidc.clients.client import Client
from oidc.outbound.addresses import is_loopback

COLOURS = 6


@dataclass(frozen=True, slots=True)
class ClientDisplay:
    """An application that a person is told about.

    :param host: where it answers, from the address that this request goes back to and never from
        its own words; the one thing on the page that a dishonest application cannot choose freely.
    :param scheme: of an app's own, such as ``com.example.app:``, where the request goes back to
        that. Any app on the device may have taken it.
    :param on_this_device: it goes back to whatever program listens on this computer, at
        ``local_host``.
    :param returns_to: where this request goes back to, when that is another host or a scheme.
    :param registered_itself: nobody here has looked at what it says of itself.
    :param is_device: the request is of a device that shows a code: nobody goes back anywhere.
    :param logo: path of a picture that we serve ourselves, or none: pages load nothing from
        elsewhere, so a logo can neither track people nor be swapped after it was approved.
    :param registered_logo: path of the picture that it has registered itself, where it has no
        other: for pages that say beside it how little it proves, and never for a phone.
    :param accent: path of the style sheet of its colour and background, or none.
    :param headline: what an administrator has the first page say, and ``help`` every page below.
    """

    client_id: str
    name: str
    host: str | None = None
    scheme: str | None = None
    on_this_device: bool = False
    local_host: str | None = None
    returns_to: str | None = None
    registered_itself: bool = False
    is_device: bool = False
    logo: str | None = None
    registered_logo: str | None = None
    accent: str | None = None
    policy_uri: str | None = None
    tos_uri: str | None = None
    headline: str = ""
    help: str = ""

    @property
    def is_anybodys(self) -> bool:
        """Whether any program on the device could be asking in its name (RFC 8252 8.6)."""
        return self.on_this_device and self.registered_itself

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

    :param redirect_uri: where this very request returns to; its host is the one to show. Without
        one (a device, a sign-out) nothing proves an address that an application registered itself.
    :param branding: what an administrator has given it.
    """
    metadata = client.metadata
    back = host(redirect_uri)
    local = _is_loopback(redirect_uri)
    own = _own_host(client, redirect_uri)
    scheme = _scheme(redirect_uri)
    logo_uri = metadata.in_language("logo_uri", language)
    logo = branding.logo_path or _own_path(logo_uri)
    return ClientDisplay(
        client.client_id,
        name=metadata.in_language("client_name", language) or client.client_id,
        host=own or (None if local else back),
        scheme=scheme,
        on_this_device=local,
        local_host=back if local else None,
        returns_to=back if own and back != own and not local else None,
        registered_itself=not client.is_vouched_for,
        logo=logo,
        registered_logo=path_of(client.client_id, logo_uri) if logo_uri and not logo else None,
        accent=branding.stylesheet_path,
        policy_uri=web_address(metadata.in_language("policy_uri", language)),
        tos_uri=web_address(metadata.in_language("tos_uri", language)),
        headline=branding.says("headline", language),
        help=branding.says("help", language),
    )


def _own_host(client: Client, redirect_uri: str | None) -> str | None:
    """A host that it is known by, wherever this request goes back to.

    One that describes itself answers where it does so. Of those that administrators have made,
    their word is taken, but only where there is no redirect URI that says it.
    """
    if client.is_described:
        return host(client.client_id)
    if redirect_uri is not None or not client.is_vouched_for:
        return None
    registered = (*client.metadata.redirect_uris, client.metadata.client_uri)
    return next((host(each) for each in registered if host(each) and not _is_loopback(each)), None)


def _scheme(address: str | None) -> str | None:
    parts = urlsplit(address or "")
    return f"{parts.scheme}:" if parts.scheme and host(address) is None else None


def _is_loopback(address: str | None) -> bool:
    name = urlsplit(address or "").hostname or ""
    return host(address) is not None and (name == "localhost" or is_loopback(name))


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


def _own_path(address: str | None) -> str | None:
    """The path of a logo that lies among our own static files."""
    path = urlsplit(address or "").path
    return path if path.startswith("/static/logos/") and ".." not in path else None
