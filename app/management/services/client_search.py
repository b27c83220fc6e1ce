"""Finding applications by a part of their id, of a name in any language, or of an address."""

from collections.abc import Iterator

from app.enablement import sources
from app.management.services.actor import Actor
from app.management.services.learning import LEARNT, learnt_by
from oidc.clients.client import Client
from oidc.clients.search import named_by

AT_ONCE = 200
MOST = 200
"""Characters that are looked for."""


def search(
    actor: Actor, wanted: str, after: str = "", limit: int = 50, learns: str = ""
) -> list[Client]:
    """Applications in the order of their ids; all of them where nothing is wanted.

    :param wanted: a part, in whichever case.
    :param learns: those alone that are told what this scope stands for (`LEARNT`).
    :param after: the client_id of the last one of the page before.
    """
    clients, part = actor.provider.clients, " ".join(wanted.split())[:MOST].casefold()
    if not part and learns not in LEARNT:
        return clients.page(actor.session, after, limit)
    found: list[Client] = []
    while len(found) < limit:
        page = clients.page(actor.session, after, AT_ONCE, *named_by(part))
        meant = [one for one in page if _is_meant(one, part)]
        found += _learning(actor, meant, learns) if learns in LEARNT else meant
        if len(page) < AT_ONCE:
            break
        after = page[-1].client_id
    return found[:limit]


def _learning(actor: Actor, clients: list[Client], scope: str) -> list[Client]:
    known = sources.of_clients(actor.session, [one.client_id for one in clients])
    return [one for one in clients if scope in learnt_by(one, known)]


def _is_meant(client: Client, part: str) -> bool:
    return any(part in word.casefold() for word in _words(client))


def _words(client: Client) -> Iterator[str]:
    metadata = client.metadata
    yield client.client_id
    yield metadata.client_name or ""
    yield metadata.client_uri or ""
    yield from (text for name, text in metadata.localised.items() if name.startswith("client_name"))
    yield from metadata.redirect_uris
