"""The pages of APIs: what they save, and what they refuse with the input kept."""

from typing import Any

from app.database import db
from tests.app.management.console.console import Console
from tests.app.site import Site

RESOURCE = "https://api.example/orders"
SCOPE = "orders:read | read your orders | 查看你的订单"


def register(console: Console, **typed: str) -> Any:
    fields = {"id": "orders", "resource": RESOURCE, "name_en": "Orders", "scopes": SCOPE, **typed}
    return console.post("/admin/apis/new", {"token_format": "jwt", **fields})


def test_api_is_registered_and_shown_as_it_was_typed(site: Site, console: Console) -> None:
    saved = register(console, default_scopes="orders:read", token_lifetime="300")

    page = console.get(saved.location).text
    [api] = site.provider.apis.all(db.session())

    assert api.fields.scopes[0].words == {"en": "read your orders", "zh": "查看你的订单"}
    assert api.fields.token_lifetime == 300
    assert SCOPE in page
    assert RESOURCE in console.get("/admin/apis").text


def test_what_is_wrong_is_told_beside_its_field_with_the_input_kept(console: Console) -> None:
    page = register(console, resource="orders", scopes="openid", token_lifetime="long")

    assert page.status_code == 422
    for name in ("resource", "scopes", "token_lifetime"):
        assert f'id="problem-{name}-1"' in page.text
    assert 'value="orders"' in page.text
    assert 'value="long"' in page.text


def test_second_save_of_one_version_shows_what_the_first_one_saved(console: Console) -> None:
    path = register(console).location
    opened = console.get(path)
    console.fill(opened, path, {"name_en": "Theirs"})

    late = console.fill(opened, path, {"name_en": "Mine"})

    assert late.status_code == 409
    assert "Theirs" in late.text
    assert 'value="Mine"' in late.text


def test_removed_api_is_gone(site: Site, console: Console) -> None:
    register(console)

    console.post("/admin/apis/orders/delete")

    assert site.provider.apis.all(db.session()) == []
    assert console.get("/admin/apis/orders").status_code == 404
