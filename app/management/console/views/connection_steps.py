"""What is left to do in WeChat's consoles after a connection was saved, with values to copy."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask_babel import gettext as _

from app.management.console import access, desk
from federation import Connection


@dataclass(frozen=True, slots=True)
class Step:
    """:param value: what to copy into WeChat's console; empty for something to do there."""

    title: str
    where: str
    value: str = ""
    done: bool | None = None


def steps_after_saving(connection: Connection) -> list[Step]:
    """In the order in which somebody goes through the consoles."""
    issuer = desk.settings().issuer
    host = urlsplit(issuer).netloc
    by_mode = {
        "wechat-miniprogram": _mini_program,
        "wechat-mobile": _mobile,
        "wechat-website": _callback_domain,
        "wechat-official": _callback_domain,
    }
    steps = by_mode[connection.mode](connection, issuer, host)
    if connection.app.app_id:
        steps += _push(connection, issuer)
    return steps


def _mini_program(connection: Connection, issuer: str, host: str) -> list[Step]:
    del host
    return [
        Step(
            _("Request domain"),
            _("mp.weixin.qq.com, Settings, Server domains: request"),
            issuer,
        ),
        Step(
            _("Original ID"),
            _("Needed for apps that launch the mini program; enter it at the WeChat app."),
            connection.app.original_id or "",
            bool(connection.app.original_id),
        ),
        Step(
            _("Page of the mini program"),
            _("It has to exist in the version that you publish."),
            "pages/login/index",
        ),
        Step(
            _("Associate your mobile app"),
            _("open.weixin.qq.com, Mobile app, Associated mini programs: add this AppID"),
            connection.app.app_id,
        ),
    ]


def _mobile(connection: Connection, issuer: str, host: str) -> list[Step]:
    del host, issuer
    return [
        Step(
            _("AppID for the WeChat SDK"),
            _("Register the SDK in your app with it (and with your Universal Link on iOS)."),
            connection.app.app_id,
        ),
        Step(
            _("Bundle id and signature"),
            _("open.weixin.qq.com, Mobile app: they must be those of the app that you ship."),
        ),
    ]


def _callback_domain(connection: Connection, issuer: str, host: str) -> list[Step]:
    del issuer, connection
    return [
        Step(
            _("Callback domain"),
            _("The website app's or official account's settings: the domain alone, no https://"),
            host,
        )
    ]


def _push(connection: Connection, issuer: str) -> list[Step]:
    token = connection.app.push_token
    url = Step(
        _("Push URL"),
        _("Message push, secure mode, JSON; with the token and key that are set at the WeChat app"),
        f"{issuer}/federation/v1/push/{connection.app.app_id}",
        bool(token and connection.app.push_key),
    )
    if not token or not access.may_change():
        return [url]
    return [url, Step(_("Push token"), _("The same as stands at the WeChat app."), token)]
