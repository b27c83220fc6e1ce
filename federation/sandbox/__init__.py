"""A WeChat that fits in a laptop: server APIs, authorize pages, pushes and a virtual phone.

It stands alone: a separate process on its own port that imports nothing else of ours. The facts
it imitates are WeChat's; where WeChat is not documented, the choice is said at the code.
"""

import os
import time

from flask import Flask

from . import state
from .clock import Clock
from .control import control_blueprint
from .endpoints import ENDPOINTS
from .phone import pages_blueprint
from .wechat import wechat_blueprint
from .world import World

__all__ = ["QIAO_BASE", "app", "create_sandbox"]

#: Where the virtual phone's mini program finds its server unless told otherwise.
QIAO_BASE = "http://127.0.0.1:8000"

#: Bytes of a request; a picture for the scanner is the largest.
MAX_BODY = 10_000_000


def create_sandbox(qiao: str = QIAO_BASE, clock: Clock | None = None) -> Flask:
    """A sandbox with the demo's people and apps, its state in memory.

    :param qiao: base URL of the server under test.
    :param clock: gives Unix seconds; the machine's own when None.
    """
    sandbox = Flask(__name__)
    sandbox.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    sandbox.json.sort_keys = False  # type: ignore[attr-defined]
    sandbox.json.ensure_ascii = False  # type: ignore[attr-defined]
    state.install(sandbox.extensions, World(qiao, clock or (lambda: int(time.time()))))
    sandbox.register_blueprint(wechat_blueprint(ENDPOINTS))
    sandbox.register_blueprint(control_blueprint())
    sandbox.register_blueprint(pages_blueprint())
    return sandbox


def app() -> Flask:
    """The factory for WSGI servers; ``SANDBOX_QIAO_BASE`` names the server under test."""
    return create_sandbox(os.environ.get("SANDBOX_QIAO_BASE", QIAO_BASE))
