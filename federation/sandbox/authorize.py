"""What the authorize pages check, and where they send the browser."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from .apps import SCOPES, Kind, WeChatApp
from .errors import PageError, WeChatError
from .minting import authorize
from .people import Person
from .world import World

#: The pages, and the kind of app that each is for.
PAGES: dict[str, Kind] = {"/connect/qrconnect": "website", "/connect/oauth2/authorize": "official"}

STATE_BYTES = 128
_OFFICIAL_STATE = re.compile(r"[A-Za-z0-9]*")


@dataclass(frozen=True)
class Asked:
    """A request that passed every check: what the person is asked.

    :param is_snapshot: the page shows WeChat's virtual user instead of asking.
    """

    app: WeChatApp
    redirect_uri: str
    scope: str
    state: str
    is_snapshot: bool

    @property
    def is_silent(self) -> bool:
        """Whether WeChat would answer without showing a page."""
        return self.scope == "snsapi_base" or self.is_snapshot


def asked_by(world: World, url: str) -> Asked:
    """The request that an authorize address makes.

    :param url: the address of the page, with or without its host.
    :raises PageError: 10002 … 10016, in the order app, redirect address, scope, state.
    """
    parts = urlsplit(url)
    parameters = {name: values[0] for name, values in parse_qs(parts.query).items()}
    kind = PAGES.get(parts.path)
    if kind is None:
        raise PageError(10001, "there is no such page")
    app = _app(world, parameters.get("appid", ""), kind)
    asking = _asking(world, app, parameters)
    redirect_uri = callback_of(asking, parameters.get("redirect_uri", ""))
    scope = _scope(app, parameters)
    state = parameters.get("state", "")
    if kind == "official":
        _check_official_state(state)
    forced = kind == "official" and parameters.get("forceSnapShot") == "true"
    return Asked(app, redirect_uri, scope, state, forced)


def allow(world: World, asked: Asked, person: Person) -> str:
    """The address with the code that the browser goes to.

    :raises CannotMint: for a person who has left WeChat.
    """
    code = authorize(world, asked.app, person, asked.scope, snapshot=asked.is_snapshot)
    return with_query(asked.redirect_uri, code=code.value, state=asked.state)


def decline(world: World, asked: Asked) -> str | None:
    """The address after a refusal: none today, ``state`` alone in an older edition."""
    if not world.settings.denial_redirects:
        return None
    return with_query(asked.redirect_uri, state=asked.state)


def _app(world: World, appid: str, kind: Kind) -> WeChatApp:
    if not appid:
        raise PageError(10012, "appid is empty")
    try:
        app = world.app(appid)
    except WeChatError:
        raise PageError(10002, "appid is unknown") from None
    if app.banned:
        raise PageError(10004, "the account is banned")
    if app.kind == kind:
        return app
    if kind == "official" and app.kind in ("mobile", "website"):
        raise PageError(10016, "this is the AppID of an app or a website")
    raise PageError(10005, "the account may not use this page")


def _asking(world: World, app: WeChatApp, parameters: dict[str, str]) -> WeChatApp:
    """Whose domain the browser returns to: a third party asks under its own."""
    component = parameters.get("component_appid", "")
    if not component:
        return app
    try:
        asking = world.app(component, "component")
        world.components.check(component, app.appid)
    except WeChatError:
        raise PageError(10015, "the account has not authorized the third party") from None
    return asking


def callback_of(app: WeChatApp, redirect_uri: str) -> str:
    """The address, if it is under the domain that is registered for the app.

    :raises PageError: 10011 or 10003.
    """
    if not redirect_uri:
        raise PageError(10011, "redirect_uri is empty")
    parts = urlsplit(redirect_uri)
    is_web = parts.scheme in ("http", "https")
    if not is_web or app.callback_domain not in (parts.netloc, parts.hostname):
        raise PageError(10003, "the host of redirect_uri is not the registered callback domain")
    return redirect_uri


def _scope(app: WeChatApp, parameters: dict[str, str]) -> str:
    scope = parameters.get("scope", "")
    if not scope:
        raise PageError(10010, "scope is empty")
    if scope not in SCOPES[app.kind]:
        raise PageError(10005, "the account has no permission for this scope")
    if parameters.get("response_type") != "code":
        raise PageError(10005, "response_type must be code")
    return scope


def _check_official_state(state: str) -> None:
    """A limit of official accounts alone: websites may send what they like, or nothing."""
    if len(state.encode()) > STATE_BYTES or not _OFFICIAL_STATE.fullmatch(state):
        raise PageError(10013, "state must be at most 128 letters and digits")


def with_query(address: str, **more: str) -> str:
    """The address with more in its query; what is empty is left out."""
    parts = urlsplit(address)
    added = urlencode({name: value for name, value in more.items() if value})
    query = f"{parts.query}&{added}" if parts.query else added
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, parts.fragment))
