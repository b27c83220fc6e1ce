"""What tests need beyond Python: found here, or said plainly to be missing."""

import os
import shutil
from typing import NoReturn

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def missing(what: str) -> NoReturn:
    """Skips the test and says why; with ``CI=true`` fails it, so that nothing is skipped unseen."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} (with CI=true this is an error)")
    pytest.skip(what)


def chromium() -> str:
    """The path of the system's Chromium."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    missing("Chromium is not installed")


def node() -> str:
    """The path of Node.js, for the clients that others wrote."""
    if path := shutil.which("node"):
        return path
    missing("Node.js is not installed")
