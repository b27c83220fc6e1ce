"""One attempt to bring a logout token to an application (Back-Channel Logout 2.5 and 2.8)."""

from contextlib import suppress
from dataclasses import dataclass

from oidc.logout.logout_token import logout_token
from oidc.logout.outbox import Delivery, settle
from oidc.outbound.answer import FetchError, UnusableAnswer
from oidc.outbound.http_client import Outbound
from oidc.provider import Provider


@dataclass(frozen=True, slots=True)
class LogoutDelivery:
    """A claimed delivery, ready to be sent without a database.

    :param token: none where it cannot be made just now.
    """

    delivery: Delivery
    uri: str
    token: str | None


def prepare_delivery(provider: Provider, delivery: Delivery) -> LogoutDelivery | None:
    """The letter; None when the application is gone or no longer wants to be told."""
    client = provider.clients.get(provider.session, delivery.client_id)
    if client is None or client.metadata.backchannel_logout_uri is None:
        return None
    token: str | None = None
    # Its key cannot be had, or what it registered can no longer be served: tried again, like an
    # application that does not answer, and never in the way of the others.
    with suppress(ValueError):
        token = logout_token(provider, client, delivery)
    return LogoutDelivery(delivery, client.metadata.backchannel_logout_uri, token)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an application did not take a token.

    :param reason: in a sentence, with what the application answered.
    :param final: it refused this token, and would refuse it again (Back-Channel Logout 2.8).
    """

    reason: str
    final: bool = False


ANOTHER_TRY = frozenset({408, 425, 429})
"""Refusals (4xx) that say no more than "not now" (RFC 9110 15.5, RFC 8470 5.2, RFC 6585 4)."""


def send(outbound: Outbound, prepared: LogoutDelivery) -> Failure | None:
    """None when the application took it; otherwise why not."""
    if prepared.token is None:
        return Failure("The token cannot be made: see the client's keys and its subject_type.")
    try:
        outbound.post_form(prepared.uri, {"logout_token": prepared.token})
    except UnusableAnswer as error:
        refused = 400 <= error.status < 500 and error.status not in ANOTHER_TRY
        return Failure(f"{error} It was {error.status}: {error.beginning or '(empty)'}", refused)
    except FetchError as error:
        return Failure(str(error))
    return None


def close(provider: Provider, delivery: Delivery, failure: Failure | None) -> str:
    """Writes down how an attempt ended; the state that the delivery is in now.

    After the last attempt, or a refusal that another would only repeat, it is given up, and the
    audit trail says so.
    """
    final = failure is not None and failure.final
    unfinished = "abandoned" if delivery.is_last or final else "pending"
    state = "delivered" if failure is None else unfinished
    settled = settle(provider.session, delivery, state, provider.clock())
    if settled and state == "abandoned":
        provider.host.audit.note(
            "logout.abandoned",
            client_id=delivery.client_id,
            subject=delivery.subject,
            outcome="failed",
        )
    return state
