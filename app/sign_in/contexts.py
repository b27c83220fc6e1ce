"""How what is ours signs somebody in, as tokens tell it; every source declares its own."""

PASSWORD = ("pwd",)
"""The ``amr`` of a local password (RFC 8176)."""
OURS = "urn:qiao:acr:"
"""How the contexts begin that tell by which source of ours somebody came."""
PASSWORD_ACR = f"{OURS}password"
"""The authentication context (OpenID Connect Core 2, ``acr``)."""
PASSKEY = ("pop", "user", "mfa")
"""Of a passkey, for which its owner has touched and unlocked a device: possession of a key, which
may be in hardware or not, and a second factor."""
PASSKEY_ACR = "phr"
"""Phishing-resistant (OpenID Connect Extended Authentication Profile ACR Values 1.0)."""
