"""What receivers of security events have to do with the host (a part of `oidc.host.Host`)."""

from collections.abc import Callable, Sequence
from typing import Protocol

from flask import Response


class Signals(Protocol):
    """Addresses of people, and requests that wait for events."""

    def subjects_of_email(self, address: str) -> Sequence[str]:
        """Whose verified address this is."""

    def tell_who_polls(self, stream_ids: Sequence[str]) -> None:
        """Lets requests that wait for events of these streams look again, after the commit."""

    def wait(self, stream_id: str, is_empty: Callable[[], bool]) -> Response | None:
        """An answer that nobody sees, where the request comes again once there is news; None where
        something is there, or nobody may wait (any longer).

        :param is_empty: looks whether nothing is there; called once it is listened.
        """
        ...
