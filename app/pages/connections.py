"""Which connections a page may offer: those that are on, for this application, in this browser.

With what their source is called in a sentence, and which one the page at hand is about.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import g, request
from flask_babel import gettext as _

from app.accounts.visible_names import shows
from app.database import db
from app.elements import (
    current_elements,
    current_federation,
    passkeys_are_on,
    passwords_are_on,
)
from app.enablement.sources import usable_connections
from app.pages.parked import SignInRequest
from app.sign_in.contexts import PASSKEY_ACR, PASSWORD_ACR
from app.sign_in.not_enabled import NotEnabled
from app.web.i18n import current_language
from federation.connection_store import ConnectionStore
from federation.connections import Connection
from federation.devices import ConnectionButton, Offers, offers
from federation.source import Source
from oidc.protocol.authorization_request import AuthorizationRequest


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


@dataclass(frozen=True, slots=True)
class Ways:
    """:param offers: with the buttons, what would fit instead of them.

    :param passkey: one that the person may have made; nobody knows before they use it.
    """

    offers: Offers
    buttons: tuple[ConnectionButton, ...]
    password: bool
    passkey: bool

    @property
    def only(self) -> ConnectionButton | None:
        """The one way that there is to choose; None for several, or a form to fill in."""
        return self.buttons[0] if len(self.buttons) == 1 and not self.password else None


def ways_here(parked: SignInRequest, usable: list[Connection] | None = None) -> Ways:
    """The ways that make sense in this browser and are enough for what is asked.

    :param usable: what `offered` gives, where it is known already.
    """
    asked = parked.interaction.request
    found = offers(offered(parked) if usable is None else usable, request.user_agent.string)
    enough = (one for one in found.buttons if is_enough(asked, one.connection.source.acr))
    ours = parked.task in ("sign_in", "account")
    return Ways(
        found,
        tuple(enough),
        password=ours and passwords_are_on() and is_enough(asked, PASSWORD_ACR),
        passkey=ours and passkeys_are_on() and is_enough(asked, PASSKEY_ACR),
    )


def is_enough(asked: AuthorizationRequest, acr: str) -> bool:
    """Whether a sign-in of this context is what the application cannot do without."""
    return not asked.acr_essential or acr in asked.acr_values


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
    return among(offered(parked), parked, connection_id)


def among(usable: Iterable[Connection], parked: SignInRequest, connection_id: str) -> Connection:
    """As `enabled_one`, of connections that are known already."""
    for connection in usable:
        if connection.id == connection_id:
            return note_connection(connection)
    raise NotEnabled(connection_id, parked.client_id)


def note_connection(connection: Connection) -> Connection:
    """Lets whatever goes wrong from here on be told in the words of this connection's source."""
    source = connection.source
    if source.is_protocol:
        source = replace(source, name=connection.label(current_language().locale))
    g.source_asked = source
    return connection


def source_asked() -> Source | None:
    """The source that this request deals with; None where that is not known."""
    noted: Source | None = g.get("source_asked")
    return noted or _sole(_in_use())


def name_of(source: Source | None) -> str:
    """As it stands in "Connect another …"; a general word for none in particular."""
    return str(_(source.name)) if source is not None else str(_("service"))


def button_words(connection: Connection) -> str:
    """What the button says: its name, as a sentence where that is the source's own name."""
    label = connection.label(current_language().locale)
    if label.casefold() in {
        connection.source.name.casefold(),
        name_of(connection.source).casefold(),
    }:
        return str(_("Continue with %(source)s", source=label))
    return label


def name_of_all(connections: Iterable[Connection]) -> str:
    """What they have in common: the name of their source, where it is one."""
    return name_of(_sole({each.source.id: each.source for each in connections}.values()))


def name_or(name: str | None, connection_id: str | None) -> str:
    """The name of somebody, or what they are called whose name shows nothing."""
    return name if name and shows(name) else nameless(connection_id)


def nameless(connection_id: str | None) -> str:
    """What somebody is called who has no name, and came by this connection."""
    connection = connection_id and _connections().get(db.session(), connection_id)
    source = connection.source if connection else _sole(_in_use())
    if source is None:
        return str(_("somebody without a name"))
    return str(_("a %(source)s user", source=name_of(source)))


def _in_use() -> Iterable[Source]:
    """The sources that there are connections of, as far as is remembered: pages that tell of a
    database that stopped have words too."""
    found = {each.source.id: each.source for each in _connections().remembered()}
    return found.values() or current_elements().sources


def _connections() -> ConnectionStore:
    return current_federation().connections


def _sole(sources: Iterable[Source]) -> Source | None:
    every = list(sources)
    return every[0] if len(every) == 1 else None


def sandboxed() -> str:
    """The sources that are played by a sandbox here, in a sentence; empty for none."""
    return ", ".join(map(name_of, current_federation().sandboxed))
