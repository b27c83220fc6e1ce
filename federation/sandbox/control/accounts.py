"""``/sandbox/v1/component-tickets``, ``/component-authorizations``, ``/jsapi-configs``,
``/subscriptions`` and ``/messages``: what happens in WeChat's consoles, browser and chats."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from .. import jsapi
from ..apps import WeChatApp
from ..messages import TEMPLATE
from ..pushes import compose, deliver, to_xml, verify_ticket_fields
from ..state import current_world
from ..world import World
from .apps import load_app
from .people import load_person
from .pushes import shown
from .refusal import Fields, Refusal


def add_routes(blueprint: Blueprint) -> None:
    blueprint.post("/component-tickets")(component_ticket)
    blueprint.post("/component-authorizations")(component_authorization)
    blueprint.post("/jsapi-configs")(jsapi_config)
    blueprint.post("/subscriptions")(subscription)
    blueprint.get("/messages")(messages)


def component_ticket() -> tuple[Response, int]:
    """A verify ticket, pushed where the third party has an address."""
    world, fields = current_world(), Fields.of_request()
    with world.lock:
        app = _component(world, fields.text("appid"))
        fields.done()
        now = world.clock()
        ticket = world.components.ticket(app, now)
        text = to_xml(verify_ticket_fields(app, ticket, now))
        push = None
        if app.push_url:
            composed = compose(app, text, is_xml=True, secure=True, now=now, openid="")
            push = world.pushes.add(composed)
    if push is not None:
        deliver(push)
    return jsonify(component_verify_ticket=ticket, push=push and shown(push)), 201


def component_authorization() -> tuple[Response, int]:
    """The administrator of an account authorizes the third party; its page gets the code."""
    world, fields = current_world(), Fields.of_request()
    with world.lock:
        component = _component(world, fields.text("component_appid"))
        app = load_app(world, fields.text("appid"))
        fields.done()
        if app.kind not in ("miniprogram", "official"):
            sentence = "Mini programs and official accounts authorize third parties."
            raise Refusal(400, "invalid_request", sentence)
        code = world.components.authorize(component.appid, app.appid, world.clock())
    return jsonify(authorization_code=code), 201


def jsapi_config() -> Response:
    """``wx.config`` of a page inside WeChat."""
    world, fields = current_world(), Fields.of_request()
    with world.lock:
        app = load_app(world, fields.text("appid"))
        config = jsapi.Config(
            timestamp=str(fields.whole("timestamp")),
            nonce=fields.text("nonce"),
            signature=fields.text("signature"),
            url=fields.text("url"),
        )
        fields.done()
        return jsonify(errMsg=jsapi.verdict(world, app, config))


def subscription() -> tuple[Response, int]:
    """``wx.requestSubscribeMessage``, allowed: so many messages may come."""
    world, fields = current_world(), Fields.of_request()
    with world.lock:
        app = load_app(world, fields.text("appid"))
        person = load_person(world, fields.text("person"))
        times, template = fields.whole("times", 1), fields.text("template_id", TEMPLATE)
        fields.done()
        world.messages.allow(app.appid, person.id, template, times)
    return jsonify(template_id=template, times=times), 201


def messages() -> Response:
    """What has arrived, oldest first."""
    world = current_world()
    with world.lock:
        return jsonify(messages=[asdict(message) for message in world.messages.arrived])


def _component(world: World, appid: str) -> WeChatApp:
    app = load_app(world, appid)
    if app.kind != "component":
        raise Refusal(400, "invalid_request", "The app must be of the kind component.")
    return app
