"""Keeps the files that prove a domain; each is small, and what may be one is checked here."""

import re
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.tables.domain_files import DOMAIN_FILE
from federation.translation import N_
from oidc.clock import Clock
from oidc.database.statements import rowcount, try_insert

MOST_NAME = 64
MOST_CONTENT = 1024
"""Characters, all of them ASCII."""
MOST = 50
"""Files of a deployment: each domain and purpose has one."""
RESERVED = frozenset(
    {"robots.txt", "security.txt", "humans.txt", "ads.txt", "app-ads.txt", "llms.txt"}
)
"""Names, in small letters, that say something to everybody who reads them."""

_NAME = re.compile(r"[0-9A-Za-z_-]{1,60}\.txt")
_CONTENT = re.compile(r"[\t\r\n -~]{1,1024}")
_F = DOMAIN_FILE.c


@dataclass(frozen=True, slots=True)
class DomainFile:
    """:param updated_at: seconds since the epoch."""

    name: str
    content: str
    updated_at: int


class InvalidDomainFile(Exception):
    """It cannot be served; ``problems`` are members and sentences (message ids)."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__(problems)
        self.problems = problems


class TooManyDomainFiles(Exception):
    """There are as many as there may be."""


def problems(name: str, content: str) -> list[tuple[str, str]]:
    """What is wrong with a file: the member and a sentence (message id)."""
    found = []
    if not _NAME.fullmatch(name):
        told = N_("A name has 1 to 60 letters, digits, _ and -, and ends in .txt.")
        found.append(("name", told))
    elif name.lower() in RESERVED:
        found.append(("name", N_("This name has a meaning of its own; it proves no domain.")))
    if not _CONTENT.fullmatch(content):
        told = N_("A file has 1 to 1,024 characters: letters, digits and signs of ASCII, no more.")
        found.append(("content", told))
    return found


def get(session: Session, name: str) -> DomainFile | None:
    """By one primary-key read; None for what no file can be called, too, without one."""
    if not _NAME.fullmatch(name):
        return None
    row = session.execute(select(_F.name, _F.content, _F.updated_at).where(_F.name == name)).first()
    return DomainFile(*row) if row else None


def all_files(session: Session) -> list[DomainFile]:
    """In the order of their names."""
    rows = session.execute(select(_F.name, _F.content, _F.updated_at).order_by(_F.name))
    return [DomainFile(*row) for row in rows]


def put(session: Session, clock: Clock, name: str, content: str) -> DomainFile:
    """Keeps a file; one of the same name is replaced.

    :raises InvalidDomainFile: :raises TooManyDomainFiles:
    """
    wrong = problems(name, content)
    if wrong:
        raise InvalidDomainFile(wrong)
    file = DomainFile(name, content, clock())
    again = update(DOMAIN_FILE).where(_F.name == name)
    again = again.values(content=content, updated_at=file.updated_at)
    if rowcount(session, again):
        return file
    if (session.scalar(select(func.count()).select_from(DOMAIN_FILE)) or 0) >= MOST:
        raise TooManyDomainFiles
    row = {"name": name, "content": content, "updated_at": file.updated_at}
    if not try_insert(session, insert(DOMAIN_FILE), row):
        session.execute(again)  # somebody else brought it at the same moment
    return file


def remove(session: Session, name: str) -> bool:
    """Whether there was one."""
    return rowcount(session, delete(DOMAIN_FILE).where(_F.name == name)) == 1
