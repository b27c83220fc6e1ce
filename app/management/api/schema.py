"""Shapes of bodies and answers: written once, as JSON Schema, to document and to check by.

OpenAPI 3.1 takes JSON Schema as it is. A record is described once, member by member; what can be
sent to create it, what can be sent to change it, and what is told are computed from that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]
Use = Literal["both", "told", "once", "secret", "changed"]

NO_CONTROLS = r"^[^\u0000-\u001f\u007f]*$"
MOST = 2**31 - 1

FLAG: Json = {"type": "boolean"}
MOMENT: Json = {"type": "integer", "minimum": 0, "description": "Seconds since the epoch."}


def text(most: int = 255, *, least: int = 0, pattern: str = NO_CONTROLS) -> Json:
    """A string of so many characters; without control characters unless told otherwise."""
    return {"type": "string", "minLength": least, "maxLength": most, "pattern": pattern}


def number(least: int = 0, most: int = MOST) -> Json:
    return {"type": "integer", "minimum": least, "maximum": most}


def one_of(*values: str) -> Json:
    return {"type": "string", "enum": list(values)}


def list_of(item: Json, most: int | None = None) -> Json:
    return {"type": "array", "items": item} | ({"maxItems": most} if most else {})


def or_null(schema: Json) -> Json:
    """The same, or null."""
    if "enum" in schema:
        return {**schema, "type": [schema["type"], "null"], "enum": [*schema["enum"], None]}
    return {**schema, "type": [schema["type"], "null"]}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def closed(properties: Mapping[str, Json], required: tuple[str, ...] = ()) -> Json:
    """An object with these members and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def page_of(name: str) -> Json:
    """A page of a list: ``next`` is what to send as ``after``, null on the last page."""
    return closed({"items": list_of(ref(name)), "next": or_null(text(300))}, ("items", "next"))


@dataclass(frozen=True)
class Member:
    """One member of a record.

    :param use: ``both`` ways; ``told`` only; sent ``once``, when the record is made, and told;
        ``secret``: sent and never told; ``changed``: told, and sent only to change it.
    :param needed: must be sent to make the record.
    :param nullable: null stands for "none"; sent in a change it takes the value away.
    """

    name: str
    schema: Json
    use: Use = "both"
    needed: bool = False
    nullable: bool = False
    about: str = ""

    @property
    def described(self) -> Json:
        schema = or_null(self.schema) if self.nullable else self.schema
        return {**schema, "description": self.about} if self.about else schema


@dataclass(frozen=True)
class Record:
    """A resource, from which three schemas follow."""

    name: str
    members: tuple[Member, ...]

    def told(self) -> Json:
        """What is answered: every member, always."""
        shown = [member for member in self.members if member.use != "secret"]
        names = tuple(member.name for member in shown)
        return closed({member.name: member.described for member in shown}, names)

    def made(self) -> Json:
        """What is sent to make one."""
        sent = [member for member in self.members if member.use not in ("told", "changed")]
        needed = tuple(member.name for member in sent if member.needed)
        return closed({member.name: member.described for member in sent}, needed)

    def changed(self) -> Json:
        """What is sent to change one; what is left out stays (RFC 7396)."""
        sent = [member for member in self.members if member.use not in ("told", "once")]
        return {**closed({member.name: member.described for member in sent}), "minProperties": 1}

    def schemas(self) -> dict[str, Json]:
        return {
            self.name: self.told(),
            f"{self.name}New": self.made(),
            f"{self.name}Change": self.changed(),
        }
