"""The colours of the sources' buttons, as one style sheet computed from their declarations."""

import hashlib
from collections.abc import Iterable

from app.branding.colours import ink_on
from federation.source import Source

CLASS = "of-"
"""Begins the class of what wears a source's colour; the source's id follows."""


def mark(sources: Iterable[Source]) -> str:
    """Tells one content of the style sheet from another, for its address."""
    return hashlib.sha256(stylesheet(sources).encode()).hexdigest()[:10]


def stylesheet(sources: Iterable[Source]) -> str:
    """What a page loads after qiao.css that shows buttons to sources."""
    coloured = [source for source in sources if source.look.light]
    light = "\n".join(_rules(source.id, source.look.light) for source in coloured)
    dark = "\n".join(_rules(source.id, source.look.dark) for source in coloured)
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


def _rules(source_id: str, colour: str) -> str:
    name = f"{CLASS}{source_id}"
    return (
        f".button.{name} {{ background: {colour}; border-color: {colour}; "
        f"color: {ink_on(colour)}; }}\n"
        f"h3.{name} svg {{ color: {colour}; }}"
    )
