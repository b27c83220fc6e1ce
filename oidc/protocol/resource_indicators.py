"""Resource indicators: where an access token is to be used (RFC 8707 2)."""

from urllib.parse import urlsplit


def is_resource(uri: str) -> bool:
    """Whether a value can be a resource indicator (RFC 8707 2)."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path)) and "#" not in uri and uri.isascii()
