"""Registration documents (RFC 7591): from a file, from options, and back for people to read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TextIO

from app.management.cli.command import Refusal, refuse, sentences
from app.management.cli.deployment import provider
from app.management.services import records
from app.management.services.clients import metadata_of
from app.management.services.refusals import refusal_of
from oidc.clients.client import Client
from oidc.clients.metadata_parsing import ClientMetadata, InvalidMetadata
from oidc.clients.secrets import needs_secret

MINIMUM_SECRET = 16
"""Characters: a shorter one could be guessed, since only its digest protects it."""

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Wanted:
    """A client to be added; the id and the secret are given only where it had them before."""

    metadata: ClientMetadata
    client_id: str | None = None
    secret: str | None = field(default=None, repr=False)


def read_file(file: TextIO) -> list[Document]:
    """One document, or a JSON list of them."""
    try:
        content = json.load(file)
    except ValueError as error:
        refuse(f"{file.name} is not JSON: {error}.")
    documents = content if isinstance(content, list) else [content]
    if not documents or not all(isinstance(document, dict) for document in documents):
        refuse(f"{file.name} must hold a JSON object, or a list of them.")
    return documents


def read_wanted(documents: list[Document]) -> list[Wanted]:
    """The clients that documents ask for; ``client_id`` and ``client_secret`` are kept.

    :raises Refusal: with every problem of every document.
    """
    wanted: list[Wanted] = []
    problems: list[str] = []
    for number, document in enumerate(documents, 1):
        try:
            metadata = metadata_of(provider(), document)
        except InvalidMetadata as error:
            found = sentences(refusal_of(error))
        else:
            one = Wanted(metadata, document.get("client_id"), document.get("client_secret"))
            found = _problems(one)
            wanted.append(one)
        which = f"Document {number}: " if len(documents) > 1 else ""
        problems += [which + problem for problem in found]
    if problems:
        raise Refusal(problems)
    return wanted


def document(client: Client, secret: str | None = None) -> dict[str, Any]:
    """The client as in a registration response, with our own switches."""
    never_ends = {"client_secret_expires_at": 0} if secret else {}
    return {**records.client(client, secret), **never_ends}


def _problems(wanted: Wanted) -> list[str]:
    client_id, secret = wanted.client_id, wanted.secret
    checks = (
        (
            client_id is None or _is_ascii(client_id, 1, 128, "!"),
            "client_id must be 1 to 128 ASCII characters without spaces.",
        ),
        (
            secret is None or _is_ascii(secret, MINIMUM_SECRET, 512, " "),
            f"client_secret must be {MINIMUM_SECRET} to 512 ASCII characters.",
        ),
        (
            secret is None or needs_secret(wanted.metadata),
            "client_secret must not be given: the client authenticates without one.",
        ),
    )
    return [problem for holds, problem in checks if not holds]


def _is_ascii(value: object, least: int, most: int, first: str) -> bool:
    """Printable characters from ``first`` on (RFC 6749 appendix A.1 and A.2)."""
    return (
        isinstance(value, str)
        and least <= len(value) <= most
        and all(first <= character <= "~" for character in value)
    )
