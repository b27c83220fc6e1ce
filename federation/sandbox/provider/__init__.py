"""A provider of OpenID Connect and OAuth 2.0 that fits in a laptop, with a switch for each quirk.

Beside the WeChat of the sandbox and apart from it: an application of its own, on a port of its own.
``world`` holds people, codes, keys and `quirks`; ``views`` answers as providers do, and ``control``
lets tests and demos change everything. ``wire`` spoils answers on their way out.
"""

import time
from collections.abc import Callable

from flask import Flask

from .control import control_blueprint
from .gateway import gateway
from .views import provider_blueprint
from .world import World, install

__all__ = ["create_provider"]

#: Bytes of a request.
MAX_BODY = 1_000_000


def create_provider(clock: Callable[[], int] | None = None) -> Flask:
    """A provider with a few people, its state in memory.

    :param clock: gives Unix seconds; the machine's own when None.
    """
    provider = Flask(__name__)
    provider.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    provider.json.sort_keys = False  # type: ignore[attr-defined]
    install(provider.extensions, World(clock or (lambda: int(time.time()))))
    provider.register_blueprint(provider_blueprint())
    provider.register_blueprint(control_blueprint())
    provider.post("/gateway")(gateway)
    return provider
