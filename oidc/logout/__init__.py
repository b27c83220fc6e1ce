"""Logout: what follows when a session ends, and who is told (the three OpenID logout specs)."""
