"""``/cgi-bin/component/*`` and ``/sns/…component/*``: signing people in on an account's behalf."""

from collections.abc import Mapping

from .app_tokens import LIFETIME
from .apps import WeChatApp
from .errors import WeChatError
from .sns import check_secret, refreshed, session_behind, token_behind
from .wire import Answer, Call, Handler
from .world import World

#: The permission sets that a sign-in needs: of mini programs, of official accounts.
FUNC_INFO = [{"funcscope_category": {"id": number}} for number in (17, 4)]


def component_token(world: World, call: Call) -> Answer:
    """``POST /cgi-bin/component/api_component_token``: for the ticket that was pushed.

    :raises WeChatError: 41018, 40013, 40125, 61006 or 61005.
    """
    component = _component(world, call.text("component_appid"))
    check_secret(component, call.text("component_appsecret"))
    now = world.clock()
    token = world.components.token(component, call.text("component_verify_ticket"), now)
    return {"component_access_token": token, "expires_in": LIFETIME}


def pre_auth_code(world: World, call: Call) -> Answer:
    """``POST /cgi-bin/component/api_create_preauthcode``."""
    component = _calling(world, call, call.text("component_appid"))
    code = world.components.pre_auth_code(component, world.clock())
    return {"pre_auth_code": code, "expires_in": 1800}


def query_auth(world: World, call: Call) -> Answer:
    """``POST /cgi-bin/component/api_query_auth``: tokens for the account that said yes.

    :raises WeChatError: those of a component's token; 61009 or 61010 for the code.
    """
    component = _calling(world, call, call.text("component_appid"))
    code = call.text("authorization_code")
    appid = world.components.authorized_by(component, code, world.clock())
    tokens = _authorizer_tokens(world, component, appid)
    info = {"authorizer_appid": appid, **tokens, "func_info": FUNC_INFO}
    return {"authorization_info": info}


def authorizer_token(world: World, call: Call) -> Answer:
    """``POST /cgi-bin/component/api_authorizer_token``: a new token for the refresh token.

    :raises WeChatError: those of a component's token; 61003; 61023 for another refresh token.
    """
    component = _calling(world, call, call.text("component_appid"))
    appid = call.text("authorizer_appid")
    world.components.check(component, appid)
    known = world.components.refresh_tokens[component, appid]
    if call.text("authorizer_refresh_token") != known:
        raise WeChatError(61023)
    return _authorizer_tokens(world, component, appid)


def code_to_session(world: World, call: Call) -> Answer:
    """``/sns/component/jscode2session``: as ``jscode2session``, without the account's secret."""
    app = _on_behalf(world, call, "js_code", "miniprogram")
    return session_behind(world, app, call.parameters["js_code"])


def code_to_token(world: World, call: Call) -> Answer:
    """``/sns/oauth2/component/access_token``: likewise for official accounts."""
    app = _on_behalf(world, call, "code", "official")
    return token_behind(world, app, call.parameters["code"])


def refresh(world: World, call: Call) -> Answer:
    """``/sns/oauth2/component/refresh_token``."""
    return refreshed(world, _on_behalf(world, call, "refresh_token", "official"), call)


HANDLERS: Mapping[str, Handler] = {
    "api_component_token": component_token,
    "api_create_preauthcode": pre_auth_code,
    "api_query_auth": query_auth,
    "api_authorizer_token": authorizer_token,
}


def _on_behalf(world: World, call: Call, needed: str, kind: str) -> WeChatApp:
    """The account that the component in the parameters speaks for.

    :raises WeChatError: 41002, 41008 (41003), 40002, 41018, 40013, 61003; a component's token.
    """
    given = call.parameters
    is_refresh = needed == "refresh_token"
    for name, missing in (("appid", 41002), (needed, 41003 if is_refresh else 41008)):
        if not given.get(name):
            raise WeChatError(missing)
    if given.get("grant_type") != (needed if is_refresh else "authorization_code"):
        raise WeChatError(40002)
    component = _calling(world, call, given.get("component_appid", ""))
    app = world.app(given["appid"])
    if app.kind != kind:
        raise WeChatError(40013)
    world.components.check(component, app.appid)
    return app


def _calling(world: World, call: Call, claimed: str) -> str:
    """The component whose token came along and who it says it is."""
    component = _component(world, claimed)
    given = call.parameters
    token = given.get("component_access_token") or given.get("access_token", "")
    if world.components.holder(token, world.clock()) != component.appid:
        raise WeChatError(40013)
    return component.appid


def _component(world: World, appid: str) -> WeChatApp:
    if not appid:
        raise WeChatError(41018)
    return world.app(appid, "component")


def _authorizer_tokens(world: World, component: str, appid: str) -> dict[str, object]:
    token = world.app_tokens.authorizer(appid, world.clock())
    return {
        "authorizer_access_token": token.value,
        "expires_in": LIFETIME,
        "authorizer_refresh_token": world.components.refresh_tokens[component, appid],
    }
