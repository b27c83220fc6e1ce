"""The inputs of a form as a source declares them: what is asked, and what is refused.

Console, API and command line make their forms from these; nobody writes a form for one source.
Sentences are English and message ids; whoever shows one translates it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from federation.translation import N_

Check = Callable[[str], str | None]
"""Gives the sentence about a value that cannot be taken, None for one that can."""
LONGEST = 8192
"""Characters of a value at most; an RSA key of 4096 bits has some 3,200."""


class Choice(NamedTuple):
    """One of several values, as people read it."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Field:
    """One input.

    :param secret: typed blindly, never shown again; left empty in a change it stays as it is.
    :param replacing: the hint where a stored secret is replaced.
    :param confidential: shown, but only to those who may change it.
    :param words: written in anybody's script; what is not is shown from left to right.
    :param lasting: cannot be changed once it is stored, since people's names rest on it.
    :param required: and ``missing`` is what is said where it is not there.
    :param checks: in order; the first sentence is told.
    :param group: the heading under which it is folded away, for what most do without.
    :param help: where the source's own documents explain it; an https address.
    :param kinds: of which credentials it is asked; empty for all.
    """

    name: str
    label: str
    hint: str = ""
    input: Literal["line", "area", "choice"] = "line"
    secret: bool = False
    replacing: str = ""
    confidential: bool = False
    words: bool = False
    lasting: bool = False
    required: bool = False
    missing: str = N_("Enter a value.")
    checks: tuple[Check, ...] = ()
    choices: tuple[Choice, ...] = ()
    default: str = ""
    group: str = ""
    help: str = ""
    kinds: tuple[str, ...] = ()

    def problem(self, value: str) -> str | None:
        """What is wrong with a value that was typed; an empty one is judged by ``required``."""
        if not value:
            return self.missing if self.required else None
        if self.choices and value not in [choice.value for choice in self.choices]:
            return N_("Choose one of the listed values.")
        if len(value) > LONGEST:
            return N_("This is too long.")
        return next((told for check in self.checks if (told := check(value))), None)


def matches(pattern: str, sentence: str) -> Check:
    """Takes what the pattern matches as a whole."""
    whole = re.compile(pattern)
    return lambda value: None if whole.fullmatch(value) else sentence


def never(pattern: str, sentence: str) -> Check:
    """Refuses what the pattern matches as a whole: the usual mistake, told as such."""
    whole = re.compile(pattern)
    return lambda value: sentence if whole.fullmatch(value) else None


def at_most(characters: int, sentence: str) -> Check:
    """Takes what is no longer."""
    return lambda value: sentence if len(value) > characters else None
