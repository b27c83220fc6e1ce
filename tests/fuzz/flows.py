"""The protocol and people's pages: one valid request after the other.

A flow is a generator: it gives a request and is sent the answer. It fails with an exception where
it cannot go on, as when a change of the request before had another outcome.
"""

import re
import secrets
from base64 import b64encode
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.app.management.console.console import values_in
from tests.fuzz.sending import Answer, Pairs, Request, Visitor, pairs
from tests.fuzz.world import (
    CALLBACK,
    DEVICE,
    EXCHANGE,
    MOBILE,
    PASSWORD,
    PEOPLE,
    SCOPE,
    World,
)
from tests.key_holder import token_hash
from tests.relying_party import s256

Flow = Iterator[Request]
Steps = Any
"""A generator of requests that is sent answers."""

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile MicroMessenger/8.0.54"
WECHAT_CODE = "urn:qiao:params:oauth:token-type:wechat-code"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"


class Ended(Exception):
    """The flow cannot go on."""


def need(condition: object) -> None:
    if not condition:
        raise Ended


def basic(client_id: str, secret: str) -> tuple[str, str]:
    return ("Authorization", "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode())


def get(visitor: Visitor, address: str, **more: Any) -> Request:
    parts = urlsplit(address)
    return Request(
        visitor, "GET", parts.path, parse_qsl(parts.query, keep_blank_values=True), **more
    )


def forms(page: Answer) -> list[tuple[str, Pairs]]:
    """Each form of a page: where it goes, and what a browser would send of it."""
    found = []
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", page.text, re.DOTALL):
        action = re.search(r'action="([^"]*)"', form)
        fields = [(n, v) for n, values in values_in(form).items() for v in values]
        button = re.search(r'<button[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
        if button:
            fields.append((button[1], unescape(button[2])))
        if action:
            found.append((unescape(action[1]), fields))
    return found


def submit(visitor: Visitor, page: Answer, action: str, **fields: str) -> Request:
    """The page's form for this path, with these fields set."""
    own = next((f for a, f in forms(page) if urlsplit(a).path == action), None)
    need(own is not None)
    assert own is not None
    sent = [(name, value) for name, value in own if name not in fields] + pairs(fields)
    return Request(visitor, "POST", action, form=sent, once=True)


def parameters(client_id: str, verifier: str, **changes: Any) -> dict[str, Any]:
    return {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": CALLBACK,
        "scope": SCOPE,
        "state": secrets.token_urlsafe(9),
        "nonce": secrets.token_urlsafe(9),
        "code_challenge": s256(verifier),
        "code_challenge_method": "S256",
        **changes,
    }


def onward(answer: Answer) -> str:
    need(answer.status == 303)
    return answer.get("Location")


def code_in(location: str) -> str:
    found = dict(parse_qsl(urlsplit(location).query)).get("code")
    need(found)
    assert found is not None
    return found


def scanned(world: World, browser: Visitor, location: str, person: str) -> Steps:
    """From the page for signing in to where it leads, by scanning."""
    page = yield get(browser, location)
    if page.status == 303:  # one way alone is begun at once
        address = onward(page)
    else:
        address = onward((yield submit(browser, page, location, connection="wechat")))
    need("/scan/" in address)
    page = yield get(browser, address)
    number = re.search(r"(\d\d)</strong>", page.text)
    need(number)
    assert number is not None
    drawn = yield get(browser, address + "/code")
    need(drawn.status == 200)
    yield from confirmed(world, world.scene(), person, {"scene": 1047, "number": int(number[1])})
    yield get(browser, address + "/status")
    page = yield get(browser, address)
    done = yield submit(browser, page, address + "/finish")
    return onward(done)


def confirmed(world: World, scene: str, person: str, entry: dict[str, Any]) -> Steps:
    """What the mini program does."""
    phone, ticket = Visitor({"User-Agent": PHONE}), f"/federation/v1/tickets/{scene}"
    asked = {n: v for n, v in entry.items() if n != "number"}
    yield Request(phone, "GET", ticket, pairs(asked))
    body = {"js_code": world.js_code(person), **entry}
    answer = yield Request(phone, "POST", f"{ticket}/confirm", document=body, once=True)
    need(answer.status == 200)


def sign_in(world: World, browser: Visitor, person: str) -> Steps:
    """An authorization request that ends in a code, whoever is signed in."""
    verifier = secrets.token_urlsafe(40)
    asked = parameters("shop", verifier)
    answer = yield Request(browser, "GET", "/authorize", pairs(asked))
    location = onward(answer)
    if not location.startswith(CALLBACK):
        location = yield from scanned(world, browser, location, person)
        answer = yield get(browser, location, once=True)
        location = onward(answer)
    return code_in(location), verifier


def redeem(world: World, code: str, verifier: str, **more: Any) -> Request:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    return program(world, "/token", {**form, "code_verifier": verifier, **more}, once=True)


def program(world: World, path: str, form: dict[str, Any], **more: Any) -> Request:
    headers = [basic("shop", world.secret)]
    return Request(Visitor({}), "POST", path, form=pairs(form), headers=headers, **more)


def tokens_of(world: World, code: str, verifier: str) -> Steps:
    answer = yield redeem(world, code, verifier)
    need(answer.status == 200)
    return answer.json


def first_sign_in(world: World) -> Steps:
    """Somebody scans, and the application asks for all that it can."""
    code, verifier = yield from sign_in(world, Visitor(), world.random.choice(PEOPLE))
    yield from tokens_of(world, code, verifier)


def with_a_session(world: World) -> Steps:
    """Codes without a page, and everything that is done with tokens."""
    code, verifier = yield from sign_in(world, world.browser, PEOPLE[0])
    tokens = yield from tokens_of(world, code, verifier)
    bearer = ("Authorization", "Bearer " + tokens["access_token"])
    yield Request(Visitor({}), "GET", "/userinfo", headers=[bearer])
    yield Request(Visitor({}), "POST", "/userinfo", form=[("access_token", tokens["access_token"])])
    yield program(world, "/introspect", {"token": tokens["access_token"]})
    yield program(world, "/introspect", {"token": tokens["refresh_token"], "token_type_hint": "x"})
    exchange = {"subject_token": tokens["access_token"], "subject_token_type": ACCESS_TOKEN}
    yield program(world, "/token", {"grant_type": EXCHANGE, "scope": "openid", **exchange})
    js_code = {"subject_token": world.js_code(), "subject_token_type": WECHAT_CODE}
    yield program(world, "/token", {"grant_type": EXCHANGE, **js_code, "connection": "wechat"})
    for _ in range(3):
        refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        answer = yield program(world, "/token", {**refresh, "scope": "openid profile"}, once=True)
        tokens = {**tokens, **answer.json}
    hint = {"id_token_hint": tokens["id_token"], "prompt": "none", "max_age": "600"}
    yield Request(world.browser, "GET", "/authorize", pairs(parameters("shop", verifier, **hint)))
    yield program(world, "/revoke", {"token": tokens["refresh_token"]}, once=True)


def wishes(world: World) -> Steps:
    """Parameters that most requests leave out."""
    verifier = secrets.token_urlsafe(40)
    claims = '{"id_token":{"acr":{"values":["x"]},"name":null},"userinfo":{"picture":{}}}'
    further = {
        "claims": claims,
        "ui_locales": "zh-CN en",
        "acr_values": "a b",
        "login_hint": "li.lei",
        "display": "page",
        "resource": "https://api.example/orders",
        "response_mode": world.random.choice(("query", "fragment", "form_post", "query.jwt")),
        "connection": "wechat",
    }
    for name in further:
        asked = parameters("shop", verifier, **{name: further[name]})
        yield Request(world.browser, "GET", "/authorize", pairs(asked))
    yield Request(
        world.browser, "POST", "/authorize", form=pairs(parameters("shop", verifier, **further))
    )


def pushed(world: World) -> Steps:
    """PAR with a proof, an assertion and a request object; DPoP to the end."""
    verifier, jkt = secrets.token_urlsafe(40), world.proof("POST", "/par")
    asked = parameters("keyed", verifier)
    inside = {"client_id": "keyed", "request": world.request_object("keyed", asked)}
    by_key = {
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": world.assertion(),
    }
    how = world.random.choice((asked, inside))
    answer = yield Request(
        Visitor({}),
        "POST",
        "/par",
        form=pairs({**how, **by_key}),
        headers=[("DPoP", jkt)],
        once=True,
    )
    need(answer.status == 201)
    sent = {"client_id": "keyed", "request_uri": answer.json["request_uri"]}
    answer = yield Request(world.browser, "GET", "/authorize", pairs(sent), once=True)
    code = code_in(onward(answer))
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    by_key["client_assertion"] = world.assertion()
    answer = yield Request(
        Visitor({}),
        "POST",
        "/token",
        form=pairs({**form, "code_verifier": verifier, **by_key}),
        headers=[("DPoP", world.proof("POST", "/token"))],
        once=True,
    )
    need(answer.status == 200)
    token = answer.json["access_token"]
    yield from bound(world, token)


def bound(world: World, token: str) -> Steps:
    for _ in range(2):
        proof = world.proof("GET", "/userinfo", ath=token_hash(token))
        headers: Pairs = [("Authorization", f"DPoP {token}"), ("DPoP", proof)]
        yield Request(Visitor({}), "GET", "/userinfo", headers=headers, once=True)
    by_key = {
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": world.assertion(),
        "grant_type": "client_credentials",
        "scope": "jobs",
    }
    yield Request(Visitor({}), "POST", "/token", form=pairs(by_key), once=True)


def device(world: World) -> Steps:
    """A television asks, somebody says yes on another screen."""
    tv = Visitor({})
    asked = {"client_id": "tv", "scope": "openid offline_access"}
    answer = yield Request(tv, "POST", "/device_authorization", form=pairs(asked))
    shown = answer.json
    poll = pairs({"client_id": "tv", "grant_type": DEVICE, "device_code": shown["device_code"]})
    yield Request(tv, "POST", "/token", form=poll)
    page = yield get(world.browser, "/device")
    answer = yield submit(world.browser, page, "/device", user_code=shown["user_code"])
    location = onward(answer)
    while "/consent/" not in location:
        answer = yield get(world.browser, location)
        location = onward(answer)
    page = yield get(world.browser, location)
    decision = world.random.choice(("allow", "allow", "deny"))
    answer = yield submit(world.browser, page, location, decision=decision)
    yield get(world.browser, onward(answer), once=True)
    yield Request(tv, "POST", "/token", form=poll, once=True)


def consent(world: World) -> Steps:
    """An application that is not ours asks; the person allows, declines or goes back."""
    verifier = secrets.token_urlsafe(40)
    asked = parameters("other", verifier, prompt="consent")
    answer = yield Request(world.browser, "GET", "/authorize", pairs(asked))
    location = onward(answer)
    page = yield get(world.browser, location)
    action, _ = next(f for f in forms(page) if "/consent/" in f[0])
    answer = yield submit(
        world.browser, page, action, decision=world.random.choice(("allow", "allow", "deny"))
    )
    yield get(world.browser, onward(answer), once=True)


def in_app(world: World) -> Steps:
    """A native app, the mini program that it launches, and a code without a browser."""
    verifier, app = secrets.token_urlsafe(40), Visitor({})
    body = {
        "client_id": "app",
        "response_type": "code",
        "scope": "openid wechat offline_access",
        "code_challenge": s256(verifier),
        "code_challenge_method": "S256",
        "nonce": "n",
        "device": "Phone of Li Lei",
    }
    answer = yield Request(app, "POST", "/challenge", form=pairs(body))
    asked = answer.json
    going_on = pairs({"client_id": "app", "auth_session": asked["auth_session"]})
    answer = yield Request(app, "POST", "/challenge", form=going_on, once=True)
    session = answer.json["auth_session"]
    scene = asked["launch"]["path"].partition("ticket=")[2]
    if world.random.random() < 0.25:
        ticket = f"/federation/v1/tickets/{scene}/deny"
        yield Request(Visitor({"User-Agent": PHONE}), "POST", ticket, document={}, once=True)
    else:
        entry = {"scene": 1069, "referrer_app_id": MOBILE.appid}
        yield from confirmed(world, scene, world.random.choice(PEOPLE), entry)
    going_on = pairs({"client_id": "app", "auth_session": session})
    answer = yield Request(app, "POST", "/challenge", form=going_on, once=True)
    form = {"client_id": "app", "grant_type": "authorization_code", "code_verifier": verifier}
    form["code"] = answer.json["authorization_code"]
    yield Request(app, "POST", "/token", form=pairs(form), once=True)


REGISTRATION = {
    "redirect_uris": [CALLBACK],
    "client_name": "Own",
    "client_name#zh-CN": "自己的",
    "grant_types": ["authorization_code", "refresh_token"],
    "scope": "openid profile",
    "contacts": ["a@shop.example"],
    "default_max_age": 600,
    "default_acr_values": ["a"],
    "post_logout_redirect_uris": [CALLBACK],
    "subject_type": "public",
    "id_token_signed_response_alg": "RS256",
    "require_auth_time": True,
    "software_id": "x",
}


def registration(world: World) -> Steps:
    """A stranger registers an application, reads, changes and deletes it."""
    own = Visitor({})
    answer = yield Request(own, "POST", "/register", document=dict(REGISTRATION), once=True)
    need(answer.status == 201)
    told = answer.json
    path = urlsplit(told["registration_client_uri"]).path
    headers: Pairs = [("Authorization", f"Bearer {told['registration_access_token']}")]
    yield Request(own, "GET", path, headers=headers)
    for _ in range(3):
        document = {**REGISTRATION, "client_id": told["client_id"]}
        answer = yield Request(own, "PUT", path, document=document, headers=headers, once=True)
        if answer.status == 200:
            token = answer.json.get("registration_access_token")
            headers = [("Authorization", f"Bearer {token}")] if token else headers
    yield Request(own, "DELETE", path, headers=headers, once=True)


def redirected(world: World) -> Steps:
    """Through WeChat's own page, on a computer."""
    browser, verifier = Visitor(), secrets.token_urlsafe(40)
    asked = Request(browser, "GET", "/authorize", pairs(parameters("shop", verifier)))
    location = onward((yield asked))
    page = yield get(browser, location)
    answer = yield submit(browser, page, location, connection="website")
    back = world.deployment.wechat.authorize(onward(answer), world.random.choice(PEOPLE))
    need(back)
    answer = yield get(browser, str(back), once=True)
    answer = yield get(browser, onward(answer), once=True)
    yield get(browser, onward(answer), once=True)


def own_page(world: World) -> Steps:
    """What a person does at `/account`, with whatever forms stand there."""
    page = yield get(world.browser, "/account")
    need(page.status == 200)
    kept = [f for f in forms(page) if not re.search("delete|sign-out|disconnect", f[0])]
    action, fields = world.random.choice(kept)
    yield Request(world.browser, "POST", urlsplit(action).path, form=fields, once=True)
    yield get(world.browser, "/account/delete")
    yield get(world.browser, "/sign-out")


def password(world: World) -> Steps:
    """A name and a password, and another language meanwhile."""
    browser, verifier = Visitor(), secrets.token_urlsafe(40)
    asked = Request(browser, "GET", "/authorize", pairs(parameters("shop", verifier)))
    location = onward((yield asked))
    page = yield get(browser, location)
    for action, fields in forms(page):
        if "/language" in action:
            yield Request(browser, "POST", urlsplit(action).path, form=fields, once=True)
    page = yield get(browser, location)
    action = location + "/password"
    said = {"_username": "li.lei", "_password": PASSWORD}
    form = next(f for a, f in forms(page) if a == action)
    names = [name for name, _ in form]
    filled = {n: said.get(n, said.get("_" + n, "")) for n in names if "user" in n or "pass" in n}
    answer = yield submit(browser, page, action, **filled)
    yield get(browser, onward(answer), once=True)


def leaving(world: World) -> Steps:
    """Signs in, and out at the application's wish."""
    browser = Visitor()
    code, verifier = yield from sign_in(world, browser, PEOPLE[1])
    tokens = yield from tokens_of(world, code, verifier)
    sent = {
        "id_token_hint": tokens["id_token"],
        "post_logout_redirect_uri": CALLBACK,
        "state": "x",
        "client_id": "shop",
        "ui_locales": "zh",
    }
    yield Request(browser, "GET", "/logout", pairs(sent), once=True)


def public_documents(world: World) -> Steps:
    for path in (
        "/.well-known/openid-configuration",
        "/jwks",
        "/federation/v1/openapi.json",
        "/sources.css",
        "/.well-known/security.txt",
        "/admin/sign-in",
    ):
        yield get(Visitor(), path)


FLOWS: tuple[tuple[int, Callable[[World], Steps]], ...] = (
    (4, first_sign_in),
    (9, with_a_session),
    (6, wishes),
    (5, pushed),
    (3, device),
    (3, consent),
    (4, in_app),
    (5, registration),
    (3, own_page),
    (2, password),
    (1, leaving),
    (2, redirected),
    (1, public_documents),
)
"""How often each is chosen."""
