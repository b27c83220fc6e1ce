"""The scopes that the console shows and tries an application with."""

from app.elements import current_federation
from app.enablement.sources import usable_connections
from app.management.console import desk

MOST_WANTED = ("openid", "profile", "phone")


def scopes_for(client_id: str) -> str:
    """What most applications ask for, and what the sources of its connections add to it."""
    federation = current_federation()
    usable = usable_connections(desk.session(), federation, client_id)
    sources = [federation.sources.of_mode(each.mode) for each in usable]
    added = dict.fromkeys(scope for source in sources if source for scope in source.scopes)
    return " ".join((*MOST_WANTED, *added))
