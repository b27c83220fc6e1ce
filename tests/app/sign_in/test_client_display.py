"""What the pages say of an application."""

import pytest

from app.elements import Elements
from app.pages.scopes import AT_LAST, SENTENCES
from app.sign_in.client_display import colour, host, initial, web_address


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
