"""The three things that a mini program does with a ticket: read it, confirm it, deny it."""

from collections.abc import Callable
from typing import TypeVar

from flask import Response, jsonify, request

from app.database import db
from app.elements import current_federation
from app.mini_program.blueprint import api
from app.mini_program.entry import Entry, asks_number, read_confirmation, read_entry
from app.mini_program.refusals import note_declined
from app.sign_in.in_app_waiting import tell_who_waits
from app.sign_in.not_enabled import NotEnabled
from app.sign_in.ticket_description import confirmed_here, shown
from app.sign_in.upstream_call import call_upstream
from app.web.client_address import client_address
from app.web.i18n import CHINESE, first_spoken
from app.web.rate_limits import (
    CONFIRMATIONS_OF_ADDRESS,
    CONFIRMATIONS_OF_CONNECTION,
    check,
    limiter,
)
from federation.connections import Connection
from federation.errors import Denied, Misconfigured, TicketUnknown
from federation.tickets import NumberRule, Purpose, TicketView
from federation.upstreams import CodeUpstream
from oidc.provider import current_provider

TICKET_LIMIT = 64
CONFIRMED, DENIED = "qiao:confirmed", "qiao:denied"
"""What the mini program gives back to the app that launched it. It passes through the phone's
system, where other apps may read and forge it, so it says "look again" and nothing else."""

Value = TypeVar("Value")


def _ticket() -> str:
    """What one ticket is counted by: a code that is photographed and shared is tried by many."""
    return str((request.view_args or {})["ticket"])[:TICKET_LIMIT]


@api.get("/tickets/<ticket>")
@limiter.limit("600/minute")
@limiter.limit("60/minute", key_func=_ticket)
def read(ticket: str) -> Response:
    """Who asks to sign the person in, and from where; notes that the code was scanned."""
    rule = _number_rule(read_entry(request.args))
    view = _known(ticket, lambda: current_federation().tickets.read(db.session(), ticket, rule))
    connection = _connection(view)
    db.session.commit()
    _tell(ticket, view.purpose)
    sandbox = bool(current_federation().sandboxed)
    language = first_spoken(request.accept_languages, CHINESE).tag
    told = shown(view, connection, language=language, phone=client_address(), sandbox=sandbox)
    return _answer(told)


@api.post("/tickets/<ticket>/confirm")
@limiter.limit(CONFIRMATIONS_OF_ADDRESS)
@limiter.limit("10/minute", key_func=_ticket)
def confirm(ticket: str) -> Response:
    """The person agrees; the source's one-time codes say who they are."""
    sent = read_confirmation(request)
    tickets, rule = current_federation().tickets, _number_rule(sent.entry)
    view = _known(
        ticket, lambda: tickets.check_confirmable(db.session(), ticket, sent.number, rule)
    )
    connection = _connection(view)
    check(CONFIRMATIONS_OF_CONNECTION, "confirmations", connection.id)
    try:
        identity = call_upstream(
            connection, lambda: _upstream(connection).exchange(connection, sent.codes)
        )
    except Denied as refusal:
        # Trying again will not help: whoever waits for it is told so.
        tickets.refuse(db.session(), ticket, refusal.code)
        raise
    tickets.confirm(db.session(), ticket, identity, confirmed_here())
    db.session.commit()
    _tell(ticket, view.purpose)
    return _ended("confirmed", view.purpose, CONFIRMED)


@api.post("/tickets/<ticket>/deny")
@limiter.limit(CONFIRMATIONS_OF_ADDRESS)
def deny(ticket: str) -> Response:
    """The person says no."""
    denial = _known(ticket, lambda: current_federation().tickets.deny(db.session(), ticket))
    if denial.is_new:
        note_declined(ticket)
    db.session.commit()
    _tell(ticket, denial.purpose)
    return _ended("denied", denial.purpose, DENIED)


def _tell(ticket: str, purpose: Purpose) -> None:
    """An app that waits for it; pages ask by themselves."""
    if purpose == "launch":
        tell_who_waits(ticket)


def _number_rule(entry: Entry) -> NumberRule:
    """What a ticket wants that was opened like this; one of a connection that is off, nothing."""
    phone = client_address()
    return lambda view: asks_number(view, entry, _connection(view).source.entries, phone)


def _ended(state: str, purpose: Purpose, app_parameter: str) -> Response:
    """The end, with what leads back to the app where one has launched the mini program."""
    parameter = app_parameter if purpose == "launch" else None
    return _answer({"state": state, "app_parameter": parameter})


def _known(ticket: str, step: Callable[[], Value]) -> Value:
    if len(ticket) > TICKET_LIMIT:
        raise TicketUnknown
    return step()


def _connection(view: TicketView) -> Connection:
    connection = current_federation().connections.get(db.session(), view.connection_id)
    client_id = view.description.get("client_id")
    if connection is None or not connection.enabled or not _is_served(client_id):
        raise NotEnabled(view.connection_id, client_id)
    return connection


def _is_served(client_id: str | None) -> bool:
    """Whether the application that asks is still there, and not stopped: nobody shall confirm, and
    give their phone number, for nothing."""
    if not client_id:
        return True  # our own pages ask
    return current_provider().clients.get(db.session(), client_id) is not None


def _upstream(connection: Connection) -> CodeUpstream:
    upstream = current_federation().upstream(connection)
    if not isinstance(upstream, CodeUpstream):
        detail = f"{connection.mode} takes no codes"
        raise Misconfigured(detail, credential_id=connection.credential.id)
    return upstream


def _answer(document: object) -> Response:
    response = jsonify(document)
    response.headers["Cache-Control"] = "no-store"
    return response
