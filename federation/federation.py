"""The front door of the package: everything that the application asks of federation."""

from federation.catalog import UPSTREAMS
from federation.connection_store import ConnectionStore
from federation.connections import Connection
from federation.ports import Cipher, Clock
from federation.push import PushReceiver
from federation.ticket_store import TicketStore
from federation.upstreams import Upstream
from federation.wechat.client import WeChatClient
from federation.wechat.credential_check import check_credential
from federation.wechat.settings import WeChatSettings
from federation.wechat_app_store import WeChatAppStore
from federation.wechat_apps import WeChatApp


class Federation:
    """Built once by the application; safe to share between threads.

    The stores and the desks take the caller's database session and never commit. The
    upstreams never take one: let go of the database before calling them.
    """

    def __init__(self, settings: WeChatSettings, cipher: Cipher, clock: Clock) -> None:
        self.settings = settings
        self.wechat_apps = WeChatAppStore(cipher, clock)
        self.connections = ConnectionStore(self.wechat_apps, clock)
        self.tickets = TicketStore(cipher, clock)
        self.pushes = PushReceiver(self.wechat_apps, clock)
        self._wechat = WeChatClient(settings, clock)
        self._upstreams = {mode: build(self._wechat) for mode, build in UPSTREAMS.items()}

    def upstream(self, connection: Connection) -> Upstream:
        """The implementation of a connection's mode; ask ``isinstance`` for its capabilities."""
        return self._upstreams[connection.mode]

    def check_credential(self, app: WeChatApp) -> None:
        """Asks WeChat whether it takes a credential; one call, nobody signs in.

        Raises ``Misconfigured`` (its ``errcode`` says why) or ``Unavailable``.
        """
        check_credential(self._wechat, app)

    def reach(self) -> str | None:
        """Why WeChat's servers cannot be spoken to from here; None when they answer."""
        return self._wechat.transport.reach()
