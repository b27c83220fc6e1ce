"""Which connections a page may offer: those that are on, for this application, in this browser."""

from collections.abc import Iterable

from flask import request

from app.database import db
from app.enablement.usable import usable_connections
from app.pages.parked import SignInRequest
from app.pages.source_words import note_connection
from app.sign_in.federation import current_federation
from app.sign_in.not_enabled import NotEnabled
from federation.connections import Connection
from federation.devices import ConnectionButton, Offers, offers


def offered(parked: SignInRequest) -> list[Connection]:
    """The connections of this application, in the order of its buttons.

    A request that names a connection gets that one first, if it may have it.
    """
    usable = usable_connections(db.session(), current_federation(), parked.client_id)
    return named_first(usable, parked.interaction.request.connection)


def named_first(connections: Iterable[Connection], name: str | None) -> list[Connection]:
    """The connections with the named one, if there is any, before the others."""
    return sorted(connections, key=lambda each: each.id != name)


def offers_here(parked: SignInRequest) -> Offers:
    """The buttons for this browser, or what would fit instead."""
    return offers(offered(parked), request.user_agent.string)


def chosen(parked: SignInRequest, connection_id: str) -> ConnectionButton:
    """The pressed button.

    :raises NotEnabled: when it was switched off meanwhile, or never was this application's.
    """
    for button in offers_here(parked).buttons:
        if button.connection.id == connection_id:
            note_connection(button.connection)
            return button
    raise NotEnabled(connection_id, parked.client_id)


def enabled_one(parked: SignInRequest, connection_id: str) -> Connection:
    """The connection that something was begun with, if it may still be used.

    :raises NotEnabled: when it was switched off meanwhile, or never was this application's.
    """
    for connection in offered(parked):
        if connection.id == connection_id:
            return note_connection(connection)
    raise NotEnabled(connection_id, parked.client_id)
