"""Settings that are numbers. Each raises ``ValueError``, with a sentence, for what is none."""

LEAST_AHEAD = 300


def number(value: str) -> int:
    """A whole number."""
    if not value.isascii() or not value.isdigit():
        raise ValueError("write a whole number")
    return int(value)


def seconds(value: str) -> int:
    """A number of seconds, at most 400 days."""
    found = number(value)
    if not 1 <= found <= 400 * 86400:
        raise ValueError("write a number of seconds from 1 to 34560000 (400 days)")
    return found


def days(value: str) -> int:
    """A number of days, at most ten years."""
    found = number(value)
    if not 1 <= found <= 3650:
        raise ValueError("write a number of days from 1 to 3650")
    return found


def ahead(value: str) -> int:
    """Seconds for which a key is published before it signs."""
    found = seconds(value)
    if found < LEAST_AHEAD:
        raise ValueError(f"write {LEAST_AHEAD} seconds or more: the key set is cached as long")
    return found


def port(value: str) -> int:
    """A TCP port."""
    found = number(value)
    if not 1 <= found <= 65535:
        raise ValueError("write a port from 1 to 65535")
    return found
