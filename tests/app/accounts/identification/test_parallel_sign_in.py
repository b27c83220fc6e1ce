"""Many first sign-ins of one person at the same moment, on each database."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.accounts.identification.outcomes import SignedIn
from app.accounts.identification.sign_in import sign_in
from app.tables.people import ACCOUNT, EXTERNAL_KEY
from tests.app.accounts.statements import recorded
from tests.app.accounts.wechat import MOBILE, PHONE, connection, identity, mobile
from tests.conftest import TestClock

TOGETHER = 20


def at_once(engine: Engine, steps: list[Callable[[Session], str]]) -> list[str]:
    """Runs each step in its own transaction and thread; what they gave, in order."""
    barrier = threading.Barrier(len(steps))

    def run(step: Callable[[Session], str]) -> str:
        with Session(engine) as session:
            barrier.wait()
            result = step(session)
            session.commit()
            return result

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


def subject(outcome: object) -> str:
    assert isinstance(outcome, SignedIn)
    return outcome.subject


def test_twenty_first_sign_ins_through_two_connections_make_one_account(
    engine: Engine, clock: TestClock
) -> None:
    ways = [
        (identity("o1", unionid="u", name="Ming"), connection()),
        (identity("o2", appid=MOBILE, unionid="u", name="Ming"), mobile()),
    ]

    subjects = at_once(
        engine,
        [
            lambda session, way=ways[n % 2]: subject(sign_in(session, *way, clock))
            for n in range(TOGETHER)
        ],
    )

    with Session(engine) as session:
        assert set(subjects) == set(session.scalars(select(ACCOUNT.c.id)))
        assert len(set(subjects)) == 1
        assert set(session.scalars(select(EXTERNAL_KEY.c.value))) == {"o1", "o2", "u"}
        assert set(session.scalars(select(EXTERNAL_KEY.c.account_id))) == set(subjects)


def test_twenty_first_sign_ins_without_a_unionid_make_one_account(
    engine: Engine, clock: TestClock
) -> None:
    who = identity("o1")

    subjects = at_once(
        engine,
        [
            lambda session: subject(sign_in(session, who, connection(), clock))
            for _ in range(TOGETHER)
        ],
    )

    assert len(set(subjects)) == 1


def test_late_unionid_and_new_app_at_once_never_give_a_key_to_two_accounts(
    engine: Engine, clock: TestClock
) -> None:
    with Session(engine) as session:
        first = subject(sign_in(session, identity("o1"), connection(), clock))
        session.commit()

    ways = [
        (identity("o1", unionid="u"), connection()),
        (identity("o2", appid=MOBILE, unionid="u"), mobile()),
    ]
    subjects = at_once(
        engine,
        [
            lambda session, way=ways[n % 2]: subject(sign_in(session, *way, clock))
            for n in range(TOGETHER)
        ],
    )

    assert set(subjects[::2]) == {first}
    assert len(set(subjects[1::2])) == 1


def test_different_people_at_once_get_an_account_each(engine: Engine, clock: TestClock) -> None:
    subjects = at_once(
        engine,
        [
            lambda session, n=n: subject(
                sign_in(session, identity(f"o{n}", unionid=f"u{n}"), connection(), clock)
            )
            for n in range(TOGETHER)
        ],
    )

    assert len(set(subjects)) == TOGETHER


def test_phone_rule_at_once_makes_one_account_for_one_number(
    engine: Engine, clock: TestClock
) -> None:
    ways = [
        (identity("o1", phone=PHONE), connection(association="phone")),
        (identity("o2", appid=MOBILE, phone=PHONE), mobile(association="phone")),
    ]

    subjects = at_once(
        engine,
        [
            lambda session, way=ways[n % 2]: subject(sign_in(session, *way, clock))
            for n in range(TOGETHER)
        ],
    )

    assert len(set(subjects)) == 1


def test_known_person_enters_with_few_statements(
    engine: Engine, session: Session, clock: TestClock
) -> None:
    who = identity("o1", unionid="u")
    sign_in(session, who, connection(), clock)
    session.commit()

    with recorded(engine) as statements:
        sign_in(session, who, connection(), clock)

    assert len(statements) == 2, statements
