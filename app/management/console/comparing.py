"""Accounts beside one another, as a table: a row for each thing that one decides by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from app.management.console import desk, labels
from app.management.services.comparison import Side

Cell = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """:param cells: of each account the values, none where it has nothing.

    :param verdict: ``same``, ``differs``, ``shared`` (some of several), or empty where nothing
        can be said.
    """

    name: str
    cells: tuple[Cell, ...]
    verdict: str


def rows(sides: Sequence[Side]) -> list[Row]:
    """What is known of each, the most telling first."""
    told: tuple[tuple[str, Callable[[Side], Cell]], ...] = (
        (_("Name"), lambda one: _one(one.account.name)),
        (_("Phone"), lambda one: _phone(one)),
        (_("E-mail"), lambda one: _one(one.account.email)),
        (_("User name"), lambda one: _one(one.account.username)),
        (_("Identities"), _identities),
        (_("Shared names"), _shared),
        (_("Last sign-in"), lambda one: _one(labels.moment(one.last_sign_in))),
        (_("Devices"), lambda one: one.devices),
        (_("Addresses"), lambda one: one.addresses),
        (_("Applications"), _applications),
        (_("Created"), lambda one: _one(labels.moment(one.account.created_at))),
        (_("State"), _state),
    )
    made = (_row(name, cell, sides) for name, cell in told)
    return [row for row in made if any(row.cells)]


def _row(name: str, cell: Callable[[Side], Cell], sides: Sequence[Side]) -> Row:
    cells = tuple(cell(one) for one in sides)
    return Row(name, cells, "" if name in _untelling() else _verdict(cells))


def _untelling() -> tuple[str, ...]:
    """What says nothing about who it is, be it the same or not."""
    return (_("Last sign-in"), _("Created"), _("State"))


def _verdict(cells: tuple[Cell, ...]) -> str:
    """Nothing is said of one account alone, nor where one of them has nothing."""
    if len(cells) != 2 or not all(cells):
        return ""
    first, second = (set(cell) for cell in cells)
    if first == second:
        return "same"
    return "shared" if first & second else "differs"


def _one(value: str | None) -> Cell:
    return (value,) if value else ()


def _phone(one: Side) -> Cell:
    if not one.account.phone:
        return ()
    proven = _("verified") if one.account.phone_verified_at else _("not verified")
    return (f"{labels.phone(one.account.phone)} ({proven})",)


def _identities(one: Side) -> Cell:
    return tuple(f"{each.value} · {each.credential_id}" for each in one.identities)


def _shared(one: Side) -> Cell:
    return tuple(dict.fromkeys(each.shared_value for each in one.identities if each.shared_value))


def _applications(one: Side) -> Cell:
    store, session = desk.provider().clients, desk.session()
    known = (store.stored(session, client_id) for client_id in one.applications)
    return tuple(labels.application(client) for client in known if client is not None)


def _state(one: Side) -> Cell:
    if one.account.merged_into:
        return (_("merged"),)
    return (_("disabled"),) if one.account.disabled_at else (_("can sign in"),)
