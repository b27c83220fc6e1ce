"""What an operation of the API is: a row of the list that routes and document come from."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.management.api.problems import ApiProblem, Problem, VersionConflict
from app.management.api.routes import ROUTES
from app.management.api.schema import Json
from app.management.services.actor import Actor
from app.management.services.own_api import READ, WRITE
from federation import Federation
from oidc.clock import Clock
from oidc.provider import Provider

IF_MATCH: Json = {"type": "string", "pattern": r'^(\*|(W/)?"[0-9]{1,10}")$'}
MOST_BYTES = 64 * 1024
"""Of a body, unless an operation says otherwise."""


@dataclass(frozen=True)
class Call:
    """One request that may be served, all of it checked.

    :param version: what ``If-Match`` names: versions, ``("*",)`` for any, None where not wanted.
    """

    provider: Provider
    federation: Federation
    session: Session
    client_id: str
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Json
    versions: tuple[str, ...] = ()

    @property
    def clock(self) -> Clock:
        return self.provider.clock

    @property
    def actor(self) -> Actor:
        """The client that calls; the trail's column for its name has 64 characters."""
        name = f"client:{self.client_id}"[:64]
        return Actor(self.provider, self.federation, self.session, name)

    def demand_version(self, version: int) -> None:
        """Goes on only with what the caller has seen.

        :raises VersionConflict: the record is at another version.
        """
        if "*" not in self.versions and str(version) not in self.versions:
            raise VersionConflict


@dataclass(frozen=True)
class Answer:
    """:param value: the JSON value; None for an empty answer.

    :param version: becomes the ETag.
    :param location: path of what was made.
    """

    value: Any = None
    version: int | None = None
    location: str | None = None


@dataclass(frozen=True)
class Parameter:
    """A parameter of the query."""

    name: str
    schema: Json
    about: str
    needed: bool = False


View = Callable[[Call], Answer]
Check = Callable[[Call], Iterator[Problem]]


@dataclass(frozen=True)
class Operation:
    """One method of one path, which the routes give to its ``name``.

    :param answer: name of the schema of the answer; None where it is empty (204).
    :param body: name of the schema of the body.
    :param check: what else is wrong with a body that departs from its schema, so that all
        problems are told at once.
    :param versioned: answers with an ETag; a change must send it back in ``If-Match``.
    :param fails: further statuses than those that every operation has.
    :param most_bytes: of the body.
    """

    name: str
    about: str
    view: View = field(repr=False)
    answer: str | None = None
    status: int = 200
    body: str | None = None
    body_needed: bool = True
    query: tuple[Parameter, ...] = ()
    check: Check | None = field(default=None, repr=False)
    versioned: bool = False
    fails: tuple[int, ...] = ()
    most_bytes: int = MOST_BYTES

    @property
    def method(self) -> str:
        return ROUTES[self.name][0]

    @property
    def path(self) -> str:
        return ROUTES[self.name][1]

    @property
    def scope(self) -> str:
        return READ if self.method == "GET" else WRITE

    @property
    def wants_version(self) -> bool:
        return self.versioned and self.method in ("PUT", "PATCH")

    @property
    def tag(self) -> str:
        return self.path.split("/")[1]


class Unversioned(ApiProblem):
    def __init__(self) -> None:
        hint = 'Send If-Match with the ETag of what you read, such as "3", or * to overwrite.'
        super().__init__("precondition_required", hint)
