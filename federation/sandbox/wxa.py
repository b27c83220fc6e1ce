"""``/wxa/*``: phone numbers and sessions of a mini program's people."""

from .apps import Kind, WeChatApp
from .errors import WeChatError
from .people import Person, openid_of
from .sns import session_behind
from .wire import Answer, Call
from .world import World

OK: dict[str, object] = {"errcode": 0, "errmsg": "ok"}


def phone_number(world: World, call: Call) -> Answer:
    """``POST /wxa/business/getuserphonenumber``: the number behind a phone code.

    :raises WeChatError: those of ``calling_mini_program``; 44002, 47001; 48001 without the
        capability; 40029 for an unknown, expired or used code or one of another kind; 40013 for
        a code of another mini program; 40003 if ``openid`` is someone else's.
    """
    app = calling_mini_program(world, call)
    value, openid = call.text("code"), call.text("openid")
    if not app.phone_granted:
        raise WeChatError(48001)
    code = world.codes.load("phone", value, world.clock())
    if code.appid != app.appid:
        raise WeChatError(40013)
    person = world.people.get(code.person_id)
    if code.is_used or code.phone is None or person is None:
        raise WeChatError(40029)
    if openid and openid != openid_of(app, person):
        raise WeChatError(40003)
    code.is_used = True
    return {
        **OK,
        "phone_info": {
            "phoneNumber": code.phone.shown,
            "purePhoneNumber": code.phone.number,
            "countryCode": code.phone.country_code,
            "watermark": {"timestamp": code.issued_at, "appid": app.appid},
        },
    }


def check_session(world: World, call: Call) -> Answer:
    """``GET /wxa/checksession``: whether a session key is still the valid one.

    :raises WeChatError: those of ``calling_mini_program``, 40097, 87007, 87008 or 87009.
    """
    app = calling_mini_program(world, call)
    _check_session_signature(world, call, app)
    return OK


def reset_session_key(world: World, call: Call) -> Answer:
    """``GET /wxa/resetusersessionkey``: a new key in place of one that we can prove to hold.

    :raises WeChatError: as ``check_session``.
    """
    app = calling_mini_program(world, call)
    openid = _check_session_signature(world, call, app)
    return {**OK, "openid": openid, "session_key": world.session_keys.rotate(app.appid, openid)}


def check_code_to_verify_info(world: World, call: Call) -> Answer:
    """``POST /wxa/sec/checkcode2verifyinfo``: a session for a code that an app has brought.

    Known from WxJava alone: ``code`` of ``wx.login``, ``checkcode`` of the app, and ``is_limit``
    where WeChat limits the person, who is not refused then.

    :raises WeChatError: those of ``calling_mini_program``, of ``session_behind``, and 40097.
    """
    app = calling_mini_program(world, call)
    if not call.text("code") or not call.text("checkcode"):
        raise WeChatError(40097)
    try:
        return {**OK, **session_behind(world, app, call.text("code")), "is_limit": False}
    except WeChatError as error:
        if error.errcode == 40226:
            return {**OK, "is_limit": True}
        raise


def calling_mini_program(world: World, call: Call) -> WeChatApp:
    """The mini program that the access token speaks for.

    :raises WeChatError: those of ``calling_app``.
    """
    return calling_app(world, call, "miniprogram")


def calling_app(world: World, call: Call, kind: Kind) -> WeChatApp:
    """The app of this kind that the access token speaks for.

    :raises WeChatError: 41001, 40014, 40001, 42001; 48001 for another kind of app; 50007.
    """
    appid = world.app_tokens.holder(call.query.get("access_token", ""), world.clock())
    app = world.app(appid)
    if app.kind != kind:
        raise WeChatError(48001)
    if app.banned:
        raise WeChatError(50007)
    return app


def person_by_openid(world: World, app: WeChatApp, openid: str) -> Person:
    """:raises WeChatError: 40003 for an OpenID that is nobody's in this app."""
    for person in world.people.values():
        if openid == openid_of(app, person) and not person.deregistered:
            return person
    raise WeChatError(40003)


def _check_session_signature(world: World, call: Call, app: WeChatApp) -> str:
    openid, signature = call.query.get("openid", ""), call.query.get("signature", "")
    if not openid or not signature:
        raise WeChatError(40097)
    if call.query.get("sig_method") != "hmac_sha256":
        raise WeChatError(87008)
    world.session_keys.check(app.appid, openid, signature)
    return openid
