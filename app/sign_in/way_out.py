"""The sources' way to servers whose addresses administrators enter: the provider's own, guarded."""

from collections.abc import Mapping

from federation.ports import Reply
from oidc.outbound.answer import FetchError, Unreachable
from oidc.outbound.http_client import Outbound


class WayOut:
    """Implements `federation.ports.Web`: public addresses over TLS, nothing followed, bounded."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    def exchange(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Reply:
        """:raises OSError: there was no usable answer."""
        try:
            answer = self._outbound.exchange(method, url, body, headers)
        except FetchError as error:
            reason = error.reason if isinstance(error, Unreachable) else ""
            raise OSError(f"{error} {reason}".strip()) from None
        return Reply(answer.status, answer.body, answer.headers)
