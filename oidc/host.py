"""What the provider asks of the application that mounts it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from flask import Response

from oidc.beside import Beside, Row
from oidc.logout_pages import LogoutQuestion, SignedOut
from oidc.protocol.claim_wishes import NO_WISHES, ClaimWishes
from oidc.protocol.errors import InteractionGone, OAuthError
from oidc.protocol.refusal import Refusal
from oidc.signals import Signals
from oidc.source_tokens import SourceToken, SourceTokenQuestion


class Login(NamedTuple):
    """Somebody is signed in in this browser, or a request of an app was answered for them."""

    subject: str
    auth_time: int
    sid: str | None
    """Names the browser session; none for a sign-in inside a native application."""
    amr: tuple[str, ...] = ()
    acr: str | None = None
    connection: str | None = None
    """The upstream source of this sign-in; none for a local password."""
    identity: str | None = None
    """Names whom the source has named, so that what rests on it can end with it."""
    ends_at: int | None = None
    """When the browser session is over at the latest."""
    pending: str | None = None
    """The sign-in is this request's alone, and the host has something left to do, which it does
    (:meth:`People.carry_out`) when the code is redeemed."""
    consent: Row | None = None
    """What `consents.BESIDE` reads, where it was read too."""
    limited: bool = False
    """The application does not let everybody in: :meth:`People.lets_in` says whether this one."""


class ClaimsQuestion(NamedTuple):
    """Whom claims are asked about, for which application, under which grant."""

    subject: str
    client_id: str
    connection: str | None
    scope: frozenset[str]
    requested: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    """``{"id_token": {...}, "userinfo": {...}}`` of the claims parameter."""
    identity: str | None = None  # as in `Login`; none where it was not noted
    wishes: ClaimWishes = NO_WISHES
    known: Sequence[Row] | None = None
    """What `People.beside_grants` has read of the person; none where it was not asked."""


@dataclass(frozen=True, slots=True)
class ReleasedClaims:
    """The claims that may reach the application, without ``sub``."""

    id_token: Mapping[str, Any] = field(default_factory=dict)
    userinfo: Mapping[str, Any] = field(default_factory=dict)


class EndedSession(Protocol):
    """A browser session that is over: its name towards applications, and whose it was."""

    @property
    def sid(self) -> str: ...

    @property
    def subject(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Onward:
    """An authorization response on its way to the application.

    :param address: what the browser opens, or posts ``fields`` to.
    :param fields: of a form (OAuth 2.0 Form Post Response Mode); none for a plain address.
    """

    address: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChallengeStep:
    """What the app sent to the challenge endpoint, validated."""

    binding: str  # names this in-app sign-in: client, PKCE challenge and key, over all its steps
    client_id: str
    client_name: str
    connection: str | None
    state: Mapping[str, Any]  # what the host answered last time
    parameters: Mapping[str, str]
    fresh: bool = False
    """The person must say anew who they are."""
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class ChallengeAnswer:
    """The host's answer: signed in, something more is needed, or go to the browser."""

    login: Login | None = None
    members: Mapping[str, Any] = field(default_factory=dict)
    """Extra members of the ``insufficient_authorization`` answer."""
    state: Mapping[str, Any] = field(default_factory=dict)
    """What the host wants back with the next step, or finds beside the request in the browser."""
    to_web: bool = False
    cancelled: bool = False
    """What was begun has been ended, as the application wished."""


class People(Protocol):
    """Who is here, and what may be told of them."""

    @property
    def beside_grants(self) -> Beside:
        """What `claims` goes by, read with a grant; hangs on subject, client and connection."""

    def login(self, client_id: str, kept: Mapping[str, Any]) -> Login | None:
        """Who is signed in here by a source that this application may use: one SQL statement.

        :param kept: what the host keeps beside the request, which may be answered for somebody
            who is signed in in no browser; empty for a request that nobody was asked about.
        """

    def lets_in(self, client_id: str, login: Login) -> bool:
        """Whether a person whose login is ``limited`` may come in. One SQL statement."""

    def carry_out(self, pending: str) -> bool:
        """Does what waited for the redemption of a code (`Login.pending`), in that transaction;
        False when it cannot be done any more, and there must be no tokens."""

    def session_here(self) -> Login | None:
        """Who is signed in in this browser, by whatever source."""

    def end_session_here(self, client_id: str | None) -> EndedSession | None:
        """Signs this browser out; None when nobody was signed in. Joins the transaction.

        :param client_id: the application that wanted it, for the audit trail.
        """

    def onward_by_source(self, ended: EndedSession, onward: str | None) -> str | None:
        """Where the browser goes to be signed out where it had signed in, too; it comes back and
        goes ``onward``. None for nowhere. It may ask elsewhere, so that the transaction is over.
        """

    def forget_browser(self, response: Response) -> None:
        """Takes the session's cookie away with this response."""

    def claims(self, about: ClaimsQuestion) -> ReleasedClaims | None:
        """What may be told; None when the person or the source may not be used (any more), or
        the application does not let the person in (any more).

        At most one SQL statement; two where the application does not let everybody in, or is told
        of groups.
        """

    def challenge(self, step: ChallengeStep) -> ChallengeAnswer:
        """One step of an in-app sign-in (OAuth 2.0 for First-Party Applications)."""

    def wait(self, kept: Mapping[str, Any], seconds: int) -> Response | None:
        """An answer that nobody sees, where the request comes again once there is news of the
        sign-in that ``kept`` is of; None where there is some, or nobody may wait."""
        ...

    def trade(self, step: ChallengeStep) -> ChallengeAnswer:
        """Signs in whoever an upstream's one-time code in ``step`` names, at once (RFC 8693).

        It may commit what the request has noted so far, so that it holds nothing while it asks.
        """

    def source_token(self, question: SourceTokenQuestion) -> SourceToken:
        """The person's token at a source, where the application may have it (RFC 8693).

        It may commit what the request has noted so far, as `trade`.

        :raises OAuthError: ``invalid_target`` where there is none for this application.
        """


class Pages(Protocol):
    """What people see, in their language."""

    def page(self, step: str, interaction_id: str) -> str:
        """Path of the page for ``login``, ``consent``, ``select_account``, ``continue`` or
        ``kept_out``; of ``device``, where a device's code is typed, with no request parked yet."""

    def error_page(self, error: OAuthError) -> Response:
        """For an error that must not be sent to the application. The page never has status 401."""

    def gone_page(self, gone: InteractionGone) -> Response:
        """For a request that cannot go on in this browser."""

    def onward_page(self, client_id: str, onward: Onward, *, trusted: bool) -> Response | None:
        """Asks before the browser goes back to an application; None where it may go by itself.

        :param trusted: false where nobody vouched for the application and nobody here has done
            anything yet: there is always a page then (RFC 9700 4.11.2).
        """

    def device_page(self, *, approved: bool) -> Response:
        """The end for whoever approved or declined a device: they go back to it (RFC 8628 3.3)."""

    def logout_page(self, question: LogoutQuestion) -> Response:
        """Asks the person; the answer comes back to the host, which calls
        :func:`oidc.endpoints.end_session.finish` or leaves everything as it is."""

    def signed_out_page(self, after: SignedOut) -> Response:
        """Says that the person is signed out, loads the frames, and goes on."""


class Limits(Protocol):
    """How often may be done what costs something or could be guessed."""

    def secret_guessed(self, client_id: str) -> int | None:
        """Counts a wrong secret of a client that has one. Seconds after which the next is judged,
        when too many came from where this request comes; None before that.

        Told of wrong secrets alone, and after they were compared: nothing else is ever refused.
        """

    def may_park(self) -> bool:
        """Whether a stranger who sent this request may have one more kept; it counts."""

    def may_fetch(self) -> bool:
        """Whether whoever sent this request may have us fetch one more address; it counts."""


class Audit(Protocol):
    """What an administrator may want to know. Joins the request's transaction."""

    def note(self, kind: str, **facts: str | None) -> None:
        """Notes an event."""

    def client_registered(self, session: Any, client_id: str) -> None:
        """A client has registered or described itself: the host decides what it may use.

        :param session: the transaction in which the client is written.
        """

    def refused(self, refusal: Refusal) -> None:
        """Notes it, apart from the request's transaction."""

    def client_deleted(self, client_id: str) -> None:
        """A client has deleted itself (RFC 7592 2.3): what the host keeps of it goes too."""


class Contexts(Protocol):
    """Authentication contexts (``acr``) that somebody who signs in here can have."""

    def reachable(self) -> Sequence[str]:
        """By what is set up now. At most one SQL statement, and none within a minute of the last;
        where the database does not answer, what was known before."""

    def hold(self, values: Sequence[str]) -> bool:
        """Whether `reachable` would say the same, without asking anybody; False where it is time
        to look."""


class Host(Protocol):
    """Answers the questions that only the host can."""

    @property
    def people(self) -> People: ...

    @property
    def pages(self) -> Pages: ...

    @property
    def limits(self) -> Limits: ...

    @property
    def audit(self) -> Audit: ...

    @property
    def signals(self) -> Signals: ...

    @property
    def contexts(self) -> Contexts: ...
