"""One attempt to bring a notification to a webhook."""

from app.notifications import signing
from app.notifications.outbox import Notification, Outcome
from oidc.outbound.answer import FetchError
from oidc.outbound.http_client import Outbound
from oidc.outbound.telling import Receipt, tell

LONGEST_WAIT = 3600
"""Seconds for which a receiver may ask to be left alone (Retry-After)."""
NO_SECRET = "Its secret cannot be opened: see QIAO_SECRET_KEYS."


def send(
    outbound: Outbound, url: str, secrets: list[str], notification: Notification, now: int
) -> Outcome:
    """Signs and sends it, this moment; how it ended. Holds no database connection."""
    if not secrets:
        return Outcome(failure=NO_SECRET)
    body = notification.body.encode()
    headers = {
        "Content-Type": "application/json",
        **signing.headers(secrets, notification.id, body, now),
    }
    try:
        receipt = tell(outbound, url, body, headers)
    except FetchError as error:
        return Outcome(failure=str(error))
    return outcome_of(receipt)


def outcome_of(receipt: Receipt) -> Outcome:
    """2xx is taken; 410 ends it for good; all else is tried again, as late as the receiver says.

    A redirect is not followed: it would lead where nobody has written down that events may go.
    """
    status = receipt.status
    if 200 <= status < 300:
        return Outcome(status)
    said = " ".join(receipt.beginning.split())
    failure = f"It answered {status}{': ' + said if said else ''}"
    if 300 <= status < 400:
        failure = f"It answered {status}: redirects are not followed."
    return Outcome(status, failure, _wait(receipt.retry_after), gone=status == 410)


def _wait(retry_after: str) -> int:
    """Seconds; dates are not read (RFC 9110 10.2.3)."""
    if not (retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 10):
        return 0
    return min(int(retry_after), LONGEST_WAIT)
