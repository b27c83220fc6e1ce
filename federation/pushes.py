"""What a source tells of its own accord: that something of a person has to be forgotten here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy.orm import Session

from federation.identity import ExternalKey


@dataclass(frozen=True)
class Withdrawal:
    """What a person, or the source in their stead, takes back.

    :param key: the source's own name of the person; None where it did not say whose it is.
    :param profile: name and picture that came from the source. :param phone: the number.
    :param identity: this way in, with all that rests on it.
    :param person: every way in that is the same person at the source: they have left it.
    :param told: what goes into the audit trail, in the source's words; no secrets.
    """

    key: ExternalKey | None
    profile: bool = False
    phone: bool = False
    identity: bool = False
    person: bool = False
    told: Mapping[str, str] = field(default_factory=dict)


class PushReceiver(Protocol):
    """Believes pushes of a source, or does not. It flushes and never commits.

    Implement ``receive`` so that a push is handled once: a repeated one raises ``PushReplayed``.
    Whatever is not certainly the source's raises ``PushRefused``.
    """

    def answer_check(
        self, session: Session, credential_id: str, query: Mapping[str, str]
    ) -> str: ...

    def receive(
        self, session: Session, credential_id: str, query: Mapping[str, str], body: bytes
    ) -> Withdrawal | None:
        """What is to be forgotten; None for a push that does not concern us."""
        ...

    def prune(self, session: Session, limit: int = 1000) -> int:
        """Forgets at most ``limit`` notes of pushes that are too old to be repeated."""
        ...
