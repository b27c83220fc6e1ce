"""One step of an in-app sign-in: launch parameters out, the source's confirmation or codes in.

Whatever the application sends is only ever a one-time code of the source or a request to look
again; who the person is comes from the source, or from the ticket that its program confirmed.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.accounts.identification import association
from app.accounts.identification.outcomes import Ask, SignedIn, SignInRefused
from app.accounts.identification.sign_in import sign_in
from app.database import db
from app.enablement.sources import usable_connections
from app.sign_in import question_token
from app.sign_in.in_app_description import description
from app.sign_in.in_app_errors import HINTS, told
from app.sign_in.in_app_waiting import BELL, OPENED, has_waited
from app.sign_in.question_token import IN_APP
from app.sign_in.ticket_description import confirmed_here
from app.sign_in.upstream_call import call_upstream, misconfiguration_noted
from app.web.client_address import address_counted
from app.web.rate_limits import (
    TICKETS_OF_ADDRESS,
    TICKETS_OF_CONNECTION,
    seconds_until_free,
)
from federation import (
    AppAuthUpstream,
    Codes,
    CodeUpstream,
    Connection,
    Federation,
    Identity,
    LaunchUpstream,
)
from federation.devices import in_app as in_app_ones
from federation.errors import (
    CodeRejected,
    FederationError,
    PhoneRequired,
    TicketNotConfirmed,
)
from federation.source import AppCodes
from federation.tickets import ConfirmedFrom, digest_of
from federation.upstreams import PhoneKind
from oidc.clock import Clock
from oidc.host import ChallengeAnswer, ChallengeStep, Login
from oidc.protocol import errors
from oidc.provider import current_provider

POLL_SECONDS = 2
BEGUN = "begun"


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One step with the connection that it is about."""

    federation: Federation
    clock: Clock
    step: ChallengeStep
    connection: Connection


def answer_challenge(federation: Federation, clock: Clock, step: ChallengeStep) -> ChallengeAnswer:
    """The next thing that the application must do, or the person who has signed in.

    :raises oidc.protocol.errors.OAuthError: with the OAuth error that the application is told.
    """
    in_app = _in_app(federation, step)
    connection = _chosen(in_app, step)
    if connection is None:
        listed = [{"id": each.id, "mode": each.mode} for each in in_app]
        return ChallengeAnswer(members={"connections": listed}, state=step.state)
    attempt = _Attempt(federation, clock, step, connection)
    try:
        return _resume(attempt) if step.state else _begin(attempt)
    except FederationError as error:
        raise told(connection, error) from error


def trade_code(federation: Federation, clock: Clock, step: ChallengeStep) -> ChallengeAnswer:
    """The person whom a source's one-time code names, without a sign-in that was begun before.

    :raises oidc.protocol.errors.OAuthError: with the OAuth error that the application is told.
    """
    wanted = step.parameters["subject_token_type"]
    in_app = [each for each in _in_app(federation, step) if _codes_of(each).token_type == wanted]
    connection = _chosen(in_app, step)
    if connection is None:
        return ChallengeAnswer(members={"connections": [each.id for each in in_app]})
    attempt, names = _Attempt(federation, clock, step, connection), _codes_of(connection)
    try:
        identity = _exchange(attempt, step.parameters["subject_token"])
        return _enter(attempt, identity, confirmed_here())
    except PhoneRequired as error:
        hint = f"Send {names.phone_code} too; it is required here."
        raise errors.OAuthError("invalid_request", hint) from error
    except CodeRejected as error:
        hint = f"{connection.source.name} did not take the code; get a new one."
        raise errors.OAuthError("invalid_request", hint) from error
    except FederationError as error:
        raise told(connection, error) from error


def _in_app(federation: Federation, step: ChallengeStep) -> list[Connection]:
    """The connections of this application that need no browser."""
    return in_app_ones(usable_connections(db.session(), federation, step.client_id))


def _codes_of(connection: Connection) -> AppCodes:
    """What applications send codes of the connection's source as; nothing where they cannot."""
    return connection.source.app_codes or AppCodes("", "")


def _chosen(in_app: list[Connection], step: ChallengeStep) -> Connection | None:
    """The connection that this sign-in began with or asks for; None to ask which."""
    wanted = step.state.get("connection") or step.connection
    if wanted is None and len(in_app) > 1:
        return None
    for connection in in_app:
        if wanted in (None, connection.id):
            return connection
    raise errors.OAuthError(
        "invalid_request", "No such connection is enabled for in-app sign-in of this application."
    )


def _begin(attempt: _Attempt) -> ChallengeAnswer:
    upstream = attempt.federation.upstream(attempt.connection)
    if isinstance(upstream, LaunchUpstream):
        return _launch(attempt, upstream)
    assert isinstance(upstream, AppAuthUpstream)
    state = secrets.token_urlsafe(24)
    return _send_auth(attempt, upstream, state)


def _launch(attempt: _Attempt, upstream: LaunchUpstream) -> ChallengeAnswer:
    """A ticket that only this in-app sign-in can finish, and how to open the source's app.

    Its page asks for the number where the source does not say that this client's own app has
    launched it, or where the phone is in another network: the app shows it in every case.
    """
    _check_limits(attempt)
    ticket = attempt.federation.tickets.open(
        db.session(),
        attempt.connection.id,
        "launch",
        attempt.step.binding,
        description(attempt.step, attempt.clock()),
    )
    with misconfiguration_noted(attempt.connection):
        launch = upstream.launch_parameters(attempt.connection, ticket.scene)
    expires_in = ticket.expires_at - attempt.clock()
    members = {
        "launch": launch,
        "number": ticket.number,
        "opened": False,
        "interval": POLL_SECONDS,
        "expires_in": expires_in,
    }
    state = {"ticket": ticket.id, BELL: digest_of(ticket.scene)}
    return _answer(attempt, members, state)


def _check_limits(attempt: _Attempt) -> None:
    wait = seconds_until_free(TICKETS_OF_ADDRESS, "tickets in app", address_counted())
    wait = wait or seconds_until_free(TICKETS_OF_CONNECTION, "tickets", attempt.connection.id)
    if wait is not None:
        raise errors.Busy("Too many sign-ins; try again as Retry-After says.", wait)


def _send_auth(attempt: _Attempt, upstream: AppAuthUpstream, state: str) -> ChallengeAnswer:
    asked = upstream.send_auth_parameters(attempt.connection, state, fresh=attempt.step.fresh)
    return _answer(attempt, {"send_auth": asked}, {"state": state})


def _answer(
    attempt: _Attempt, members: Mapping[str, Any], state: Mapping[str, Any]
) -> ChallengeAnswer:
    known = {"connection": attempt.connection.id}
    begun = {BEGUN: attempt.step.state.get(BEGUN, attempt.clock())}
    told = {**known, "mode": attempt.connection.mode, **members}
    return ChallengeAnswer(members=told, state={**known, **begun, **state})


def _resume(attempt: _Attempt) -> ChallengeAnswer:
    if attempt.step.cancelled:
        return _cancelled(attempt)
    if _codes_of(attempt.connection).code in attempt.step.parameters:
        return _with_code(attempt)
    if "ticket" in attempt.step.state:
        return _with_ticket(attempt)
    upstream = attempt.federation.upstream(attempt.connection)
    assert isinstance(upstream, AppAuthUpstream)
    return _send_auth(attempt, upstream, attempt.step.state["state"])


def _cancelled(attempt: _Attempt) -> ChallengeAnswer:
    """Whoever has the source's page before them is told there that the sign-in was declined."""
    ticket_id = attempt.step.state.get("ticket")
    if ticket_id is not None:
        attempt.federation.tickets.withdraw(db.session(), ticket_id, attempt.step.binding)
    return ChallengeAnswer(cancelled=True)


def _with_ticket(attempt: _Attempt) -> ChallengeAnswer:
    """Looks whether the person has confirmed in the source's app."""
    tickets, ticket_id = attempt.federation.tickets, attempt.step.state["ticket"]
    try:
        identity = tickets.take(
            db.session(), ticket_id, attempt.step.binding, attempt.connection.id
        )
    except TicketNotConfirmed:
        status = tickets.status(db.session(), ticket_id)
        opened = {OPENED: True} if status.state != "pending" else {}
        waiting = {
            "opened": bool(opened),
            "interval": 0 if has_waited(attempt.step.state) else POLL_SECONDS,
            "expires_in": status.expires_in,
        }
        return _answer(attempt, waiting, {**_without_connection(attempt.step.state), **opened})
    confirmed_from = tickets.confirmed_from(db.session(), ticket_id)
    return _enter(attempt, identity, confirmed_from)


def _with_code(attempt: _Attempt) -> ChallengeAnswer:
    """The application's own SDK carried the source's one-time code to us."""
    parameters, state = attempt.step.parameters, attempt.step.state
    expected = state.get("state")
    if expected and not hmac.compare_digest(
        expected.encode(), parameters.get("state", "").encode()
    ):
        raise errors.OAuthError("invalid_request", "The state is not the one of this sign-in.")
    try:
        identity = _exchange(attempt, parameters[_codes_of(attempt.connection).code])
    except (CodeRejected, PhoneRequired) as error:
        return _answer(attempt, {"reason": error.code}, _without_connection(state))
    return _enter(attempt, identity, confirmed_here())


def _exchange(attempt: _Attempt, code: str) -> Identity:
    names, sent = _codes_of(attempt.connection), attempt.step.parameters
    upstream = attempt.federation.upstream(attempt.connection)
    assert isinstance(upstream, CodeUpstream)
    kind: PhoneKind = "realtime" if sent.get(names.phone_kind) == "realtime" else "quick"
    codes = Codes(code, sent.get(names.phone_code), kind)
    return call_upstream(attempt.connection, lambda: upstream.exchange(attempt.connection, codes))


def _without_connection(state: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in state.items() if name != "connection"}


def _enter(
    attempt: _Attempt, identity: Identity, confirmed_from: ConfirmedFrom | None
) -> ChallengeAnswer:
    outcome: SignedIn | Ask | SignInRefused = sign_in(
        db.session(),
        identity,
        attempt.connection,
        attempt.clock,
        client_id=attempt.step.client_id,
        begun_at=attempt.step.state.get(BEGUN),
        way="in_app",
    )
    if isinstance(outcome, SignInRefused):
        raise errors.OAuthError("access_denied", HINTS[outcome.reason])
    if isinstance(outcome, Ask):
        return _in_the_browser(attempt, outcome, confirmed_from)
    login = Login(
        subject=outcome.subject,
        auth_time=attempt.clock(),
        sid=None,
        amr=outcome.amr or attempt.connection.source.amr,
        acr=attempt.connection.source.acr or None,
        connection=attempt.connection.id,
        identity=outcome.identity,
        limited=outcome.limited,
    )
    return ChallengeAnswer(login=login)


def _in_the_browser(
    attempt: _Attempt, ask: Ask, confirmed_from: ConfirmedFrom | None
) -> ChallengeAnswer:
    """The question of rule ``ask`` needs pages; it waits there with the identity, sealed."""
    provider, binding = current_provider(), attempt.step.binding
    token = association.park(
        db.session(), provider.keyring, attempt.clock, ask, binding, confirmed_from
    )
    kept = {"question": question_token.sealed(token), IN_APP: binding}
    return ChallengeAnswer(to_web=True, state=kept)
