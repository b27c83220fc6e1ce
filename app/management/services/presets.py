"""Programs that people run: what each needs of us, and what it is told. One file each.

``app/presets/NAME.toml`` has what a program's documents ask for. In its texts ``<<url>>`` is where
the program itself is reached, and everything else in such marks is a value of this deployment, of
the application that was registered, or one of the file's own ``variables``.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "presets"
TRADITIONAL_NOTES = FOLDER.parent / "translations/zh_Hant/presets.json"
"""The notes in Traditional Chinese, by id: derived by `make translations`."""
CATEGORIES = ("application", "framework", "browser", "native", "proxy", "broker", "api")
"""A finished program; a library for servers; for browsers; on a device; in front of others; between
us and others; and what verifies access tokens and signs nobody in."""
_MARK = re.compile(r"<<([a-z_]+)>>")
URL = "url"


class UnknownPreset(LookupError):
    """There is no such program in the list."""


@dataclass(frozen=True, slots=True)
class Paste:
    """What goes into the program's own settings.

    :param place: the file or page where it goes.
    """

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Preset:
    """:param id: the file's name.

    :param aliases: other names that people look for.
    :param documents: the address of what the program says about signing in.
    :param run: the version that it was run with; empty for "from its documents, not run".
    :param redirect_uris: and ``post_logout_redirect_uris``, ``backchannel_logout_uri``,
        ``frontchannel_logout_uri``: patterns.
    :param pkce: ``always``; ``option``: when set up as below; ``nonce``: sends that instead;
        ``none``: sends neither.
    :param claims: what it reads of people.
    :param client: further members of the application (RFC 7591 and our own switches).
    :param variables: parts of the patterns beside the address, with what they usually are.
    :param note: what somebody should know, by language (``en``, ``zh``).
    """

    id: str
    title: str
    category: str
    documents: str
    paste: tuple[Paste, ...]
    aliases: tuple[str, ...] = ()
    run: str = ""
    pkce: str = "always"
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str = ""
    frontchannel_logout_uri: str = ""
    claims: tuple[str, ...] = ()
    client: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    note: Mapping[str, str] = field(default_factory=dict)

    @property
    def patterns(self) -> tuple[str, ...]:
        return (
            *self.redirect_uris,
            *self.post_logout_redirect_uris,
            self.backchannel_logout_uri,
            self.frontchannel_logout_uri,
        )

    @property
    def needs_address(self) -> bool:
        return any(f"<<{URL}>>" in pattern for pattern in self.patterns)

    @property
    def registers(self) -> bool:
        """Whether there is an application to register: what verifies tokens by itself has none."""
        return self.category != "api" or bool(self.client.get("introspects_any"))

    @property
    def name(self) -> str:
        """What people call the program, without what stands in brackets behind it."""
        return self.title.partition(" (")[0]

    def is_called(self, name: str) -> bool:
        return name in (self.id, self.title.casefold(), self.name.casefold(), *self.aliases)

    def has(self, words: str) -> bool:
        """Whether every word is a part of one of its names or its kind."""
        names = " ".join((self.id, self.title, self.category, *self.aliases)).casefold()
        return all(word in names for word in words.casefold().split())


@lru_cache(maxsize=1)
def every() -> Mapping[str, Preset]:
    """All that there are, by id, in the order of their titles."""
    found = [read(path) for path in FOLDER.glob("*.toml")]
    return {one.id: one for one in sorted(found, key=lambda one: one.title.casefold())}


def load(name: str) -> Preset:
    """By id, title or one of its other names, whatever the case.

    :raises UnknownPreset: there is none of that name.
    """
    wanted = name.strip().casefold()
    found = every().get(wanted) or next(
        (one for one in every().values() if one.is_called(wanted)), None
    )
    if found is None:
        raise UnknownPreset(name)
    return found


def of_client(name: str | None) -> Preset | None:
    """The program that an application was registered as; None too where it left the list."""
    return every().get(name) if name else None


def matching(words: str = "", category: str = "") -> list[Preset]:
    """Those that the words are about, of one kind or of all."""
    of_kind = [one for one in every().values() if category in ("", one.category)]
    return [one for one in of_kind if one.has(words)]


def read(path: Path) -> Preset:
    """The preset in a file.

    :raises ValueError: it has a member that is not one of a preset, or lacks one.
    """
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = document.keys() - {one.name for one in fields(Preset)}
    if unknown or "id" in document:
        raise ValueError(f"{path.name}: {', '.join(sorted(unknown or {'id'}))}")
    lists = {name: tuple(value) for name, value in document.items() if isinstance(value, list)}
    paste = tuple(Paste(**one) for one in document["paste"])
    return Preset(**{**document, **lists, "id": path.stem, "paste": paste})


def note_of(preset: Preset, locale: str) -> str:
    """What somebody should know of the program; empty where there is nothing.

    :param locale: ``en``, ``zh_Hans`` or ``zh_Hant``.
    """
    if locale == "zh_Hant":
        return _traditional_notes().get(preset.id, "")
    return preset.note.get(locale.partition("_")[0], "")


@lru_cache(maxsize=1)
def _traditional_notes() -> Mapping[str, str]:
    found: Mapping[str, str] = json.loads(TRADITIONAL_NOTES.read_text(encoding="utf-8"))
    return found


def filled(text: str, values: Mapping[str, Any]) -> str:
    """The text with its marks filled in; one that nothing is known for stays as it is."""
    return _MARK.sub(lambda mark: str(values.get(mark[1], mark[0])), text)


def marks_of(text: str) -> set[str]:
    return set(_MARK.findall(text))
