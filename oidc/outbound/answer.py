"""What comes back from another server, or why nothing usable did.

FetchError
├─ AddressRefused      not a URL, or not an address, that we connect to
├─ Unreachable         no such name, no connection, no valid certificate, no answer in time
└─ UnusableAnswer      an answer, but a redirect, an error, too long or not JSON
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from oidc.protocol import strict_json


class FetchError(Exception):
    """Nothing usable came back; the text is one ASCII sentence that holds nothing of the answer."""


class AddressRefused(FetchError):
    """The URL is not one that we connect to; nothing was sent."""


class Unreachable(FetchError):
    """There was no answer: another try may succeed.

    ``reason`` is for whoever runs this server: why the verifier refused the certificate, or empty.
    """

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason


class UnusableAnswer(FetchError):
    """An answer of no use: its HTTP status and, for whoever runs this server, how it begins."""

    def __init__(self, message: str, status: int, beginning: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.beginning = beginning


@dataclass(frozen=True)
class Answer:
    """What came back; content type and names of headers in small letters, without parameters.

    :param max_age: seconds for which it may be kept (RFC 9111 5.2.2); None where it does not say.
    """

    status: int
    content_type: str
    body: bytes
    max_age: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """Its JSON value, whatever its content type says.

        :raises UnusableAnswer: it has none.
        """
        try:
            return strict_json.read(self.body)
        except ValueError as error:
            raise UnusableAnswer("The URL must answer with JSON.", self.status) from error
