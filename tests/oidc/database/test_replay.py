"""What may be presented once is presented once: in the database, and in a process's memory."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from oidc.database.driver_statement import use_autocommit
from oidc.database.models import ReplayRow
from oidc.database.replay import DpopReplayCache, OneTimeValues
from oidc.protocol.errors import OAuthError
from tests.conftest import TestClock

UNTIL = 1_800_000_120
ASSERTION, PROOF = "client_assertion shop j1", "dpop thumbprint j1"


def marks(*keys: str) -> OneTimeValues:
    noted = OneTimeValues()
    for key in keys:
        assert noted.remember(key, UNTIL)
    return noted


def rows(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(ReplayRow)) or 0


def test_a_readable_key_is_not_what_is_stored(session: Session) -> None:
    marks(ASSERTION, PROOF).keep(session)

    stored = session.scalars(select(ReplayRow.digest)).all()

    assert len(stored) == 2
    assert all(len(digest) == 64 and "shop" not in digest for digest in stored)


@pytest.mark.parametrize("alone", [False, True], ids=["in a transaction", "each for itself"])
@pytest.mark.parametrize(
    ("known", "code"), [(ASSERTION, "invalid_client"), (PROOF, "invalid_dpop_proof")]
)
def test_a_second_presentation_is_refused_and_the_transaction_goes_on(
    session: Session, known: str, code: str, alone: bool
) -> None:
    marks(known).keep(session)
    session.commit()
    if alone:
        use_autocommit(session)

    with pytest.raises(OAuthError) as refused:
        marks(ASSERTION, PROOF).keep(session)

    assert refused.value.code == code
    marks("dpop thumbprint j2").keep(session)
    session.commit()
    assert rows(session) == 2


def test_of_ten_presentations_at_once_one_is_believed(engine: Engine) -> None:
    together = Barrier(10)

    def present(_number: int) -> bool:
        together.wait()
        with Session(engine) as session:
            use_autocommit(session)
            try:
                marks(ASSERTION, PROOF).keep(session)
            except OAuthError:
                return False
            finally:
                session.commit()
        return True

    with ThreadPoolExecutor(10) as threads:
        believed = list(threads.map(present, range(10)))

    assert believed.count(True) == 1


def test_proof_seen_by_this_process_is_refused_until_it_expires(clock: TestClock) -> None:
    recent = DpopReplayCache(clock)
    assert recent.remember(PROOF, clock() + 60)

    again = recent.remember(PROOF, clock() + 60)
    clock.advance(60)
    later = recent.remember(PROOF, clock() + 60)

    assert (again, later) == (False, True)


def test_memory_of_proofs_is_bounded_and_drops_the_oldest(clock: TestClock) -> None:
    recent = DpopReplayCache(clock, limit=2)
    for number in range(3):
        recent.remember(f"dpop thumbprint {number}", clock() + 60)

    kept = not recent.remember("dpop thumbprint 2", clock() + 60)
    dropped = recent.remember("dpop thumbprint 0", clock() + 60)

    assert (kept, dropped) == (True, True)


def test_what_is_shared_decides_and_without_it_this_process_does(clock: TestClock) -> None:
    response_signer = {"seen elsewhere": False, "new": True, "unknown": None}
    recent = DpopReplayCache(clock, shared=lambda key, _until: response_signer[key])

    assert {key: recent.remember(key, clock() + 60) for key in response_signer} == {
        "seen elsewhere": False,
        "new": True,
        "unknown": True,
    }
