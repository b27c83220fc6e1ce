"""Keys are looked after by any node, once a minute, and by two at once without harm."""

import threading

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from oidc.clients.client import ClientStore
from oidc.crypto.keyring import Keyring
from oidc.keys.maintenance import EVERY, HINTED, KeyMaintenance
from oidc.keys.rotation import RotationStep
from oidc.keys.store import KeyStore
from oidc.settings import ProviderSettings
from tests.conftest import TestClock

SETTINGS = ProviderSettings("http://127.0.0.1:8000")
AGE, AHEAD = SETTINGS.key_rotation_age, SETTINGS.key_publish_ahead


class Node:
    """One process of a deployment, with what it alone remembers."""

    def __init__(self, engine: Engine, clock: TestClock) -> None:
        keyring = Keyring(("a secret of the tests that is long enough",))
        self.engine = engine
        self.keys = KeyStore(keyring, clock)
        clients = ClientStore(keyring, clock)
        self.maintenance = KeyMaintenance(SETTINGS, self.keys, clients, clock)

    def look(self) -> list[RotationStep]:
        with Session(self.engine) as session:
            return self.maintenance.run_if_due(session)

    def states(self) -> list[str]:
        with Session(self.engine) as session:
            return sorted(key.state for key in self.keys.states(session))

    def signs_with(self) -> str:
        with Session(self.engine) as session:
            return self.keys.active(session, "RS256").kid


@pytest.fixture
def node(engine: Engine, clock: TestClock) -> Node:
    node = Node(engine, clock)
    node.signs_with()
    return node


def test_a_year_of_looks_replaces_the_key_each_quarter(node: Node, clock: TestClock) -> None:
    signed = set()

    for _day in range(380):
        node.look()
        signed.add(node.signs_with())
        clock.advance(86400)

    assert len(signed) == 5
    assert node.states().count("active") == 1
    assert node.states().count("retired") <= 1


def test_key_stays_published_while_what_it_signed_lives(node: Node, clock: TestClock) -> None:
    clock.advance(AGE)
    node.look()
    clock.advance(AHEAD)
    node.look()
    retired = node.states()

    clock.advance(HINTED)
    node.look()
    kept = node.states()
    clock.advance(EVERY)
    node.look()

    assert retired == kept == ["active", "retired"]
    assert node.states() == ["active"]


def test_process_looks_once_a_minute(node: Node, clock: TestClock) -> None:
    clock.advance(AGE - EVERY + 1)
    early = node.look()
    clock.advance(EVERY - 1)

    too_soon = node.look()

    clock.advance(1)
    assert early == too_soon == []
    assert [moved.move for moved in node.look()] == ["publish"]


@pytest.mark.parametrize("wait", [AGE, AGE + AHEAD], ids=["publishing", "activating"])
def test_two_nodes_at_once_move_one_key(
    node: Node, engine: Engine, clock: TestClock, wait: int
) -> None:
    nodes = [node, *(Node(engine, clock) for _ in range(3))]
    clock.advance(AGE)
    if wait > AGE:
        node.look()
        clock.advance(AHEAD)
    together = threading.Barrier(len(nodes))

    def run(each: Node) -> None:
        together.wait()
        each.look()

    threads = [threading.Thread(target=run, args=(each,)) for each in nodes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clock.advance(EVERY)

    expected = ["active", "retired"] if wait > AGE else ["active", "next"]
    assert node.states() == expected
    assert len({each.signs_with() for each in nodes}) == 1


def test_database_that_is_away_spoils_nothing(
    node: Node, engine: Engine, clock: TestClock, caplog: pytest.LogCaptureFixture
) -> None:
    clock.advance(AGE)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE signing_key RENAME TO hidden_key")

    failed = node.look()
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE hidden_key RENAME TO signing_key")
    clock.advance(EVERY)

    assert failed == []
    assert "not looked after" in caplog.text
    assert [moved.move for moved in node.look()] == ["publish"]
