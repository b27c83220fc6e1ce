"""Makes the deployment as the file has it: what is so already is left alone. Never commits."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.management.services.actor import Actor
from app.management.services.deployment_file import schema
from app.management.services.deployment_file.fault import Fault, Faulty, Place
from app.management.services.deployment_file.reading import Document
from app.management.services.deployment_file.references import NoSecretThere, References
from app.management.services.refusals import REFUSED, refusal_of

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was made, changed or deleted.

    :param members: of what was changed, never their values.
    """

    verb: str
    kind: str
    id: str
    members: tuple[str, ...] = ()

    def __str__(self) -> str:
        about = f" ({', '.join(self.members)})" if self.members else ""
        return f"{self.verb} {self.kind} {self.id}{about}"


@dataclass(frozen=True)
class Part:
    """One kind of thing in the file.

    :param section: its name there; ``key`` names one of them, by a member or several.
    :param make: makes it so; gives what it changed, if anything.
    :param gone: what `prune` deletes of those that the file does not name.
    """

    section: str
    key: Callable[[Actor, Item], str]
    make: Callable[[Actor, References, Item], Change | None]
    gone: Callable[[Actor, frozenset[str]], Iterator[Change]] | None = None


@dataclass
class Applying:
    """:param parts: in the order in which they rest on one another."""

    actor: Actor
    references: References
    parts: tuple[Part, ...]
    changes: list[Change] = field(default_factory=list)

    def apply(self, document: Document, *, prune: bool) -> list[Change]:
        """What was changed. The caller commits, or not where it was only to be shown.

        :raises Faulty: roll back.
        """
        found = schema.faults(document, self.actor.federation.sources)
        found = found or [*self._doubles(document)]
        if found:
            raise Faulty(found)
        for part in self.parts:
            for number, item in enumerate(document.content.get(part.section, [])):
                found += self._one(document, part, (part.section, number), item)
            if found:  # what follows rests on it
                raise Faulty(found)
        if prune:
            self._prune(document)
        return self.changes

    def _one(self, document: Document, part: Part, place: Place, item: Item) -> list[Fault]:
        session = self.actor.session
        try:
            with session.begin_nested():
                change = part.make(self.actor, self.references, item)
        except NoSecretThere as error:
            return [document.fault(_of_reference(place, item, error), str(error))]
        except REFUSED as error:
            problems = refusal_of(error).problems
            return [
                document.fault(_of_field(document, place, one.field), one.message)
                for one in problems
            ]
        if change is not None:
            self.changes.append(change)
        return []

    def _doubles(self, document: Document) -> Iterator[Fault]:
        for part in self.parts:
            seen: set[str] = set()
            for number, item in enumerate(document.content.get(part.section, [])):
                if (key := part.key(self.actor, item)) in seen:
                    yield document.fault((part.section, number), f"{key} stands here twice")
                seen.add(key)

    def _prune(self, document: Document) -> None:
        """From what rests on others to what others rest on; only of sections that are there."""
        for part in reversed(self.parts):
            if part.gone is not None and part.section in document.content:
                items = document.content[part.section]
                named = frozenset(part.key(self.actor, item) for item in items)
                self.changes += part.gone(self.actor, named)


def _of_reference(place: Place, item: Item, error: NoSecretThere) -> Place:
    """The member whose reference leads nowhere."""
    for name, value in item.items():
        told = value.values() if isinstance(value, dict) else ()
        if any(isinstance(one, str) and one in str(error) for one in told):
            return (*place, name)
    return place


def _of_field(document: Document, place: Place, name: str) -> Place:
    """Where the file has the field that a refusal is about."""
    if not name:
        return place
    inside = (*place, "metadata", name)
    return inside if inside in document.lines else (*place, name)
