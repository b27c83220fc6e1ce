"""Programs that people run: what each needs of us, and what it is told. One file each.

``app/presets/NAME.toml`` has what a program's documents ask for. In its texts ``<<url>>`` is where
the program itself is reached, and everything else in such marks is a value of this deployment, of
the application that was registered, or one of the file's own ``variables``.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FOLDER = Path(__file__).parents[2] / "presets"
CATEGORIES = ("application", "framework", "browser", "native", "proxy", "broker", "api")
"""A finished program; a library for servers; for browsers; on a device; in front of others; between
us and others; and what verifies access tokens and signs nobody in."""
_MARK = re.compile(r"<<([a-z_]+)>>")
URL = "url"


class UnknownPreset(LookupError):
    """There is no such program in the list."""


class MissingAddress(ValueError):
    """Where the program itself is reached must be told, or its redirect URI."""


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

    :param documents: the address of what the program says about signing in.
    :param run: the version that it was run with; empty for "from its documents, not run".
    :param redirect_uris: and ``post_logout_redirect_uris``, ``backchannel_logout_uri``,
        ``frontchannel_logout_uri``: patterns.
    :param pkce: ``always``; ``option``: when set up as below; ``nonce``: sends that instead;
        ``none``: sends neither.
    :param client: further members of the application (RFC 7591 and our own switches).
    :param variables: parts of the patterns beside the address, with what they usually are.
    :param note: what somebody should know, by language (``en``, ``zh``).
    """

    id: str
    title: str
    category: str
    documents: str
    paste: tuple[Paste, ...]
    run: str = ""
    pkce: str = "always"
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str = ""
    frontchannel_logout_uri: str = ""
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


@lru_cache(maxsize=1)
def every() -> Mapping[str, Preset]:
    """All that there are, by id, in the order of their titles."""
    found = [read(path) for path in FOLDER.glob("*.toml")]
    return {one.id: one for one in sorted(found, key=lambda one: one.title.casefold())}


def find(name: str) -> Preset:
    """By id or by title, whatever the case.

    :raises UnknownPreset: there is none of that name.
    """
    wanted = name.strip().casefold()
    for preset in every().values():
        if wanted in (preset.id, preset.title.casefold()):
            return preset
    raise UnknownPreset(name)


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


def document_of(
    preset: Preset, address: str | None = None, variables: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The registration document of an application that is this program (RFC 7591).

    :param address: where the program is reached, or one of its redirect URIs.
    :raises MissingAddress: it is needed, and cannot be used.
    """
    values = {**preset.variables, **(variables or {}), URL: _address(preset, address)}
    grants = ["authorization_code", "refresh_token"]
    document: dict[str, Any] = {
        "client_name": preset.title,
        "grant_types": grants,
        "preset": preset.id,
        **_rules(preset),
        **preset.client,
    }
    for member in ("redirect_uris", "post_logout_redirect_uris"):
        if patterns := getattr(preset, member):
            document[member] = [filled(pattern, values) for pattern in patterns]
    for member in ("backchannel_logout_uri", "frontchannel_logout_uri"):
        if pattern := getattr(preset, member):
            document[member] = filled(pattern, values)
    # What only https can reach is left out where the program has none, as on a developer's own.
    return {name: value for name, value in document.items() if not _is_unreachable(name, value)}


def filled(text: str, values: Mapping[str, Any]) -> str:
    """The text with its marks filled in; one that nothing is known for stays as it is."""
    return _MARK.sub(lambda mark: str(values.get(mark[1], mark[0])), text)


def marks_of(text: str) -> set[str]:
    return set(_MARK.findall(text))


def _rules(preset: Preset) -> dict[str, Any]:
    if preset.pkce != "none":
        return {}
    return {"require_pkce": False, "require_nonce_or_pkce": False}


def _is_unreachable(name: str, value: Any) -> bool:
    channel = name in ("backchannel_logout_uri", "frontchannel_logout_uri")
    return channel and not str(value).startswith("https://")


def _address(preset: Preset, given: str | None) -> str:
    """The program's address without a slash at its end, also where a redirect URI was given."""
    if not given:
        if preset.needs_address:
            raise MissingAddress
        return ""
    for pattern in preset.redirect_uris:
        path = filled(pattern.removeprefix(f"<<{URL}>>"), preset.variables)
        if f"<<{URL}>>" in pattern and len(path) > 1 and given.endswith(path):
            return given.removesuffix(path)
    parts = urlsplit(given)
    if parts.scheme not in ("https", "http") or not parts.netloc:
        raise MissingAddress
    return given.rstrip("/")
