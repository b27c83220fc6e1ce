"""Any OpenID provider: an administrator enters its issuer, and its metadata tell the rest."""
