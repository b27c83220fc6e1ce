"""``/sandbox/v1/pushes``: WeChat's events, sent to the developer's server."""

from dataclasses import replace

from flask import Blueprint, Response, jsonify

from ..apps import WeChatApp
from ..people import openid_of, unionid_of
from ..pushes import (
    ANSWER_WITHIN,
    EVENTS,
    RETRIES,
    Push,
    compose,
    deliver,
    event_fields,
    to_json,
    to_xml,
    verify_url,
    with_stray_spaces,
)
from ..state import current_world
from ..world import World
from .apps import load_app
from .people import load_person
from .refusal import Fields, Refusal, unknown


def add_routes(blueprint: Blueprint) -> None:
    blueprint.get("/pushes")(all_pushes)
    blueprint.post("/pushes")(send)
    blueprint.post("/pushes/<int:number>/replay")(replay)
    blueprint.post("/pushes/verify")(verify)


def all_pushes() -> Response:
    world = current_world()
    with world.lock:
        return jsonify(pushes=[shown(push) for push in world.pushes.all()])


def send() -> tuple[Response, int]:
    """Compose one event, send it (with WeChat's retries) and tell how it was received."""
    world, fields = current_world(), Fields.of_request()
    retries, timeout = fields.whole("retries", RETRIES), fields.number("timeout", ANSWER_WITHIN)
    with world.lock:
        app = _pushing_app(world, fields)
        push = world.pushes.add(_compose(world, app, fields))
    deliver(push, retries=retries, timeout=timeout)
    return jsonify(shown(push)), 201


def replay(number: int) -> tuple[Response, int]:
    """Send an earlier push again, byte for byte."""
    world = current_world()
    with world.lock:
        earlier = world.pushes.get(number)
        if earlier is None:
            raise unknown("push", str(number))
        push = world.pushes.add(replace(earlier, attempts=[]))
    deliver(push, retries=0)
    return jsonify(shown(push)), 201


def verify() -> Response:
    """The console's check of the push address."""
    world, fields = current_world(), Fields.of_request()
    with world.lock:
        app = _pushing_app(world, fields)
        now = world.clock()
    fields.done()
    return jsonify(verified=verify_url(app, now))


def _pushing_app(world: World, fields: Fields) -> WeChatApp:
    app = load_app(world, fields.text("appid"))
    app = replace(
        app,
        push_url=fields.text("url", app.push_url),
        push_token=fields.text("token", app.push_token),
        push_aes_key=fields.text("aes_key", app.push_aes_key),
    )
    if not app.push_url:
        raise Refusal(400, "invalid_request", "The app has no push_url; set it or send url.")
    return app


def _compose(world: World, app: WeChatApp, fields: Fields) -> Push:
    person = load_person(world, fields.text("person"))
    now = world.clock() - fields.whole("age", 0)
    omitted = fields.texts("omit", ())
    openid, unionid = openid_of(app, person), unionid_of(app, person)
    message = event_fields(
        app,
        fields.choice("event", EVENTS),
        now,
        openid=fields.text("openid", openid) if "OpenID" not in omitted else None,
        unionid=unionid if "UnionID" not in omitted else None,
        revoke_info=fields.text("revoke_info", "1"),
    )
    if fields.flag("stray_spaces", False):
        message = with_stray_spaces(message)
    is_xml = fields.choice("format", ("json", "xml"), "json") == "xml"
    secure = fields.choice("mode", ("secure", "plain"), "secure") == "secure"
    inner_appid = fields.text("inner_appid", app.appid)
    fields.done()
    text = to_xml(message) if is_xml else to_json(message)
    signed = compose(
        replace(app, appid=inner_appid), text, is_xml=is_xml, secure=secure, now=now, openid=openid
    )
    return replace(signed, appid=app.appid)


def shown(push: Push) -> dict[str, object]:
    attempts = [
        {"status": one.status, "body": one.body, "milliseconds": one.milliseconds}
        for one in push.attempts
    ]
    accepted = any(one.is_accepted for one in push.attempts)
    return {
        "number": push.number,
        "appid": push.appid,
        "url": push.url,
        "query": dict(push.query),
        "content_type": push.content_type,
        "body": push.content.decode(),
        "attempts": attempts,
        "accepted": accepted,
    }
