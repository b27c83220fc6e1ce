"""Linking another WeChat identity, and unlinking all but the last."""

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from app.accounts.identification.outcomes import SignedIn
from app.accounts.identification.sign_in import sign_in
from app.accounts.passwords import Passwords
from app.accounts.records import conflicts, linking
from app.accounts.records.linking import Linked, NotLinked
from tests.app.accounts.wechat import MINI, MOBILE, connection, identity, mobile
from tests.conftest import TestClock


def ming(session: Session, clock: TestClock, unionid: str | None = None) -> str:
    outcome = sign_in(session, identity("o1", unionid=unionid), connection(), clock)
    assert isinstance(outcome, SignedIn)
    return outcome.subject


def openids(session: Session, account: str) -> list[str]:
    return sorted(source.value for source in linking.sources_of(session, account))


def test_linked_identity_signs_in_to_the_same_account(session: Session, clock: TestClock) -> None:
    account = ming(session, clock)
    other = identity("o2", appid=MOBILE, unionid="u2")

    linked = linking.link(session, account, other, mobile(), clock)

    assert linked == Linked(account)
    assert sign_in(session, other, mobile(), clock) == SignedIn(account, "known_openid")


def test_second_wechat_of_the_same_app_is_no_changed_unionid(
    session: Session, clock: TestClock
) -> None:
    account = ming(session, clock, "u1")
    linking.link(session, account, identity("o2"), connection(), clock)

    outcome = sign_in(session, identity("o2", unionid="u2"), connection(), clock)

    assert outcome == SignedIn(account, "known_openid", flag="unionid_learnt")


def test_linking_again_changes_nothing(session: Session, clock: TestClock) -> None:
    account = ming(session, clock)

    again = linking.link(session, account, identity("o1"), connection(), clock)

    assert again == Linked(account, already=True)


def test_identity_of_somebody_else_is_not_taken_but_queued(
    session: Session, clock: TestClock
) -> None:
    account = ming(session, clock)
    hong = sign_in(session, identity("o2", unionid="u2"), connection(), clock)
    assert isinstance(hong, SignedIn)

    refused = linking.link(
        session, account, identity("o3", appid=MOBILE, unionid="u2"), mobile(), clock
    )

    [conflict] = conflicts.page(session)
    assert refused == NotLinked("key_of_other", conflict.id)
    assert (conflict.account_id, conflict.other_account_id) == (account, hong.subject)
    assert openids(session, account) == ["o1"]
    assert openids(session, hong.subject) == ["o2"]


def test_unknown_account_links_nothing(session: Session, clock: TestClock) -> None:
    assert linking.link(session, "nobody", identity(), connection(), clock) == NotLinked("gone")


def test_unlinked_identity_is_a_stranger_afterwards(session: Session, clock: TestClock) -> None:
    account = ming(session, clock, "u1")
    linking.link(session, account, identity("o2", appid=MOBILE, unionid="u2"), mobile(), clock)

    result = linking.unlink(
        session, account, f"wechat:openid:{MINI}", "o1", clock, actor=f"person:{account}"
    )

    assert result == "unlinked"
    stranger = sign_in(session, identity("o1", unionid="u1"), connection(), clock)
    assert isinstance(stranger, SignedIn)
    assert stranger.created


def test_unionid_stays_while_another_app_rests_on_it(session: Session, clock: TestClock) -> None:
    account = ming(session, clock, "u1")
    sign_in(session, identity("o2", appid=MOBILE, unionid="u1"), mobile(), clock)

    linking.unlink(session, account, f"wechat:openid:{MINI}", "o1", clock, actor="admin:a")

    outcome = sign_in(session, identity("o1", unionid="u1"), connection(), clock)
    assert outcome == SignedIn(account, "known_unionid")


def test_last_way_in_cannot_be_unlinked(session: Session, clock: TestClock) -> None:
    account = ming(session, clock, "u1")

    result = linking.unlink(
        session, account, f"wechat:openid:{MINI}", "o1", clock, actor=f"person:{account}"
    )

    assert result == "last"
    assert openids(session, account) == ["o1"]


def test_local_password_is_a_way_in_too(session: Session, clock: TestClock) -> None:
    passwords = Passwords.with_costs(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    account = passwords.create(session, clock, "ming", "correct horse battery")
    linking.link(session, account, identity("o1"), connection(), clock)

    result = linking.unlink(
        session, account, f"wechat:openid:{MINI}", "o1", clock, actor=f"person:{account}"
    )

    assert result == "unlinked"


def test_identity_of_somebody_else_cannot_be_unlinked(session: Session, clock: TestClock) -> None:
    account = ming(session, clock)
    sign_in(session, identity("o2"), connection(), clock)

    result = linking.unlink(
        session, account, f"wechat:openid:{MINI}", "o2", clock, actor=f"person:{account}"
    )

    assert result == "unknown"
