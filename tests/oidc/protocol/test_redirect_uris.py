"""A redirect URI is where codes go: compared as exact strings, registered only when safe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oidc.protocol import redirect_uris

REGISTERED = "https://rp.example/cb"
ATTACKS = {
    "extra slash": "https://rp.example/cb/",
    "case of the path": "https://rp.example/CB",
    "case of the host": "https://RP.example/cb",
    "added query": "https://rp.example/cb?x=1",
    "empty query": "https://rp.example/cb?",
    "fragment": "https://rp.example/cb#x",
    "empty fragment": "https://rp.example/cb#",
    "dot segments": "https://rp.example/x/../cb",
    "encoded dot segments": "https://rp.example/x/%2e%2e/cb",
    "encoded dot in the host": "https://rp%2eexample/cb",
    "encoded letter": "https://rp.example/%63b",
    "user information": "https://rp.example@evil.example/cb",
    "user information before the host": "https://evil@rp.example/cb",
    "backslash": "https://rp.example\\@evil.example/cb",
    "backslash for slash": "https:\\\\rp.example\\cb",
    "suffix of the host": "https://rp.example.evil.example/cb",
    "trailing dot of the host": "https://rp.example./cb",
    "default port": "https://rp.example:443/cb",
    "other scheme": "http://rp.example/cb",
    "no scheme": "//rp.example/cb",
    "leading space": " https://rp.example/cb",
    "trailing newline": "https://rp.example/cb\n",
    "tab within": "https://rp.exa\tmple/cb",
    "NUL": "https://rp.example/cb\x00",
    "full-width letter": "https://rp.ex\uff41mple/cb",
    "nothing": "",
}


@pytest.mark.parametrize("asked", ATTACKS.values(), ids=ATTACKS.keys())
@pytest.mark.parametrize("application_type", ["web", "native"])
def test_anything_but_the_registered_string_is_refused(asked: str, application_type: str) -> None:
    assert not redirect_uris.matches([REGISTERED], asked, application_type)


def test_the_registered_string_matches_with_its_query() -> None:
    uris = ["https://rp.example/other", "https://rp.example/cb?tenant=a%20b&x"]

    assert redirect_uris.matches(uris, "https://rp.example/cb?tenant=a%20b&x")
    assert not redirect_uris.matches(uris, "https://rp.example/cb?x&tenant=a%20b")


@pytest.mark.parametrize("asked", ["https://rp.example/cb#x", "https://rp.example/\\cb", "a b"])
def test_an_unsafe_string_is_refused_even_when_it_was_stored(asked: str) -> None:
    assert not redirect_uris.matches([asked], asked)


@pytest.mark.parametrize(
    ("registered", "asked"),
    [
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb"),
        ("http://127.0.0.1:80/cb", "http://127.0.0.1/cb"),
        ("http://127.0.0.1:1234/cb?a=b", "http://127.0.0.1:65535/cb?a=b"),
        ("http://[::1]/cb", "http://[::1]:51004/cb"),
        ("http://127.0.0.1", "http://127.0.0.1:51004"),
        ("http://localhost:1234/cb", "http://localhost:1235/cb"),
    ],
)
def test_native_clients_choose_the_port_of_a_loopback_address(registered: str, asked: str) -> None:
    assert redirect_uris.matches([registered], asked, "native")
    assert not redirect_uris.matches([registered], asked, "web")


@pytest.mark.parametrize(
    "asked",
    [
        "http://localhost:51004/cb",
        "http://localhost.:51004/cb",
        "http://localhost.evil.example:51004/cb",
        "http://[::1]:51004/cb",
        "http://127.0.0.2:51004/cb",
        "http://127.1:51004/cb",
        "http://2130706433:51004/cb",
        "http://127.0.0.1.evil.example:51004/cb",
        "http://127.0.0.1:51004@evil.example/cb",
        "http://evil@127.0.0.1:51004/cb",
        "http://127.0.0.1:51004/cb/",
        "http://127.0.0.1:51004/cb?x",
        "http://127.0.0.1:51004/x/../cb",
        "http://127.0.0.1:0/cb",
        "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:５/cb",
        "https://127.0.0.1:51004/cb",
    ],
)
def test_only_the_port_is_free_on_the_loopback(asked: str) -> None:
    assert not redirect_uris.matches(["http://127.0.0.1/cb"], asked, "native")


@pytest.mark.parametrize("asked", ["http://127.0.0.1:1234/cb", "http://localhost.:1234/cb"])
def test_localhost_stands_for_itself_alone(asked: str) -> None:
    assert not redirect_uris.matches(["http://localhost/cb"], asked, "native")


def test_localhost_has_a_free_port_under_that_name_alone() -> None:
    uris = ["http://localhost/cb"]

    assert redirect_uris.matches(uris, "http://localhost:1235/cb", "native")
    assert not redirect_uris.matches(uris, "http://localhost:1235/cb", "web")
    assert not redirect_uris.matches(uris, "http://127.0.0.1:1235/cb", "native")
    assert not redirect_uris.matches(["http://127.0.0.1/cb"], "http://localhost:1235/cb", "native")


@pytest.mark.parametrize(
    ("uri", "application_type"),
    [
        ("https://rp.example/cb", "web"),
        ("https://rp.example:8443/cb?foo=bar", "web"),
        ("https://localhost:8443/test/a/qiao/callback", "web"),
        ("https://[2001:db8::1]/cb", "web"),
        ("https://rp.example/cb", "native"),
        ("com.example.app:/cb", "native"),
        ("com.example.app://cb", "native"),
        ("http://127.0.0.1/cb", "native"),
        ("http://[::1]:4000/cb", "native"),
        ("http://localhost:4000/cb", "native"),
    ],
)
def test_safe_uris_can_be_registered(uri: str, application_type: str) -> None:
    assert redirect_uris.problems(uri, application_type) == []


@pytest.mark.parametrize("application_type", ["web", "native"])
@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        "javascript://rp.example/%0aalert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://rp.example/1",
        "about:blank",
        "weixin://dl/business",
        "intent://scan/",
        "myapp:/cb",
        "http://rp.example/cb",
        "http://127.0.0.1.evil.example/cb",
        "http://0.0.0.0/cb",
        "https://",
        "https:///cb",
        "https:rp.example/cb",
        "https://rp.example/cb#x",
        "https://rp.example/cb#",
        "https://a:b@rp.example/cb",
        "https://*.rp.example/cb",
        "https://rp.example:0/cb",
        "https://rp.example:99999/cb",
        "https://rp.example:/cb",
        "https://[::1/cb",
        "https://rp.example/a/../cb",
        "https://rp.example/a/%2E%2e/cb",
        "https://rp.example/%2e/cb",
        "https://rp.example/cb?code=1",
        "https://rp.example/cb?a=1&state",
        "https://rp.example/%zz",
        "HTTPS://rp.example/cb",
        "Com.Example.App:/cb",
        "/cb",
        "rp.example/cb",
        "",
        "https://rp.example/" + "a" * 2000,
        "https://桥.example/cb",
    ],
)
def test_unsafe_uris_cannot_be_registered(uri: str, application_type: str) -> None:
    found = redirect_uris.problems(uri, application_type)

    assert found
    assert all(sentence.isascii() for sentence in found)


@pytest.mark.parametrize(
    "uri", ["com.example.app:/cb", "http://127.0.0.1/cb", "http://localhost:3000/cb"]
)
def test_native_forms_are_not_for_web_clients(uri: str) -> None:
    assert redirect_uris.problems(uri, "web")


def test_development_lets_web_clients_use_http_on_the_loopback() -> None:
    def found(uri: str) -> list[str]:
        return redirect_uris.problems(uri, "web", http_on_loopback=True)

    assert found("http://127.0.0.1:8002/cb") == []
    assert found("http://localhost:8002/cb") == []
    assert found("http://rp.example/cb")
    assert found("com.example.app:/cb")


@given(st.text() | st.from_regex(r"[a-z]+:/{0,3}[ -~]*", fullmatch=True))
def test_no_text_makes_it_fail(uri: str) -> None:
    found = redirect_uris.problems(uri, "native")

    assert isinstance(found, list)
    if not found:
        assert redirect_uris.matches([uri], uri, "native")
