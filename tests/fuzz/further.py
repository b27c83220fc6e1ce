"""Events for receivers, another provider as a source, passkeys of people, questions in between."""

import hashlib
import json
import secrets
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fuzz.flows import (
    PHONE,
    Steps,
    forms,
    get,
    need,
    onward,
    parameters,
    program,
    scanned,
    submit,
)
from tests.fuzz.sending import Answer, Pairs, Request, Visitor, pairs
from tests.fuzz.world import ORIGIN, PUSH_TOKEN, World
from tests.provider_sandbox import CLIENT_ID
from tests.sandbox_server import MINI_PROGRAM
from tests.spec.event_receiver import EVERYTHING, POLL, PUSH
from tests.upgrade.authenticator import new_passkey, proof

LOGOUT = "http://schemas.openid.net/event/backchannel-logout"


def event_streams(world: World) -> Steps:
    """A receiver makes a stream, changes it, asks for events and takes them."""
    asked = {"grant_type": "client_credentials", "scope": "ssf.read ssf.manage"}
    token = (yield program(world, "/token", asked)).json["access_token"]
    headers: Pairs = [("Authorization", f"Bearer {token}")]

    def ask(method: str, path: str, document: Any = None, **more: Any) -> Request:
        once = method != "GET"
        return Request(
            Visitor({}), method, path, document=document, headers=headers, once=once, **more
        )

    deliveries = ({"method": POLL}, {"method": PUSH, "endpoint_url": "https://127.0.0.1:1/x"})
    yield ask("POST", "/ssf/streams", {"events_requested": EVERYTHING, "delivery": deliveries[1]})
    wanted = {"events_requested": EVERYTHING, "description": "All", "delivery": deliveries[0]}
    made = yield ask("POST", "/ssf/streams", wanted)
    need(made.status == 201)
    of_it = {"stream_id": made.json["stream_id"]}
    query = pairs(of_it)
    yield ask("GET", "/ssf/streams", query=query)
    yield ask("GET", "/ssf/streams")
    yield ask("PATCH", "/ssf/streams", {**of_it, "description": "Less"})
    yield ask("PUT", "/ssf/streams", {**of_it, "events_requested": EVERYTHING[:2]})
    yield ask("POST", "/ssf/status", {**of_it, "status": "paused", "reason": "Noon"})
    yield ask("GET", "/ssf/status", query=query)
    yield ask("POST", "/ssf/status", {**of_it, "status": "enabled"})
    someone: tuple[dict[str, Any], ...] = (
        {"format": "iss_sub", "iss": ORIGIN, "sub": "nobody"},
        {"format": "email", "email": "a@shop.example"},
        {"format": "complex", "user": {"format": "phone_number", "phone_number": "+8613800138000"}},
    )
    for subject in someone:
        yield ask("POST", "/ssf/subjects/add", {**of_it, "subject": dict(subject)})
        yield ask("POST", "/ssf/subjects/remove", {**of_it, "subject": dict(subject)})
    yield ask("POST", "/ssf/verify", {**of_it, "state": "x"})
    poll = f"/ssf/poll/{of_it['stream_id']}"
    answer = yield ask("POST", poll, {"returnImmediately": True, "maxEvents": 5})
    taken = list(answer.json.get("sets", {}))
    refused = {jti: {"err": "jwtParse", "description": "x"} for jti in taken[:1]}
    more = {"returnImmediately": True, "ack": taken[1:], "setErrs": refused}
    yield ask("POST", poll, more)
    yield ask("DELETE", "/ssf/streams", query=query)


def left_for(world: World, browser: Visitor, connection: str = "ours") -> Steps:
    """Goes to the other provider; its page's address."""
    asked = parameters("shop", secrets.token_urlsafe(40))
    location = onward((yield Request(browser, "GET", "/authorize", pairs(asked))))
    page = yield get(browser, f"{location}?ways=all")
    return onward((yield submit(browser, page, location, connection=connection)))


def other_provider(world: World) -> Steps:
    """By OpenID Connect, by redirect or by form; and out again in each of its ways."""
    browser, provider = Visitor(), world.provider
    page = yield from left_for(world, browser)
    person = world.random.choice(("han-meimei", "li-lei"))
    back = provider.authorize(page, person)
    if world.random.random() < 0.5:
        returned = Request(browser, "POST", "/callback/ours", form=pairs(back), once=True)
        returned.headers.append(("Origin", provider.url))
    else:
        returned = Request(browser, "GET", "/callback/ours", pairs(back), once=True)
    location = onward((yield returned))
    for _ in range(3):
        if not location.startswith("/"):
            break
        location = onward((yield get(browser, location, once=True)))
    yield Request(browser, "GET", "/callback/ours", [("error", "access_denied"), ("state", "x")])
    yield from _signed_out_elsewhere(world, person)


def _signed_out_elsewhere(world: World, person: str) -> Steps:
    now, provider, at = world.now(), world.provider, "/callback/ours"
    claims: dict[str, Any] = {
        **{"iss": provider.url, "aud": CLIENT_ID, "iat": now, "exp": now + 120},
        **{"jti": secrets.token_hex(8), "events": {LOGOUT: {}}, "sid": f"session-of-{person}"},
    }
    odd = world.random.choice((None, [], {}, 5, "x\0", "é" * 999, True, 2**70))
    changed = {**claims, world.random.choice(list(claims)): odd}
    for said in (changed, claims):
        form = pairs({"logout_token": provider.sign(said, "logout+jwt")})
        yield Request(Visitor({}), "POST", f"{at}/backchannel-logout", form=form, once=True)
    named = pairs({"iss": provider.url, "sid": f"session-of-{person}"})
    yield Request(Visitor(), "GET", f"{at}/frontchannel-logout", named)
    yield Request(Visitor(), "GET", f"{at}/signed-out", [("state", "x")])


def new_here(world: World) -> Steps:
    """Somebody unknown comes by a connection that asks whose account it is."""
    browser, name = Visitor(), world.name("somebody")
    world.provider.person(name, sub=f"sub-{name}")
    page = yield from left_for(world, browser, "asking")
    back = world.provider.authorize(page, name)
    answer = yield Request(browser, "GET", "/callback/asking", pairs(back), once=True)
    question = onward((yield get(browser, onward(answer), once=True)))
    need("/which/" in question)
    page = yield get(browser, question)
    offered = [each for each in forms(page) if "/which/" in each[0] and "decline" not in each[0]]
    yield get(browser, f"{question}/connect")
    for end in ("link", "connect", "decline"):
        token = [pair for pair in offered[0][1] if pair[0] == "csrf_token"]
        yield Request(browser, "POST", f"{question}/{end}", form=token)
    action, fields = world.random.choice(offered)
    yield Request(browser, "POST", urlsplit(action).path, form=fields, once=True)


def asked_in_between(world: World) -> Steps:
    """Who is signed in chooses, goes on, is kept out, goes back."""
    browser = Visitor()
    verifier = secrets.token_urlsafe(40)
    asked = Request(browser, "GET", "/authorize", pairs(parameters("shop", verifier)))
    location = yield from scanned(world, browser, onward((yield asked)), "li-lei")
    yield get(browser, location, once=True)
    native = {"redirect_uri": "com.example.app:/callback", "scope": "openid wechat"}
    questions: tuple[tuple[str, dict[str, Any]], ...] = (
        ("app", native),
        ("shop", {"prompt": "select_account"}),
        ("closed", {"scope": "openid"}),
        ("shop", {"prompt": "login"}),
    )
    for client_id, changes in questions:
        asked = parameters(client_id, verifier, **changes)
        location = onward((yield Request(browser, "GET", "/authorize", pairs(asked))))
        page = yield get(browser, location)
        own = [
            each
            for each in forms(page)
            if "/language" not in each[0] and "/sign-out" not in each[0]
        ]
        if own:
            action, fields = world.random.choice(own)
            parts = urlsplit(action)
            answer = yield Request(
                browser,
                "POST",
                parts.path,
                parse_qsl(parts.query, keep_blank_values=True),
                form=fields,
                once=True,
            )
            if answer.status == 303 and answer.get("Location").startswith("/"):
                yield get(browser, answer.get("Location"), once=True)


def _token(page: Answer) -> str:
    found = (value for _, each in forms(page) for name, value in each if name == "csrf_token")
    token = next(found, None)
    need(token)
    return str(token)


def persons_passkey(world: World) -> Steps:
    """Makes a passkey at `/account`, comes back by it, renames and removes it."""
    browser = Visitor()
    asked = parameters("shop", secrets.token_urlsafe(40))
    location = onward((yield Request(browser, "GET", "/authorize", pairs(asked))))
    location = yield from scanned(world, browser, location, "li-lei")
    yield get(browser, location, once=True)
    page = yield get(browser, "/account")
    script: Pairs = [("X-CSRFToken", _token(page))]
    answer = yield Request(browser, "POST", "/account/passkeys/question", headers=script, once=True)
    need(answer.status == 200)
    key = new_passkey(answer.text, ORIGIN)
    yield submit(browser, page, "/account/passkeys", passkey=key, name="Laptop")
    yield get(browser, "/account/passkeys/new")
    back = Visitor()
    asked = parameters("shop", secrets.token_urlsafe(40))
    location = onward((yield Request(back, "GET", "/authorize", pairs(asked))))
    page = yield get(back, f"{location}?ways=all")
    script = [("X-CSRFToken", _token(page))]
    at = f"{location}/passkey"
    question = yield Request(back, "POST", f"{at}/question", headers=script, once=True)
    need(question.status == 200)
    world.made += 1
    yield submit(back, page, at, _passkey=proof(question.text, ORIGIN, world.made))
    page = yield get(browser, "/account")
    for action, fields in forms(page):
        if "/account/passkeys/" in action:
            filled = [(n, v or "Other") for n, v in fields]
            yield Request(browser, "POST", urlsplit(action).path, form=filled, once=True)
    for action in ("/account/download", "/account/sessions/end-others"):
        yield Request(browser, "POST", action, form=[("csrf_token", _token(page))], once=True)


def cancelled(world: World) -> Steps:
    """Goes back from each page, on a phone and on a computer."""
    agents = (PHONE, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1")
    for agent in agents:
        phone = Visitor({"User-Agent": agent})
        asked = parameters("shop", secrets.token_urlsafe(40))
        location = onward((yield Request(phone, "GET", "/authorize", pairs(asked))))
        page = yield get(phone, f"{location}?ways=all")
        answer = yield submit(phone, page, location, connection="wechat")
        if "/scan/" in answer.get("Location"):
            scan = answer.get("Location")
            page = yield get(phone, scan)
            yield get(phone, f"{scan}/open")
            yield submit(phone, page, f"{scan}/cancel")
        else:
            page = yield get(phone, f"{location}?ways=all")
            yield submit(phone, page, f"{location}/cancel")
    typed = Visitor()
    page = yield get(typed, "/device")
    yield submit(typed, page, "/device/cancel")


def pushes(world: World) -> Steps:
    """WeChat tells that somebody left, signed as it signs."""
    stamp, nonce = str(world.now()), secrets.token_hex(4)
    mark = hashlib.sha1("".join(sorted([PUSH_TOKEN, stamp, nonce])).encode()).hexdigest()
    query = pairs({"timestamp": stamp, "nonce": nonce, "signature": mark})
    said = {
        **{"ToUserName": MINI_PROGRAM.original_id, "FromUserName": "oWeChatItself"},
        **{"CreateTime": world.now(), "MsgType": "event", "AppID": MINI_PROGRAM.appid},
        **{"Event": "user_info_modified", "OpenID": "oNobodyAtAll"},
    }
    for at in (MINI_PROGRAM.appid, f"wechat/{MINI_PROGRAM.appid}"):
        path = f"/federation/v1/push/{at}"
        yield Request(Visitor({}), "GET", path, [*query, ("echostr", "x")])
        yield Request(
            Visitor({}), "POST", path, list(query), document=json.loads(json.dumps(said)), once=True
        )


def reading_aloud(world: World) -> Steps:
    """What anybody may read, with the odd query."""
    for path in world.random.sample(PUBLIC, 8):
        yield get(Visitor(), path)


PUBLIC = (
    *("/", "/account", "/sign-out", "/form-post.js", "/health/live", "/logout"),
    *("/looks.css?accent=%23336699&background=%23ffffff", "/accents/336699.css", "/sources.css"),
    *("/logos/0123456789abcdef.png", "/logos/0123456789abcdef.jpg"),
    *("/logos/registered?url=https%3A%2F%2F127.0.0.1%3A1%2Fx.png", "/MP_verify_x.txt"),
    *("/.well-known/ssf-configuration", "/.well-known/ssf-configuration/x", "/device"),
    *("/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/x"),
    *("/.well-known/oauth-protected-resource/api/v1", "/.well-known/passkey-endpoints"),
    *("/.well-known/oauth-authorization-server", "/api/v1/openapi.json", "/robots.txt"),
    "/.well-known/openid-configuration",
)

FLOWS = (
    (4, event_streams),
    (4, other_provider),
    (3, new_here),
    (4, asked_in_between),
    (3, persons_passkey),
    (2, cancelled),
    (1, pushes),
    (2, reading_aloud),
)
