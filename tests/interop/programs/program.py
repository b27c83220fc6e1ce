"""What one folder says of the program in it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

FOLDER = Path(__file__).parent
PLAIN = "plain"
MCP = "mcp"
API = "apis"
SERVERS = ("openid", "mcp:tools", "no-scope", "document")
"""What the metadata of an MCP server name; in the last, the client is known by its document."""


@dataclass(frozen=True, slots=True)
class Program:
    """:param kind: what installs it: a function of ``installing``.

    :param told: the packages whose versions stand in the table.
    :param packages: what a Python program asks for; ``requirements.txt`` locks it.
    :param preset: what ``clients add --for`` calls it; empty when it has none.
    :param plain: whether it is also registered by name and redirect URI alone.
    :param host: what the browser calls this machine.
    :param command: in which ``<<name>>`` stands for a value; without it, what was built is run.
    :param callback: path of its redirect URI; ``bye``: where people come back to after signing out;
        ``ready``: answers once it runs; ``sign_in``, ``me``, ``refresh``, ``logout``: what a
        person opens, empty where a program has no such thing. ``me`` shows JSON with the claims
        that the program knows; ``refresh`` answers 200 when it has refreshed.
    :param who: the member of that JSON which tells who it is; ``inside``: the one that has them
        all, where they are a step further down.
    :param press: a part of the ``action`` of its own forms that a person sends on the way.
    :param shows: what the page after signing in must hold, for programs that tell no JSON.
    :param browser: its pages need scripts. ``shows`` is then where the JSON is, ``refresh`` what is
        seen once it has refreshed: both CSS selectors.
    :param refuses: ways in which it cannot sign in, with what is then seen of it.
    :param section: of the document: ``programs``, ``mcp`` or ``apis``, which verify access tokens
        at ``me``.
    :param page: what stands before its code in ``docs/protecting-apis.md``, which is then run too.
    :param dpop: it takes tokens that are bound to a key, with a proof, and not without.
    :param note: whose fault that is and what else is to know (``en``).
    """

    name: str
    title: str
    kind: str
    told: tuple[str, ...]
    callback: str
    sign_in: str = "/login"
    me: str = "/me"
    who: str = "sub"
    inside: str = ""
    refresh: str = ""
    logout: str = ""
    bye: str = ""
    ready: str = "/"
    packages: tuple[str, ...] = ()
    python: str = "3.11"
    preset: str = ""
    plain: bool = True
    public: bool = False
    native: bool = False
    host: str = "127.0.0.1"
    command: tuple[str, ...] = ()
    press: tuple[str, ...] = ()
    shows: str = ""
    refuses: Mapping[str, str] = field(default_factory=dict)
    browser: bool = False
    note: str = ""
    section: str = "programs"
    page: str = ""
    dpop: bool = False

    @property
    def folder(self) -> Path:
        return FOLDER / self.name

    @property
    def ways(self) -> tuple[str, ...]:
        """How it is registered, or which servers it meets, one after the other."""
        if self.section == MCP:
            return SERVERS
        return (*((PLAIN,) if self.plain else ()), *((self.preset,) if self.preset else ()))


def every() -> list[Program]:
    """All programs, by name."""
    return [read(path) for path in sorted(FOLDER.glob("*/program.toml"))]


def read(path: Path) -> Program:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = document.keys() - {one.name for one in fields(Program)}
    if unknown:
        raise ValueError(f"{path}: {', '.join(sorted(unknown))}")
    lists = {name: tuple(value) for name, value in document.items() if isinstance(value, list)}
    return Program(**{**document, **lists, "name": path.parent.name})
