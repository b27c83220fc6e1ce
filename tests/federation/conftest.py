"""What federation's tests share: a cipher, ticket and configuration stores, a scripted WeChat."""

import os
from collections.abc import Iterator

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from federation.connection_store import ConnectionStore
from federation.credential_store import CredentialStore, CredentialStores
from federation.sources import Sources
from federation.ticket_store import TicketStore
from federation.wechat.source import WECHAT
from tests.conftest import TestClock
from tests.federation.scripted_wechat import ScriptedWeChat


class TestCipher:
    """A small real cipher, so that federation is tested without the package that owns keys."""

    __test__ = False

    def __init__(self) -> None:
        self._key = AESGCM(AESGCM.generate_key(256))

    def seal(self, plaintext: bytes, purpose: str) -> str:
        nonce = os.urandom(12)
        return (nonce + self._key.encrypt(nonce, plaintext, purpose.encode())).hex()

    def unseal(self, sealed: str, purpose: str) -> bytes:
        raw = bytes.fromhex(sealed)
        try:
            return self._key.decrypt(raw[:12], raw[12:], purpose.encode())
        except InvalidTag:
            raise ValueError("not sealed for this") from None


@pytest.fixture
def cipher() -> TestCipher:
    return TestCipher()


@pytest.fixture
def tickets(cipher: TestCipher, clock: TestClock) -> TicketStore:
    return TicketStore(cipher, clock)


@pytest.fixture
def apps(cipher: TestCipher, clock: TestClock) -> CredentialStore:
    return CredentialStore(WECHAT, cipher, clock)


@pytest.fixture
def connections(apps: CredentialStore, clock: TestClock) -> ConnectionStore:
    return store_of_connections(apps, clock)


def store_of_connections(apps: CredentialStore, clock: TestClock) -> ConnectionStore:
    """Connections by WeChat alone."""
    return ConnectionStore(Sources([WECHAT]), CredentialStores({WECHAT.id: apps}), clock)


@pytest.fixture
def scripted() -> Iterator[ScriptedWeChat]:
    """A WeChat that gives exactly the bytes that a test wrote, over a real socket."""
    with ScriptedWeChat() as server:
        yield server
