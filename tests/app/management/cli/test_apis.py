"""``apis``: registering, listing, changing and removing what tokens are for."""

from typing import Any

import pytest

from tests.app.management.cli.conftest import Operator

RESOURCE = "https://api.example/orders"


@pytest.fixture
def added(operator: Operator) -> Any:
    return operator.read(
        *("apis", "add", RESOURCE, "--id", "orders", "--name", "Orders", "--name-zh", "订单"),
        *("--scope", "orders:read=Read your orders|查看你的订单", "--scope", "orders:write"),
        *("--default-scope", "orders:read", "--token-lifetime", "15m"),
    )


def test_api_is_added_with_the_words_of_its_scopes(operator: Operator, added: Any) -> None:
    assert added["scopes"][0]["words"] == {"en": "Read your orders", "zh": "查看你的订单"}
    assert (added["token_format"], added["token_lifetime"]) == ("jwt", 900)
    assert not added["open_to_self_registered"]
    assert operator.read("apis", "list") == [added]


def test_api_is_shown_by_its_resource(operator: Operator, added: Any) -> None:
    said = operator.run("apis", "show", RESOURCE)

    assert "查看你的订单" in said
    assert "15 minutes" in said


def test_change_replaces_what_is_given_and_keeps_the_rest(operator: Operator, added: Any) -> None:
    operator.run("apis", "change", "orders", "--name", "Shop", "--token-lifetime", "0")

    after = operator.read("apis", "show", "orders")

    assert after["name"] == {"en": "Shop", "zh": "订单"}
    assert after["token_lifetime"] is None
    assert after["scopes"] == added["scopes"]


def test_removed_api_is_gone(operator: Operator, added: Any) -> None:
    operator.run("apis", "remove", "orders", "--yes")

    assert operator.read("apis", "list") == []
    assert "There is no API orders" in operator.refused("apis", "show", "orders")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((RESOURCE, "--id", "Orders"), "id must be 1 to 32 lower-case letters"),
        (("orders",), "resource must be an absolute URI"),
        ((f"{RESOURCE}#part",), "resource must be an absolute URI"),
        (("http://127.0.0.1:8000",), "resource must not be an address of this server itself"),
        ((RESOURCE, "--scope", "openid=Know you"), "scopes must not hold scopes that have a"),
        ((RESOURCE, "--scope", "admin:write"), "scopes must not hold scopes that have a"),
        ((RESOURCE, "--scope", "two words"), "scopes must hold printable ASCII"),
        ((RESOURCE, "--default-scope", "unknown"), "default_scopes must be among its scopes"),
        ((RESOURCE, "--introspected-by", "nobody"), "introspected_by must name applications"),
        ((RESOURCE, "--token-lifetime", "400d"), "token_lifetime must be a number of whole"),
    ],
)
def test_what_cannot_be_an_api_is_refused(
    operator: Operator, words: tuple[str, ...], sentence: str
) -> None:
    assert sentence in operator.refused("apis", "add", *words)
    assert operator.read("apis", "list") == []


def test_second_api_of_one_resource_is_refused(operator: Operator, added: Any) -> None:
    said = operator.refused("apis", "add", RESOURCE, "--id", "again")

    assert "There is an API of this id or this resource already." in said
