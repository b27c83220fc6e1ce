"""Times as the pages for people write them."""

from markupsafe import Markup

from app.web import times


def moment(seconds: int | None) -> Markup:
    """A time as the person's language writes it, in their zone."""
    return times.moment(seconds, "words")
