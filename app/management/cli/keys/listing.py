"""``keys list``: every key, what it does now, and what still depends on it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import provider, session
from app.management.cli.tables import moment, print_table
from oidc.keys.maintenance import HINTED, dependents, longest_life
from oidc.keys.store import KeyState

NAMED = 5
"""Applications that are named in the table; with ``--json`` all are."""


@dataclass(frozen=True, slots=True)
class Need:
    """Why a key is still there.

    :param dropped: its algorithm is not in ``QIAO_SIGNING_ALGORITHMS``.
    :param clients: those that it is kept signing for although it is dropped.
    :param until: when the last that a retired key signed is dead, in seconds since the epoch.
    """

    dropped: bool = False
    clients: tuple[str, ...] = ()
    until: int | None = None


@command("list")
@as_json
def list_keys(as_json: bool) -> None:
    """List signing keys: next (published, signs later), active, retired (still published).

    NEEDED BY says what a key waits for that is retired, or whose algorithm is not in
    QIAO_SIGNING_ALGORITHMS any more: applications that registered it, and tokens that are valid.
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
    registered: Mapping[str, list[str]] = {}
    if any(key.alg not in known for key in states):
        registered = dependents(session(), provider().clients)
    kept = max(HINTED, longest_life(session(), provider().clients, provider().settings))
    return [(key, _need(key, key.alg not in known, registered, kept)) for key in states]


def _need(key: KeyState, dropped: bool, registered: Mapping[str, list[str]], kept: int) -> Need:
    if key.retired_at is not None:
        return Need(dropped, until=key.retired_at + kept)
    return Need(dropped, tuple(registered.get(key.alg, ())) if dropped else ())


def _sentence(key: KeyState, need: Need) -> str:
    if need.until is not None:
        return f"what it signed, until {moment(need.until)}"
    if not need.dropped:
        return ""
    if not need.clients:
        return "nobody: retires by itself within the hour"
    more = len(need.clients) - NAMED
    named = ", ".join(need.clients[:NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"{named} (registered for {key.alg}, which is dropped)"
