"""What an upstream can do. Each capability is a small Protocol; an upstream has some of them.

None of these takes a database session: the caller lets go of its connection before a call that
may wait for seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from federation.connections import Connection
from federation.identity import Identity

PhoneKind = Literal["quick", "realtime"]


@dataclass(frozen=True)
class Codes:
    """The one-time codes of one sign-in, and which component gave the phone code."""

    code: str = field(repr=False)
    phone_code: str | None = field(default=None, repr=False)
    phone_kind: PhoneKind = "quick"


@runtime_checkable
class CodeUpstream(Protocol):
    """Turns the codes that a client carries into an identity.

    Implement ``exchange`` so that a code is sent upstream at most once. Raise ``CodeRejected``,
    ``Denied``, ``Unavailable``, ``Misconfigured`` or ``PhoneRequired``.
    """

    def exchange(self, connection: Connection, codes: Codes) -> Identity: ...


@runtime_checkable
class RedirectUpstream(Protocol):
    """Sends the browser away and finishes when it comes back with a code.

    ``state`` has letters and digits only, at most 128. A browser may come back without a code:
    that is a person who said no, and never reaches ``finish``.
    """

    def login_url(
        self, connection: Connection, redirect_uri: str, state: str, locale: str
    ) -> str: ...

    def finish(self, connection: Connection, code: str) -> Identity: ...


@runtime_checkable
class LaunchUpstream(Protocol):
    """Opens the upstream's own program: by a code to scan, by a link, or from a native app."""

    def code_image(self, connection: Connection, scene: str) -> bytes: ...

    def url_link(self, connection: Connection, query: str) -> str: ...

    def scheme(self, connection: Connection, query: str) -> str: ...

    def launch_parameters(self, connection: Connection, scene: str) -> Mapping[str, str | int]: ...


@runtime_checkable
class AppAuthUpstream(Protocol):
    """Tells a native app how to ask the upstream's SDK for a code."""

    def send_auth_parameters(self, connection: Connection, state: str) -> Mapping[str, str]: ...


Upstream = CodeUpstream | RedirectUpstream
