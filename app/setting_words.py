"""Settings that are one of a few words, and those that are on or off."""

from collections.abc import Callable


def one_of(*words: str) -> Callable[[str], str]:
    """Reads one of these words.

    :raises ValueError: (when called) it is none of them.
    """

    def read(value: str) -> str:
        if value not in words:
            raise ValueError(f"write {', '.join(words[:-1])} or {words[-1]}")
        return value

    return read


def switch(value: str) -> bool:
    """:raises ValueError: it is neither on nor off."""
    wanted = {"1": True, "true": True, "on": True, "yes": True}
    wanted |= {"0": False, "false": False, "off": False, "no": False}
    if value.lower() not in wanted:
        raise ValueError("write 1 or 0")
    return wanted[value.lower()]
