"""``/sns/*``: one-time codes in, people out."""

from .apps import WeChatApp
from .codes import Code, CodeKind
from .errors import WeChatError
from .people import Person, openid_of, snapshot_of, unionid_of
from .quotas import MINUTE
from .user_tokens import UserToken
from .wire import Answer, Call
from .world import World


def code_to_session(world: World, call: Call) -> Answer:
    """``GET /sns/jscode2session``: who is behind a ``wx.login`` code.

    The order of the checks is chosen, not known: parameters, AppID, secret, allow-list, code,
    re-use, risk, rate.

    :raises WeChatError: 41002, 41004, 41008, 40002, 40013, 40125, 40243, 50007, 40164, 40029,
        40163, 40226 or 45011.
    """
    app = _authenticated(world, call, code_parameter="js_code")
    if world.settings.allow_list_covers_code2session:
        app.check_ip(call.ip)
    return session_behind(world, app, call.parameters["js_code"])


def session_behind(world: World, app: WeChatApp, value: str) -> dict[str, object]:
    """Who the code of ``wx.login`` is, which is used up by it.

    :raises WeChatError: 40029, 40163, 40226 or 45011.
    """
    code = _unused(world, app, "js", value)
    person = _behind(world, code)
    if person.high_risk:
        code.is_used = True
        raise WeChatError(40226, "code blocked, hints: high risk user")
    limit = world.settings.code2session_per_minute
    world.quotas.spend(f"code2session {app.appid} {person.id}", limit, MINUTE, world.clock())
    code.is_used = True
    openid = openid_of(app, person)
    key = world.session_keys.current(app.appid, openid)
    session: dict[str, object] = {"session_key": key, "openid": openid}
    unionid = unionid_of(app, person)
    return {**session, "unionid": unionid} if unionid else session


def code_to_token(world: World, call: Call) -> Answer:
    """``GET /sns/oauth2/access_token``: the person's token for an OAuth code.

    :raises WeChatError: as ``code_to_session``, and 42003 for an expired code.
    """
    app = _authenticated(world, call, code_parameter="code")
    if app.kind == "official":
        app.check_ip(call.ip)
    return token_behind(world, app, call.parameters["code"])


def token_behind(world: World, app: WeChatApp, value: str) -> dict[str, object]:
    """The token of the person who an OAuth code is; the code is used up.

    :raises WeChatError: 40029, 42003, 40163 or 40226.
    """
    kind: CodeKind = "official" if app.kind == "official" else "open"
    code = _unused(world, app, kind, value)
    person = _behind(world, code)
    code.is_used = True
    if person.high_risk:
        raise WeChatError(40226, "code blocked, hints: high risk user")
    if code.snapshot:
        person = snapshot_of(person)
    token = world.user_tokens.issue(
        app.appid, person, openid_of(app, person), code.scope, world.clock()
    )
    answer = _token_answer(token, world.clock())
    unionid = unionid_of(app, person) if code.scope != "snsapi_base" else None
    if unionid:
        answer["unionid"] = unionid
    if code.snapshot:
        answer["is_snapshotuser"] = 1
    return answer


def refresh(world: World, call: Call) -> Answer:
    """``GET /sns/oauth2/refresh_token``: needs no secret, gives no UnionID.

    :raises WeChatError: 41002, 40002, 41003, 40013, 40030 or 42002.
    """
    if not call.parameters.get("appid"):
        raise WeChatError(41002)
    if call.parameters.get("grant_type") != "refresh_token":
        raise WeChatError(40002)
    if not call.parameters.get("refresh_token"):
        raise WeChatError(41003)
    app = world.app(call.parameters["appid"], "mobile", "website", "official")
    return refreshed(world, app, call)


def refreshed(world: World, app: WeChatApp, call: Call) -> Answer:
    """:raises WeChatError: 40030 or 42002."""
    token = world.user_tokens.refresh(app.appid, call.parameters["refresh_token"], world.clock())
    return _token_answer(token, world.clock())


def check_token(world: World, call: Call) -> Answer:
    """``GET /sns/auth``: whether a person's token is alive.

    :raises WeChatError: 41001, 40014, 42001, 41009 or 40003.
    """
    _user_token(world, call, unknown=40014)
    return {"errcode": 0, "errmsg": "ok"}


def userinfo(world: World, call: Call) -> Answer:
    """``GET /sns/userinfo``: the profile; sex and place have been empty since October 2021.

    :raises WeChatError: as ``check_token`` but 40001 for an unknown token; 48001 for a token
        whose scope is ``snsapi_base``.
    """
    token = _user_token(world, call, unknown=40001)
    if token.scope == "snsapi_base":
        raise WeChatError(48001)
    person = world.people.get(token.person.id, token.person)
    app = world.app(token.appid)
    picture = person.avatar_path
    profile: dict[str, object] = {
        "openid": token.openid,
        "nickname": person.nickname,
        "sex": 0,
        "language": "",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": f"{call.base_url}{picture}/132" if picture else "",
        "privilege": [],
    }
    unionid = unionid_of(app, person)
    return {**profile, "unionid": unionid} if unionid else profile


def _authenticated(world: World, call: Call, code_parameter: str) -> WeChatApp:
    """The app that the parameters name and prove with its secret."""
    for name, missing in (("appid", 41002), ("secret", 41004), (code_parameter, 41008)):
        if not call.parameters.get(name):
            raise WeChatError(missing)
    if call.parameters.get("grant_type") != "authorization_code":
        raise WeChatError(40002)
    if code_parameter == "js_code":
        app = world.app(call.parameters["appid"], "miniprogram")
    else:
        app = world.app(call.parameters["appid"], "mobile", "website", "official")
    check_secret(app, call.parameters["secret"])
    return app


def check_secret(app: WeChatApp, secret: str) -> None:
    """:raises WeChatError: 40125 wrong, 40243 frozen, 50007 the whole account is."""
    if secret != app.secret:
        raise WeChatError(40125)
    if app.frozen:
        raise WeChatError(40243)
    if app.banned:
        raise WeChatError(50007)


def _unused(world: World, app: WeChatApp, kind: CodeKind, value: str) -> Code:
    code = world.codes.load(kind, value, world.clock())
    if code.appid != app.appid:
        raise WeChatError(40029)
    if code.is_used:
        raise WeChatError(world.settings.reuse_errcode)
    return code


def _behind(world: World, code: Code) -> Person:
    """The person who got the code; a person who has left WeChat takes their codes along."""
    try:
        return world.person(code.person_id)
    except WeChatError:
        raise WeChatError(40029) from None


def _token_answer(token: UserToken, now: int) -> dict[str, object]:
    return {
        "access_token": token.access_token,
        "expires_in": token.expires_at - now,
        "refresh_token": token.refresh_token,
        "openid": token.openid,
        "scope": token.scope,
    }


def _user_token(world: World, call: Call, *, unknown: int) -> UserToken:
    access_token, openid = (
        call.parameters.get("access_token", ""),
        call.parameters.get("openid", ""),
    )
    token = world.user_tokens.load(access_token, openid, world.clock(), unknown=unknown)
    person = world.people.get(token.person.id)
    if person is not None and person.deregistered:
        raise WeChatError(40003)
    return token
