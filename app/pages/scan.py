"""A ticket's page: the code to scan or the button to open its app, how far it is, and its end."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from flask import (
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from app.database import db
from app.elements import current_federation
from app.pages import parked as parked_request
from app.pages import person, ticket_cookie
from app.pages.blueprint import pages
from app.pages.connections import Ways, among, name_of, offered, ways_here
from app.pages.new_session import continue_with
from app.pages.parked import SignInRequest, onward_if_settled, onward_if_signed_in
from app.pages.ticket_cookie import StartedTicket
from app.sign_in.upstream_call import call_upstream
from federation.connections import Connection
from federation.errors import (
    Misconfigured,
    TicketMismatch,
    TicketNotConfirmed,
    TicketUnknown,
    TicketUsed,
)
from federation.tickets import TicketStatus
from federation.upstreams import LaunchUpstream
from oidc.provider import current_provider

TICKET = "/sign-in/<interaction_id>/scan/<ticket_id>"
OPEN = ("pending", "scanned")
KEPT = 512
"""Pictures of about 50 KiB each, in this process alone; the oldest makes room."""
log = logging.getLogger(__name__)


@pages.get(TICKET)
def scan(interaction_id: str, ticket_id: str) -> ResponseReturnValue:
    """The page of the ticket, in whatever state it is. Reloading it changes nothing.

    Whoever has signed in goes on, also when the browser has forgotten the ticket since.
    """
    parked = parked_request.load_any(interaction_id)
    if onward := onward_if_settled(parked):
        return onward
    started = _begun(parked, ticket_id)
    usable = offered(parked)
    connection = among(usable, parked, started.connection_id)
    status = _status(ticket_id)
    page = _page(parked, started, connection, status, ways_here(parked, usable))
    if started.way == "scan" and status.state in OPEN:
        # Asked for here and not only by the picture, so that a failure is a page to read.
        _code_image(started, connection)
    return page


@pages.get(f"{TICKET}/code")
def code_image(interaction_id: str, ticket_id: str) -> ResponseReturnValue:
    """The picture to scan; the only thing we send that holds the scene."""
    _, started, connection = _started(interaction_id, ticket_id)
    image = _code_image(started, connection)
    response = Response(image, mimetype=media_type(image))
    response.headers["Cache-Control"] = "private, max-age=180"
    return response


@pages.get(f"{TICKET}/status")
def ticket_status(ticket_id: str, **_: str) -> ResponseReturnValue:
    """How far the ticket is, by one read. Says nothing that its id's bearer may not know."""
    try:
        status = current_federation().tickets.status(db.session(), ticket_id)
    except TicketUnknown:
        response = jsonify(state="expired", expires_in=0)
    else:
        response = jsonify(state=status.state, expires_in=status.expires_in, reason=status.reason)
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get(f"{TICKET}/open")
def open_app(interaction_id: str, ticket_id: str) -> ResponseReturnValue:
    """Sends a phone's browser to the source's app.

    By an https link, and by a link of the app's own scheme where the source makes no other, or
    where it does not open on this phone and the person asks for it (``by=scheme``).
    """
    _, started, connection = _started(interaction_id, ticket_id)
    by_scheme = request.args.get("by") == "scheme"
    link = call_upstream(connection, lambda: _link(connection, started.scene, by_scheme=by_scheme))
    response = make_response(redirect(link, 303))
    response.headers["Cache-Control"] = "no-store"
    return response


def _link(connection: Connection, scene: str, *, by_scheme: bool) -> str:
    upstream, query = _launch(connection), f"ticket={scene}"
    if not by_scheme:
        try:
            return upstream.url_link(connection, query)
        except Misconfigured:
            # Of links alone, or of the credential as a whole: then the other call says so too.
            log.info("connection %s: no https link, trying a scheme", connection.id)
    return upstream.scheme(connection, query)


@pages.post(f"{TICKET}/finish")
def finish(interaction_id: str, ticket_id: str) -> ResponseReturnValue:
    """Signs this browser in with what was confirmed on the phone."""
    parked, started, connection = _started(interaction_id, ticket_id)
    try:
        identity = current_federation().tickets.take(
            db.session(), ticket_id, parked.binding, connection.id
        )
    except TicketNotConfirmed:
        page = url_for("pages.scan", interaction_id=interaction_id, ticket_id=ticket_id)
        return redirect(page, 303)
    except TicketUsed:
        if onward := onward_if_signed_in(parked):
            return onward
        raise
    return continue_with(parked, identity, connection, ticket_id, started.way)


def _begun(parked: SignInRequest, ticket_id: str) -> StartedTicket:
    """The ticket that this browser began.

    :raises TicketMismatch: when another one did.
    """
    started = ticket_cookie.read(current_provider().keyring, parked.id, ticket_id)
    if started is None:
        raise TicketMismatch
    return started


def _started(
    interaction_id: str, ticket_id: str
) -> tuple[SignInRequest, StartedTicket, Connection]:
    """The same, with its connection, if that may still be used."""
    parked = parked_request.load_any(interaction_id)
    started = _begun(parked, ticket_id)
    return parked, started, among(offered(parked), parked, started.connection_id)


def _status(ticket_id: str) -> TicketStatus:
    try:
        return current_federation().tickets.status(db.session(), ticket_id)
    except TicketUnknown:
        return TicketStatus("expired", 0)


def _page(
    parked: SignInRequest,
    started: StartedTicket,
    connection: Connection,
    status: TicketStatus,
    ways: Ways,
) -> str:
    return render_template(
        "scan.html" if started.way == "scan" else "open_app.html",
        application=parked.application,
        interaction_id=parked.id,
        ticket_id=started.ticket_id,
        ticket=status,
        number=started.number,
        way=started.way,
        task=parked.task,
        connection=connection,
        source_name=name_of(connection.source),
        again=parked.interaction.host_state.get("again", False),
        signed_in_as=person.signed_in(None) if parked.task == "sign_in" else None,
        passkey=ways.passkey,
        another_way=ways.only is None and parked.task in ("sign_in", "account"),
    )


def _code_image(started: StartedTicket, connection: Connection) -> bytes:
    images: CodeImages = current_app.extensions["code_images"]
    upstream = _launch(connection)

    def draw() -> bytes:
        return call_upstream(connection, lambda: upstream.code_image(connection, started.scene))

    return images.get(started.ticket_id, draw)


def _launch(connection: Connection) -> LaunchUpstream:
    upstream = current_federation().upstream(connection)
    if not isinstance(upstream, LaunchUpstream):
        detail = f"{connection.mode} has no code to scan"
        raise Misconfigured(detail, credential_id=connection.credential.id)
    return upstream


class CodeImages:
    """The codes that are on somebody's screen, by the ticket's id: a source draws each once.

    In this process alone: another node asks the source again.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._images: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, ticket_id: str, draw: Callable[[], bytes]) -> bytes:
        """The picture; ``draw`` asks the source for it, outside of any lock."""
        with self._lock:
            known = self._images.get(ticket_id)
        if known is not None:
            return known
        image = draw()
        with self._lock:
            self._images[ticket_id] = image
            while len(self._images) > self._kept:
                self._images.popitem(last=False)
        return image


def media_type(image: bytes) -> str:
    """What kind of picture this is, from its first bytes: its label is not reliable."""
    if image.startswith(b"\x89PNG"):
        return "image/png"
    return "image/jpeg"
