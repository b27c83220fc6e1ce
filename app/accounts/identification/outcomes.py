"""What signing in can come to."""

from dataclasses import dataclass, field
from typing import Literal

from app.accounts.identification.rules import Refusal
from federation.identity import Identity, SourceSession


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person is known now; begin a session for ``subject``.

    :param rule: the code of the rule that fired (`rules.SENTENCES`).
    :param flag: a code of `rules.FLAGS` when something else was noticed.
    :param identity: the digest of the external key that signed in; None for a password.
    :param limited: the application does not let everybody in; nobody has asked yet about them.
    :param amr: how they were authenticated, where the source has said more than that it was there.
    :param at_source: the session there, where the source names it.
    """

    subject: str
    rule: str
    created: bool = False
    flag: str | None = None
    identity: str | None = field(default=None, compare=False)
    limited: bool = field(default=False, compare=False)
    amr: tuple[str, ...] = field(default=(), compare=False)
    at_source: SourceSession | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Ask:
    """The person must choose; hand it to `app.accounts.identification.association.park`."""

    identity: Identity
    connection_id: str
    client_id: str | None
    may_create: bool
    rule: str = "ask"


Reason = Literal[Refusal, "expired", "key_of_other", "wrong_password"]
"""Why somebody was not signed in: by a rule; the question was over; the WeChat is another's
meanwhile; or the password, or the username, was wrong."""


@dataclass(frozen=True, slots=True)
class SignInRefused:
    """Nobody is signed in and nothing was created."""

    reason: Reason


class SignInRaced(RuntimeError):
    """Others changed the same person faster than we could follow; trying again will do."""
