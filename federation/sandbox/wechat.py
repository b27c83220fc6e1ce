"""The routes of WeChat itself: server APIs and pictures."""

from collections.abc import Callable

from flask import Blueprint, Response, abort

from .pictures import avatar
from .state import current_world
from .wire import Endpoint, serve


def wechat_blueprint(endpoints: tuple[Endpoint, ...]) -> Blueprint:
    """One route per endpoint, for both methods: WeChat refuses the wrong one with an errcode."""
    blueprint = Blueprint("wechat", __name__)
    for endpoint in endpoints:
        blueprint.add_url_rule(
            endpoint.path, endpoint.path.replace("/", "_"), _view(endpoint), methods=["GET", "POST"]
        )
    blueprint.get("/mmopen/vi_32/<picture>/<int:size>")(show_avatar)
    return blueprint


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
