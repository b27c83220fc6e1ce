"""What tests and demos turn: ``/control/``, in JSON."""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from .quirks import Quirks
from .world import current_world


def control_blueprint() -> Blueprint:
    blueprint = Blueprint("control", __name__, url_prefix="/control")
    blueprint.put("/quirks")(set_quirks)
    blueprint.put("/people/<name>")(set_person)
    blueprint.post("/reset")(reset)
    blueprint.post("/rotate")(rotate)
    blueprint.post("/sign")(sign)
    blueprint.get("/journal")(journal)
    blueprint.delete("/journal")(forget)
    return blueprint


def set_quirks() -> Response:
    """These switches, and every other one off."""
    world = current_world()
    try:
        quirks = Quirks.of(request.get_json())
    except (ValueError, TypeError) as error:
        abort(400, str(error))
    with world.lock:
        world.quirks = quirks
    return jsonify({})


def set_person(name: str) -> Response:
    """Changes what is told of somebody, or makes somebody new."""
    world = current_world()
    changes: dict[str, Any] = request.get_json()
    with world.lock:
        world.people[name] = {**world.people.get(name, {"sub": name, "id": name}), **changes}
    return jsonify(world.people[name])


def reset() -> Response:
    current_world().reset()
    return jsonify({})


def rotate() -> Response:
    current_world().rotate()
    return jsonify({})


def sign() -> Response:
    """A JWT of these claims, as a logout token is one."""
    return jsonify({"token": current_world().sign(request.get_json(), request.args.get("typ"))})


def journal() -> Response:
    return jsonify(current_world().journal)


def forget() -> Response:
    current_world().journal.clear()
    return jsonify({})
