"""What admins and people see and change of accounts."""

from argon2 import PasswordHasher
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.identification import contradictions
from app.accounts.identification.outcomes import SignedIn, SignInRefused
from app.accounts.identification.sign_in import sign_in
from app.accounts.passwords import Passwords
from app.accounts.records import conflicts, directory, export, listing
from app.sessions import browser
from app.tables.people import ACCOUNT
from tests.app.accounts.wechat import MINI, MOBILE, PHONE, connection, identity, mobile
from tests.conftest import TestClock


def ming(session: Session, clock: TestClock) -> str:
    outcome = sign_in(
        session, identity("o1", unionid="u1", phone=PHONE, name="小明"), connection(), clock
    )
    assert isinstance(outcome, SignedIn)
    return outcome.subject


def test_account_is_found_by_whatever_is_known_of_it(session: Session, clock: TestClock) -> None:
    account = ming(session, clock)
    sign_in(session, identity("o2", name="Hong_%"), connection(), clock)
    mail = {"email": "Ming.Li@example.com"}
    session.execute(update(ACCOUNT).where(ACCOUNT.c.id == account).values(mail))

    for text in (
        *(account, "o1", "u1", PHONE, "138 0013 8000", "8000", "小", "明", "小明"),
        *("Ming.Li@example.com", "ming.li@", " 明 "),
    ):
        assert [found.id for found in listing.search(session, text)] == [account], text
    for text in ("ong", "HONG", "g_%", "%"):
        assert [found.name for found in listing.search(session, text)] == ["Hong_%"], text
    for text in ("", "nobody", "_h", "z", "\0", "3800", "1380", "明小", "Li@example"):
        assert listing.search(session, text) == [], text


def test_disabled_account_is_signed_out_and_refused_until_enabled(
    session: Session, clock: TestClock
) -> None:
    account = ming(session, clock)
    begun = browser.begin(session, clock, account, amr=("wechat",))

    ended = directory.disable(session, clock, account, actor="admin:a")
    refused = sign_in(session, identity("o1"), connection(), clock)
    enabled = directory.enable(session, clock, account, actor="admin:a")

    assert [one.sid for one in ended] == [begun.sid]
    assert refused == SignInRefused("account_disabled")
    assert enabled
    assert isinstance(sign_in(session, identity("o1"), connection(), clock), SignedIn)


def test_password_hash_never_leaves(session: Session, clock: TestClock) -> None:
    passwords = Passwords.with_costs(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    account = passwords.create(session, clock, "ming", "correct horse battery", {"name": "Ming"})

    view = directory.get(session, account)
    document = export.document(session, clock, account)

    assert view is not None
    assert view.has_password
    assert "argon2" not in repr(view)
    assert "argon2" not in repr(document)


def test_person_can_download_what_is_known_of_them(session: Session, clock: TestClock) -> None:
    account = ming(session, clock)
    begun = browser.begin(session, clock, account, amr=("wechat",), ip="203.0.113.9")

    document = export.document(session, clock, account)

    assert document is not None
    assert document["account"]["phone"] == PHONE
    assert document["linked_sources"][0] == {
        "appid": MINI,
        "openid": "o1",
        "unionid": "u1",
        "connection": "mini",
        "first_seen": clock.now,
        "last_seen": clock.now,
    }
    assert document["sessions"][0]["ip"] == "203.0.113.9"
    assert document["events"][0]["kind"] == "sign_in.succeeded"
    assert begun.token not in repr(document)
    assert export.document(session, clock, "nobody") is None


def conflicting(session: Session, clock: TestClock) -> conflicts.Conflict:
    sign_in(session, identity("o1"), connection(), clock)
    sign_in(session, identity("o2", appid=MOBILE, unionid="u"), mobile(), clock)
    sign_in(session, identity("o1", unionid="u"), connection(), clock)
    return conflicts.page(session)[0]


def test_dismissed_conflict_stays_dismissed(session: Session, clock: TestClock) -> None:
    conflict = conflicting(session, clock)

    dismissed = conflicts.dismiss(session, clock, conflict.id, "admin:a")
    again = conflicts.dismiss(session, clock, conflict.id, "admin:a")
    sign_in(session, identity("o1", unionid="u"), connection(), clock)

    assert (dismissed, again) == (True, False)
    assert conflicts.page(session) == []
    assert conflicts.open_count(session) == 0


def test_resolved_conflict_that_comes_back_is_open_again(
    session: Session, clock: TestClock
) -> None:
    conflict = conflicting(session, clock)
    conflicts.close(session, clock, conflict.id, "admin:a", state="resolved", resolution="by_hand")
    clock.advance(60)

    sign_in(session, identity("o1", unionid="u"), connection(), clock)

    [again] = conflicts.page(session)
    assert (again.id, again.opened_at) == (conflict.id, clock.now)
    assert conflicts.open_count(session) == 1


def test_admin_can_follow_a_changed_unionid(session: Session, clock: TestClock) -> None:
    first = sign_in(session, identity("o1", unionid="before"), connection(), clock)
    assert isinstance(first, SignedIn)
    sign_in(session, identity("o1", unionid="after"), connection(), clock)
    [conflict] = conflicts.page(session)

    followed = conflicts.follow_changed_name(session, clock, conflict.id, "admin:a")

    assert followed
    assert sign_in(session, identity("o1", unionid="after"), connection(), clock) == SignedIn(
        first.subject, "known_openid"
    )
    assert sign_in(
        session, identity("o2", appid=MOBILE, unionid="after"), mobile(), clock
    ) == SignedIn(first.subject, "known_unionid")


def test_conflicts_are_paged_by_key(session: Session, clock: TestClock) -> None:
    for n in range(5):
        contradictions.note(session, clock, "phone_shared", f"a{n}", other="b")
        clock.advance(n % 2)

    shown: list[str] = []
    after = None
    while page := conflicts.page(session, after=after, limit=2):
        shown += [conflict.account_id for conflict in page]
        after = (page[-1].opened_at, page[-1].id)

    assert sorted(shown) == ["a0", "a1", "a2", "a3", "a4"]
