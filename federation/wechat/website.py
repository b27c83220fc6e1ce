"""``wechat-website``: a desktop browser shows WeChat's own QR page (``connect/qrconnect``)."""

from federation.connections import Connection
from federation.identity import Identity
from federation.upstreams import Departure, Returned
from federation.wechat.authorize_pages import authorize_page
from federation.wechat.client import WeChatClient
from federation.wechat.user_oauth import sign_in


class Website:
    """The website app's QR login. The host of ``redirect_uri`` must be registered at WeChat."""

    def __init__(self, client: WeChatClient) -> None:
        self._client = client

    def login_url(self, connection: Connection, departure: Departure) -> str:
        """WeChat's QR page, in the person's language as far as WeChat has it (Chinese, English)."""
        app = connection.usable_credential()
        page = authorize_page(self._client, "/connect/qrconnect", app.id, departure, "snsapi_login")
        language = "cn" if departure.locale.lower().startswith("zh") else "en"
        return f"{page}&lang={language}#wechat_redirect"

    def finish(self, connection: Connection, returned: Returned) -> Identity:
        """The person who scanned. Two calls to WeChat."""
        return sign_in(self._client, connection, returned.code)
