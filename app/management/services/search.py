"""One question to everything: people, groups, applications, connections, credentials, APIs,
administrators, and by the number of a request the log or the application that it was refused to.

Each kind answers by an index or from a list that is never long, and gives a few hits only: who
wants more goes to the kind's own page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.accounts.records import listing
from app.accounts.visible_names import shows
from app.administrators import admins
from app.audit import client_refusals
from app.audit.trail import Event, Filter, masked, page
from app.groups import catalog
from app.management.services.actor import Actor
from oidc.clients import search as clients

MOST = 8
"""Hits of one kind."""
LONGEST = 200
"""Characters of a question; what comes after them is left out."""
KINDS = (
    "account",
    "group",
    "client",
    "connection",
    "credential",
    "api",
    "administrator",
    "event",
)
_REQUEST = re.compile(r"[A-Za-z0-9._-]{8,64}")


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found.

    :param kind: one of `KINDS`.
    :param id: how its own page knows it; of an event the number of the request.
    :param name: what people call it; of an event its kind.
    :param detail: what tells it from others; of a phone number no more than anybody may see.
    :param source: of a credential, whose.
    """

    kind: str
    id: str
    name: str
    detail: str = ""
    source: str = ""
    event: Event | None = None


def everything(actor: Actor, text: str, *, administrators: bool) -> list[Hit]:
    """What the text means, kind by kind in the order of `KINDS`.

    :param administrators: whether the one who asks may see them.
    """
    wanted = text.replace("\0", "").strip()[:LONGEST]
    if not wanted:
        return []
    people = [*_accounts(actor, wanted), *_groups(actor, wanted)]
    found = [*people, *_clients(actor, wanted), *_few(actor, wanted)]
    if administrators:
        found += _administrators(actor, wanted)
    return [*found, *_of_request(actor, wanted)]


def is_number_of_request(text: str) -> bool:
    """Whether it may be what an error page shows."""
    return _REQUEST.fullmatch(text) is not None and any(map(str.isdigit, text))


def _accounts(actor: Actor, wanted: str) -> Iterator[Hit]:
    """By whatever the list of people is searched by: this is the one place that asks it."""
    for one in listing.search(actor.session, wanted, limit=MOST):
        names, number = (one.name, one.username), masked(one.phone)
        name = next((each for each in names if shows(each)), None)
        yield Hit("account", one.id, name or number or "", (name and number) or one.email or "")


def _groups(actor: Actor, wanted: str) -> Iterator[Hit]:
    for one in catalog.every(actor.session, wanted)[:MOST]:
        yield Hit("group", one.id, one.called, one.name if one.name != one.called else "")


def _clients(actor: Actor, wanted: str) -> Iterator[Hit]:
    for one in clients.search(actor.provider.clients, actor.session, wanted, limit=MOST):
        host = one.metadata.redirect_uris[0] if one.metadata.redirect_uris else ""
        yield Hit("client", one.client_id, one.metadata.client_name or one.client_id, host)


def _few(actor: Actor, wanted: str) -> list[Hit]:
    """Connections, credentials and APIs: all of them are read, there are never many."""
    return [
        *_first(_connections(actor), wanted),
        *_first(_credentials(actor), wanted),
        *_first(_apis(actor), wanted),
    ]


def _connections(actor: Actor) -> Iterator[tuple[Hit, tuple[str, ...]]]:
    for one in actor.federation.connections.all(actor.session):
        names = tuple(one.display_name.values())
        yield Hit("connection", one.id, next(iter(names), one.id), one.mode), (*names, one.mode)


def _credentials(actor: Actor) -> Iterator[tuple[Hit, tuple[str, ...]]]:
    for store in actor.federation.credentials:
        for one in store.all(actor.session):
            hit = Hit("credential", one.id, one.name or one.id, one.kind, store.source.id)
            yield hit, (one.name or "",)


def _apis(actor: Actor) -> Iterator[tuple[Hit, tuple[str, ...]]]:
    for one in actor.provider.apis.all(actor.session):
        names = tuple(one.fields.name.values())
        hit = Hit("api", one.id, next(iter(names), one.id), one.resource)
        yield hit, (*names, one.resource)


def _administrators(actor: Actor, wanted: str) -> list[Hit]:
    every = (
        (Hit("administrator", one.id, one.name or one.username, one.username), (one.username,))
        for one in admins.everybody(actor.session)
    )
    return _first(every, wanted)


def _first(known: Iterator[tuple[Hit, tuple[str, ...]]], wanted: str) -> list[Hit]:
    """The hits of which a name, or the id, has the text in it."""
    text = wanted.casefold()
    found = (
        hit
        for hit, names in known
        if any(text in name.casefold() for name in (hit.id, hit.name, *names))
    )
    return [hit for hit, _number in zip(found, range(MOST), strict=False)]


def _of_request(actor: Actor, wanted: str) -> list[Hit]:
    """What the log has of it; else the application that was refused by it."""
    if not _REQUEST.fullmatch(wanted):
        return []
    events = page(actor.session, Filter(request_id=wanted), limit=MOST)
    if events or not is_number_of_request(wanted):
        return [Hit("event", wanted, one.kind, one.device or "", event=one) for one in events]
    refused = client_refusals.by_request(actor.session, wanted, MOST)
    known = ((actor.provider.clients.stored(actor.session, id_), hint) for id_, hint in refused)
    return [
        Hit("client", one.client_id, one.metadata.client_name or one.client_id, hint)
        for one, hint in known
        if one
    ]
