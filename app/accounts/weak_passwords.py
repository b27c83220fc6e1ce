"""Passwords that are tried first: from breaches, common words, and what is known of the place.

Length is asked for elsewhere, and nothing else is: any characters will do.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from federation.translation import N_

CONTEXT = ("qiao", "wechat", "weixin", "password", "login", "admin")
"""Words that say nothing here; the host of the deployment and the user name are added."""
SHORTEST = 10
"""Characters: what is shorter is refused for that alone."""
SHORTEST_WORD = 4
LEAST_BESIDE = 7
"""Characters that a password must have beside such words."""
_COMMON = Path(__file__).with_name("common_passwords.txt")

TOO_COMMON = N_("This password is among the first that are tried. Choose another one.")
TOO_NEAR = N_("This password says little more than a name of this place or your own.")


def weakness(password: str, words: Iterable[str] = ()) -> str | None:
    """Why a password of sufficient length is too weak, as a message id; None if it is not.

    :param words: of this deployment and this person, beside `CONTEXT`.
    """
    if len(password) < SHORTEST:
        return None
    plain = password.lower()
    if plain in _common():
        return TOO_COMMON
    for word in sorted({*CONTEXT, *(each.lower() for each in words)}, key=len, reverse=True):
        if len(word) >= SHORTEST_WORD:
            plain = plain.replace(word, "")
    return TOO_NEAR if len(plain) < LEAST_BESIDE else None


@cache
def _common() -> frozenset[str]:
    lines = _COMMON.read_text(encoding="ascii").splitlines()
    return frozenset(line for line in lines if not line.startswith("# "))
