"""Telling somebody else's server something, where its answer matters by the status alone."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from oidc.outbound.answer import AddressRefused
from oidc.outbound.deadline_socket import ExchangeLimitError
from oidc.outbound.http_client import Outbound, read_url

BEGINNING = 200
"""Bytes that are read of an answer, for whoever runs this server."""


@dataclass(frozen=True)
class Receipt:
    """The answer: its status, what it says first, and its ``Retry-After`` as it was sent."""

    status: int
    beginning: str = ""
    retry_after: str = ""


def tell(outbound: Outbound, url: str, body: bytes, headers: Mapping[str, str]) -> Receipt:
    """Sends a POST; whatever the status is, it is told.

    What the answer promises of its body and does not hold, or sends beyond it, is no matter.

    :raises oidc.outbound.http_client.FetchError: there was no answer.
    """
    sent = {"User-Agent": "Qiao", "Accept-Encoding": "identity", "Connection": "close", **headers}
    with outbound.connected(url) as (target, connection):
        connection.request("POST", target.path, body, sent)
        answer = connection.getresponse()
        retry_after = answer.getheader("Retry-After", "")
        return Receipt(answer.status, _beginning(answer), retry_after)


def judge(outbound: Outbound, url: str) -> None:
    """Whether we would connect to the URL, as far as that can be told without a look-up.

    :raises AddressRefused: no.
    """
    target = read_url(url)
    host = "127.0.0.1" if target.host == "localhost" else target.host
    # A name leads somewhere else tomorrow: it is looked at each time.
    probable = host if _is_address(host) else "1.1.1.1"
    if not outbound.may_reach(probable, target.scheme):
        raise AddressRefused("The URL must use https and lead to a public address.")


def _beginning(answer: http.client.HTTPResponse) -> str:
    try:
        return answer.read(BEGINNING).decode(errors="replace")
    except (OSError, http.client.HTTPException, ExchangeLimitError):
        return ""


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
