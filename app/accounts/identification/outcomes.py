"""What signing in can come to."""

from dataclasses import dataclass, field

from federation.identity import Identity


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person is known now; begin a session for ``subject``.

    :param rule: the code of the rule that fired (`rules.SENTENCES`).
    :param flag: a code of `rules.FLAGS` when something else was noticed.
    :param identity: the digest of the external key that signed in; None for a password.
    """

    account_id: str
    rule: str
    created: bool = False
    flag: str | None = None
    identity: str | None = field(default=None, compare=False)

    @property
    def subject(self) -> str:
        return self.account_id

    @property
    def conflict(self) -> bool:
        """Whether an admin has to look at it."""
        return self.flag is not None and self.flag != "unionid_learnt"


@dataclass(frozen=True, slots=True)
class Ask:
    """The person must choose; hand it to `app.accounts.identification.association.park`."""

    identity: Identity
    connection_id: str
    client_id: str | None
    may_create: bool
    rule: str = "ask"


@dataclass(frozen=True, slots=True)
class SignInRefused:
    """Nobody is signed in and nothing was created.

    :param reason: ``login_only``, ``sign_up_closed``, ``account_disabled`` or ``not_enabled``.
    """

    reason: str


class SignInRaced(RuntimeError):
    """Others changed the same person faster than we could follow; trying again will do."""
