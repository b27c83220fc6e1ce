"""``/cgi-bin/componentloginpage``: an account's administrator lets a third party act for it."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from ..apps import WeChatApp
from ..authorize import callback_of, with_query
from ..components import CODE_LIFE
from ..errors import PageError, WeChatError
from ..state import current_world
from ..world import World

PATH = "/cgi-bin/componentloginpage"
AUTHORIZES = ("miniprogram", "official")


def add_routes(blueprint: Blueprint) -> None:
    blueprint.get(PATH)(component_login_page)
    blueprint.post(PATH)(component_agreed)


def component_login_page() -> str:
    """WeChat shows a code here, and the administrator picks the account on the phone."""
    world = current_world()
    with world.lock:
        component, _ = _asking(world)
        accounts = [app for app in world.apps.values() if app.kind in AUTHORIZES]
    return render_template("component.html", component=component, accounts=accounts)


def component_agreed() -> Response:
    """Back to the third party, with the code for the account that was picked."""
    world = current_world()
    with world.lock:
        component, redirect_uri = _asking(world)
        account = world.apps.get(request.form.get("appid", ""))
        if account is None or account.kind not in AUTHORIZES:
            raise PageError(10002, "appid is unknown")
        now = world.clock()
        world.components.spend_pre_auth_code(component.appid, _asked("pre_auth_code"), now)
        code = world.components.authorize(component.appid, account.appid, now)
    return redirect(with_query(redirect_uri, auth_code=code, expires_in=str(CODE_LIFE)), 303)


def _asking(world: World) -> tuple[WeChatApp, str]:
    """The third party and where it wants the browser back.

    :raises PageError: 10002, 10011 and 10003 as of the other pages; 10001 for the code.
    """
    try:
        component = world.app(_asked("component_appid"), "component")
    except WeChatError:
        raise PageError(10002, "component_appid is unknown") from None
    redirect_uri = callback_of(component, _asked("redirect_uri"))
    world.components.check_pre_auth_code(component.appid, _asked("pre_auth_code"), world.clock())
    return component, redirect_uri


def _asked(name: str) -> str:
    return request.args.get(name, "")
