"""Which account an identity belongs to: one pure function, rules in a fixed order.

The sentences are what an admin reads beside a decision; English is the message id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from federation.translation import N_

Association = Literal["none", "phone", "email", "ask"]
Refusal = Literal["login_only", "sign_up_closed", "account_disabled", "not_enabled"]
"""The rules by which somebody is kept out."""
Key = Literal["own", "shared"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known before deciding. Accounts are named by their ids.

    :param by_own: owner of the identity's own key.
    :param by_shared: owner of the key that it shares with other credentials of the source.
    :param shared: whether there is such a key this time.
    :param shared_differs: the own key came with another shared name before.
    :param by_phone: accounts with the number that was just verified; empty without one.
    :param by_email: accounts with the address that the source vouches for; empty without one.
    :param noted: accounts in which that number or address stands without a proof; they are never
        signed in to by it.
    :param may_sign_up: the application lets new people in through this connection.
    :param disabled: the accounts among those named above that are disabled.
    """

    by_own: str | None = None
    by_shared: str | None = None
    shared: bool = False
    shared_differs: bool = False
    by_phone: tuple[str, ...] = ()
    by_email: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()
    association: Association = "none"
    login_only: bool = False
    may_sign_up: bool = True
    disabled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SignIn:
    """Signed in as ``account``. ``learn``: which keys it is now known by as well.

    ``flag`` names what an admin must look at; ``other`` is the other account concerned.
    """

    account: str
    rule: str
    learn: tuple[Key, ...] = ()
    flag: str | None = None
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Create:
    """A new account, known by every key of the identity."""

    rule: str = "new_account"
    flag: str | None = None
    other: str | None = None


@dataclass(frozen=True, slots=True)
class AskPerson:
    """The person chooses; without ``may_create`` only an existing account will do."""

    may_create: bool
    rule: str = "ask"


@dataclass(frozen=True, slots=True)
class Refuse:
    """Nobody is signed in and nothing is created."""

    rule: Refusal
    account: str | None = None


Decision = SignIn | Create | AskPerson | Refuse

SENTENCES = {
    "known_openid": N_("This identity is known: signed in to its account."),
    "known_unionid": N_(
        "Its shared name (such as a UnionID) is known: signed in to its account; the identity was "
        "learnt."
    ),
    "phone_match": N_("Exactly one account has this verified phone number: linked to it."),
    "email_match": N_("Exactly one account has this verified e-mail address: linked to it."),
    "ask": N_("Nobody is known by this identity: the person is asked which account is theirs."),
    "login_only": N_("Nobody is known by this identity and this connection creates no accounts."),
    "sign_up_closed": N_(
        "Nobody is known by this identity and the application admits no new people."
    ),
    "new_account": N_("Nobody is known by this identity: a new account was created."),
    "account_disabled": N_("The account is disabled."),
    "not_enabled": N_("The connection is off, or is not enabled for the application."),
    "answered_new": N_("The person chose a new account."),
    "answered_link": N_("The person proved an existing account, and the identity was linked."),
    "answered_not_me": N_("The person said that this identity is not theirs; nothing was done."),
    "local_password": N_("Signed in with a local password."),
}
"""What each rule code means, for the admin. The codes are those of WeChat's words, which were
there first; the audit trail and the API have them."""

FLAGS = {
    "unionid_learnt": N_(
        "The shared name (such as a UnionID) appeared for the first time and was added to the "
        "account."
    ),
    "unionid_conflict": N_(
        "The shared name (such as a UnionID) belongs to another account; nothing was moved."
    ),
    "unionid_changed": N_(
        "The shared name (such as a UnionID) of this identity has changed; the new one was not "
        "followed."
    ),
    "phone_shared": N_("Several accounts have this phone number; none was chosen."),
    "email_shared": N_("Several accounts have this e-mail address; none was chosen."),
}
"""What each flag means; all but ``unionid_learnt`` wait in the conflict queue."""


SHARED: Mapping[Association, str] = {"phone": "phone_shared", "email": "email_shared"}
"""The flag of a new account whose number or address others have, by the rule that looked for it."""


def decide(facts: Facts) -> Decision:
    """The account to sign in to, by the first rule that applies.

    1. Its own key. 2. The shared key. 3. The association rule. 4. Login only. 5. A new account.
    """
    decision = _known(facts) or _associated(facts) or _unknown(facts)
    if isinstance(decision, SignIn) and decision.account in facts.disabled:
        return Refuse("account_disabled", decision.account)
    return decision


def _known(facts: Facts) -> Decision | None:
    if facts.by_own is not None:
        return _known_own(facts, facts.by_own)
    if facts.by_shared is not None:
        return SignIn(facts.by_shared, "known_unionid", learn=("own",))
    return None


def _known_own(facts: Facts, account: str) -> SignIn:
    """The own key decides, whatever the shared one says: it never changes hands, that may."""
    if facts.by_shared not in (None, account):
        return SignIn(account, "known_openid", flag="unionid_conflict", other=facts.by_shared)
    if facts.shared_differs:
        return SignIn(account, "known_openid", flag="unionid_changed")
    if facts.shared and facts.by_shared is None:
        return SignIn(account, "known_openid", learn=("shared",), flag="unionid_learnt")
    return SignIn(account, "known_openid")


def _associated(facts: Facts) -> Decision | None:
    if facts.association == "ask":
        return AskPerson(may_create=not facts.login_only and facts.may_sign_up)
    if facts.association == "phone" and len(facts.by_phone) == 1:
        learn: tuple[Key, ...] = ("own", "shared") if facts.shared else ("own",)
        return SignIn(facts.by_phone[0], "phone_match", learn=learn)
    if facts.association == "email" and len(facts.by_email) == 1:
        learn = ("own", "shared") if facts.shared else ("own",)
        return SignIn(facts.by_email[0], "email_match", learn=learn)
    return None


def _unknown(facts: Facts) -> Decision:
    if facts.login_only:
        return Refuse("login_only")
    if not facts.may_sign_up:
        return Refuse("sign_up_closed")
    others = {"phone": facts.by_phone, "email": facts.by_email}.get(facts.association, ())
    if (others or facts.noted) and facts.association in SHARED:
        return Create(flag=SHARED[facts.association], other=(*others, *facts.noted)[0])
    return Create()
