"""Our own API as a protected resource: where it is, and its scopes."""

from collections.abc import Mapping

ROOT = "/api/v1"
READ, WRITE = "admin:read", "admin:write"
SCOPES: Mapping[str, str] = {
    READ: "Read everything that administrators see, without secrets.",
    WRITE: "Change it.",
}
