"""Two accounts beside one another, with what one decides by whether they are one person."""

from dataclasses import dataclass

from app.accounts.records import directory, linking
from app.accounts.records.directory import AccountView
from app.accounts.records.linking import LinkedSource
from app.audit.trail import Event, Filter, page
from app.management.services import records
from app.management.services.actor import Actor
from app.management.services.records import Record
from oidc.logout import withdrawal

SIGN_INS = 20
"""How many sign-ins of each are looked at for devices and places."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the accounts.

    :param last_sign_in: Unix seconds; None for nobody who ever came.
    :param devices: such as "Chrome · Windows", with the addresses that they came from; the one used
        last first.
    :param applications: ids of those that may know something of the person.
    """

    account: AccountView
    identities: tuple[LinkedSource, ...]
    last_sign_in: int | None
    devices: tuple[str, ...]
    addresses: tuple[str, ...]
    applications: tuple[str, ...]

    @property
    def connections(self) -> tuple[str, ...]:
        """By which connections the person has come."""
        found = (one.connection_id for one in self.identities if one.connection_id)
        return tuple(dict.fromkeys(found))


def side(actor: Actor, account_id: str) -> Side | None:
    """All that there is to compare of an account; None where there is none of this id."""
    account = directory.get(actor.session, account_id)
    if account is None:
        return None
    wanted = Filter(subject=account_id, kind="sign_in.succeeded")
    events = page(actor.session, wanted, limit=SIGN_INS)
    identities = tuple(linking.sources_of(actor.session, account_id))
    known = withdrawal.accesses_of(actor.session, account_id, actor.clock())
    return Side(
        account,
        identities,
        _last(account, events, identities),
        tuple(dict.fromkeys(one.device for one in events if one.device)),
        tuple(dict.fromkeys(one.address for one in events if one.address)),
        tuple(access.client_id for access in known),
    )


def sides(actor: Actor, *account_ids: str | None) -> list[Side]:
    """The accounts that there are among these."""
    found = (side(actor, one) for one in account_ids if one)
    return [one for one in found if one is not None]


def record(one: Side) -> Record:
    """What is told of it, by the API and with ``--json``."""
    told = records.account(one.account)
    plain = ("sub", "name", "phone", "email", "username", "created_at", "disabled_at")
    return {name: told[name] for name in plain} | {
        "sources": [records.source(each) for each in one.identities],
        "last_sign_in": one.last_sign_in,
        "devices": list(one.devices),
        "addresses": list(one.addresses),
        "applications": list(one.applications),
    }


def _last(
    account: AccountView, events: list[Event], identities: tuple[LinkedSource, ...]
) -> int | None:
    """As the account has it, or by the log or an identity where it is older than that."""
    moments = [event.time for event in events[:1]] + [one.last_seen for one in identities]
    return max([*moments, account.last_sign_in or 0]) or None
