"""Which version runs."""

from functools import cache
from importlib import metadata


@cache
def version() -> str:
    """Of the installed package; ``unknown`` where the source runs without being installed."""
    try:
        return metadata.version("qiao")
    except metadata.PackageNotFoundError:
        return "unknown"
