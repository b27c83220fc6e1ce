"""What the person's browser loads to sign out of applications (OpenID Connect Front-Channel
Logout 3)."""

import re
from urllib.parse import urlencode, urlsplit

from oidc.clients.client import Client
from oidc.logout_pages import Frame

# What a Content-Security-Policy source may be made of: nothing that begins another directive.
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+")


def frame_of(client: Client, issuer: str, sid: str) -> Frame | None:
    """The frame of a client; None when it has registered none."""
    uri = client.metadata.frontchannel_logout_uri
    if uri is None:
        return None
    parts = urlsplit(uri)
    origin = f"{parts.scheme}://{parts.netloc}"
    if _ORIGIN.fullmatch(origin) is None:
        return None
    if client.metadata.frontchannel_logout_session_required:
        mark = "&" if "?" in uri else "?"
        uri += mark + urlencode({"iss": issuer, "sid": sid})
    return Frame(uri, origin)
