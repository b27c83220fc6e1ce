"""The sources that a deployment has: ``SOURCES`` of the catalog, and what is handed in besides."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from federation.fields import Field
from federation.identity import is_shared
from federation.source import Mode, Source


class Sources(tuple[Source, ...]):
    """A tuple of declarations, and questions about all of them.

    :raises ValueError: two sources, modes or claims have one name, or a name is not well-formed.
    """

    def __init__(self, _declared: Iterable[Source]) -> None:
        self._of_mode = {mode.id: source for source in self for mode in source.modes}
        problems = list(self._problems())
        if problems:
            raise ValueError("; ".join(problems))

    @property
    def modes(self) -> tuple[Mode, ...]:
        return tuple(mode for source in self for mode in source.modes)

    def get(self, source_id: str) -> Source | None:
        return next((source for source in self if source.id == source_id), None)

    def of_mode(self, mode: str) -> Source | None:
        """The source of a mode; None for a mode that this program does not know."""
        return self._of_mode.get(mode)

    def of_phone(self, provenance: str | None) -> Source | None:
        """Who has verified a phone number of this provenance; None for nobody, or not a source."""
        return next((source for source in self if provenance in source.phones), None)

    def _problems(self) -> Iterator[str]:
        names = [source.id for source in self]
        claims = [claim.name for source in self for claim in source.claims]
        for name, count in Counter([*names, *(mode.id for mode in self.modes), *claims]).items():
            if count > 1:
                yield f"{name} is declared twice"
        for source in self:
            if not (source.id.isascii() and source.id.isalnum() and len(source.id) <= 16):
                yield f"{source.id} is not a source's id: use up to 16 small letters and digits"
            yield from _namespace_problems(source)


def options_of_all(modes: Iterable[Mode]) -> tuple[Field, ...]:
    """What some mode or other lets an administrator choose, each name once."""
    return tuple({one.name: one for mode in modes for one in mode.options}.values())


def _namespace_problems(source: Source) -> Iterator[str]:
    own, shared = source.keys.own, source.keys.shared
    for namespace in filter(None, (own, shared)):
        if not re.match(rf"{source.id}:[a-z-]+:", namespace):
            yield f"the namespace {namespace} does not begin with {source.id}: and a word"
    if is_shared(own) or (shared and not is_shared(shared)):
        yield f"the namespaces of {source.id} do not tell which of them is shared"
