"""What was seen of each program, kept in ``results.json``."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True, slots=True)
class Seen:
    """One way of registering a program.

    :param stopped: why nobody came in; empty when somebody did.
    :param claims: which of ``sub``, ``name``, ``preferred_username`` and ``email`` the program
        knew of somebody whom WeChat tells nothing of.
    :param refresh: and ``logout``: whether they worked; None where the program has no such thing.
    """

    stopped: str = ""
    claims: tuple[str, ...] = ()
    refresh: bool | None = None
    logout: bool | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """:param date: of the run, as ISO 8601 has it.

    :param ways: by ``plain`` or the name of the preset.
    """

    date: str
    versions: Mapping[str, str]
    ways: Mapping[str, Seen] = field(default_factory=dict)


def read() -> dict[str, Result]:
    """By the program's name."""
    document = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    return {name: _result(one) for name, one in document.items()}


def write(results: Mapping[str, Result]) -> None:
    document = {name: asdict(results[name]) for name in sorted(results)}
    RESULTS.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _result(document: Mapping[str, object]) -> Result:
    ways = {
        way: Seen(**{**seen, "claims": tuple(seen["claims"])})
        for way, seen in document["ways"].items()  # type: ignore[attr-defined]
    }
    return Result(**{**document, "ways": ways})  # type: ignore[arg-type]
