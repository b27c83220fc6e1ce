"""What tests need beyond Python: found here, or said plainly to be missing."""

import os
import shutil
import subprocess
from typing import NoReturn
from urllib.parse import urlsplit

import pytest

NOTHING_SKIPPED = os.environ.get("CI") == "true"
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first is the same Chromium without a window around its pages, which costs a new page less."""


def missing(what: str) -> NoReturn:
    """Skips the test and says why; with ``CI=true`` fails it, so that nothing is skipped unseen."""
    if NOTHING_SKIPPED:
        pytest.fail(f"{what} (with CI=true this is an error)")
    pytest.skip(what)


def no_answer(name: str, url: str, error: BaseException | None) -> NoReturn:
    """For a server that is not there, or that is and does not let us in."""
    place = urlsplit(url)
    said = str(error.args[-1] if error and error.args else error).strip().partition("\n")[0]
    answer = "does not answer" if "refused" in said else f"does not let us in ({said})"
    missing(f"{name} {answer} at {place.hostname}:{place.port}")


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


def promtool(*words: str, input_: str = "") -> "subprocess.CompletedProcess[str]":
    """Prometheus' own linter, on these words."""
    if path := shutil.which("promtool"):
        return subprocess.run(
            [path, *words], input=input_, capture_output=True, text=True, timeout=60, check=False
        )
    missing("promtool (Debian's package prometheus) is not installed")
