"""How a view reaches the sandbox's state."""

from flask import current_app

from .world import World

_EXTENSION = "wechat-sandbox"


def install(extensions: dict[str, object], world: World) -> None:
    extensions[_EXTENSION] = world


def current_world() -> World:
    """The state of the sandbox that answers the request at hand."""
    world = current_app.extensions[_EXTENSION]
    assert isinstance(world, World)
    return world
