"""``wechat-official``: the page is open inside WeChat's browser (``connect/oauth2/authorize``)."""

from federation.connections import Connection
from federation.identity import Identity
from federation.upstreams import Departure, Returned
from federation.wechat.authorize_pages import authorize_page
from federation.wechat.client import WeChatClient
from federation.wechat.user_oauth import sign_in

USERINFO, BASE = "snsapi_userinfo", "snsapi_base"


class OfficialAccount:
    """The official account's page authorization. It only works inside WeChat."""

    def __init__(self, client: WeChatClient) -> None:
        self._client = client

    def login_url(self, connection: Connection, departure: Departure) -> str:
        """WeChat's consent page, in its own language; silent with ``snsapi_base``, which brings an
        OpenID alone, where ``snsapi_userinfo`` brings the UnionID too.
        """
        app = connection.usable_credential()
        page = authorize_page(
            self._client,
            "/connect/oauth2/authorize",
            app.id,
            departure,
            connection.options.get("scope") or USERINFO,
        )
        return f"{page}#wechat_redirect"

    def finish(self, connection: Connection, returned: Returned) -> Identity:
        """The person who agreed. Raises ``SnapshotRefused`` for WeChat's virtual visitors."""
        return sign_in(self._client, connection, returned.code)
