"""Which result each module is expected to have: PASSED, unless ``expected.json`` says otherwise.

An entry names plans and modules, the results that are right there, and the reason.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Self

FILE = Path(__file__).parent / "expected.json"
PASSED = "PASSED"


@dataclass(frozen=True)
class Expectation:
    """:param results: any of them is right. :param reason: why it is not simply PASSED."""

    results: tuple[str, ...] = (PASSED,)
    reason: str = ""


@dataclass(frozen=True)
class Entry:
    """:param plans: keys of `plans.PLANS`, or patterns."""

    plans: tuple[str, ...]
    modules: tuple[str, ...]
    expectation: Expectation

    def covers(self, plan: str, module: str) -> bool:
        return module in self.modules and any(fnmatchcase(plan, each) for each in self.plans)


@dataclass(frozen=True)
class Expected:
    entries: tuple[Entry, ...]

    @classmethod
    def read(cls, file: Path = FILE) -> Self:
        return cls(tuple(map(_entry, json.loads(file.read_text(encoding="utf-8")))))

    def of(self, plan: str, module: str) -> Expectation:
        """The first entry that covers it decides."""
        found = (each.expectation for each in self.entries if each.covers(plan, module))
        return next(found, Expectation())


def _entry(document: Mapping[str, list[str] | str]) -> Entry:
    reason = document["reason"]
    assert isinstance(reason, str)
    results = Expectation(tuple(document["results"]), reason)
    return Entry(tuple(document["plans"]), tuple(document["modules"]), results)
