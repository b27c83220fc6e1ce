"""How long browser sessions last."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SessionLifetimes:
    """Seconds without use, and seconds since sign-in, after which a session is over."""

    idle: int = 7 * 86400
    absolute: int = 30 * 86400
