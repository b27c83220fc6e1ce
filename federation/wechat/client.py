"""What every WeChat upstream works with: the way to WeChat, the server tokens and the time."""

from federation.ports import Clock
from federation.wechat.server_tokens import ServerTokens
from federation.wechat.settings import WeChatSettings
from federation.wechat.transport import Transport


class WeChatClient:
    """Built once per process and shared by all upstreams and threads."""

    def __init__(self, settings: WeChatSettings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.transport = Transport(settings)
        self.tokens = ServerTokens(self.transport, clock)
