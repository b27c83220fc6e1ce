"""What a check found: a line for the operator."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """:param what: the fact, as a sentence. :param mend: what to do about it."""

    level: Level
    subject: str
    what: str
    mend: str = ""


def ok(subject: str, what: str) -> Finding:
    return Finding("ok", subject, what)


def warn(subject: str, what: str, mend: str) -> Finding:
    return Finding("warn", subject, what, mend)


def fail(subject: str, what: str, mend: str) -> Finding:
    return Finding("fail", subject, what, mend)
