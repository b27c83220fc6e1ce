"""How somebody signed in, as tokens tell it (OpenID Connect Core 2, ``amr`` and ``acr``)."""

WECHAT = ("wechat",)
"""The ``amr`` of a sign-in that WeChat vouches for (RFC 8176 has no value for it)."""
PASSWORD = ("pwd",)
ACR = "urn:qiao:acr:wechat"
PASSWORD_ACR = "urn:qiao:acr:password"
