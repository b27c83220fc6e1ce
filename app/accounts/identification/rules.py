"""Which account a WeChat identity belongs to: one pure function, rules in a fixed order.

The sentences are what an admin reads beside a decision; English is the message id.
"""

from dataclasses import dataclass
from typing import Literal

from federation.translation import N_

Association = Literal["none", "phone", "ask"]
Refusal = Literal["login_only", "sign_up_closed", "account_disabled", "not_enabled"]
"""The rules by which somebody is kept out."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known before deciding. Accounts are named by their ids.

    :param by_openid: owner of the (AppID, OpenID) key.
    :param by_unionid: owner of the UnionID, of the same Open Platform account.
    :param unionid: whether WeChat gave a UnionID this time.
    :param unionid_differs: this OpenID came with another UnionID before.
    :param by_phone: accounts with the number that WeChat has just verified; empty without one.
    :param may_sign_up: the application lets new people in through this connection.
    :param disabled: the accounts among those named above that are disabled.
    """

    by_openid: str | None = None
    by_unionid: str | None = None
    unionid: bool = False
    unionid_differs: bool = False
    by_phone: tuple[str, ...] = ()
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
    learn: tuple[Literal["openid", "unionid"], ...] = ()
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
    "known_openid": N_("This OpenID is known: signed in to its account."),
    "known_unionid": N_("This UnionID is known: signed in to its account; the OpenID was learnt."),
    "phone_match": N_("Exactly one account has this verified phone number: linked to it."),
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
    "answered_not_me": N_("The person said that this WeChat is not theirs; nothing was done."),
    "local_password": N_("Signed in with a local password."),
}
"""What each rule code means, for the admin."""

FLAGS = {
    "unionid_learnt": N_("The UnionID appeared for the first time and was added to the account."),
    "unionid_conflict": N_("The UnionID belongs to another account; nothing was moved."),
    "unionid_changed": N_("The UnionID of this OpenID has changed; the new one was not followed."),
    "phone_shared": N_("Several accounts have this phone number; none was chosen."),
}
"""What each flag means; all but ``unionid_learnt`` wait in the conflict queue."""


def decide(facts: Facts) -> Decision:
    """The account to sign in to, by the first rule that applies.

    1. A known OpenID. 2. A known UnionID. 3. The association rule. 4. Login only. 5. A new account.
    """
    decision = _known(facts) or _associated(facts) or _unknown(facts)
    if isinstance(decision, SignIn) and decision.account in facts.disabled:
        return Refuse("account_disabled", decision.account)
    return decision


def _known(facts: Facts) -> Decision | None:
    if facts.by_openid is not None:
        return _known_openid(facts, facts.by_openid)
    if facts.by_unionid is not None:
        return SignIn(facts.by_unionid, "known_unionid", learn=("openid",))
    return None


def _known_openid(facts: Facts, account: str) -> SignIn:
    """The OpenID decides, whatever the UnionID says: it never changes hands, UnionIDs may."""
    if facts.by_unionid not in (None, account):
        return SignIn(account, "known_openid", flag="unionid_conflict", other=facts.by_unionid)
    if facts.unionid_differs:
        return SignIn(account, "known_openid", flag="unionid_changed")
    if facts.unionid and facts.by_unionid is None:
        return SignIn(account, "known_openid", learn=("unionid",), flag="unionid_learnt")
    return SignIn(account, "known_openid")


def _associated(facts: Facts) -> Decision | None:
    if facts.association == "ask":
        return AskPerson(may_create=not facts.login_only and facts.may_sign_up)
    if facts.association == "phone" and len(facts.by_phone) == 1:
        learn: tuple[Literal["openid", "unionid"], ...] = ("openid",)
        if facts.unionid:
            learn = ("openid", "unionid")
        return SignIn(facts.by_phone[0], "phone_match", learn=learn)
    return None


def _unknown(facts: Facts) -> Decision:
    if facts.login_only:
        return Refuse("login_only")
    if not facts.may_sign_up:
        return Refuse("sign_up_closed")
    if facts.association == "phone" and len(facts.by_phone) > 1:
        return Create(flag="phone_shared", other=facts.by_phone[0])
    return Create()
