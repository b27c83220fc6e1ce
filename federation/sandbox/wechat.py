"""The routes of WeChat itself: server APIs and pictures."""

from collections.abc import Callable

from flask import Blueprint, Response, abort

from .endpoints import JSON_ENCODING
from .errors import WeChatError
from .pictures import avatar
from .state import current_world
from .wire import Answer, Call, Endpoint, serve
from .world import World

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def wechat_blueprint(endpoints: tuple[Endpoint, ...]) -> Blueprint:
    """One route per endpoint, for every method: WeChat refuses the wrong one with an errcode."""
    blueprint = Blueprint("wechat", __name__)
    for endpoint in endpoints:
        blueprint.add_url_rule(
            endpoint.path, endpoint.path.replace("/", "_"), _view(endpoint), methods=METHODS
        )
    blueprint.get("/mmopen/vi_32/<picture>/<int:size>")(show_avatar)
    return blueprint


def nowhere(path: str) -> Response:
    """What WeChat answers at an address that is none of its own: no page, not even then."""
    return serve(current_world(), Endpoint("any", path, _refuse, JSON_ENCODING, "api"))


def _refuse(world: World, call: Call) -> Answer:
    del world, call
    raise WeChatError(40066)


def show_avatar(picture: str, size: int) -> Response:
    """A person's picture while it is theirs: a changed picture leaves a dead address behind."""
    world = current_world()
    with world.lock:
        alive = {
            person.avatar_path
            for person in world.people.values()
            if not person.dead_avatar and not person.deregistered
        }
    if size not in (0, 46, 64, 96, 132) or f"/mmopen/vi_32/{picture}" not in alive:
        abort(404)
    return Response(avatar(picture), mimetype="image/jpeg")


def _view(endpoint: Endpoint) -> Callable[[], Response]:
    def view() -> Response:
        return serve(current_world(), endpoint)

    return view
