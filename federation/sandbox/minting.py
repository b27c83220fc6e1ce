"""What a person's WeChat hands to an app: the one-time codes, with the side effects they have."""

from .apps import SCOPES, WeChatApp
from .codes import Code
from .people import Person, Phone, openid_of
from .world import World


class CannotMint(Exception):
    """WeChat on the phone would not give this code; the text is for whoever asked."""


def wx_login(world: World, app: WeChatApp, person: Person) -> Code:
    """``wx.login`` in a mini program: a code, and a new session key behind it.

    :raises CannotMint: for another kind of app, or a person who has left WeChat.
    """
    _check(app, person, "miniprogram")
    world.session_keys.rotate(app.appid, openid_of(app, person))
    return world.codes.mint("js", app.appid, person.id, world.clock())


def phone_button(world: World, app: WeChatApp, person: Person, phone: Phone | None) -> Code:
    """The phone button, tapped and allowed.

    :param phone: the number that the person picked or typed in; None: their first one.
    :raises CannotMint: also for a person without a number.
    """
    _check(app, person, "miniprogram")
    chosen = phone or (person.phones[0] if person.phones else None)
    if chosen is None:
        raise CannotMint(f"{person.id} has no phone number")
    return world.codes.mint("phone", app.appid, person.id, world.clock(), phone=chosen)


def authorize(
    world: World, app: WeChatApp, person: Person, scope: str = "", *, snapshot: bool = False
) -> Code:
    """``SendAuth`` or an authorize page, allowed by the person.

    :param scope: empty for the usual one of the kind of app.
    :param snapshot: the page was a snapshot page.
    :raises CannotMint: also for a scope that the kind of app does not have.
    """
    _check(app, person, "mobile", "website", "official")
    scope = scope or SCOPES[app.kind][0]
    if scope not in SCOPES[app.kind]:
        raise CannotMint(f"{app.kind} apps have no scope {scope}")
    is_official = app.kind == "official"
    return world.codes.mint(
        "official" if is_official else "open",
        app.appid,
        person.id,
        world.clock(),
        scope=scope,
        snapshot=is_official and (snapshot or person.snapshot),
    )


def _check(app: WeChatApp, person: Person, *kinds: str) -> None:
    if app.kind not in kinds:
        raise CannotMint(f"apps of kind {app.kind} do not get this kind of code")
    if person.deregistered:
        raise CannotMint(f"{person.id} has left WeChat")
