"""Addresses that are written without Flask's way round are those that Flask writes."""

from typing import Any

import pytest
from flask import Flask

from app.web.addresses import addresses
from tests.app.site import Site

AWKWARD = ("a", "王 七", "a/b?c#d%", "..", "a+b&c=d", "x" * 300)


def as_flask(app: Flask, endpoint: str, values: dict[str, Any]) -> str:
    return Flask.url_for(app, endpoint, **values)


@pytest.mark.parametrize("value", AWKWARD)
def test_address_of_every_route_is_as_flask_writes_it(site: Site, value: str) -> None:
    app = site.app

    with app.test_request_context("/admin/", environ_overrides={"SCRIPT_NAME": "/below"}):
        rules = list(app.url_map.iter_rules())
        for rule in rules:
            values: dict[str, Any] = {
                name: 7 if name == "number" else value for name in rule.arguments
            }
            values |= {"q": value, "page": 3}
            assert addresses().url_for(rule.endpoint, **values) == as_flask(
                app, rule.endpoint, values
            )

    assert len(rules) > 100


def test_what_is_not_plain_is_left_to_flask(site: Site) -> None:
    app = site.app
    asked: list[tuple[str, dict[str, Any]]] = [
        ("admin.log", {"subject": None, "kind": "x"}),
        ("admin.log", {"kind": ["a", "b"]}),
        ("admin.log", {"live": True}),
        ("admin.account", {"account_id": "a", "_anchor": "b c"}),
        (".log", {}),
    ]

    with app.test_request_context("/admin/accounts"):
        written = [addresses().url_for(endpoint, **values) for endpoint, values in asked]

        assert written == [as_flask(app, endpoint, values) for endpoint, values in asked]


def test_address_without_a_request_is_left_to_flask(site: Site) -> None:
    with site.app.app_context(), pytest.raises(RuntimeError, match="SERVER_NAME"):
        addresses().url_for("admin.log")
