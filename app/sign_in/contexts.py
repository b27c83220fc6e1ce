"""How a local password signs somebody in, as tokens tell it; every source declares its own."""

PASSWORD = ("pwd",)
"""The ``amr`` (RFC 8176)."""
PASSWORD_ACR = "urn:qiao:acr:password"
"""The authentication context (OpenID Connect Core 2, ``acr``)."""
