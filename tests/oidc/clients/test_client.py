"""Clients are kept parsed, and never longer than they are true."""

import pytest
from sqlalchemy.orm import Session

from oidc.clients.client import RECHECK_SECONDS, ClientStore
from oidc.clients.metadata import ClientMetadata
from oidc.crypto.keyring import Keyring
from tests.conftest import TestClock

SECRET = "a secret of the tests with enough characters"


def test_client_that_another_node_has_replaced_is_read_again(
    session: Session, clock: TestClock
) -> None:
    here, elsewhere = (ClientStore(Keyring((SECRET,)), clock) for _ in range(2))
    elsewhere.add(session, ClientMetadata(client_name="Old"), client_id="shop")
    assert here.get(session, "shop") is not None

    elsewhere.delete(session, "shop")
    elsewhere.add(session, ClientMetadata(client_name="New"), client_id="shop")
    clock.advance(RECHECK_SECONDS)

    known = here.get(session, "shop")
    assert known is not None
    assert known.metadata.client_name == "New"


@pytest.mark.parametrize(
    "client_id", ["shop\x00", "\x00", "\ufffd", "\U0001f600", "x" * 129, "\u5546\u5e97", ""]
)
def test_id_that_no_database_takes_is_nobodys(session: Session, client_id: str) -> None:
    clients = ClientStore(Keyring((SECRET,)), TestClock())

    assert clients.get(session, client_id) is None
