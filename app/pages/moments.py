"""Times as the pages write them."""

from datetime import UTC, datetime

from flask_babel import format_datetime


def moment(seconds: int) -> str:
    """A time as the person's language writes it, in UTC, which the page says."""
    shown: str = format_datetime(
        datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None), "medium"
    )
    return shown
