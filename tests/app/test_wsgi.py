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


@pytest.mark.slow
def test_collector_leaves_out_what_was_loaded_at_the_start() -> None:
    """A full collection stops every thread while it goes through what is alive."""
    ask = "import gc, wsgi; print(gc.get_freeze_count() > 20 * len(gc.get_objects()))"

    told = subprocess.run(
        [sys.executable, "-c", ask], env={**os.environ, **SETTINGS}, capture_output=True, text=True
    )

    assert told.stdout.strip() == "True", told.stderr
