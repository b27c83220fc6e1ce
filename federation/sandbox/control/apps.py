"""``/sandbox/v1/apps``: which credentials WeChat knows."""

import re
import secrets
from dataclasses import asdict, replace

from flask import Blueprint, Response, jsonify

from ..apps import KINDS, WeChatApp, is_ip_entry
from ..state import current_world
from ..world import World
from .refusal import Fields, Refusal, unknown

_APPID = re.compile(r"wx[0-9a-f]{16}")


def add_routes(blueprint: Blueprint) -> None:
    blueprint.get("/apps")(all_apps)
    blueprint.post("/apps")(add_app)
    blueprint.get("/apps/<appid>")(one_app)
    blueprint.patch("/apps/<appid>")(change_app)
    blueprint.delete("/apps/<appid>")(remove_app)


def all_apps() -> Response:
    world = current_world()
    with world.lock:
        return jsonify(apps=[asdict(app) for app in world.apps.values()])


def add_app() -> tuple[Response, int]:
    world, fields = current_world(), Fields.of_request()
    appid = fields.text("appid", "wx" + secrets.token_hex(8))
    if not _APPID.fullmatch(appid):
        raise Refusal(400, "invalid_request", "appid must be wx and 16 lower-case hex digits.")
    blank = WeChatApp(appid, secrets.token_hex(16), fields.choice("kind", KINDS))
    if blank.kind in ("miniprogram", "official"):
        blank = replace(blank, original_id="gh_" + secrets.token_hex(6))
    with world.lock:
        if appid in world.apps:
            raise Refusal(409, "conflict", f"There is an app {appid!r} already.")
        world.apps[appid] = _read(fields, blank)
        return jsonify(asdict(world.apps[appid])), 201


def one_app(appid: str) -> Response:
    world = current_world()
    with world.lock:
        return jsonify(asdict(load_app(world, appid)))


def change_app(appid: str) -> Response:
    world, fields = current_world(), Fields.of_request()
    with world.lock:
        world.apps[appid] = _read(fields, load_app(world, appid))
        return jsonify(asdict(world.apps[appid]))


def remove_app(appid: str) -> Response:
    world = current_world()
    with world.lock:
        load_app(world, appid)
        del world.apps[appid]
    return jsonify(removed=appid)


def load_app(world: World, appid: str) -> WeChatApp:
    """:raises Refusal: 404."""
    app = world.apps.get(appid)
    if app is None:
        raise unknown("app", appid)
    return app


def _read(fields: Fields, before: WeChatApp) -> WeChatApp:
    app = replace(
        before,
        secret=fields.text("secret", before.secret),
        name=fields.text("name", before.name),
        original_id=fields.optional_text("original_id", before.original_id),
        open_platform=fields.optional_text("open_platform", before.open_platform),
        callback_domain=fields.text("callback_domain", before.callback_domain),
        ip_allow_list=fields.texts("ip_allow_list", before.ip_allow_list),
        frozen=fields.flag("frozen", before.frozen),
        banned=fields.flag("banned", before.banned),
        phone_granted=fields.flag("phone_granted", before.phone_granted),
        published=fields.flag("published", before.published),
        pages=fields.texts("pages", before.pages),
        push_url=fields.text("push_url", before.push_url),
        push_token=fields.text("push_token", before.push_token),
        push_aes_key=fields.text("push_aes_key", before.push_aes_key),
    )
    fields.done()
    if not all(is_ip_entry(entry) for entry in app.ip_allow_list):
        sentence = "ip_allow_list takes addresses, 10.0.0.* or CIDR."
        raise Refusal(400, "invalid_request", sentence)
    if app.push_aes_key and not re.fullmatch(r"[A-Za-z0-9]{43}", app.push_aes_key):
        raise Refusal(400, "invalid_request", "push_aes_key must be 43 letters and digits.")
    return app
