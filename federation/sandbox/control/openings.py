"""``/sandbox/v1/mini-program-codes``, ``/links``, ``/launches``, ``/send-auths``, ``/visits`` and
``/authorizations``: what a phone could open, and the phone itself without its pages."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request

from ..apps import SCOPES, WeChatApp
from ..authorize import allow, asked_by, decline
from ..errors import PageError
from ..minting import CannotMint
from ..people import Phone
from ..state import current_world
from ..visits import PhoneChoice, Reply, Visit, ask_send_auth, launch
from ..world import World
from .apps import load_app
from .people import load_person
from .refusal import Fields, Refusal, unknown


def add_routes(blueprint: Blueprint) -> None:
    blueprint.get("/mini-program-codes")(mini_program_codes)
    blueprint.get("/links")(links)
    blueprint.get("/launches")(launches)
    blueprint.post("/launches")(add_launch)
    blueprint.get("/launches/<launch_id>")(one_launch)
    blueprint.get("/send-auths")(send_auths)
    blueprint.post("/send-auths")(add_send_auth)
    blueprint.get("/send-auths/<send_auth_id>")(one_send_auth)
    blueprint.post("/visits")(visit)
    blueprint.post("/authorizations")(authorization)


def mini_program_codes() -> Response:
    """The pictures made by ``wxa/getwxacodeunlimit``, newest first."""
    world = current_world()
    appid = request.args.get("appid", "")
    with world.lock:
        codes = [asdict(code) for code in world.openings.recent_codes()]
    return jsonify(codes=[code for code in codes if appid in ("", code["appid"])])


def links() -> Response:
    """URL Links and URL Schemes, newest first."""
    world = current_world()
    with world.lock:
        found = [asdict(link) for link in reversed(world.openings.links.values())]
    return jsonify(links=found)


def launches() -> Response:
    world = current_world()
    with world.lock:
        return jsonify(launches=[asdict(one) for one in world.openings.recent_launches()])


def add_launch() -> tuple[Response, int]:
    """``WXLaunchMiniProgram`` by a native app; the virtual phone offers to open it."""
    world, fields = current_world(), Fields.of_request()
    user_name, path = fields.text("user_name"), fields.text("path")
    launch_type = fields.whole("type", 0)
    app_appid = fields.text("app_appid", "")
    fields.done()
    with world.lock:
        added = launch(world, user_name, path, launch_type, app_appid)
        if added is None:
            raise Refusal(400, "bad_param", "user_name must be the gh_ id of a mini program.")
        return jsonify(asdict(added)), 201


def one_launch(launch_id: str) -> Response:
    world = current_world()
    with world.lock:
        found = world.openings.launches.get(launch_id)
        if found is None:
            raise unknown("launch", launch_id)
        return jsonify(asdict(found))


def send_auths() -> Response:
    world = current_world()
    with world.lock:
        found = [asdict(one) for one in reversed(world.openings.send_auths.values())]
    return jsonify(send_auths=found)


def add_send_auth() -> tuple[Response, int]:
    """``SendAuth`` by a native app; the virtual phone asks its holder."""
    world, fields = current_world(), Fields.of_request()
    with world.lock:
        app = load_app(world, fields.text("appid"))
        scope, state = fields.text("scope", "snsapi_userinfo"), fields.text("state", "")
        fields.done()
        if app.kind != "mobile" or scope not in SCOPES[app.kind]:
            sentence = "SendAuth takes a mobile app and the scope snsapi_userinfo."
            raise Refusal(400, "invalid_request", sentence)
        return jsonify(asdict(ask_send_auth(world, app, scope, state))), 201


def one_send_auth(send_auth_id: str) -> Response:
    world = current_world()
    with world.lock:
        found = world.openings.send_auths.get(send_auth_id)
        if found is None:
            raise unknown("SendAuth", send_auth_id)
        return jsonify(asdict(found))


def visit() -> Response:
    """The mini program in a person's hand: read a ticket, confirm it, or decline it."""
    world, fields = current_world(), Fields.of_request()
    with world.lock:
        person = load_person(world, fields.text("person"))
        scene = fields.text("scene")
        app = _mini_program(world, fields.text("appid", ""), scene)
        usual_entry, usual_referrer = world.openings.entry_for(scene)
    action = fields.choice("action", ("read", "confirm", "deny"), "read")
    entry = fields.optional_whole("entry", usual_entry)
    referrer = fields.text("referrer_app_id", usual_referrer)
    phone_kind = fields.choice("phone", (None, "quick", "realtime"))
    number, chosen = fields.optional_whole("number"), fields.text("phone_number", "")
    country_code = fields.text("country_code", "86")
    visit = Visit(world, person, app, scene, entry, referrer)
    fields.done()
    phone = Phone(country_code, chosen) if chosen else None
    choice = PhoneChoice(phone_kind, phone) if phone_kind else None
    reply = _act(visit, action, number, choice)
    return jsonify(status=reply.status, body=reply.body)


def authorization() -> Response:
    """An authorize page answered by a person; ``location`` is where the browser goes, if at all."""
    world, fields = current_world(), Fields.of_request()
    url, decision = fields.text("url"), fields.choice("decision", ("allow", "deny"), "allow")
    with world.lock:
        person = load_person(world, fields.text("person"))
        fields.done()
        try:
            asked = asked_by(world, url)
            if decision == "allow":
                return jsonify(location=allow(world, asked, person))
            return jsonify(location=decline(world, asked))
        except PageError as error:
            raise Refusal(400, str(error.errcode), error.text) from None
        except CannotMint as reason:
            raise Refusal(409, "cannot_mint", f"{reason}.") from None


def _mini_program(world: World, appid: str, scene: str) -> WeChatApp:
    """The one named, else the one that the scene was made for, else the first."""
    found = [app.appid for app in world.apps.values() if app.kind == "miniprogram"]
    return load_app(world, appid or world.openings.appid_for(scene) or (found or [""])[0])


def _act(visit: Visit, action: str, number: int | None, choice: PhoneChoice | None) -> Reply:
    if action == "read":
        return visit.read()
    if action == "deny":
        return visit.deny()
    try:
        return visit.confirm(number, choice)
    except CannotMint as reason:
        raise Refusal(409, "cannot_mint", f"{reason}.") from None
