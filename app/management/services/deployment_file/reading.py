"""YAML with the line of each value. A name that stands twice and an alias are refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from app.management.services.deployment_file.fault import Fault, Faulty, Place

LARGEST = 4 * 1024 * 1024
"""Characters of a file."""


@dataclass(frozen=True)
class Document:
    """:param lines: of each value, by its place; of a member where its name stands."""

    content: Any
    lines: Mapping[Place, int]

    def fault(self, place: Place, message: str) -> Fault:
        """With the line of the place, or of what it would stand in."""
        known = place
        while known not in self.lines and known:
            known = known[:-1]
        return Fault(place, self.lines.get(known, 1), message)


def read(text: str) -> Document:
    """:raises Faulty: it is no YAML, too large, or says something twice."""
    if len(text) > LARGEST:
        raise Faulty([Fault((), 1, f"a file has at most {LARGEST} characters")])
    try:
        if alias := next((each for each in yaml.parse(text) if _is_alias(each)), None):
            raise Faulty([Fault((), _line(alias), "write it out: aliases are not read")])
        root = yaml.compose(text, yaml.SafeLoader)
        reading = _Reading()
        content = reading.value(root, ()) if root is not None else {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        said = getattr(error, "problem", None) or "this cannot be read"
        raise Faulty(
            [Fault((), mark.line + 1 if mark else 1, f"this cannot be read as YAML: {said}")]
        ) from error
    if reading.faults:
        raise Faulty(reading.faults)
    return Document(content, reading.lines)


def _is_alias(event: yaml.Event) -> bool:
    return isinstance(event, yaml.AliasEvent)


def _line(marked: Any) -> int:
    return int(marked.start_mark.line) + 1


class _Reading:
    def __init__(self) -> None:
        self.lines: dict[Place, int] = {(): 1}
        self.faults: list[Fault] = []
        self._loader = yaml.SafeLoader("")

    def value(self, node: yaml.Node, place: Place) -> Any:
        self.lines.setdefault(place, _line(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(one, (*place, n)) for n, one in enumerate(node.value)]
        return self._loader.construct_object(node)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name in found:
                self.faults.append(Fault((*place, name), _line(key), "stands here twice"))
            self.lines[(*place, name)] = _line(key)
            found[name] = self.value(value, (*place, name))
        return found
