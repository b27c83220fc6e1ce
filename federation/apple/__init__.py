"""Sign in with Apple: OpenID Connect with a secret that is signed, and a name that comes once."""
