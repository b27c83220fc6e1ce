"""Settings that are one of a few words."""

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
