"""Finding applications by a part of their id, of a name in any language, or of an address."""

from collections.abc import Iterator

from app.management.services.actor import Actor
from oidc.clients.client import Client
from oidc.clients.search import named_by

AT_ONCE = 200
MOST = 200
"""Characters that are looked for."""


def search(actor: Actor, wanted: str, after: str = "", limit: int = 50) -> list[Client]:
    """Applications in the order of their ids; all of them where nothing is wanted.

    :param wanted: a part, in whichever case.
    :param after: the client_id of the last one of the page before.
    """
    clients, part = actor.provider.clients, " ".join(wanted.split())[:MOST].casefold()
    if not part:
        return clients.page(actor.session, after, limit)
    found: list[Client] = []
    while len(found) < limit:
        page = clients.page(actor.session, after, AT_ONCE, *named_by(part))
        found += [one for one in page if _is_meant(one, part)]
        if len(page) < AT_ONCE:
            break
        after = page[-1].client_id
    return found[:limit]


def _is_meant(client: Client, part: str) -> bool:
    return any(part in word.casefold() for word in _words(client))


def _words(client: Client) -> Iterator[str]:
    metadata = client.metadata
    yield client.client_id
    yield metadata.client_name or ""
    yield metadata.client_uri or ""
    yield from (text for name, text in metadata.localised.items() if name.startswith("client_name"))
    yield from metadata.redirect_uris
