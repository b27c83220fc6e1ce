"""Merging two accounts: preview, merge, undo; and the race with signing in."""

import threading

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from app.accounts.identification.outcomes import SignedIn
from app.accounts.identification.sign_in import sign_in
from app.accounts.passwords import Passwords
from app.accounts.records import conflicts, directory, linking, merge
from app.accounts.records.merge import CannotMerge
from app.audit import trail
from app.sessions import browser
from app.tables.people import ACCOUNT, EXTERNAL_KEY
from tests.app.accounts.wechat import MOBILE, PHONE, connection, identity, mobile
from tests.conftest import TestClock

ADMIN = "admin:a"


def two(session: Session, clock: TestClock) -> tuple[str, str]:
    """Ming by the mini program; the same Ming, unknowingly, by the mobile app with a UnionID."""
    kept = sign_in(session, identity("o1", name="Ming"), connection(), clock)
    dropped = sign_in(
        session,
        identity("o2", appid=MOBILE, unionid="u", name="Ming 2", phone=PHONE),
        mobile(),
        clock,
    )
    assert isinstance(kept, SignedIn)
    assert isinstance(dropped, SignedIn)
    return kept.subject, dropped.subject


def owners(session: Session) -> dict[str, str]:
    rows = session.execute(select(EXTERNAL_KEY.c.value, EXTERNAL_KEY.c.account_id))
    return {row.value: row.account_id for row in rows}


def test_preview_tells_what_would_happen_and_does_nothing(
    session: Session, clock: TestClock
) -> None:
    kept, dropped = two(session, clock)
    before = owners(session)

    seen = merge.preview(session, kept, dropped)

    assert [source.value for source in seen.moves] == ["o2"]
    assert seen.fills == ("phone",)
    assert seen.lapses == ("name",)
    assert owners(session) == before


def test_merge_keeps_one_subject_with_every_key(session: Session, clock: TestClock) -> None:
    kept, dropped = two(session, clock)

    merged = merge.merge(session, clock, kept, dropped, actor=ADMIN)

    assert (merged.kept, merged.revoke) == (kept, dropped)
    assert set(owners(session).values()) == {kept}
    for way in ((identity("o1"), connection()), (identity("o2", appid=MOBILE), mobile())):
        assert sign_in(session, *way, clock) == SignedIn(kept, "known_openid")
    view = directory.get(session, kept)
    assert view is not None
    assert (view.name, view.phone) == ("Ming", PHONE)


def test_merge_signs_the_dropped_account_out(session: Session, clock: TestClock) -> None:
    kept, dropped = two(session, clock)
    begun = browser.begin(session, clock, dropped, amr=("wechat",))

    merged = merge.merge(session, clock, kept, dropped, actor=ADMIN)

    assert [ended.sid for ended in merged.ended] == [begun.sid]
    assert browser.get(session, clock, begun.token) is None


def test_merge_closes_the_conflict_that_asked_for_it(session: Session, clock: TestClock) -> None:
    kept, dropped = two(session, clock)
    sign_in(session, identity("o1", unionid="u"), connection(), clock)
    [conflict] = conflicts.page(session)

    merge.merge(session, clock, kept, dropped, actor=ADMIN)

    closed = conflicts.get(session, conflict.id)
    assert closed is not None
    assert (closed.state, closed.resolution, closed.closed_by) == ("resolved", "merged", ADMIN)


def test_merge_is_written_down_for_both(session: Session, clock: TestClock) -> None:
    kept, dropped = two(session, clock)

    merge.merge(session, clock, kept, dropped, actor=ADMIN)

    events = trail.page(session, trail.Filter(kind="account.merged"))
    assert {event.subject for event in events} == {kept, dropped}
    assert {event.actor for event in events} == {ADMIN}


def test_undo_within_thirty_days_restores_both_accounts(session: Session, clock: TestClock) -> None:
    kept, dropped = two(session, clock)
    before, seen = owners(session), (clock.now - 9, clock.now)
    for account, moment in zip((kept, dropped), seen, strict=True):
        signed_in = update(ACCOUNT).where(ACCOUNT.c.id == account).values(last_sign_in=moment)
        session.execute(signed_in)
    merged = merge.merge(session, clock, kept, dropped, actor=ADMIN)
    clock.advance(30 * 86400 - 1)

    undone = merge.undo_merge(session, clock, merged.merge_id, actor=ADMIN)

    assert undone.revoke == kept
    query = select(ACCOUNT.c.last_sign_in).where(ACCOUNT.c.id.in_((kept, dropped)))
    assert sorted(session.scalars(query)) == list(seen)
    assert owners(session) == before
    views = [directory.get(session, account) for account in (kept, dropped)]
    assert [view and (view.name, view.phone) for view in views] == [
        ("Ming", None),
        ("Ming 2", PHONE),
    ]
    assert sign_in(session, identity("o2", appid=MOBILE), mobile(), clock) == SignedIn(
        dropped, "known_openid"
    )


def test_undo_leaves_what_the_person_has_changed_since(session: Session, clock: TestClock) -> None:
    kept, dropped = two(session, clock)
    merged = merge.merge(session, clock, kept, dropped, actor=ADMIN)
    later = identity("o1", phone="+8613900139000", verified_at=clock.now + 5)
    sign_in(session, later, connection(), clock)

    merge.undo_merge(session, clock, merged.merge_id, actor=ADMIN)

    view = directory.get(session, kept)
    assert view is not None
    assert view.phone == "+8613900139000"


def test_undo_is_too_late_after_thirty_days(session: Session, clock: TestClock) -> None:
    merged = merge.merge(session, clock, *two(session, clock), actor=ADMIN)
    clock.advance(30 * 86400)

    with pytest.raises(CannotMerge) as refused:
        merge.undo_merge(session, clock, merged.merge_id, actor=ADMIN)

    assert refused.value.reason == "too_late"


def test_undo_works_once(session: Session, clock: TestClock) -> None:
    merged = merge.merge(session, clock, *two(session, clock), actor=ADMIN)
    merge.undo_merge(session, clock, merged.merge_id, actor=ADMIN)

    with pytest.raises(CannotMerge) as refused:
        merge.undo_merge(session, clock, merged.merge_id, actor=ADMIN)

    assert refused.value.reason == "undone"


@pytest.mark.parametrize("turned", [False, True], ids=["the same", "the other way round"])
def test_second_to_merge_two_accounts_is_told_that_it_was_done(
    session: Session, clock: TestClock, turned: bool
) -> None:
    kept, dropped = two(session, clock)
    merge.merge(session, clock, kept, dropped, actor=ADMIN)

    with pytest.raises(CannotMerge) as refused:
        merge.merge(session, clock, *((dropped, kept) if turned else (kept, dropped)), actor=ADMIN)

    assert refused.value.reason == "merged"


def test_undo_of_an_earlier_merge_is_refused_whole_once_the_kept_one_was_merged_too(
    session: Session, clock: TestClock
) -> None:
    kept, dropped = two(session, clock)
    third = sign_in(session, identity("o3"), connection(), clock)
    assert isinstance(third, SignedIn)
    first = merge.merge(session, clock, kept, dropped, actor=ADMIN)
    second = merge.merge(session, clock, third.subject, kept, actor=ADMIN)

    with pytest.raises(CannotMerge) as refused:
        merge.undo_merge(session, clock, first.merge_id, actor=ADMIN)

    assert refused.value.reason == "changed"
    merge.undo_merge(session, clock, second.merge_id, actor=ADMIN)
    merge.undo_merge(session, clock, first.merge_id, actor=ADMIN)
    assert owners(session) == {"o1": kept, "o2": dropped, "u": dropped, "o3": third.subject}


def test_local_password_moves_and_comes_back(session: Session, clock: TestClock) -> None:
    passwords = Passwords.with_costs(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    local = passwords.create(session, clock, "ming", "correct horse battery")
    kept, _ = two(session, clock)

    merged = merge.merge(session, clock, kept, local, actor=ADMIN)
    session.commit()  # a password is checked without a connection, so with nothing uncommitted
    while_merged = passwords.verify(session, "ming", "correct horse battery")
    merge.undo_merge(session, clock, merged.merge_id, actor=ADMIN)
    session.commit()

    assert while_merged == kept
    assert passwords.verify(session, "ming", "correct horse battery") == local


@pytest.mark.parametrize("which", ["same", "unknown"])
def test_nonsense_is_refused(session: Session, clock: TestClock, which: str) -> None:
    kept, _ = two(session, clock)

    with pytest.raises(CannotMerge) as refused:
        merge.merge(session, clock, kept, kept if which == "same" else "nobody", actor=ADMIN)

    assert refused.value.reason == which


def test_shell_is_pruned_after_thirty_days(session: Session, clock: TestClock) -> None:
    kept, dropped = two(session, clock)
    merge.merge(session, clock, kept, dropped, actor=ADMIN)
    early = merge.prune(session, clock)
    clock.advance(30 * 86400)

    late = merge.prune(session, clock)

    assert (early, late) == (0, 1)
    assert session.scalars(select(ACCOUNT.c.id)).all() == [kept]


def test_undone_merge_is_pruned_without_its_living_account(
    session: Session, clock: TestClock
) -> None:
    kept, dropped = two(session, clock)
    merged = merge.merge(session, clock, kept, dropped, actor=ADMIN)
    merge.undo_merge(session, clock, merged.merge_id, actor=ADMIN)
    clock.advance(30 * 86400)

    merge.prune(session, clock)

    assert set(session.scalars(select(ACCOUNT.c.id))) == {kept, dropped}


@pytest.mark.parametrize("round_", range(5))
def test_merge_racing_with_a_sign_in_that_learns_a_key_loses_no_key(
    engine: Engine, clock: TestClock, round_: int
) -> None:
    with Session(engine) as session:
        kept, dropped = two(session, clock)
        session.commit()
    barrier = threading.Barrier(4)
    subjects: list[str] = []

    def merging() -> None:
        with Session(engine) as session:
            barrier.wait()
            merge.merge(session, clock, kept, dropped, actor=ADMIN)
            session.commit()

    def entering(n: int) -> None:
        with Session(engine) as session:
            barrier.wait()
            third = identity(f"o3-{n}", appid=f"wx00000000000000c{n}", unionid="u")
            outcome = sign_in(session, third, connection(), clock)
            session.commit()
            assert isinstance(outcome, SignedIn)
            subjects.append(outcome.subject)

    threads = [threading.Thread(target=merging)]
    threads += [threading.Thread(target=entering, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(subjects) == 3
    with Session(engine) as session:
        assert set(owners(session).values()) == {kept}
        assert len(owners(session)) == 6
        assert [source.value for source in linking.sources_of(session, dropped)] == []
