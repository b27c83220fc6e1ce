"""``/sandbox/v1/codes``: one-time codes without touching the virtual phone."""

from flask import Blueprint, Response, jsonify

from ..apps import WeChatApp
from ..codes import Code
from ..minting import CannotMint, authorize, phone_button, wx_login
from ..people import Person, Phone
from ..state import current_world
from ..world import World
from .apps import load_app
from .people import load_person
from .refusal import Fields, Refusal, unknown

KINDS = ("js", "phone", "oauth")


def add_routes(blueprint: Blueprint) -> None:
    blueprint.post("/codes")(mint)
    blueprint.post("/codes/expire")(expire)


def mint() -> tuple[Response, int]:
    """A code as the person's WeChat would give it to the app."""
    world, fields = current_world(), Fields.of_request()
    with world.lock:
        app = load_app(world, fields.text("appid"))
        person = load_person(world, fields.text("person"))
        usual = "js" if app.kind == "miniprogram" else "oauth"
        kind = fields.choice("kind", KINDS, usual)
        try:
            code = _mint(world, app, person, kind, fields)
        except CannotMint as reason:
            raise Refusal(409, "cannot_mint", f"{reason}.") from None
    return jsonify(code=code.value, expires_at=code.expires_at, scope=code.scope), 201


def expire() -> Response:
    """Age one code beyond its life."""
    world, fields = current_world(), Fields.of_request()
    value = fields.text("code")
    fields.done()
    with world.lock:
        if not world.codes.expire(value):
            raise unknown("code", "that you sent")
    return jsonify(expired=True)


def _mint(world: World, app: WeChatApp, person: Person, kind: str, fields: Fields) -> Code:
    if kind == "js":
        fields.done()
        return wx_login(world, app, person)
    if kind == "phone":
        number, country_code = fields.text("number", ""), fields.text("country_code", "86")
        fields.done()
        return phone_button(world, app, person, Phone(country_code, number) if number else None)
    scope, snapshot = fields.text("scope", ""), fields.flag("snapshot", False)
    fields.done()
    return authorize(world, app, person, scope, snapshot=snapshot)
