"""What administrators and their programs write: the admin API with a live token, the console's
forms with their CSRF tokens."""

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any
from urllib.parse import urlsplit

from app.management.api.examples import (
    API,
    CONNECTION,
    CREDENTIAL,
    EXAMPLES,
    RELEASED,
    WEB,
)
from app.management.api.examples import MINI_PROGRAM as WECHAT_APP
from tests.fuzz.flows import Steps, forms, get, need, submit
from tests.fuzz.mutations import mutated_json
from tests.fuzz.sending import Pairs, Request, Visitor, dumped, pairs
from tests.fuzz.world import CALLBACK, MINI_PROGRAM, ORIGIN, PASSWORD, World
from tests.relying_party import b64

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
    made = {**WEB, "client_id": world.name("own"), "scope": "openid", "contacts": ["a@b.example"]}
    change = {"client_name": "Other", "default_max_age": 5, "access_token_lifetime": None}
    yield from record(world, "/clients", made, "client_id", change)


def client_details(world: World) -> Steps:
    """What it may learn by a connection, its look, its secret."""
    path = "/clients/other"
    for change in (RELEASED, {"enabled": True}):
        answer = yield api(world, "GET", f"{path}/connections/wechat")
        version = answer.get("ETag")
        yield api(world, "PUT", f"{path}/connections/wechat", deepcopy(change), version=version)
    yield api(world, "GET", f"{path}/connections/wechat/preview")
    for change in EXAMPLES["changeLook"].values():
        answer = yield api(world, "GET", f"{path}/look")
        yield api(world, "PATCH", f"{path}/look", dict(change), version=answer.get("ETag"))
    answer = yield api(world, "GET", path)
    rotated = {"overlap": 60}
    yield api(world, "POST", f"{path}/rotate-secret", rotated, version=answer.get("ETag"))


def apis(world: World) -> Steps:
    name = world.name("api")
    scopes = [{**scope, "name": f"{name}.{i}"} for i, scope in enumerate(API["scopes"])]
    made = {**API, "id": name, "resource": f"https://api.example/{name}", "scopes": scopes}
    made["default_scopes"] = [f"{name}.0"]
    yield from record(world, "/apis", made, "id", {"token_format": "opaque", "introspected_by": []})


def connections(world: World) -> Steps:
    made = {**CONNECTION, "id": world.name("c")}
    change = {"display_name": {"en": "W", "zh": "微"}, "login_only": True, "phone": "never"}
    yield from record(world, "/connections", made, "id", change)


def credentials(world: World) -> Steps:
    """By the API of every source, and by WeChat's own."""
    number = world.name("").removeprefix("-").zfill(15)
    made = {**CREDENTIAL, "id": f"wx{number}0"}
    yield api(world, "POST", "/credentials", made)
    path = f"/credentials/wechat/{made['id']}"
    for _ in range(2):
        answer = yield api(world, "GET", path)
        change = {"name": "Web", "values": {"open_platform": "main"}}
        yield api(world, "PATCH", path, change, version=answer.get("ETag"))
    answer = yield api(world, "GET", path)
    yield api(world, "DELETE", path, version=answer.get("ETag"))
    app = {**WECHAT_APP, "app_id": f"wx{number}1", "is_default": False}
    change = {"secret": "fedcba9876543210fedcba9876543210"}
    yield from record(world, "/wechat-apps", app, "app_id", change)


def administrators(world: World) -> Steps:
    made = {"username": world.name("admin"), "role": "viewer", "password": PASSWORD}
    answer = yield api(world, "POST", "/administrators", made)
    path = f"/administrators/{answer.json['id']}"
    for change in EXAMPLES["changeAdministrator"].values():
        answer = yield api(world, "GET", path)
        yield api(world, "PATCH", path, dict(change), version=answer.get("ETag"))
    yield api(world, "POST", f"{path}/forget-factors", {})
    yield api(world, "GET", "/administrators")


def people(world: World) -> Steps:
    """Looked up, shut and opened, signed out, given another way in; two of them merged."""
    answer = yield api(world, "GET", "/accounts", query=[("limit", "50")])
    found = next(each for each in answer.json.values() if isinstance(each, list))
    need(len(found) > 2)
    one, other = (each["sub"] for each in world.random.sample(found, 2))
    path = f"/accounts/{one}"
    for part in ("", "/sessions", "/merges"):
        yield api(world, "GET", path + part)
    openid = f"o{world.made:019}"
    yield api(world, "POST", f"{path}/sources", {"connection_id": "wechat", "openid": openid})
    yield api(world, "DELETE", f"{path}/sources/{MINI_PROGRAM.appid}/{openid}")
    yield api(world, "POST", f"{path}/sign-out", {"offline": False})
    yield api(world, "POST", f"{path}/disable", {})
    yield api(world, "POST", f"{path}/enable", {})
    yield api(world, "GET", f"{path}/merge-preview", query=[("other", other)])
    merged = yield api(world, "POST", f"{path}/merge", {"other": other})
    need(merged.status == 200)
    answer = yield api(world, "GET", f"{path}/merges")
    merge = next(each for each in answer.json.values() if isinstance(each, list))[0]
    yield api(world, "POST", f"/merges/{merge['id']}/undo", {})


def reading(world: World) -> Steps:
    """Lists with their filters, one page after the other."""
    for path, query in LISTS:
        answer = yield api(world, "GET", path, query=pairs(query))
        after = answer.json.get("next") if answer.status == 200 else None
        if isinstance(after, str):
            yield api(world, "GET", path, query=pairs({**query, "after": after}))


LISTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/accounts", {"q": "li", "limit": "1"}),
    ("/events", {"limit": "2", "kind": "login.succeeded", "since": "0", "client_id": "shop"}),
    ("/conflicts", {"state": "open", "limit": "2"}),
    ("/credentials", {"limit": "1"}),
    ("/wechat-apps", {"limit": "1"}),
    ("/keys", {}),
    ("/connections", {"limit": "1"}),
    ("/clients", {"limit": "1"}),
    ("/apis", {"limit": "1"}),
    ("/administrators", {"limit": "1"}),
)


def passkey(world: World) -> Steps:
    """At the console's door, with an answer that is none of a known key."""
    own = Visitor()
    page = yield get(own, "/admin/sign-in")
    _, form = next(each for each in forms(page) if each[0].endswith("/admin/sign-in"))
    token = [each for each in form if each[0] == "csrf_token"]
    answer = yield Request(own, "POST", "/admin/passkey-question", form=token, once=True)
    said = {"type": "webauthn.get", "challenge": answer.json["challenge"], "origin": ORIGIN}
    data = b64(dumped(said).encode())
    response = {"clientDataJSON": data, "authenticatorData": b64(b"x" * 37), "signature": "eA"}
    document = {"id": "eA", "rawId": "eA", "type": "public-key", "response": response}
    for _ in range(3):
        holder = Request(own, "POST", "", document=deepcopy(document))
        changed, _ = mutated_json(holder, world.random)
        filled = [*token, ("_passkey", dumped(changed.document))]
        yield Request(own, "POST", "/admin/sign-in/passkey", form=filled)


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
    (2, credentials),
    (2, administrators),
    (2, people),
    (3, reading),
    (8, console),
    (1, passkey),
)
