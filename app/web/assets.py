"""Addresses of static files that change when the file does, so that browsers may keep them."""

import hashlib
from functools import cache
from pathlib import Path

from flask import current_app, url_for

YEAR = 365 * 86400


def asset(filename: str) -> str:
    """The address of a static file, with a mark of its content."""
    return url_for("static", filename=filename, v=_fingerprint(current_app.static_folder, filename))


@cache
def _fingerprint(folder: str | None, filename: str) -> str:
    content = (Path(folder or "static") / filename).read_bytes()
    return hashlib.sha256(content).hexdigest()[:10]
