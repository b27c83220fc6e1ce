"""What administrators and their programs write: the admin API with a live token, the console's
forms with their CSRF tokens."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tests.fuzz.flows import Steps, forms, get, need, submit
from tests.fuzz.sending import Pairs, Request, Visitor, pairs
from tests.fuzz.world import CALLBACK, MINI_PROGRAM, PASSWORD, World

NOT_PRESSED = re.compile(r"sign-out|/keys|/you|switch|end$|take-down|delete|language|sign-in")
"""Forms that would end the administrator, or what the other flows rest on."""


def api(world: World, method: str, path: str, document: Any = None, **more: Any) -> Request:
    headers: Pairs = [("Authorization", f"Bearer {world.admin_token}")]
    headers += [("If-Match", more.pop("version"))] if "version" in more else []
    more.setdefault("once", method != "GET")
    return Request(
        Visitor({}), method, "/api/v1" + path, document=document, headers=headers, **more
    )


def record(world: World, at: str, made: dict[str, Any], key: str, change: dict[str, Any]) -> Steps:
    """A record's whole life: made, read, listed, changed three times, deleted."""
    answer = yield api(world, "POST", at, made)
    need(answer.status in (200, 201))
    path = f"{at}/{answer.json[key]}"
    yield api(world, "GET", path)
    yield api(world, "GET", at, query=[("limit", "2")])
    for _ in range(3):
        answer = yield api(world, "GET", path)
        yield api(world, "PATCH", path, dict(change), version=answer.get("ETag"))
    answer = yield api(world, "GET", path)
    yield api(world, "DELETE", path, version=answer.get("ETag"))


def clients(world: World) -> Steps:
    made = {
        "client_id": world.name("own"),
        "client_name": "Own",
        "redirect_uris": [CALLBACK],
        "scope": "openid",
    }
    change = {"client_name": "Other", "contacts": ["a@b.example"], "default_max_age": 5}
    yield from record(world, "/clients", made, "client_id", change)


def client_details(world: World) -> Steps:
    """Its connection with claims, its look, its secret."""
    path = "/clients/other"
    answer = yield api(world, "GET", f"{path}/connections/wechat")
    enabled = {"enabled": True, "claims": {"name": ["id_token", "userinfo"]}}
    known = {n: v for n, v in answer.json.items() if n in ("enabled", "policy", "order", "sign_up")}
    version = answer.get("ETag")
    yield api(world, "PUT", f"{path}/connections/wechat", {**known} or enabled, version=version)
    yield api(world, "GET", f"{path}/connections/wechat/preview")
    answer = yield api(world, "GET", f"{path}/look")
    yield api(world, "PATCH", f"{path}/look", {"colour": "#336699"}, version=answer.get("ETag"))
    answer = yield api(world, "GET", path)
    rotated = {"overlap": 60}
    yield api(world, "POST", f"{path}/rotate-secret", rotated, version=answer.get("ETag"))


def apis(world: World) -> Steps:
    name = world.name("api")
    made = {
        "id": name,
        "resource": f"https://api.example/{name}",
        "name": {"en": "Orders", "zh": "订单"},
        "scopes": [{"name": f"{name}.read", "description": {"en": "Read", "zh": "读"}}],
    }
    short = {"id": name, "resource": f"https://api.example/{name}"}
    yield from record(
        world, "/apis", world.random.choice((made, short)), "id", {"access_token_lifetime": 300}
    )


def connections(world: World) -> Steps:
    made = {
        "id": world.name("c"),
        "mode": "wechat-miniprogram",
        "display_name": {"en": "WeChat", "zh": "微信"},
        "app_id": MINI_PROGRAM.appid,
    }
    yield from record(world, "/connections", made, "id", {"display_name": {"en": "W", "zh": "微"}})


def administrators(world: World) -> Steps:
    made = {
        "username": world.name("admin"),
        "role": "viewer",
        "password": PASSWORD,
        "display_name": "X",
    }
    short = {n: v for n, v in made.items() if n != "display_name"}
    answer = yield api(world, "POST", "/administrators", short)
    path = f"/administrators/{answer.json['id']}"
    for _ in range(3):
        answer = yield api(world, "GET", path)
        yield api(world, "PATCH", path, {"role": "operator"}, version=answer.get("ETag"))
    yield api(world, "GET", "/administrators")


def reading(world: World) -> Steps:
    """Lists with their filters."""
    for path, query in (
        ("/accounts", {"query": "li", "limit": "3"}),
        ("/events", {"limit": "5", "event": "client.created", "since": "0"}),
        ("/conflicts", {"state": "open"}),
        ("/credentials", {"limit": "2"}),
        ("/wechat-apps", {}),
        ("/keys", {}),
        ("/connections", {"limit": "1"}),
    ):
        yield api(world, "GET", path, query=pairs(query))
    answer = yield api(world, "GET", "/accounts", query=[("limit", "1")])
    found = next(iter(answer.json.values()))
    need(isinstance(found, list) and found)
    sub = found[0]["sub"]
    for part in ("", "/sessions", "/merges"):
        yield api(world, "GET", f"/accounts/{sub}{part}")
    linked = {"appid": MINI_PROGRAM.appid, "openid": world.name("openid")}
    yield api(world, "POST", f"/accounts/{sub}/sources", linked)


def console(world: World) -> Steps:
    """Signs in where that is needed, opens a screen and sends one of its forms."""
    own = world.console
    page = yield get(own, "/admin/")
    if page.status == 303:
        page = yield get(own, "/admin/sign-in")
        page = yield submit(own, page, "/admin/sign-in", _username="han", _password=PASSWORD)
    for _ in range(4):
        page = yield get(own, world.random.choice(SCREENS))
        usable = [f for f in forms(page) if not NOT_PRESSED.search(urlsplit(f[0]).path)]
        need(usable)
        action, fields = world.random.choice(usable)
        action = urlsplit(action).path or "/admin/"
        filled = [(n, v or FILLED.get(n, v)) for n, v in fields]
        if "new" in action:
            filled = [(n, _fresh(world, n, v)) for n, v in filled]
        yield Request(own, "POST", action, form=filled, once=True)


def _fresh(world: World, name: str, value: str) -> str:
    return world.name("x") if name in ("client_id", "id", "username", "connection_id") else value


FILLED = {
    "client_name": "Own",
    "redirect_uris": CALLBACK,
    "resource": "https://api.example/new",
    "display_name": "New",
    "name_en": "New",
    "name_zh": "新",
    "en": "New",
    "zh": "新",
    "password": PASSWORD,
    "role": "viewer",
    "openid": "o-1",
    "colour": "#336699",
}
"""What stands in fields that a form leaves empty."""
SCREENS = (
    *("/admin/applications/new", "/admin/applications/other", "/admin/applications/other/claims"),
    *("/admin/applications/other/sources", "/admin/applications/other/look", "/admin/apis/new"),
    *("/admin/applications/shop/try", "/admin/connections/new/wechat-miniprogram", "/admin/you"),
    *("/admin/connections/wechat", f"/admin/credentials/wechat/{MINI_PROGRAM.appid}"),
    *("/admin/administrators/new", "/admin/credentials/wechat/new", "/admin/who-uses-what"),
)

FLOWS: tuple[tuple[int, Callable[[World], Steps]], ...] = (
    (4, clients),
    (2, client_details),
    (2, apis),
    (3, connections),
    (2, administrators),
    (4, reading),
    (8, console),
)


def console_is_open(world: World) -> bool:
    return bool(world.console.cookies)
