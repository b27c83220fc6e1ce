"""What every WeChat upstream works with: the way to WeChat, the server tokens and the time."""

from federation.observers import Observers
from federation.ports import Clock
from federation.wechat.server_tokens import ServerTokens
from federation.wechat.settings import WeChatSettings
from federation.wechat.transport import Transport


class WeChatClient:
    """Built once per process and shared by all upstreams and threads."""

    def __init__(
        self,
        settings: WeChatSettings,
        clock: Clock,
        ages: Clock | None = None,
        observers: Observers | None = None,
    ) -> None:
        """:param ages: tells how long ago something was; the clock itself when left out."""
        self.settings = settings
        self.clock = clock
        self.transport = Transport(settings, observers)
        self.tokens = ServerTokens(self.transport, ages or clock)
