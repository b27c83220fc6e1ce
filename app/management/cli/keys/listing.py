"""``keys list``: every key, what it does now, and what still depends on it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import provider, session
from app.management.cli.tables import moment, print_table
from oidc.keys.maintenance import HINTED, dependents, longest_life, substituted
from oidc.keys.store import KeyState

NAMED = 5
"""Applications that are named in the table; with ``--json`` all are."""


@dataclass(frozen=True, slots=True)
class Need:
    """Why a key is still there.

    :param dropped: its algorithm is not in ``QIAO_SIGNING_ALGORITHMS``.
    :param clients: those under the FAPI 2.0 profile that it is kept signing for although it is
        dropped, as no other algorithm would do for them.
    :param registered: those that had registered it, for whom another one signs now.
    :param until: when the last that a retired key signed is dead, in seconds since the epoch.
    """

    dropped: bool = False
    clients: tuple[str, ...] = ()
    registered: tuple[str, ...] = ()
    until: int | None = None


@command("list")
@as_json
def list_keys(as_json: bool) -> None:
    """List signing keys: next (published, signs later), active, retired (still published).

    NEEDED BY says what a key waits for that is retired, or whose algorithm is not in
    QIAO_SIGNING_ALGORITHMS any more: tokens that are valid; and which applications registered it.
    """
    needs = _needs(provider().keys.states(session()))
    if as_json:
        print_json([{**asdict(key), **asdict(need)} for key, need in needs])
        return
    rows = [
        (
            key.kid,
            key.alg,
            key.state,
            moment(key.created_at),
            moment(key.activated_at),
            moment(key.retired_at),
            _sentence(key, need),
        )
        for key, need in needs
    ]
    headings = ("KID", "ALG", "STATE", "PUBLISHED", "SIGNS SINCE", "RETIRED", "NEEDED BY")
    print_table(headings, rows, "There are no keys yet; the first sign-in makes one.")


def _needs(states: list[KeyState]) -> list[tuple[KeyState, Need]]:
    known = provider().settings.signing_algorithms
    needed: Mapping[str, list[str]] = {}
    registered: Mapping[str, list[str]] = {}
    if any(key.alg not in known for key in states):
        needed = dependents(session(), provider().clients)
        registered = substituted(session(), provider().clients)
    kept = max(HINTED, longest_life(session(), provider().clients, provider().settings))
    needs = []
    for key in states:
        until = None if key.retired_at is None else key.retired_at + kept
        if key.alg in known:
            need = Need(until=until)
        else:
            clients = () if until else tuple(needed.get(key.alg, ()))
            need = Need(True, clients, tuple(registered.get(key.alg, ())), until)
        needs.append((key, need))
    return needs


def _sentence(key: KeyState, need: Need) -> str:
    if need.until is not None:
        needed = f"what it signed, until {moment(need.until)}"
    elif not need.dropped:
        needed = ""
    elif need.clients:
        needed = f"{_named(need.clients)} (FAPI 2.0 leaves them nothing else)"
    else:
        needed = "what it signed; retires by itself within the hour"
    if not need.registered:
        return needed
    return f"{needed}; {_named(need.registered)} registered {key.alg}, another one signs for them"


def _named(clients: Sequence[str]) -> str:
    more = len(clients) - NAMED
    return ", ".join(clients[:NAMED]) + (f" and {more} more" if more > 0 else "")
