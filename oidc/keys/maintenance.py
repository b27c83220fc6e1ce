"""Moves signing keys on by age, by whichever node gets to it first, beside the traffic.

Nothing waits for it: it runs at most once a minute in each process, when the key set is read or by
the worker of the server, in a transaction of its own. Two nodes at once make one next key, since a
key's slot is unique; the one that comes second finds nothing to do.
"""

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError

from oidc.clients.client import Client, ClientStore
from oidc.clock import Clock, ages_of
from oidc.database.driver_statement import AnySession
from oidc.database.statements import transaction_of_its_own
from oidc.keys.rotation import Pace, RotationStep, rotate
from oidc.keys.store import KeyState, KeyStore
from oidc.settings import ProviderSettings

log = logging.getLogger(__name__)

EVERY = 60
"""Seconds between two looks of one process."""
SETTLED = 3600
"""Seconds after which every node has the settings that this one has."""
HINTED = 30 * 86400
"""Seconds: ID tokens come back as hints long after they have expired."""


class KeyMaintenance:
    """Publishes, activates and removes keys when it is time."""

    def __init__(
        self, settings: ProviderSettings, keys: KeyStore, clients: ClientStore, clock: Clock
    ) -> None:
        self._settings = settings
        self._keys = keys
        self._clients = clients
        self._clock = clock
        self._ages = ages_of(clock)
        self._looked_at: int | None = None
        self._looking = threading.Lock()

    def run_if_due(self, session: AnySession) -> list[RotationStep]:
        """What was moved; nothing when another thread or the last minute has seen to it.

        :param session: only names the database; the work has a transaction of its own.
        """
        if not self.is_due or not self._looking.acquire(blocking=False):
            return []
        try:
            self._looked_at = self._ages()
            with transaction_of_its_own(session) as own:
                moved = self._moved(own)
            self._keys.forget()
            return moved
        except DBAPIError as error:
            # Another node was at the same keys, or the database is away: in a minute again.
            foreseen = isinstance(error, OperationalError | InterfaceError | IntegrityError)
            told = "signing keys were not looked after this time: %s"
            log.warning(told, type(error.orig).__name__, exc_info=None if foreseen else error)
            return []
        finally:
            self._looking.release()

    @property
    def is_due(self) -> bool:
        looked_at = self._looked_at
        return looked_at is None or self._ages() - looked_at >= EVERY

    def _moved(self, own: AnySession) -> list[RotationStep]:
        now = self._clock()
        pace = Pace(self._settings.key_rotation_age, self._settings.key_publish_ahead)
        states = self._keys.states(own)
        steps = [
            rotate(self._keys, own, alg, now, pace, by_age=True)
            for alg in sorted({key.alg for key in states} & set(self._settings.signing_algorithms))
        ]
        retire_dropped(own, self._keys, self._clients, self._settings, now)
        self._remove_dead(own, states, now)
        moved = [step for step in steps if step.kid and step.move in ("publish", "activate")]
        for step in moved:
            log.info("signing key %s (%s): %s", step.kid, step.alg, step.move)
        return moved

    def _remove_dead(self, own: AnySession, states: list[KeyState], now: int) -> None:
        """A retired key goes when nothing that it has signed is alive."""
        oldest = min((key.retired_at for key in states if key.retired_at is not None), default=now)
        if now - oldest > HINTED:
            kept = max(HINTED, longest_life(own, self._clients, self._settings))
            self._keys.remove_retired(own, now - kept)


def retire_dropped(
    session: AnySession,
    keys: KeyStore,
    clients: ClientStore,
    settings: ProviderSettings,
    now: int,
) -> list[str]:
    """Ends the signing of algorithms that this deployment has dropped; their ``kid``.

    A young key is left alone: a node of before the change may be making it. So is one that a client
    under the FAPI 2.0 profile is left with.
    """
    dropped = {
        key.alg
        for key in keys.states(session)
        if key.state == "active"
        and key.alg not in settings.signing_algorithms
        and now - key.created_at >= SETTLED
    }
    if not dropped:
        return []
    needed = dependents(session, clients)
    gone = [keys.retire(session, alg) for alg in sorted(dropped - needed.keys())]
    return [kid for kid in gone if kid is not None]


def dependents(session: AnySession, clients: ClientStore) -> Mapping[str, list[str]]:
    """By algorithm, the clients that we sign for with it."""
    return _by_algorithm((each, each.metadata.signed_with) for each in _all(session, clients))


def substituted(session: AnySession, clients: ClientStore) -> Mapping[str, list[str]]:
    """By algorithm that was dropped, the clients that had registered it."""
    return _by_algorithm((each, each.dropped) for each in _all(session, clients))


def _by_algorithm(known: Iterable[tuple[Client, Iterable[str]]]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for client, algorithms in known:
        for alg in algorithms:
            found.setdefault(alg, []).append(client.client_id)
    return found


def longest_life(session: AnySession, clients: ClientStore, settings: ProviderSettings) -> int:
    """Seconds that a signed token of any client may live."""
    lives = [settings.id_token_lifetime, settings.access_token_lifetime]
    for client in _all(session, clients):
        lives += [
            client.metadata.id_token_lifetime or 0,
            client.metadata.access_token_lifetime or 0,
        ]
    return max(lives)


def _all(session: AnySession, clients: ClientStore) -> Iterator[Client]:
    page = clients.page(session)
    while page:
        yield from page
        page = clients.page(session, after=page[-1].client_id)
