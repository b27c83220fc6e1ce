"""Moving house: what a change of a source's program, or of whose names it shares, would cost."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.accounts.records import moving
from app.accounts.records.moving import Bridge, Move
from app.management.services.actor import Actor
from app.management.services.credentials import used_by
from federation import Credential, Source
from federation.errors import InvalidFields, Problem
from federation.fields import Field
from federation.translation import N_

MOST_LOST = 100
"""Accounts that are named at a time."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Nothing was changed.

    :param counts: people by what would find them again (`app.accounts.records.moving.BRIDGES`).
    :param lost: the first of the accounts that nobody could open any more.
    :param by_phone: connections of both that ask for the number and link by it.
    """

    counts: Mapping[Bridge, int]
    lost: tuple[str, ...]
    by_phone: tuple[str, ...]

    @property
    def people(self) -> int:
        return sum(self.counts.values())


def replacing(
    actor: Actor, source: Source, old: Credential, new: Credential, after: str = ""
) -> Preview:
    """What becomes of the people of ``old`` once ``new`` stands in its place.

    :param after: names the lost accounts that come after this one.
    :raises InvalidFields: they are one and the same, or of different kinds.
    """
    if old.id == new.id:
        raise InvalidFields([Problem("to", N_("Choose another one than that which goes."))])
    if old.kind != new.kind:
        raise InvalidFields([Problem("to", N_("Both must be of one kind."))])
    names = source.own_namespace(old)
    return _preview(actor, source, new, names, leaving=old, after=after)


def relabelling(
    actor: Actor, source: Source, known: Credential, values: Mapping[str, str], after: str = ""
) -> Preview:
    """What becomes of the people who are known by the shared name once it is another: the program
    has moved to another account of the source's console.

    :param values: what changes of the credential, such as its label.
    :raises InvalidFields: there is no shared name, or it stays.
    """
    before = source.shared_namespace(known)
    moved = replace(known, values={**known.values, **values})
    if before is None or before == source.shared_namespace(moved):
        raise InvalidFields([Problem("to", N_("The shared name stays as it is."))])
    return _preview(actor, source, moved, before, leaving=None, after=after)


def label_field(source: Source) -> Field | None:
    """The field that says whose names credentials share; None where they share none."""
    names = source.keys.shared
    return next((one for one in source.credentials.fields if f"{{{one.name}}}" in names), None)


def _preview(
    actor: Actor,
    source: Source,
    new: Credential,
    names: str,
    *,
    leaving: Credential | None,
    after: str,
) -> Preview:
    users = used_by(actor, source, new) + (used_by(actor, source, leaving) if leaving else [])
    linking = tuple(
        one.id
        for one in users
        if one.enabled and one.association == "phone" and one.phone != "never"
    )
    move = Move(
        people=names,
        own=source.own_namespace(new),
        shared=source.shared_namespace(new),
        by_phone=bool(linking),
        elsewhere=_elsewhere(actor, {new.id, leaving.id if leaving else new.id}),
    )
    lost = moving.lost(actor.session, move, MOST_LOST, after)
    return Preview(moving.count(actor.session, move), tuple(lost), linking)


def _elsewhere(actor: Actor, without: set[str]) -> tuple[str, ...]:
    """The names that enabled connections by other credentials know people by."""
    known = actor.federation.connections.all(actor.session)
    others = [one for one in known if one.enabled and one.credential.id not in without]
    return tuple({one.source.own_namespace(one.credential) for one in others})
