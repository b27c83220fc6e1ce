"""``/sandbox/v1/reset``, ``/clock`` and ``/settings``: the scene as a whole."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from ..state import current_world
from ..world import Settings
from .refusal import Fields, Refusal


def add_routes(blueprint: Blueprint) -> None:
    blueprint.get("/")(overview)
    blueprint.post("/reset")(reset)
    blueprint.get("/clock")(clock)
    blueprint.post("/clock")(advance_clock)
    blueprint.get("/settings")(settings)
    blueprint.patch("/settings")(change_settings)


def overview() -> Response:
    world = current_world()
    with world.lock:
        return jsonify(
            sandbox=True,
            qiao=world.qiao,
            people=list(world.people),
            apps={app.appid: app.kind for app in world.apps.values()},
        )


def reset() -> Response:
    """Everything as at the start; ``qiao`` names another server to speak to."""
    world, fields = current_world(), Fields.of_request()
    qiao = fields.text("qiao", "")
    fields.done()
    if qiao and not qiao.startswith(("http://", "https://")):
        raise Refusal(400, "invalid_request", "qiao must be an http or https address.")
    world.reset(qiao)
    return jsonify(reset=True, qiao=world.qiao)


def clock() -> Response:
    return jsonify(now=current_world().clock())


def advance_clock() -> Response:
    world, fields = current_world(), Fields.of_request()
    seconds = fields.whole("advance")
    fields.done()
    with world.lock:
        world.clock.advance(seconds)
        return jsonify(now=world.clock())


def settings() -> Response:
    return jsonify(asdict(current_world().settings))


def change_settings() -> Response:
    world, fields = current_world(), Fields.of_request()
    with world.lock:
        before = world.settings
        changed = Settings(
            reuse_errcode=fields.choice("reuse_errcode", (40163, 40029), before.reuse_errcode),
            denial_redirects=fields.flag("denial_redirects", before.denial_redirects),
            allow_list_covers_code2session=fields.flag(
                "allow_list_covers_code2session", before.allow_list_covers_code2session
            ),
            code2session_per_minute=fields.whole(
                "code2session_per_minute", before.code2session_per_minute
            ),
            plain_tokens_per_day=fields.whole("plain_tokens_per_day", before.plain_tokens_per_day),
        )
        fields.done()
        world.settings = changed
        return jsonify(asdict(changed))
