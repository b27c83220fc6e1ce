"""The front door of the package: everything that the application asks of federation."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from federation.catalog import SOURCES
from federation.connection_store import ConnectionStore
from federation.connections import Connection
from federation.credential_store import CredentialStore, CredentialStores
from federation.credentials import Credential
from federation.observers import Observers
from federation.ports import Cipher, Clock, NoWeb, Web
from federation.pushes import PushReceiver
from federation.source import Quota, Source, Surroundings
from federation.sources import Sources
from federation.ticket_store import TicketStore
from federation.upstreams import Upstream


class Federation:
    """Built once by the application; safe to share between threads.

    The stores and the desks take the caller's database session and never commit. The
    upstreams never take one: let go of the database before calling them.

    :param settings: what the deployment has set for a source, by its id.
    """

    def __init__(
        self,
        cipher: Cipher,
        clock: Clock,
        settings: Mapping[str, Any] | None = None,
        sources: Iterable[Source] = SOURCES,
        ages: Clock | None = None,
        web: Web | None = None,
    ) -> None:
        """:param ages: tells how long ago something was; the clock itself when left out.
        :param web: the way to servers whose addresses administrators enter; none when left out.
        """
        ages = ages or clock
        self.settings = settings or {}
        self.sources = Sources(sources)
        stores = {source.id: CredentialStore(source, cipher, clock) for source in self.sources}
        self.credentials = CredentialStores(stores)
        self.connections = ConnectionStore(self.sources, self.credentials, clock, ages)
        self.observers = Observers()
        self.tickets = TicketStore(cipher, clock, self.observers)
        self.pushes: Mapping[str, PushReceiver] = {
            source.id: source.pushes(self.credentials.of(source.id), clock)
            for source in self.sources
            if source.pushes is not None
        }
        self._clients = {
            source.id: source.client(
                Surroundings(
                    clock, self.settings.get(source.id), ages, self.observers, web or NoWeb()
                )
            )
            for source in self.sources
        }
        self._upstreams = {
            mode.id: mode.upstream(self._clients[source.id])
            for source in self.sources
            for mode in source.modes
        }

    @property
    def sandboxed(self) -> list[Source]:
        """The sources that are sandboxes here: whoever comes by them may be anybody."""
        settings = self.settings
        return [one for one in self.sources if getattr(settings.get(one.id), "sandbox", False)]

    def upstream(self, connection: Connection) -> Upstream:
        """The implementation of a connection's mode; ask ``isinstance`` for its capabilities."""
        return cast(Upstream, self._upstreams[connection.mode])

    def check_credential(self, source: Source, credential: Credential) -> None:
        """Asks the source whether it takes a credential; nobody signs in.

        Raises ``Misconfigured`` (its ``code`` says why) or ``Unavailable``.
        """
        assert source.check_credential is not None
        source.check_credential(self._clients[source.id], credential)

    def quotas(self, source: Source, credential: Credential) -> list[Quota]:
        """What is left of what the source counts by the day; nothing where it does not say.

        Raises as :meth:`check_credential`.
        """
        return list(source.quotas(self._clients[source.id], credential)) if source.quotas else []

    def reach(self, source: Source) -> tuple[str, str | None] | None:
        """The address of a source's servers, and why they cannot be spoken to from here (None: they
        answer); None where the source does not say how to ask."""
        return source.reach(self._clients[source.id]) if source.reach is not None else None
