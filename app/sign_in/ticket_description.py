"""What a person is told on the phone before they confirm: who asks, from where, since when.

Kept with the ticket as one document; the page or endpoint that opens a ticket writes it, the
phone gets it back (RFC 10027, 6.1.14: preserve the context and tell it).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request

from app.sign_in.places import told_place
from app.web.client_address import client_address
from federation.connections import Connection
from federation.devices import label_of
from federation.tickets import ConfirmedFrom, TicketView
from oidc.provider import current_provider


def describe(
    *,
    name: str,
    host: str | None,
    logo_uri: str | None = None,
    device: str | None = None,
    ip: str | None = None,
    requested_at: int,
    action: str = "sign_in",
    link: Mapping[str, Any] | None = None,
    way: str = "scan",
    mobile_app_ids: Sequence[str] = (),
    client_id: str | None = None,
    account: str | None = None,
    registered_itself: bool = False,
) -> dict[str, Any]:
    """The description of a ticket.

    :param name: the application's name.
    :param host: where the application answers.
    :param device: such as "Chrome · Windows".
    :param requested_at: seconds since the epoch.
    :param action: ``sign_in``, or ``link``: it will be another way into an account.
    :param link: which identity, or whose account, is not known to who confirms; `_link`.
    :param way: how the source's program is to be opened: ``scan``, ``link`` or ``launch``.
    :param mobile_app_ids: of a launch: what the source calls the client's own apps.
    :param client_id: of the application; with ``account`` for the log, and never told.
    :param account: the subject who asks to connect another way in.
    :param registered_itself: nobody has vouched for the application.
    """
    return {
        "client": {
            "name": name,
            "host": host,
            "logo_uri": logo_uri,
            "registered_itself": registered_itself,
        },
        "client_id": client_id,
        "account": account,
        "device": device,
        "ip": ip,
        "requested_at": requested_at,
        "action": action,
        "link": link,
        "way": way,
        "mobile_app_ids": list(mobile_app_ids),
    }


def shown(
    view: TicketView, connection: Connection, *, language: str, phone: str | None, sandbox: bool
) -> Mapping[str, Any]:
    """The ticket as the phone gets it.

    :param language: ``en``, ``zh-Hans`` or ``zh-Hant``.
    :param phone: the network address of who reads it.
    """
    description = view.description
    client = description.get("client") or {}
    return {
        "state": view.state,
        "purpose": view.purpose,
        "action": description.get("action", "sign_in"),
        "client": {
            **{member: client.get(member) for member in ("name", "host", "logo_uri")},
            "registered_itself": client.get("registered_itself", False),
        },
        "connection": {"id": connection.id, "name": connection.label(language)},
        "device": description.get("device"),
        "place": told_place(description.get("ip"), phone, language),
        "ip": description.get("ip"),
        "requested_at": description.get("requested_at"),
        "expires_in": view.expires_in,
        "numbers": list(view.choices) if view.choices else None,
        "phone": connection.phone,
        "sandbox": sandbox,
        "link": _link(description.get("link"), language, phone),
    }


def _link(
    described: Mapping[str, Any] | None, language: str, phone: str | None
) -> Mapping[str, Any] | None:
    """What is connected: the person's own identity with the ``account`` that is named, or the
    ``identity`` that is named with the person's own account."""
    if described is None or described["identity"] is None:
        return described
    identity = described["identity"]
    place = told_place(identity["ip"], phone, language)
    return {**described, "identity": {**identity, "place": place}}


def confirmed_here() -> ConfirmedFrom:
    """Now, on the device and from the address of this request."""
    now = current_provider().clock()
    return ConfirmedFrom(now, label_of(request.user_agent.string), client_address())
