"""The lock files name everything that an installation asks for, in the words that every pip takes.

With ``--require-hashes`` a pip before 24 stops at a requirement with an extra (``coverage[toml]``)
that the lock pins without it, as soon as something newer could be chosen.
"""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.source import ROOT

LOCKS = {
    "requirements.lock": ("build",),
    "requirements-otel.lock": ("build", "otel"),
    "requirements-dev.lock": ("build", "dev", "otel"),
}
"""Each with the groups and extras of ``pyproject.toml`` that it serves beside the product."""


def locked(name: str) -> dict[str, Requirement]:
    """What the lock pins for this Python on this machine, by name."""
    entries = re.findall(r"^(\S.*?==[^\\\n]*)", (ROOT / name).read_text(), re.MULTILINE)
    pinned = map(Requirement, entries)
    return {
        canonicalize_name(one.name): one
        for one in pinned
        if one.marker is None or one.marker.evaluate()
    }


def asked(pinned: dict[str, Requirement], groups: tuple[str, ...]) -> Iterator[Requirement]:
    """What the project and each locked package require here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    yield from map(Requirement, project["project"]["dependencies"])
    lists = project["dependency-groups"] | project["project"]["optional-dependencies"]
    for group in groups:
        for wanted in lists[group]:
            if isinstance(wanted, str):
                yield Requirement(wanted)
    for name, pin in pinned.items():
        for requirement in map(Requirement, requires(name) or ()):
            if holds(requirement, pin.extras):
                yield requirement


def holds(requirement: Requirement, extras: set[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in {"", *extras})


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_pins_whatever_is_asked_for(lock: str) -> None:
    pinned = locked(lock)

    unmet = [
        str(wanted)
        for wanted in asked(pinned, LOCKS[lock])
        if (pin := pinned.get(canonicalize_name(wanted.name))) is None
        or not wanted.specifier.contains(next(iter(pin.specifier)).version, prereleases=True)
    ]
    assert unmet == []


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_every_extra_that_is_asked_for(lock: str) -> None:
    pinned = locked(lock)

    unnamed = {
        str(wanted)
        for wanted in asked(pinned, LOCKS[lock])
        if wanted.extras - pinned[canonicalize_name(wanted.name)].extras
    }
    assert unnamed == set()


def test_locks_agree() -> None:
    running, traced, developing = ({n: str(p) for n, p in locked(each).items()} for each in LOCKS)

    assert running.items() <= traced.items() <= developing.items()
