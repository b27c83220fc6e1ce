"""Rule ``ask``: parked, shown again, answered once, by whoever was asked."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.identification import association
from app.accounts.identification.outcomes import Ask, SignedIn, SignInRefused
from app.accounts.identification.sign_in import sign_in
from app.tables.people import ACCOUNT, PARKED_ASSOCIATION
from oidc.crypto.keyring import Keyring
from tests.app.accounts.wechat import MOBILE, PHONE, connection, identity, mobile
from tests.conftest import TestClock

CIPHER = Keyring(("a-secret-of-at-least-thirty-two-characters",))
ASKING = connection(association="ask")
WHO = identity("o-new", unionid="u-new", phone=PHONE, name="Ming")


def parked(session: Session, clock: TestClock, through: object = ASKING) -> str:
    ask = sign_in(session, WHO, through, clock)  # type: ignore[arg-type]
    assert isinstance(ask, Ask)
    return association.park(session, CIPHER, clock, ask, "browser-1")


def existing(session: Session, clock: TestClock) -> str:
    outcome = sign_in(session, identity("o-old", appid=MOBILE), mobile(), clock)
    assert isinstance(outcome, SignedIn)
    return outcome.subject


def test_question_survives_reloading_the_page(session: Session, clock: TestClock) -> None:
    token = parked(session, clock)

    shown = [association.read(session, CIPHER, clock, token, "browser-1") for _ in range(2)]

    assert shown[0] == shown[1]
    assert shown[0] is not None
    assert shown[0].identity == WHO
    assert shown[0].may_create


def test_identity_is_sealed_at_rest(session: Session, clock: TestClock) -> None:
    token = parked(session, clock)

    row = " ".join(map(str, session.execute(select(PARKED_ASSOCIATION)).one()))

    assert token not in row
    assert "o-new" not in row
    assert PHONE not in row


def test_question_is_over_after_its_time(session: Session, clock: TestClock) -> None:
    token = parked(session, clock)
    clock.advance(association.LIFETIME)

    assert association.read(session, CIPHER, clock, token, "browser-1") is None
    assert association.answer_new(
        session, CIPHER, clock, token, "browser-1", ASKING
    ) == SignInRefused("expired")
    assert association.prune(session, clock) == 1


def test_another_browser_cannot_read_or_answer(session: Session, clock: TestClock) -> None:
    token = parked(session, clock)

    assert association.read(session, CIPHER, clock, token, "browser-2") is None
    assert association.answer_new(
        session, CIPHER, clock, token, "browser-2", ASKING
    ) == SignInRefused("expired")


def test_answer_for_another_connection_is_refused(session: Session, clock: TestClock) -> None:
    token = parked(session, clock)

    assert association.answer_new(
        session, CIPHER, clock, token, "browser-1", mobile()
    ) == SignInRefused("expired")


def test_new_account_is_created_once(session: Session, clock: TestClock) -> None:
    token = parked(session, clock)

    first = association.answer_new(session, CIPHER, clock, token, "browser-1", ASKING)
    second = association.answer_new(session, CIPHER, clock, token, "browser-1", ASKING)

    assert isinstance(first, SignedIn)
    assert (first.rule, first.created) == ("answered_new", True)
    assert second == SignInRefused("expired")
    again = sign_in(session, WHO, ASKING, clock)
    assert again == SignedIn(first.subject, "known_openid")


def test_person_who_became_known_meanwhile_gets_no_second_account(
    session: Session, clock: TestClock
) -> None:
    token = parked(session, clock)
    known = sign_in(session, WHO, connection(), clock)
    assert isinstance(known, SignedIn)

    answered = association.answer_new(session, CIPHER, clock, token, "browser-1", ASKING)

    assert answered == SignedIn(known.subject, "known_openid")


def test_login_only_offers_no_new_account(session: Session, clock: TestClock) -> None:
    through = connection(association="ask", login_only=True)
    token = parked(session, clock, through)
    question = association.read(session, CIPHER, clock, token, "browser-1")

    answered = association.answer_new(session, CIPHER, clock, token, "browser-1", through)

    assert question is not None
    assert not question.may_create
    assert answered == SignInRefused("login_only")
    assert session.scalar(select(func.count()).select_from(ACCOUNT)) == 0


def test_proven_account_is_linked(session: Session, clock: TestClock) -> None:
    account = existing(session, clock)
    token = parked(session, clock)

    linked = association.answer_link(
        session, CIPHER, clock, token, "browser-1", ASKING, account, proof="mobile"
    )

    assert linked == SignedIn(account, "answered_link")
    assert sign_in(session, WHO, ASKING, clock) == SignedIn(account, "known_openid")
    assert session.scalar(select(func.count()).select_from(ACCOUNT)) == 1


def test_identity_that_became_anothers_meanwhile_is_not_linked(
    session: Session, clock: TestClock
) -> None:
    account = existing(session, clock)
    token = parked(session, clock)
    sign_in(session, WHO, connection(), clock)

    linked = association.answer_link(
        session, CIPHER, clock, token, "browser-1", ASKING, account, proof="mobile"
    )

    assert linked == SignInRefused("key_of_other")


@pytest.mark.parametrize("account", ["nobody", ""])
def test_unknown_account_is_not_linked(session: Session, clock: TestClock, account: str) -> None:
    token = parked(session, clock)

    linked = association.answer_link(
        session, CIPHER, clock, token, "browser-1", ASKING, account, proof="local_password"
    )

    assert linked == SignInRefused("account_disabled")
