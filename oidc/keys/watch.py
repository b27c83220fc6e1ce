"""Keeps the key set up to date beside the requests for it, which must not wait for a database."""

import logging
import threading

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from oidc.database.driver_statement import AnySession
from oidc.keys.maintenance import KeyMaintenance
from oidc.keys.store import KeyStore

log = logging.getLogger(__name__)

A_MOMENT = 0.25
"""Seconds that a request waits for news; without them it is answered with what was known."""
CHANGED = 5.0
"""The same where this process itself has changed a key."""


class KeyWatch:
    """Looks at the keys when it is time, in a thread of its own; safe for threads."""

    def __init__(self, keys: KeyStore, maintenance: KeyMaintenance) -> None:
        self._keys = keys
        self._maintenance = maintenance
        self._looking = threading.Lock()

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to look at for now."""
        return self._keys.is_fresh and not self._maintenance.is_due

    def look(self, session: AnySession) -> None:
        """Has the keys looked after and read anew, once there are some.

        :param session: names the database, and is used itself while no key is known.
        """
        if self._keys.published is None:
            self._maintenance.run_if_due(session)
            return
        if self.is_idle or not self._looking.acquire(blocking=False):
            return
        patience = CHANGED if self._keys.is_forgotten else A_MOMENT
        looking = threading.Thread(
            target=self._look, args=(session.get_bind().engine,), name="keys", daemon=True
        )
        looking.start()
        looking.join(patience)

    def _look(self, engine: Engine) -> None:
        try:
            with Session(engine) as own:
                self._maintenance.run_if_due(own)
                if not self._keys.is_fresh:
                    self._keys.refresh(own)
        except (DBAPIError, PoolTimeout) as error:
            log.warning("the keys could not be looked at: %s", type(error).__name__)
        finally:
            if not self._keys.is_fresh:
                self._keys.put_off()
            self._looking.release()
