"""Every operation of the admin API and every screen of the console, on records made for it."""

import re
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from app.management.api.examples import API, CONNECTION, CREDENTIAL, EXAMPLES, GROUP, WEB
from app.management.api.examples import MINI_PROGRAM as WECHAT_APP
from tests.fuzz.flows import Steps, forms, get, need, submit
from tests.fuzz.management import FILLED, api
from tests.fuzz.sending import Answer, Request, Visitor
from tests.fuzz.world import PASSWORD, World

LEFT_OUT = {"rotateKeys", "takeDownCredential", "disableConnection"}
"""Operations that make keys without end, or end what other flows rest on; `console` has them."""
AT_A_TIME = 14
"""Operations or screens that one flow goes through."""
ENDS = re.compile(r"/(sign-out|keys)$|/language$|sign-in")
"""Forms that would end the administrator, or make keys without end."""


def made_for_it(world: World) -> Steps:
    """Makes one record of each kind; gives their names by the parameters of addresses."""
    own = world.name("e")
    number = own.removeprefix("e-").zfill(14)
    api_fields = {**API, "id": own, "resource": f"https://api.example/{own}", "scopes": []}
    records: tuple[tuple[str, dict[str, Any]], ...] = (
        ("/clients", {**WEB, "client_id": own, "scope": "openid"}),
        ("/apis", {**api_fields, "default_scopes": []}),
        ("/credentials", {**CREDENTIAL, "id": f"wx{number}e0"}),
        ("/wechat-apps", {**WECHAT_APP, "app_id": f"wx{number}e1", "is_default": False}),
        ("/connections", {**CONNECTION, "id": own}),
        ("/webhooks", {"id": own, "url": "https://127.0.0.1:1/nobody", "events": ["*"]}),
    )
    for at, body in records:
        yield api(world, "POST", at, deepcopy(body))
    ids = {
        **dict.fromkeys(("client_id", "api_id", "connection_id", "webhook_id", "target"), own),
        **{"source": "wechat", "source_id": "wechat", "id": f"wx{number}e0", "preset_id": "gitea"},
        **{"credential_id": f"wx{number}e0", "app_id": f"wx{number}e1", "part": "0", "sid": "x"},
        **{"name": f"MP_verify_{number}.txt", "mode": "oidc-web", "scheme": "dark"},
        **{"appid": WECHAT_APP["app_id"], "openid": "oABCDEFGHIJKLMNOPQR", "stream_id": "x"},
        **{"merge_id": "x", "conflict_id": "x", "receipt_id": "x", "notification_id": "x"},
    }
    kept: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("group_id", "/groups", {**GROUP, "name": own}),
        ("admin_id", "/administrators", {"username": own, "role": "viewer", "password": PASSWORD}),
        ("invitation_id", "/invitations", {"username": f"{own}-i", "role": "viewer"}),
        ("job_id", "/account-imports", dict(EXAMPLES["beginImport"]["unionids"])),
        ("sub", "/accounts", {"name": own}),
        ("delivery_id", f"/webhooks/{own}/test", {}),
    )
    for name, at, body in kept:
        answer = yield api(world, "POST", at, deepcopy(body))
        need(answer.status < 400)
        ids[name] = str(answer.json.get("id") or answer.json.get("sub"))
    ids["account_id"], ids["notification_id"] = ids["sub"], ids["delivery_id"]
    yield from _found(world, ids)
    return ids


def _found(world: World, ids: dict[str, str]) -> Steps:
    """Names of what other flows leave behind."""
    lists = (
        ("conflict_id", "/conflicts", "id"),
        ("stream_id", "/event-streams", "stream_id"),
        ("event_id", "/events", "id"),
    )
    for name, at, key in lists:
        answer = yield api(world, "GET", at, query=[("limit", "5")])
        rows = next((v for v in answer.json.values() if isinstance(v, list)), [])
        if answer.status == 200 and rows:
            ids[name] = str(world.random.choice(rows).get(key, "x"))
    ids.setdefault("event_id", "1")


def whole_interface(world: World) -> Steps:
    """Operations of the API in any order, those that delete at the end."""
    ids = yield from made_for_it(world)
    document = (yield api(world, "GET", "/openapi.json")).json
    todo = [
        (path, method.upper(), operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if isinstance(operation, dict) and operation.get("operationId") not in LEFT_OUT
    ]
    chosen = world.random.sample(todo, min(AT_A_TIME, len(todo)))
    for path, method, operation in sorted(chosen, key=lambda one: one[1] == "DELETE"):
        at = re.sub(r"\{(\w+)\}", lambda m: ids.get(m[1], "x"), path).removeprefix("/api/v1")
        yield from _operation(world, method, at, operation)


def _operation(world: World, method: str, at: str, operation: dict[str, Any]) -> Steps:
    name = operation["operationId"]
    body = None
    if "requestBody" in operation:
        examples = list(EXAMPLES.get(name, {"none": {}}).values())
        body = deepcopy(world.random.choice(examples))
    query = [(p["name"], "1") for p in operation.get("parameters", ()) if p.get("in") == "query"]
    chosen = world.random.sample(query, min(len(query), 2))
    more: dict[str, Any] = {}
    if method in ("PATCH", "PUT", "DELETE"):
        answer = yield api(world, "GET", at)
        more["version"] = answer.get("ETag") or '"0"'
    yield api(world, method, at, body, query=chosen, **more)


def every_screen(world: World) -> Steps:
    """Screens of the console, and whatever forms stand there."""
    ids = yield from made_for_it(world)
    own = world.console
    if (yield get(own, "/admin/")).status == 303:
        yield from enter(own, "han")
    rules = [
        rule
        for rule in world.deployment.app.url_map.iter_rules()
        if rule.rule.startswith("/admin/") and "GET" in (rule.methods or ())
    ]
    for rule in world.random.sample(rules, AT_A_TIME):
        at = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: ids.get(m[1], "x"), rule.rule)
        page = yield get(own, at)
        yield from _press(world, own, page, at)


def _press(world: World, own: Visitor, page: Answer, at: str) -> Steps:
    if page.status == 303 and "/admin/confirm" in page.get("Location"):
        page = yield get(own, page.get("Location"))
    usable = [form for form in forms(page) if not ENDS.search(urlsplit(form[0]).path)]
    for action, fields in world.random.sample(usable, min(2, len(usable))):
        parts = urlsplit(action)
        sent = [(n, v or FILLED.get(n, v)) for n, v in fields]
        query = parse_qsl(parts.query, keep_blank_values=True)
        yield Request(own, "POST", parts.path or at, query, form=sent, once=True)


def enter(own: Visitor, username: str) -> Steps:
    """Signs in at the console's door."""
    page = yield get(own, "/admin/sign-in")
    page = yield submit(own, page, "/admin/sign-in", _username=username, _password=PASSWORD)
    need(page.status == 303)


def own_factors(world: World) -> Steps:
    """An administrator of their own with all that stands on their page, the way out included."""
    name = world.name("own")
    made = {"username": name, "role": "owner", "password": PASSWORD}
    need((yield api(world, "POST", "/administrators", made)).status < 400)
    own = Visitor()
    yield from enter(own, name)
    page = yield get(own, "/admin/you")
    if page.status == 303:
        page = yield get(own, "/admin/you/new-password")
        another = PASSWORD + "!"
        fields = {
            n: PASSWORD if "old" in n or "present" in n else another for n in _passwords(page)
        }
        yield submit(own, page, "/admin/you/new-password", **fields)
    for at in world.random.sample(OWN_PAGES, 3):
        page = yield get(own, at)
        yield from _press(world, own, page, at)
    token = next((f for _, each in forms(page) for f in each if f[0] == "csrf_token"), None)
    need(token)
    headers = [("X-CSRFToken", str(token and token[1]))]
    yield Request(own, "POST", "/admin/you/passkeys/question", headers=headers)
    fields = [("csrf_token", str(token and token[1])), ("passkey", '{"id":"eA"}'), ("name", "x")]
    yield Request(own, "POST", "/admin/you/passkeys", form=fields)
    yield Request(own, "POST", "/admin/you/passkeys/x/remove", form=fields[:1])
    page = yield get(own, "/admin/you")
    yield submit(own, page, "/admin/sign-out")


def _passwords(page: Answer) -> list[str]:
    return re.findall(r'<input[^>]*type="password"[^>]*name="([^"]+)"', page.text) + re.findall(
        r'<input[^>]*name="([^"]+)"[^>]*type="password"', page.text
    )


OWN_PAGES = (
    "/admin/you",
    "/admin/you/authenticator",
    "/admin/you/recovery-codes",
    "/admin/you/second-step",
    "/admin/confirm",
)


def invited(world: World) -> Steps:
    """Somebody follows the link of an invitation."""
    said = {"username": world.name("mei"), "name": "Mei", "role": "viewer"}
    answer = yield api(world, "POST", "/invitations", said)
    link = next(v for v in answer.json.values() if isinstance(v, str) and "/admin/join/" in v)
    own, at = Visitor(), urlsplit(link).path
    page = yield get(own, at)
    fields = dict.fromkeys(_passwords(page), PASSWORD + " too")
    yield submit(own, page, at, **fields)
    yield get(own, "/admin/you/second-step")


FLOWS = ((6, whole_interface), (6, every_screen), (2, own_factors), (1, invited))
