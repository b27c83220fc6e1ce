"""Local accounts: full profiles, argon2id, and nothing told about who exists."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.claims import CLAIMS, get_person, release
from app.accounts.identification.outcomes import SignedIn, SignInRefused
from app.accounts.passwords import InvalidAccount, Passwords
from app.tables.people import ACCOUNT
from tests.conftest import TestClock

CHEAP = Passwords.with_costs(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
SECRET = "correct horse battery"
PROFILE = {
    "name": "Ming Wang",
    "given_name": "Ming",
    "family_name": "Wang",
    "middle_name": "Q",
    "nickname": "mq",
    "preferred_username": "ming",
    "profile": "https://op.example/ming",
    "picture": "https://op.example/ming.png",
    "website": "https://ming.example",
    "gender": "male",
    "birthdate": "1990-01-01",
    "zoneinfo": "Asia/Shanghai",
    "locale": "zh-CN",
    "email": "ming@example.com",
    "email_verified": True,
    "phone_number": "+8613800138000",
    "phone_number_verified": True,
    "address": {"formatted": "1 Bund\nShanghai", "country": "CN"},
}


def test_full_profile_is_released_as_it_was_given(session: Session, clock: TestClock) -> None:
    subject = CHEAP.create(session, clock, "ming", SECRET, PROFILE)

    person = get_person(session, subject, "any", None)

    assert person is not None
    claims = release(CLAIMS, person, None, {"profile", "email", "address", "phone"})
    assert claims.userinfo == PROFILE | {"updated_at": clock.now}
    assert claims.id_token == {}


def test_right_password_signs_in(session: Session, clock: TestClock) -> None:
    subject = CHEAP.create(session, clock, "ming", SECRET)

    outcome = CHEAP.sign_in(session, clock, "ming", SECRET)

    assert outcome == SignedIn(subject, "local_password")


@pytest.mark.parametrize(
    ("username", "password"),
    [("ming", "wrong password"), ("nobody", SECRET), ("", ""), ("ming", "x" * 5000), ("m\0", "é")],
)
def test_anything_else_is_the_same_refusal(
    session: Session, clock: TestClock, username: str, password: str
) -> None:
    CHEAP.create(session, clock, "ming", SECRET)

    assert CHEAP.sign_in(session, clock, username, password) == SignInRefused("wrong_password")


def test_unknown_username_costs_a_verification_too(session: Session) -> None:
    class Counting(PasswordHasher):
        verified = 0

        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override] # noqa: A002
            Counting.verified += 1
            return super().verify(hash, password)

    passwords = Passwords.with_costs(Counting(time_cost=1, memory_cost=8, parallelism=1))

    passwords.verify(session, "nobody", SECRET)

    assert Counting.verified == 1


@pytest.mark.parametrize("column", ["disabled_at", "merged_into"])
def test_disabled_or_merged_account_has_no_password(
    session: Session, clock: TestClock, column: str
) -> None:
    CHEAP.create(session, clock, "ming", SECRET)
    session.execute(update(ACCOUNT).values({column: 1 if column == "disabled_at" else "x"}))

    assert CHEAP.verify(session, "ming", SECRET) is None


def test_only_an_argon2id_hash_is_stored(session: Session, clock: TestClock) -> None:
    CHEAP.create(session, clock, "ming", SECRET)

    stored = session.scalar(select(ACCOUNT.c.password_hash))

    assert str(stored).startswith("$argon2id$")


def test_hash_with_old_costs_is_renewed_at_the_next_sign_in(
    session: Session, clock: TestClock
) -> None:
    CHEAP.create(session, clock, "ming", SECRET)
    session.commit()
    dearer = Passwords.with_costs(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))

    dearer.verify(session, "ming", SECRET)

    assert "t=2" in str(session.scalar(select(ACCOUNT.c.password_hash)))


@pytest.mark.parametrize(
    ("username", "password", "profile"),
    [
        pytest.param("Ming", SECRET, {}, id="upper case"),
        pytest.param("a b", SECRET, {}, id="space"),
        pytest.param("x" * 65, SECRET, {}, id="too long"),
        pytest.param("ming", "short", {}, id="short password"),
        pytest.param("ming", SECRET, {"admin": True}, id="unknown claim"),
        pytest.param("ming", SECRET, {"address": "Shanghai"}, id="address is no object"),
    ],
)
def test_bad_account_is_refused_with_a_sentence(
    session: Session, clock: TestClock, username: str, password: str, profile: dict[str, object]
) -> None:
    with pytest.raises(InvalidAccount) as refused:
        CHEAP.create(session, clock, username, password, profile)

    assert len(refused.value.problems) == 1


def test_username_can_be_taken_once(session: Session, clock: TestClock) -> None:
    CHEAP.create(session, clock, "ming", SECRET)

    with pytest.raises(InvalidAccount):
        CHEAP.create(session, clock, "ming", SECRET)


def test_new_password_replaces_the_old_one(session: Session, clock: TestClock) -> None:
    subject = CHEAP.create(session, clock, "ming", SECRET)

    CHEAP.set(session, clock, subject, "another long one", actor=f"person:{subject}")
    session.commit()

    assert CHEAP.verify(session, "ming", SECRET) is None
    assert CHEAP.verify(session, "ming", "another long one") == subject
