"""A request of a client that was refused, for whoever administers it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """:param path: of the endpoint.
    :param error: and ``hint``: what the client was told.
    :param detail: what it was not told, such as the redirect URI that it sent.
    """

    client_id: str
    path: str
    error: str
    hint: str
    detail: str = ""
