"""``/sandbox/v1/answers``, ``/calls`` and ``/tokens``: what goes wrong, and what was called."""

from dataclasses import asdict
from typing import get_args

from flask import Blueprint, Response, jsonify, request

from ..answers import Garbage, QueuedAnswer
from ..app_tokens import FAMILIES
from ..endpoints import ENDPOINTS
from ..state import current_world
from .apps import load_app
from .refusal import Fields, Refusal

#: Longer waits would only tie up threads: every client has given up by then.
MAX_DELAY = 120.0


def add_routes(blueprint: Blueprint) -> None:
    blueprint.get("/answers")(waiting_answers)
    blueprint.post("/answers")(queue_answer)
    blueprint.delete("/answers")(forget_answers)
    blueprint.get("/calls")(calls)
    blueprint.delete("/calls")(forget_calls)
    blueprint.post("/tokens/invalidate")(invalidate_token)


def waiting_answers() -> Response:
    world = current_world()
    with world.lock:
        return jsonify(answers=[asdict(answer) for answer in world.answers.waiting()])


def queue_answer() -> tuple[Response, int]:
    world, fields = current_world(), Fields.of_request()
    answer = _read(fields, world.answers.next_number())
    with world.lock:
        world.answers.add(answer)
    return jsonify(asdict(answer)), 201


def forget_answers() -> Response:
    world = current_world()
    with world.lock:
        world.answers.clear()
    return jsonify(answers=[])


def calls() -> Response:
    """The calls of the server APIs, oldest first, with fingerprints in place of secrets."""
    world = current_world()
    after = request.args.get("after", 0, int)
    path, appid = request.args.get("path", ""), request.args.get("appid", "")
    with world.lock:
        found = [asdict(call) for call in world.journal.calls(path, appid, after)]
    return jsonify(calls=found)


def forget_calls() -> Response:
    world = current_world()
    with world.lock:
        world.journal.clear()
    return jsonify(calls=[])


def invalidate_token() -> Response:
    """What another server of the same developer does: take our token's validity away."""
    world, fields = current_world(), Fields.of_request()
    appid, family = fields.text("appid"), fields.choice("family", FAMILIES, "stable")
    renewed = fields.flag("renewed", True)
    fields.done()
    with world.lock:
        load_app(world, appid)
        world.app_tokens.invalidate(appid, family, world.clock(), renewed=renewed)
    return jsonify(invalidated=family)


def _read(fields: Fields, number: int) -> QueuedAnswer:
    garbage: tuple[Garbage | None, ...] = (None, *get_args(Garbage))
    answer = QueuedAnswer(
        number=number,
        endpoint=_endpoint(fields.text("endpoint")),
        appid=fields.text("appid", ""),
        times=fields.whole("times", 1),
        when=fields.choice("when", ("before", "after"), "before"),
        errcode=fields.optional_whole("errcode"),
        errmsg=fields.text("errmsg", ""),
        status=fields.optional_whole("status"),
        headers=fields.texts_by_name("headers"),
        body=fields.optional_text("body"),
        garbage=fields.choice("garbage", garbage),
        delay=min(fields.number("delay", 0.0), MAX_DELAY),
        dead=fields.flag("dead", False),
    )
    fields.done()
    if not answer.replaces and not answer.delay:
        sentence = "Give at least one of errcode, status, body, garbage, delay, dead."
        raise Refusal(400, "invalid_request", sentence)
    if answer.times < 0 or (answer.status is not None and not 200 <= answer.status <= 599):
        sentence = "times must not be negative and status must be between 200 and 599."
        raise Refusal(400, "invalid_request", sentence)
    return answer


def _endpoint(path: str) -> str:
    path = path if path == "*" else "/" + path.lstrip("/")
    if path != "*" and path not in {endpoint.path for endpoint in ENDPOINTS}:
        known = ", ".join(endpoint.path for endpoint in ENDPOINTS)
        raise Refusal(400, "invalid_request", f"endpoint must be * or one of {known}.")
    return path
