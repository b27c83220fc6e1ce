"""What the pages say of an application."""

import pytest

from app.elements import Elements
from app.pages.scopes import AT_LAST, SENTENCES
from app.sign_in.client_display import colour, from_client, host, initial, web_address
from oidc.clients.client import Client
from oidc.clients.metadata import ClientMetadata


def client(*, dynamic: bool, client_id: str = "app", **metadata: object) -> Client:
    """A client whose words about itself name a bank."""
    fields = {"client_uri": "https://bank.example/", "redirect_uris": (), **metadata}
    return Client(
        client_id=client_id,
        metadata=ClientMetadata(**fields),  # type: ignore[arg-type]
        secrets=(),
        disabled=False,
        dynamic=dynamic,
        version=1,
        created_at=0,
        updated_at=0,
        registration_token_digest="x" if dynamic and "://" not in client_id else None,
        now=lambda: 0,
    )


SCHEME = "com.evil.app:/callback"
LOOPBACK = ("http://127.0.0.1:5000/cb", "http://[::1]:5000/cb", "http://localhost:5000/cb")


@pytest.mark.parametrize("dynamic", [True, False])
def test_app_with_a_scheme_is_shown_by_it_and_by_no_host(dynamic: bool) -> None:
    shown = from_client(client(dynamic=dynamic, redirect_uris=(SCHEME,)), "en", SCHEME)

    assert (shown.host, shown.scheme) == (None, "com.evil.app:")
    assert shown.registered_itself == dynamic


@pytest.mark.parametrize("redirect_uri", LOOPBACK)
def test_app_that_listens_on_this_computer_is_shown_by_no_host(redirect_uri: str) -> None:
    shown = from_client(client(dynamic=True, redirect_uris=(redirect_uri,)), "en", redirect_uri)

    assert (shown.host, shown.scheme, shown.on_this_device) == (None, None, True)


@pytest.mark.parametrize("registered", [(), ("https://bank.example/callback",), (SCHEME,)])
def test_device_of_an_application_that_registered_itself_has_no_host(
    registered: tuple[str, ...],
) -> None:
    """Nothing goes back to the registered addresses, so that they prove nothing."""
    shown = from_client(client(dynamic=True, redirect_uris=registered), "en")

    assert shown.host is None
    assert shown.registered_itself


def test_device_of_an_administrators_application_has_the_host_that_was_entered() -> None:
    assert from_client(client(dynamic=False), "en").host == "bank.example"


def test_web_application_is_shown_by_where_the_request_goes_back_to() -> None:
    uri = "https://evil.example/callback"

    shown = from_client(client(dynamic=True, redirect_uris=(uri,)), "en", uri)

    assert (shown.host, shown.registered_itself) == ("evil.example", True)


@pytest.mark.parametrize(
    ("redirect_uri", "scheme", "local", "returns_to"),
    [
        (SCHEME, "com.evil.app:", False, None),
        (LOOPBACK[0], None, True, None),
        ("https://other.example/cb", None, False, "other.example"),
        ("https://app.example/cb", None, False, None),
    ],
)
def test_application_that_describes_itself_is_shown_by_both_its_places(
    redirect_uri: str, scheme: str | None, local: bool, returns_to: str | None
) -> None:
    described = client(dynamic=True, client_id="https://app.example/me")

    shown = from_client(described, "en", redirect_uri)

    assert shown.host == "app.example"
    assert (shown.scheme, shown.on_this_device) == (scheme, local)
    assert shown.returns_to == returns_to


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://shop.example/callback?x=1", "shop.example"),
        ("http://127.0.0.1:8002/cb", "127.0.0.1:8002"),
        ("https://evil@shop.example/", "shop.example"),
        ("com.example.app:/callback", None),
        ("javascript://shop.example/%0aalert(1)", None),
        ("", None),
        (None, None),
    ],
)
def test_host_is_that_of_a_web_address(address: str | None, shown: str | None) -> None:
    assert host(address) == shown


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "ftp://a.example"])
def test_links_lead_to_web_pages_alone(address: str) -> None:
    assert web_address(address) is None


@pytest.mark.parametrize(
    ("name", "letter"), [("shop", "S"), ("饺子园", "饺"), ("  «Qiao»", "Q"), ("\u202e", "?")]
)
def test_mark_is_the_first_letter(name: str, letter: str) -> None:
    assert initial(name) == letter


def test_colour_of_an_application_stays_the_same() -> None:
    assert colour("client") == colour("client")


def test_every_scope_has_a_sentence() -> None:
    elements = Elements()

    assert {*SENTENCES, *AT_LAST, *elements.consent_sentences} == set(elements.scopes)
