"""Local accounts: people who sign in with a username and a password (argon2id).

Guessing is made slow here and rare in the view, which counts tries by address and username.
"""

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.claims import PROFILE_CLAIMS
from app.accounts.identification.outcomes import SignedIn, SignInRefused
from app.accounts.weak_passwords import weakness
from app.audit.trail import Clock, Event, record
from app.tables.people import ACCOUNT
from federation.translation import N_
from oidc.database.statements import connection_released

MINIMUM = 10
MAXIMUM = 1024
"""Characters of a password (NIST SP 800-63B 5.1.1.2 asks for 8; length is all that is asked)."""

USERNAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
_ADDRESS = frozenset(
    {"formatted", "street_address", "locality", "region", "postal_code", "country"}
)
_OWN_COLUMNS = frozenset({"name", "picture", "email", "email_verified", "phone_number"})
_IGNORED = frozenset({"sub", "updated_at"})


AT_ONCE = 4
"""Passwords that this process hashes at a time: each takes 64 MiB and a processor."""
PATIENCE = 10.0
"""Seconds that one waits for its turn."""
_TURNS = BoundedSemaphore(AT_ONCE)


class HashingBusy(Exception):
    """So many passwords are being hashed that this one found no turn; nothing was decided."""


class InvalidAccount(ValueError):
    """The account cannot be made; ``problems`` are sentences (message ids)."""

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Passwords:
    """Local passwords with one set of argon2id costs.

    The same work is done for an unknown username, so that answers take the same time. A few are
    hashed at a time. A database connection is not held meanwhile: checking a password lets go what
    the session has read, and whoever makes one gives the connection back before.
    """

    hasher: PasswordHasher
    nobody: str
    patience: float = PATIENCE
    words: tuple[str, ...] = ()

    @classmethod
    def with_costs(
        cls,
        hasher: PasswordHasher | None = None,
        patience: float = PATIENCE,
        words: tuple[str, ...] = (),
    ) -> "Passwords":
        """:param hasher: the costs; the second recommendation of RFC 9106 4 by default.

        :param patience: seconds that each password waits for its turn at most.
        :param words: names of the deployment, which a password must not consist of.
        """
        hasher = hasher or PasswordHasher()
        with _turn(PATIENCE):
            return cls(hasher, hasher.hash(secrets.token_urlsafe(16)), patience, words)

    def hash(self, password: str) -> str:
        """What is kept of a password.

        :raises HashingBusy: no turn came in time.
        """
        with _turn(self.patience):
            return self.hasher.hash(password)

    def matches(self, session: Session, stored: str, password: str) -> bool:
        """Whether the password is the one that was kept; for before the session writes anything,
        since its connection goes back.

        :raises HashingBusy: no turn came in time.
        """
        with connection_released(session), _turn(self.patience):
            try:
                same = self.hasher.verify(stored, password[:MAXIMUM])
            except (VerificationError, InvalidHashError):
                return False
        return same and len(password) <= MAXIMUM

    def weakness(self, password: str, *names: str) -> str | None:
        """Why a password is too weak for who has these names, as a message id."""
        return weakness(password, (*self.words, *names))

    def create(
        self,
        session: Session,
        clock: Clock,
        username: str,
        password: str,
        profile: Mapping[str, Any] | None = None,
        *,
        actor: str = "system",
    ) -> str:
        """A new local account; its subject.

        :param profile: any of the standard claims of OpenID Connect Core 5.1, as JSON values.
        :raises InvalidAccount: a bad or taken username, a short password, an unknown claim.
        """
        problems = _problems(username, password, profile or {})
        if weak := self.weakness(password, username):
            problems.append(weak)
        if problems:
            raise InvalidAccount(*problems)
        hashed = self.hash(password)
        account_id, now = secrets.token_hex(11), clock()
        row = {
            "id": account_id,
            "username": username,
            "password_hash": hashed,
            "created_at": now,
            "updated_at": now,
        } | _columns(profile or {}, now)
        try:
            with session.begin_nested():
                session.execute(insert(ACCOUNT), row)
        except IntegrityError as error:
            raise InvalidAccount(N_("This user name is taken.")) from error
        event = Event("account.created", actor, account_id, rule="local", outcome="created")
        record(session, clock, event)
        return account_id

    def set(
        self, session: Session, clock: Clock, account_id: str, password: str, *, actor: str
    ) -> None:
        """Gives the account another password.

        :raises InvalidAccount: too short, too long or too weak, or no user name to sign in with.
        """
        if not MINIMUM <= len(password) <= MAXIMUM:
            raise InvalidAccount(_LENGTH)
        named = select(ACCOUNT.c.username).where(ACCOUNT.c.id == account_id)
        if weak := self.weakness(password, session.scalar(named) or ""):
            raise InvalidAccount(weak)
        hashed = self.hash(password)
        changed = session.execute(
            update(ACCOUNT)
            .where(ACCOUNT.c.id == account_id, ACCOUNT.c.username.is_not(None))
            .values(password_hash=hashed)
        )
        if not changed.rowcount:  # type: ignore[attr-defined]
            raise InvalidAccount(N_("This account has no user name to sign in with."))
        record(session, clock, Event("account.password_changed", actor, account_id))

    def verify(self, session: Session, username: str, password: str) -> str | None:
        """The subject whose password this is; None for anybody else, disabled ones included.

        What the session has not committed is gone afterwards, see `matches`.
        """
        query = select(ACCOUNT.c.id, ACCOUNT.c.password_hash).where(
            ACCOUNT.c.username == username,
            ACCOUNT.c.disabled_at.is_(None),
            ACCOUNT.c.merged_into.is_(None),
        )
        # What cannot be a username does not reach the database (PostgreSQL refuses a NUL).
        row = session.execute(query).first() if USERNAME.fullmatch(username) else None
        stored = row.password_hash if row and row.password_hash else self.nobody
        if not self.matches(session, stored, password) or row is None:
            return None
        if self.hasher.check_needs_rehash(stored):
            rehashed = {"password_hash": self.hash(password)}
            session.execute(update(ACCOUNT).where(ACCOUNT.c.id == row.id).values(rehashed))
        return str(row.id)

    def sign_in(
        self,
        session: Session,
        clock: Clock,
        username: str,
        password: str,
        *,
        client_id: str | None = None,
    ) -> SignedIn | SignInRefused:
        """Signs in with a password; refused with ``wrong_password`` whatever was wrong."""
        subject = self.verify(session, username, password)
        if subject is None:
            note_wrong_password(session, clock, username, client_id=client_id)
            return SignInRefused("wrong_password")
        seen = update(ACCOUNT).where(ACCOUNT.c.id == subject).values(last_sign_in=clock())
        session.execute(seen)
        event = Event(
            kind="sign_in.succeeded",
            actor=f"person:{subject}",
            subject=subject,
            client_id=client_id,
            rule="local_password",
        )
        record(session, clock, event)
        return SignedIn(subject, "local_password")


def note_wrong_password(
    session: Session, clock: Clock, username: str, *, client_id: str | None
) -> None:
    """Writes a wrong password down, for whoever has the username if anybody has."""
    named = select(ACCOUNT.c.id).where(ACCOUNT.c.username == username)
    event = Event(
        "sign_in.refused",
        subject=session.scalar(named) if USERNAME.fullmatch(username) else None,
        client_id=client_id,
        rule="local_password",
        outcome="refused",
    )
    record(session, clock, event)


@contextmanager
def _turn(patience: float) -> Iterator[None]:
    if not _TURNS.acquire(timeout=patience):
        raise HashingBusy
    try:
        yield
    finally:
        _TURNS.release()


_LENGTH = N_("A password has 10 characters or more.")


def _problems(username: str, password: str, profile: Mapping[str, Any]) -> list[str]:
    known = {*PROFILE_CLAIMS, *_OWN_COLUMNS, *_IGNORED, "phone_number_verified", "address"}
    address = profile.get("address", {})
    checks = (
        (
            USERNAME.fullmatch(username),
            N_("A user name has up to 64 lower-case letters, digits and any of . _ @ + -"),
        ),
        (MINIMUM <= len(password) <= MAXIMUM, _LENGTH),
        (profile.keys() <= known, N_("The profile has a member that is not a standard claim.")),
        (
            isinstance(address, dict) and address.keys() <= _ADDRESS,
            N_("The address has a member that is not in OpenID Connect Core 5.1.1."),
        ),
    )
    return [sentence for holds, sentence in checks if not holds]


def _columns(profile: Mapping[str, Any], now: int) -> dict[str, Any]:
    rest = {claim: profile[claim] for claim in (*PROFILE_CLAIMS, "address") if claim in profile}
    phone = profile.get("phone_number")
    proven = bool(phone and profile.get("phone_number_verified"))
    return {
        "name": profile.get("name"),
        "picture": profile.get("picture"),
        "profile_provenance": "operator",
        "email": profile.get("email"),
        "email_verified": bool(profile.get("email") and profile.get("email_verified")),
        "phone": phone,
        "phone_provenance": "operator" if phone else None,
        "phone_verified_at": now if proven else None,
        "profile": json.dumps(rest, ensure_ascii=False, separators=(",", ":")) if rest else None,
    }
