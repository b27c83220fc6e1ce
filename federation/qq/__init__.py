"""QQ Connect: OAuth 2.0 of an earlier draft, with errors by number."""
