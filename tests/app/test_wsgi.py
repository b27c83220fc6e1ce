"""What a WSGI server loads."""

import os
import subprocess
import sys

import pytest

SETTINGS = {
    "QIAO_ISSUER": "http://127.0.0.1:8000",
    "QIAO_SECRET_KEYS": "a secret of a test with enough characters",
    "QIAO_DATABASE_URL": "sqlite://",
}


COMMANDS_ALONE = (
    "alembic",
    "mako",
    "jsonschema",
    "yaml",
    "redis",
    "requests",
    "PIL",
    "segno",
    "webauthn",
    "app.demo",
    "app.management.cli.doctor",
)
"""What no request needs, or few: a deployment with a Redis, the first call to WeChat, a logo, the
first passkey. It would be half a second of each start, and tens of megabytes."""


@pytest.mark.slow
def test_start_loads_what_serves_and_the_collector_leaves_that_out() -> None:
    """A full collection stops every thread while it goes through what is alive."""
    ask = (
        "import gc, sys, wsgi; from app.management.cli import serve;"
        "print(gc.isenabled(), gc.get_freeze_count() > 20 * len(gc.get_objects()));"
        f"print([name for name in {COMMANDS_ALONE} if name in sys.modules])"
    )

    told = subprocess.run(
        [sys.executable, "-c", ask], env={**os.environ, **SETTINGS}, capture_output=True, text=True
    )

    assert told.stdout == "True True\n[]\n", told.stderr
