"""The views of the person's own page, on the blueprint of the pages."""

from app.pages.account import applications, overview, passkeys, password, records, sessions, sources

VIEWS = (overview, sources, sessions, applications, password, passkeys, records)
"""The modules whose views are on the blueprint."""
