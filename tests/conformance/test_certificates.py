"""Strict verifiers find nothing to say about the certificates of a run."""

import socket
import ssl
import threading
from pathlib import Path

import pytest

from tests.conformance.certificates import Identity, issue


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return issue(tmp_path_factory.mktemp("identity"), "op.example", "127.0.0.1")


def strict(identity: Identity) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(identity.authority))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


def shake_hands(identity: Identity, client: ssl.SSLContext, name: str) -> tuple[str, str]:
    """TLS version and cipher that the two agree on."""
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            with identity.server.wrap_socket(theirs, server_side=True):
                pass
        except OSError:
            theirs.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with client.wrap_socket(ours, server_hostname=name) as connection:
            return str(connection.version()), str(connection.cipher()[0])  # type: ignore[index]
    finally:
        ours.close()
        thread.join()


@pytest.mark.parametrize("name", ["op.example", "127.0.0.1"])
def test_strict_client_believes_it_under_each_of_its_names(identity: Identity, name: str) -> None:
    version, _ = shake_hands(identity, strict(identity), name)

    assert version == "TLSv1.3"


def test_other_name_is_not_believed(identity: Identity) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(identity, strict(identity), "other.example")


def test_tls_1_2_has_the_suites_that_the_profile_wants(identity: Identity) -> None:
    client = strict(identity)
    client.maximum_version = ssl.TLSVersion.TLSv1_2

    version, cipher = shake_hands(identity, client, "op.example")

    assert version == "TLSv1.2"
    assert cipher.startswith("ECDHE-RSA-AES")
    assert "GCM" in cipher


@pytest.mark.parametrize("offered", ["AES128-SHA", "ECDHE-RSA-AES128-SHA256", "AES256-GCM-SHA384"])
def test_weaker_suites_are_refused(identity: Identity, offered: str) -> None:
    client = strict(identity)
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    client.set_ciphers(offered)

    with pytest.raises((ssl.SSLError, OSError)):
        shake_hands(identity, client, "op.example")


def test_private_key_is_its_owners_alone(tmp_path: Path) -> None:
    issue(tmp_path, "op.example")

    assert (tmp_path / "server.pem").stat().st_mode & 0o077 == 0
