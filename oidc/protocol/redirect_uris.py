"""Which redirect URIs a client may register, and which one it may ask for.

The comparison is of exact strings (RFC 9700 2.1, OpenID Connect Core 3.1.2.1). The one exception
is the port of a native client's loopback address, which its operating system picks when the
person signs in (RFC 8252 7.3).
"""

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, unquote, urlsplit

MAX_LENGTH = 2000
"""Characters. Longer ones do not survive proxies and browsers once the response is added."""

LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")

# A browser runs, shows or saves these instead of handing the response to an application.
_FORBIDDEN_SCHEMES = frozenset(
    {"about", "blob", "content", "data", "file", "filesystem", "ftp", "intent", "javascript"}
    | {"mailto", "vbscript", "view-source", "weixin", "ws", "wss"}
)
# RFC 3986 characters without "#": no spaces, controls, backslashes, quotes or non-ASCII.
_CHARACTERS = re.compile(r"(?:[A-Za-z0-9._~:/?\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|\[::1\]|localhost)(?::([0-9]{1,5}))?((?:[/?].*)?)")
_CUSTOM_SCHEME = re.compile(r"[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+")
_HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.?|\[[0-9A-Fa-f:.]+\]")
_RESPONSE_PARAMETERS = frozenset({"code", "state", "iss", "error", "response", "id_token"})


def matches(registered: Sequence[str], asked: str, application_type: str = "web") -> bool:
    """Whether ``asked`` is one of the registered redirect URIs.

    ``application_type`` is the client's; only ``native`` frees the port of ``127.0.0.1``,
    ``[::1]`` and ``localhost``. The name is discouraged (RFC 8252 8.3), and what programs for a
    terminal use all the same; each of the three stands for itself alone.
    """
    if not is_plain(asked):
        return False
    if asked in registered:
        return True
    return application_type == "native" and _matches_loopback(registered, asked)


def problems(
    uri: str,
    application_type: str,
    *,
    http_on_loopback: bool = False,
    response_parameters: bool = False,
) -> list[str]:
    """Why ``uri`` cannot be registered, as sentences; an empty list when it can.

    Web clients need https. Native ones may use https that the operating system hands to the
    application, a custom scheme with a dot (RFC 8252 7.1), or http on the loopback (7.3).
    ``http_on_loopback`` lets web clients use that too: for development only.
    ``response_parameters`` accepts ``code``, ``state`` and the like in the query: for addresses
    that never receive a response.
    """
    if not is_plain(uri):
        return [
            f"must be an absolute URI of at most {MAX_LENGTH} ASCII characters without fragment, "
            "spaces, backslashes or control characters; other letters are "
            "written as xn-- in a host and with percent signs in a path"
        ]
    try:
        scheme, host = urlsplit(uri).scheme, urlsplit(uri).hostname
    except ValueError:
        return ["must be a well-formed URI"]
    if uri.partition(":")[0] != scheme:
        return ["must begin with a scheme in lower case"]
    found = _structure_problems(uri)
    if not response_parameters and _holds_response_parameters(uri):
        found.append("must not hold parameters that the response adds, such as code or state")
    return found + _scheme_problems(scheme, host, application_type == "native", http_on_loopback)


def is_anybodys(uri: str) -> bool:
    """Whether any program on the device may receive what is sent there: a port of the loopback
    interface, or a scheme that every program can claim (RFC 8252 8.6)."""
    parts = urlsplit(uri)
    return parts.scheme != "https" or parts.hostname in LOOPBACK_HOSTS


def is_plain(uri: str) -> bool:
    """Free of what parsers read differently: browsers fold ``\\`` to ``/`` and drop tabs."""
    return len(uri) <= MAX_LENGTH and _CHARACTERS.fullmatch(uri) is not None


def _matches_loopback(registered: Sequence[str], asked: str) -> bool:
    wanted = _loopback_parts(asked)
    return wanted is not None and any(_loopback_parts(uri) == wanted for uri in registered)


def _loopback_parts(uri: str) -> tuple[str, str] | None:
    """The address and all that follows the port, when this is http on a loopback address."""
    match = _LOOPBACK.fullmatch(uri)
    if match is None or int(match[2] or 80) not in range(1, 65536):
        return None
    return match[1], match[3]


def _structure_problems(uri: str) -> list[str]:
    parts = urlsplit(uri)
    found = []
    if "@" in parts.netloc:
        found.append("must not hold user information")
    if parts.netloc and not _is_authority(parts.netloc):
        found.append("must name one host, without wildcards, and a port below 65536")
    if any(unquote(segment) in {".", ".."} for segment in parts.path.split("/")):
        found.append("must not hold dot segments in its path")
    return found


def _holds_response_parameters(uri: str) -> bool:
    asked = parse_qsl(urlsplit(uri).query, keep_blank_values=True)
    return any(name in _RESPONSE_PARAMETERS for name, _ in asked)


def _is_authority(netloc: str) -> bool:
    host, port = re.fullmatch(r"(.*?)(?::([0-9]*))?", netloc.rpartition("@")[2]).groups()  # type: ignore[union-attr]
    return _HOST.fullmatch(host) is not None and (port is None or _is_port(port))


def _is_port(port: str) -> bool:
    return 0 < len(port) <= 5 and 0 < int(port) < 65536


def _scheme_problems(
    scheme: str, host: str | None, native: bool, http_on_loopback: bool
) -> list[str]:
    if scheme == "https":
        return [] if host else ["must name a host"]
    if scheme == "http":
        return _http_problems(host, native, http_on_loopback)
    if scheme in _FORBIDDEN_SCHEMES:
        return ["must not use a scheme that browsers or other applications handle themselves"]
    if not native:
        return ["must use https, as this is a web application"]
    if _CUSTOM_SCHEME.fullmatch(scheme) is None:
        return ["must use a scheme made of a domain name in reverse, such as com.example.app"]
    return []


def _http_problems(host: str | None, native: bool, http_on_loopback: bool) -> list[str]:
    if host not in LOOPBACK_HOSTS:
        return ["must use https; http is for the loopback address alone"]
    if not native and not http_on_loopback:
        return ["must use https, as this is a web application"]
    return []
