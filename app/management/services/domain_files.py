"""Domain verification files: put at the root of our address, and taken away."""

from flask import current_app

from app.domain_files import store
from app.domain_files.store import DomainFile, InvalidDomainFile
from app.management.services.actor import Actor
from federation.errors import NotFound
from federation.translation import N_

SERVED_BY = "pages.domain_file"


def put(actor: Actor, name: str, content: str) -> DomainFile:
    """Serves it at the root from now on; one of the same name is replaced.

    :raises app.domain_files.store.InvalidDomainFile: name or content cannot be.
    :raises app.domain_files.store.TooManyDomainFiles: there is no room.
    """
    if not store.problems(name, content) and is_ours(name):
        raise InvalidDomainFile([("name", N_("Something else is at this address already."))])
    kept = store.put(actor.session, actor.clock, name, content)
    actor.note("domain_file.put", {"file": name})
    return kept


def remove(actor: Actor, name: str) -> None:
    """:raises federation.errors.NotFound: there is none of this name."""
    if not store.remove(actor.session, name):
        raise NotFound
    actor.note("domain_file.removed", {"file": name})


def text_of(content: bytes) -> str:
    """What an uploaded file says; what is no text, or too long, is no content that can be."""
    if len(content) > store.MOST_CONTENT:
        return ""
    return content.decode("ascii", errors="replace")


def is_ours(name: str) -> bool:
    """Whether a route of the product is at this address, which a file would never be seen over."""
    endpoint, _arguments = current_app.url_map.bind("localhost").match(f"/{name}", "GET")
    return bool(endpoint != SERVED_BY)
