"""What an upstream can do. Each capability is a small Protocol; an upstream has some of them.

None of these takes a database session: the caller lets go of its connection before a call that
may wait for seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from federation.connections import Connection
from federation.identity import Identity, SourceTokens

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


@dataclass(frozen=True)
class Departure:
    """How a browser was sent to the source, and what it must come back with.

    :param redirect_uri: where to; at our own host.
    :param state: letters and digits only, at most 128.
    :param secret: 43 characters that only we and this browser's sealed cookie know: a PKCE
        verifier (RFC 7636 4.1), and what a nonce can be made of.
    :param inside: the browser is that of the source's own app, where it has pages for it.
    :param asked: what the application asked for that a source may be asked for too: ``prompt``,
        ``max_age``, ``login_hint``, ``acr_values``.
    """

    redirect_uri: str
    state: str
    secret: str = field(repr=False)
    locale: str = "en"
    asked: Mapping[str, str] = field(default_factory=dict, repr=False)
    inside: bool = False


@dataclass(frozen=True)
class Returned:
    """What a browser came back with; its state has been checked.

    :param answer: all parameters, such as ``iss`` (RFC 9207).
    """

    departure: Departure
    code: str = field(repr=False)
    answer: Mapping[str, str] = field(default_factory=dict, repr=False)


@runtime_checkable
class RedirectUpstream(Protocol):
    """Sends the browser away and finishes when it comes back with a code.

    A browser may come back without a code: that is a person who said no, and never reaches
    ``finish``. Implement ``finish`` so that a code is sent to the source at most once.
    """

    def login_url(self, connection: Connection, departure: Departure) -> str: ...

    def finish(self, connection: Connection, returned: Returned) -> Identity: ...


@runtime_checkable
class ErrorAnswers(Protocol):
    """Knows why a browser came back without a code.

    Implement ``declined`` so that it returns where the person said no, and raises where it was
    something else: ``Misconfigured``, ``Unavailable``, ``NotBelieved``.
    """

    def declined(self, connection: Connection, returned: Returned) -> None: ...


ENDS_THERE = "logout"
"""The option of a mode that says that signing out here signs out at the source too."""


@dataclass(frozen=True)
class LogoutNotice:
    """That somebody's session at the source is over: of this person there, or this session.

    :param subject: as it stands in the person's own key.
    :param jti: which is told once.
    """

    subject: str | None
    sid: str | None
    jti: str


@runtime_checkable
class SessionUpstream(Protocol):
    """Has sessions of its own that end with ours, or end ours.

    Implement ``notice`` so that it believes what the source has signed alone (``NotBelieved``).
    """

    def issuer(self, connection: Connection) -> str: ...

    def logout_url(
        self, connection: Connection, id_token_hint: str, back: str, state: str
    ) -> str | None: ...

    def notice(self, connection: Connection, logout_token: str) -> LogoutNotice: ...


KEEPS_TOKENS = "keep_tokens"
"""The option of a mode that says that people's tokens at the source are kept."""


@runtime_checkable
class TokenUpstream(Protocol):
    """Gives tokens that speak to the source for the person, with the `Identity`.

    Implement ``refresh`` so that a refresh token is sent once. Raise ``CodeRejected`` or ``Denied``
    where it is good no more, ``Unavailable`` or ``Misconfigured`` for anything else.
    """

    def refresh(self, connection: Connection, tokens: SourceTokens) -> SourceTokens: ...


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

    def send_auth_parameters(
        self, connection: Connection, state: str, *, fresh: bool = False
    ) -> Mapping[str, str | bool]:
        """:param fresh: the person must be asked, whatever they have agreed to before."""
        ...


Upstream = CodeUpstream | RedirectUpstream
