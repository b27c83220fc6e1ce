"""Who would still be known, and who would not, after a source's program gives way to another one.

Nothing is changed: it tells by which name each person would be found again at their next sign-in,
in the order of the rules (`app.accounts.identification.rules`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.identification.attempt import UNPROVEN_PHONES
from app.tables.people import ACCOUNT, EXTERNAL_KEY

Bridge = Literal["known", "shared", "phone", "other", "lost"]
BRIDGES: tuple[Bridge, ...] = ("known", "shared", "phone", "other", "lost")
"""Known by the new program already; found by the shared name; found by the verified phone number;
become somebody new there, but have another way into their account; have none."""


@dataclass(frozen=True, slots=True)
class Move:
    """From names to names; all are namespaces of external keys.

    :param people: whoever has a name here is asked about.
    :param own: the names of the new program. :param shared: the shared ones that come with them.
    :param by_phone: the new program's connections ask for the number and link by it.
    :param elsewhere: names that open an account without the old or the new program.
    """

    people: str
    own: str
    shared: str | None
    by_phone: bool
    elsewhere: tuple[str, ...] = ()


def count(session: Session, move: Move) -> Mapping[Bridge, int]:
    """How many people each bridge carries."""
    found = _people(move).subquery()
    query = select(found.c.bridge, func.count()).group_by(found.c.bridge)
    counted = {row[0]: row[1] for row in session.execute(query)}
    return {bridge: counted.get(bridge, 0) for bridge in BRIDGES}


def lost(session: Session, move: Move, limit: int, after: str = "") -> list[str]:
    """The ids of accounts that nobody could open any more, in their order."""
    found = _people(move).subquery()
    query = select(found.c.id).where(found.c.bridge == "lost", found.c.id > after)
    return list(session.scalars(query.order_by(found.c.id).limit(limit)))


def _people(move: Move) -> Select[Any]:
    """Each person once, with the first bridge that carries them."""
    bridge = case(
        (_has(move.own), "known"),
        (_has(move.shared) if move.shared else false(), "shared"),
        (_found_by_phone() if move.by_phone else false(), "phone"),
        (or_(ACCOUNT.c.password_hash.is_not(None), _has(*move.elsewhere)), "other"),
        else_="lost",
    )
    return select(ACCOUNT.c.id, bridge.label("bridge")).where(_has(move.people))


def _has(*namespaces: str) -> ColumnElement[bool]:
    """Whether the account has a name in one of them."""
    keys = EXTERNAL_KEY.alias()
    mine = keys.c.account_id == ACCOUNT.c.id
    return exists().where(mine, keys.c.namespace.in_(namespaces))


def _found_by_phone() -> ColumnElement[bool]:
    """The rule links where exactly one account has the number, by somebody's proof."""
    others = ACCOUNT.alias()
    shared = exists().where(
        others.c.phone == ACCOUNT.c.phone,
        others.c.id != ACCOUNT.c.id,
        others.c.phone_provenance.not_in(UNPROVEN_PHONES),
        others.c.merged_into.is_(None),
    )
    proven = ACCOUNT.c.phone_provenance.not_in(UNPROVEN_PHONES)
    return and_(ACCOUNT.c.phone.is_not(None), proven, ~shared)
