"""``wechat-miniprogram``: people sign in inside a mini program that we open for them."""

from collections.abc import Mapping
from typing import Any

from federation.connections import Connection
from federation.errors import Misconfigured, PhoneRequired, Unavailable
from federation.identity import Identity, VerifiedPhone
from federation.upstreams import Codes
from federation.wechat.client import WeChatClient
from federation.wechat.people import check_code, identity
from federation.wechat.phone import phone_number
from federation.wechat.refusals import check
from federation.wechat.transport import IMAGE_LIMIT, JSON_LIMIT, Answer

PAGE = "pages/login/index"
"""Where the mini program signs people in; no leading slash."""
LINK_LIFE = 600
"""Seconds that a link works; longer than a ticket, so that the page can say that it expired."""
_LAUNCH_TYPE = {"release": 0, "develop": 1, "trial": 2}


class MiniProgram:
    """Code exchange, phone number, and the codes and links that open the mini program."""

    def __init__(self, client: WeChatClient) -> None:
        self._client = client

    def exchange(self, connection: Connection, codes: Codes) -> Identity:
        """One call to WeChat, two with a phone code. Each code is sent once, never again."""
        app = connection.usable_credential()
        phone_code = codes.phone_code if connection.phone != "never" else None
        if connection.phone == "required" and not phone_code:
            raise PhoneRequired
        check_code(codes.code)
        if phone_code:
            check_code(phone_code)
        openid, unionid = self._who(connection, codes.code)
        phone: VerifiedPhone | None = None
        if phone_code:
            phone = phone_number(self._client, app, phone_code, codes.phone_kind, openid)
        return identity(app, openid, unionid, phone=phone)

    def code_image(self, connection: Connection, scene: str) -> bytes:
        """The mini-program code that carries ``scene`` (at most 32 characters), as an image."""
        body = {
            "scene": scene,
            "page": PAGE,
            # Only published pages can be checked for.
            "check_path": connection.options["env_version"] == "release",
            "env_version": connection.options["env_version"],
            "width": 430,
        }
        answer = self._post(connection, "/wxa/getwxacodeunlimit", body, limit=IMAGE_LIMIT)
        if not answer.image:
            raise Unavailable("getwxacodeunlimit: no image")
        return answer.image

    def url_link(self, connection: Connection, query: str) -> str:
        """An https link that opens the mini program from a phone's browser for ten minutes."""
        body = {
            "path": PAGE,
            "query": query,
            "env_version": connection.options["env_version"],
            **self._expiry(),
        }
        return self._link(self._post(connection, "/wxa/generate_urllink", body), "url_link")

    def scheme(self, connection: Connection, query: str) -> str:
        """A ``weixin://`` link, for where :meth:`url_link` does not open."""
        jump = {"path": PAGE, "query": query, "env_version": connection.options["env_version"]}
        body = {"jump_wxa": jump, "is_expire": True, **self._expiry()}
        return self._link(self._post(connection, "/wxa/generatescheme", body), "openlink")

    def launch_parameters(self, connection: Connection, scene: str) -> Mapping[str, str | int]:
        """What a native app gives to ``WXLaunchMiniProgram``; no call to WeChat."""
        app = connection.usable_credential()
        if not app["original_id"]:
            raise Misconfigured("the original ID (gh_…) is not set", credential_id=app.id)
        return {
            "user_name": app["original_id"],
            "path": f"{PAGE}?ticket={scene}",
            "type": _LAUNCH_TYPE[connection.options["env_version"]],
        }

    def _who(self, connection: Connection, code: str) -> tuple[str, str | None]:
        """OpenID and UnionID behind a ``wx.login`` code. The session key is not even looked at."""
        app = connection.usable_credential()
        query = {
            "appid": app.id,
            "secret": app["secret"],
            "js_code": code,
            "grant_type": "authorization_code",
        }
        answer = self._client.transport.get("/sns/jscode2session", query, app_id=app.id)
        if answer.errcode == 40001:
            # No token is involved here: WeChat means the AppSecret.
            raise Misconfigured("errcode 40001", credential_id=app.id, errcode=40001)
        openid = check(answer, app.id).text("openid")
        if openid is None:
            raise Unavailable("jscode2session: no openid")
        return openid, answer.text("unionid")

    def _post(
        self, connection: Connection, path: str, body: Mapping[str, Any], limit: int = JSON_LIMIT
    ) -> Answer:
        app = connection.usable_credential()
        transport = self._client.transport
        answer = self._client.tokens.call(
            app,
            lambda token: transport.post(
                path, {"access_token": token}, body, app_id=app.id, limit=limit
            ),
        )
        return check(answer, app.id)

    def _expiry(self) -> dict[str, int]:
        return {"expire_type": 0, "expire_time": self._client.clock() + LINK_LIFE}

    def _link(self, answer: Answer, name: str) -> str:
        link = answer.text(name)
        if link is None:
            raise Unavailable(f"WeChat gave no {name}")
        return link
