"""What is left to do in WeChat's consoles once a connection is saved, with values to copy."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from federation.source import Setup, Step
from federation.translation import N_
from federation.wechat.mini_program import PAGE


def mini_program_steps(setup: Setup) -> Iterator[Step]:
    """In the order in which somebody goes through the consoles."""
    original_id = setup.credential["original_id"]
    yield Step(
        N_("Request domain"),
        N_("mp.weixin.qq.com, Settings, Server domains: request"),
        setup.issuer,
    )
    yield Step(
        N_("Original ID"),
        N_("Needed for apps that launch the mini program; enter it at the WeChat app."),
        original_id,
        bool(original_id),
    )
    yield Step(
        N_("Page of the mini program"),
        N_("It has to exist in the version that you publish."),
        PAGE,
    )
    yield Step(
        N_("Associate your mobile app"),
        N_("open.weixin.qq.com, Mobile app, Associated mini programs: add this AppID"),
        setup.credential.id,
    )
    yield from _push_steps(setup)


def mobile_steps(setup: Setup) -> Iterator[Step]:
    yield Step(
        N_("AppID for the WeChat SDK"),
        N_("Register the SDK in your app with it (and with your Universal Link on iOS)."),
        setup.credential.id,
    )
    yield Step(
        N_("Bundle id and signature"),
        N_("open.weixin.qq.com, Mobile app: they must be those of the app that you ship."),
    )
    yield from _push_steps(setup)


def callback_steps(setup: Setup) -> Iterator[Step]:
    """WeChat's own pages look at the host of our address alone."""
    yield Step(
        N_("Callback domain"),
        N_("The website app's or official account's settings: the domain alone, no https://"),
        urlsplit(setup.issuer).netloc,
    )
    yield from _push_steps(setup)


def _push_steps(setup: Setup) -> Iterator[Step]:
    credential = setup.credential
    if not credential.id:
        return
    token = credential["push_token"]
    yield Step(
        N_("Push URL"),
        N_(
            "Message push, secure mode, JSON; with the token and key that are set at the WeChat app"
        ),
        f"{setup.issuer}/federation/v1/push/{credential.id}",
        bool(token and credential["push_key"]),
    )
    if token:
        yield Step(
            N_("Push token"), N_("The same as stands at the WeChat app."), token, confidential=True
        )
