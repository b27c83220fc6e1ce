"""The same deadline holds on encrypted connections, whose certificate must be right."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from federation.errors import Unavailable
from federation.wechat.deadline import DeadlineAdapter, deadline
from federation.wechat.settings import WeChatSettings
from federation.wechat.transport import Transport
from tests.certificates import Authority


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """The certificate of whoever vouches for the server."""
    return tmp_path / "authority.pem"


@pytest.fixture
def certificate(tmp_path: Path, authority: Path) -> Path:
    """A key and its certificate for 127.0.0.1 in one file."""
    signer = Authority()
    authority.write_text(signer.certificate())
    path = tmp_path / "server.pem"
    path.write_text(signer.server("127.0.0.1"))
    return path


@pytest.fixture
def dripping(certificate: Path) -> Iterator[str]:
    """A TLS server that sends its head and then a byte every tenth of a second."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
                with context.wrap_socket(plain, server_side=True) as connection:
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
                    while True:
                        connection.sendall(b" ")
                        time.sleep(0.1)
            except OSError:
                if listener.fileno() < 0:
                    return

    threading.Thread(target=serve, daemon=True).start()
    yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    listener.close()


def test_slow_drip_over_tls_ends_at_the_total_deadline(dripping: str, authority: Path) -> None:
    http = requests.Session()
    http.mount("https://", DeadlineAdapter(pool_size=1))
    begun = time.monotonic()

    with pytest.raises((OSError, requests.RequestException)), deadline(0.6):
        http.get(dripping, verify=str(authority), timeout=(3, 8))

    assert 0.5 < time.monotonic() - begun < 5
    http.close()


def test_certificate_that_nobody_vouches_for_is_refused_and_the_reason_told(
    dripping: str, caplog: pytest.LogCaptureFixture
) -> None:
    transport = Transport(WeChatSettings(dripping, sandbox=True, total_timeout=3))

    with pytest.raises(Unavailable) as failed:
        transport.get("/", {}, app_id="wx")

    reason = "SSLError: unable to get local issuer certificate"
    assert reason in failed.value.detail
    assert reason in caplog.text


def test_certificate_of_another_host_is_refused(dripping: str, authority: Path) -> None:
    http = requests.Session()
    http.mount("https://", DeadlineAdapter(pool_size=1))

    with pytest.raises(requests.exceptions.SSLError), deadline(3):
        http.get(dripping.replace("127.0.0.1", "localhost"), verify=str(authority), timeout=3)

    http.close()


def test_certificate_that_is_vouched_for_is_accepted(dripping: str, authority: Path) -> None:
    http = requests.Session()
    http.mount("https://", DeadlineAdapter(pool_size=1))

    with deadline(3):
        response = http.get(dripping, verify=str(authority), timeout=3, stream=True)

    assert response.status_code == 200
    response.close()
    http.close()
