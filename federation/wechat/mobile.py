"""``wechat-mobile``: a native app asks WeChat's SDK (``SendAuth``) and hands over the code."""

from collections.abc import Mapping

from federation.connections import Connection
from federation.identity import Identity
from federation.upstreams import Codes
from federation.wechat.client import WeChatClient
from federation.wechat.user_oauth import sign_in

SCOPE = "snsapi_userinfo"


class MobileApp:
    """Exchanges the SDK's code with the mobile app's own credential."""

    def __init__(self, client: WeChatClient) -> None:
        self._client = client

    def exchange(self, connection: Connection, codes: Codes) -> Identity:
        """Two calls to WeChat: who it is, and what they show. There is no phone number here."""
        return sign_in(self._client, connection, codes.code)

    def send_auth_parameters(
        self,
        connection: Connection,  # noqa: ARG002
        state: str,
        *,
        fresh: bool = False,
    ) -> Mapping[str, str | bool]:
        """What the app gives to ``SendAuth.Req``.

        ``non_automatic`` is WeChat's ``nonAutomatic`` (Android, HarmonyOS) and ``nonautomatic``
        (iOS): without it WeChat may agree silently for somebody it knows.
        """
        return {"scope": SCOPE, "state": state, "non_automatic": fresh}
