"""What a client names is fetched without lending our network to strangers."""

import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from oidc.outbound.addresses import is_loopback, is_public
from oidc.outbound.answer import AddressRefused, FetchError, Unreachable, UnusableAnswer
from oidc.outbound.http_client import MAX_BODY, Outbound
from tests.certificates import Authority
from tests.oidc.outbound.https_server import HOST, Server, answer, serve


def to_loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def outbound(server: Server, **changes: Any) -> Outbound:
    """A client that believes the server's authority and may reach the loopback."""
    settings: dict[str, Any] = {
        "allow_loopback_http": True,
        "tls": server.client_tls,
        "resolver": to_loopback,
        "deadline": 3.0,
    }
    return Outbound(**(settings | changes))


def test_json_is_fetched_over_https_with_the_name_s_certificate(tmp_path: Path) -> None:
    with serve(tmp_path, answer(b'{"keys":[]}')) as server:
        document = outbound(server).get_json(server.url("/jwks?a=b"))

    assert document == {"keys": []}
    head = server.requests[0].decode()
    assert head.startswith("GET /jwks?a=b HTTP/1.1\r\n")
    assert f"Host: {HOST}:{server.port}\r\n" in head
    assert "Accept-Encoding: identity" in head


def test_an_answer_that_ends_with_the_connection_is_read_to_its_end(tmp_path: Path) -> None:
    def close_after(peer: Any) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\n"
        peer.sendall(head)
        time.sleep(0.1)
        peer.sendall(b'{"keys":[]}')

    with serve(tmp_path, close_after) as server:
        document = outbound(server).get_json(server.url("/jwks"))

    assert document == {"keys": []}


def test_a_form_is_posted(tmp_path: Path) -> None:
    with serve(tmp_path, answer(b"", "204 No Content")) as server:
        received = outbound(server).post_form(server.url("/logout"), {"logout_token": "a b&c"})

    assert received.status == 204
    assert server.requests[0].endswith(b"\r\n\r\nlogout_token=a+b%26c")


def test_the_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    with (
        serve(tmp_path, answer(b"{}"), name="other.example") as server,
        pytest.raises(Unreachable, match="certificate"),
    ):
        outbound(server).get_json(server.url())


def test_a_certificate_of_an_unknown_authority_is_refused(tmp_path: Path) -> None:
    with (
        serve(tmp_path, answer(b"{}")) as server,
        pytest.raises(Unreachable, match="certificate"),
    ):
        outbound(server, tls=ssl.create_default_context()).get_json(server.url())


def test_a_refused_certificate_is_logged_with_the_verifier_s_reason(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As Python 3.13 verifies by itself: an authority must say what its key is for."""
    with serve(tmp_path, answer(b"{}"), authority=Authority(says_key_usage=False)) as server:
        server.client_tls.verify_flags |= ssl.VERIFY_X509_STRICT
        with pytest.raises(Unreachable) as refused:
            outbound(server).get_json(server.url())

    assert refused.value.reason == "CA cert does not include key usage extension"
    assert str(refused.value) == "The certificate of the URL's host is not valid."
    assert f"the certificate of {HOST} is refused: {refused.value.reason}" in caplog.text


def test_a_certificate_of_a_proper_authority_passes_strict_verification(tmp_path: Path) -> None:
    with serve(tmp_path, answer(b"{}")) as server:
        server.client_tls.verify_flags |= ssl.VERIFY_X509_STRICT

        assert outbound(server).get_json(server.url()) == {}


def test_reaching_a_server_asks_it_nothing(tmp_path: Path) -> None:
    with serve(tmp_path, answer(b"{}")) as server:
        outbound(server).reach(server.url())

    assert (server.connections, server.requests) == (1, [])


def test_an_address_as_host_needs_a_certificate_for_it(tmp_path: Path) -> None:
    with serve(tmp_path, answer(b"{}"), name="127.0.0.1") as server:
        assert outbound(server).get_json(server.url(host="127.0.0.1")) == {}


def test_the_loopback_is_refused_unless_allowed(tmp_path: Path) -> None:
    with serve(tmp_path, answer(b"{}")) as server, pytest.raises(AddressRefused):
        outbound(server, allow_loopback_http=False).get_json(server.url())

    assert server.connections == 0


def test_plain_http_is_for_the_loopback_alone(tmp_path: Path) -> None:
    with serve(tmp_path, answer(b"{}"), tls=False) as server:
        assert outbound(server).get_json(server.url(scheme="http")) == {}
        with pytest.raises(AddressRefused):
            outbound(server, allow_loopback_http=False).get_json(server.url(scheme="http"))
        with pytest.raises(AddressRefused):
            outbound(server, resolver=lambda *_: ["1.1.1.1"]).get_json("http://rp.example/")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "017700000001",
        "[::1]",
        "0.0.0.0",
    ],
)
def test_no_spelling_of_the_loopback_slips_through(host: str) -> None:
    client = Outbound(deadline=2.0, dial=refuse_to_dial)

    with pytest.raises((AddressRefused, Unreachable)):
        client.get(f"https://{host}/")


def refuse_to_dial(address: tuple[str, int], seconds: float) -> socket.socket:
    raise AssertionError(f"connected to {address}")


def test_the_name_is_resolved_once_and_the_checked_address_is_dialled() -> None:
    response_signer = [["1.1.1.1"], ["127.0.0.1"]]
    dialled = []

    def rebinding(host: str, port: int) -> list[str]:
        return response_signer.pop(0)

    def dial(address: tuple[str, int], seconds: float) -> socket.socket:
        dialled.append(address)
        raise ConnectionRefusedError

    with pytest.raises(Unreachable):
        Outbound(resolver=rebinding, dial=dial).get("https://rp.example/")

    assert dialled == [("1.1.1.1", 443)]
    assert len(response_signer) == 1


def test_private_addresses_among_public_ones_are_never_dialled() -> None:
    dialled = []

    def dial(address: tuple[str, int], seconds: float) -> socket.socket:
        dialled.append(address[0])
        raise ConnectionRefusedError

    with pytest.raises(Unreachable):
        Outbound(resolver=lambda *_: ["10.0.0.1", "1.1.1.1", "::1", "2606:4700::1"], dial=dial).get(
            "https://rp.example/"
        )

    assert dialled == ["1.1.1.1", "2606:4700::1"]


def test_an_intranet_can_be_allowed(tmp_path: Path) -> None:
    with serve(tmp_path, answer(b"{}")) as server:
        client = outbound(server, allow_loopback_http=False, allowed_networks=["127.0.0.0/30"])

        assert client.get_json(server.url()) == {}
        with pytest.raises(AddressRefused):
            client.get(server.url(scheme="http"))


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 T", "308 P"])
def test_a_redirect_is_not_followed(tmp_path: Path, status: str) -> None:
    misleading = answer(b"", status, "Location: http://169.254.169.254/")
    with (
        serve(tmp_path, misleading) as server,
        pytest.raises(UnusableAnswer, match="redirect"),
    ):
        outbound(server).get(server.url())

    assert server.connections == 1


@pytest.mark.parametrize("status", ["404 No", "500 Oops", "201 Created"])
def test_only_status_200_has_something_to_read(tmp_path: Path, status: str) -> None:
    with serve(tmp_path, answer(b"{}", status)) as server, pytest.raises(UnusableAnswer) as caught:
        outbound(server).get(server.url())

    assert caught.value.status == int(status[:3])


def test_a_refused_form_tells_the_status(tmp_path: Path) -> None:
    with serve(tmp_path, answer(b"", "400 Bad")) as server, pytest.raises(UnusableAnswer) as caught:
        outbound(server).post_form(server.url(), {"a": "b"})

    assert caught.value.status == 400


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b"\xff", b"[" * 60_000])
def test_what_is_not_json_is_refused(tmp_path: Path, body: bytes) -> None:
    with serve(tmp_path, answer(body)) as server, pytest.raises(UnusableAnswer, match="JSON"):
        outbound(server).get_json(server.url())


def test_a_body_at_the_limit_is_read_and_a_longer_one_refused(tmp_path: Path) -> None:
    with serve(tmp_path, answer(b"x" * MAX_BODY)) as server:
        assert len(outbound(server).get(server.url()).body) == MAX_BODY
    with (
        serve(tmp_path, answer(b"x" * (MAX_BODY + 1))) as server,
        pytest.raises(UnusableAnswer, match="too long"),
    ):
        outbound(server).get(server.url())


def test_a_body_without_end_is_cut_off(tmp_path: Path) -> None:
    def endless(peer: ssl.SSLSocket | socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            peer.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")

    with serve(tmp_path, endless) as server, pytest.raises(UnusableAnswer, match="too long"):
        outbound(server).get(server.url())


def test_headers_without_end_are_cut_off(tmp_path: Path) -> None:
    def endless(peer: ssl.SSLSocket | socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            peer.sendall(b"X: " + b"x" * 4000 + b"\r\n")

    with serve(tmp_path, endless) as server, pytest.raises(FetchError):
        outbound(server).get(server.url())


def test_a_compressed_body_is_refused(tmp_path: Path) -> None:
    with (
        serve(tmp_path, answer(b"\x1f\x8b", "200 OK", "Content-Encoding: gzip")) as server,
        pytest.raises(UnusableAnswer, match="compressed"),
    ):
        outbound(server).get(server.url())


def drip(peer: ssl.SSLSocket | socket.socket) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n" + b"x" * 200:
        peer.sendall(bytes([byte]))
        time.sleep(0.05)


def stay_silent(peer: ssl.SSLSocket | socket.socket) -> None:
    while peer.recv(1024):
        pass


@pytest.mark.parametrize("behave", [drip, stay_silent])
def test_a_slow_server_is_left_at_the_deadline(tmp_path: Path, behave: Any) -> None:
    with serve(tmp_path, behave) as server:
        began = time.monotonic()
        with pytest.raises(Unreachable):
            outbound(server, deadline=0.5).get(server.url())

        assert time.monotonic() - began < 5


def test_a_server_that_never_finishes_its_handshake_is_left_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        began = time.monotonic()
        with pytest.raises(Unreachable):
            Outbound(allow_loopback_http=True, resolver=to_loopback, deadline=0.4).get(
                f"https://rp.example:{listener.getsockname()[1]}/"
            )

        assert time.monotonic() - began < 5


def test_a_slow_resolver_is_left_at_the_deadline() -> None:
    release = threading.Event()

    def slow(host: str, port: int) -> list[str]:
        release.wait(20)
        return []

    began = time.monotonic()
    with pytest.raises(Unreachable, match="resolved"):
        Outbound(resolver=slow, deadline=0.3).get("https://rp.example/")

    assert time.monotonic() - began < 5
    release.set()


def test_an_unknown_name_and_a_closed_port_are_unreachable() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror("no such name")

    with pytest.raises(Unreachable, match="resolved"):
        Outbound(resolver=unknown).get("https://rp.example/")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable):
        Outbound(allow_loopback_http=True, resolver=to_loopback).get(f"https://rp.example:{port}/")


def test_what_is_not_http_is_unreachable(tmp_path: Path) -> None:
    with (
        serve(tmp_path, lambda peer: peer.sendall(b"220 smtp ready\r\n")) as server,
        pytest.raises(Unreachable),
    ):
        outbound(server).get(server.url())


@pytest.mark.parametrize(
    "url",
    [
        "",
        "rp.example",
        "//rp.example/",
        "ftp://rp.example/",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://user:pw@rp.example/",
        "https://rp.example@127.0.0.1/",
        "https://rp.example\\@127.0.0.1/",
        "https://rp.example/ HTTP/1.1\r\nX: y",
        "https://rp.example/\n",
        "https://rp.example/#fragment",
        "https://rp.example:99999/",
        "https://rp.example:a/",
        "https://[::1/",
        "https://桥.example/",
        "https://rp.example/" + "a" * 3000,
    ],
)
def test_what_is_not_a_plain_https_url_is_refused(url: str) -> None:
    client = Outbound(resolver=lambda *_: ["1.1.1.1"], dial=refuse_to_dial)

    with pytest.raises(AddressRefused):
        client.get(url)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:1.1.1.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "fc00::1",
        "fe80::1",
        "fe80::1%eth0",
        "ff02::1",
        "2001:db8::1",
        "192.0.0.8",
        "fec0::1",
        "feff::1",
        "3fff::1",
        "3fff:fff::1",
        "5f00::1",
        "100::1",
        "not an address",
        "",
    ],
)
def test_these_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111"])
def test_these_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_only_the_loopback_itself_is_loopback() -> None:
    assert is_loopback("127.0.0.1")
    assert is_loopback("::1")
    assert not is_loopback("::ffff:127.0.0.1")
    assert not is_loopback("0.0.0.0")
    assert not is_loopback("localhost")


def test_names_that_nobody_answers_for_keep_no_other_name_waiting(tmp_path: Path) -> None:
    """Thirty of a stranger's, as many times each: one of somebody else's is looked up meanwhile."""
    over, asked = threading.Event(), list[str]()

    def patient(host: str, port: int) -> list[str]:
        asked.append(host)
        if host != HOST:
            over.wait(30)
        return ["127.0.0.1"]

    with serve(tmp_path, answer(b"{}")) as server, ThreadPoolExecutor(60) as strangers:
        client = outbound(server, resolver=patient, deadline=5.0)
        slow = [
            strangers.submit(client.reach, f"https://{number}.slow.example/")
            for number in [*range(30), *range(30)]
        ]
        while len(asked) < 30:
            time.sleep(0.01)

        assert client.get_json(server.url()) == {}
        assert len(asked) == 31
        over.set()

    assert all(isinstance(each.exception(), FetchError) for each in slow)


@pytest.mark.parametrize(
    "head",
    [b"Content-Length: 100", b"Transfer-Encoding: chunked\r\n\r\n64"],
    ids=["length", "chunk"],
)
def test_an_answer_that_is_cut_off_is_no_answer(tmp_path: Path, head: bytes) -> None:
    def cut_off(peer: Any) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\n" + head + b'\r\n\r\n{"keys":[]}')

    with serve(tmp_path, cut_off) as server, pytest.raises(FetchError):
        outbound(server).get_json(server.url())
