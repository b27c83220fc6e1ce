"""``/cgi-bin/*``: the application's own access token, in both families."""

from .apps import WeChatApp
from .errors import WeChatError
from .quotas import DAY, MINUTE
from .sns import check_secret
from .wire import Answer, Call
from .world import World

#: Forced renewals of the stable token: how many in a day, and seconds from one to the next.
FORCED_PER_DAY = 20
FORCED_APART = 30

NUMBERS = ("10000077", "10000086")
"""Goods: phone numbers, quick and in real time."""
FREE_NUMBERS = 1000
COUNTED = ("/wxa/business/getuserphonenumber", "/wxa/generate_urllink")
PER_DAY = 100_000

STABLE_PER_MINUTE = 10_000


def token(world: World, call: Call) -> Answer:
    """``GET /cgi-bin/token``: a new token at every call.

    :raises WeChatError: 40002, 41002, 41004, 40013, 40125, 40243, 50007, 40164 or 45009.
    """
    app = _authenticated(world, call, call.query)
    limit = world.settings.plain_tokens_per_day
    world.quotas.spend(f"token {app.appid}", limit, DAY, world.clock())
    issued = world.app_tokens.plain(app.appid, world.clock())
    return {"access_token": issued.value, "expires_in": issued.expires_at - world.clock()}


def stable_token(world: World, call: Call) -> Answer:
    """``POST /cgi-bin/stable_token``: the same token until it is nearly over, or a forced one.

    :raises WeChatError: as ``token``; 44002 or 47001 for the body; 45011 for forced renewals
        less than 30 s apart, 45009 for more than 20 in a day.
    """
    app = _authenticated(world, call, call.json)
    now = world.clock()
    world.quotas.spend(f"stable {app.appid}", STABLE_PER_MINUTE, MINUTE, now)
    force = call.json.get("force_refresh") is True
    if force:
        _spend_forced(world, app, now)
    issued = world.app_tokens.stable(app.appid, now, force=force)
    return {"access_token": issued.value, "expires_in": issued.expires_at - now}


def callback_addresses(world: World, call: Call) -> Answer:
    """``GET /cgi-bin/getcallbackip``: where pushes come from.

    :raises WeChatError: 41001, 40014, 40001 or 42001.
    """
    world.app_tokens.holder(call.query.get("access_token", ""), world.clock())
    return {"ip_list": ["127.0.0.1"]}


def quota(world: World, call: Call) -> Answer:
    """``POST /cgi-bin/openapi/quota/get``: what is left today of one interface.

    :raises WeChatError: 41001, 40014, 40001 or 42001 for the token; 76021 for what is not counted,
        76022 for what is not asked with this token: ``/sns/…``.
    """
    world.app_tokens.holder(call.query.get("access_token", ""), world.clock())
    path = str(call.json.get("cgi_path"))
    if path not in COUNTED:
        raise WeChatError(76022 if path.startswith("/sns/") else 76021)
    left = {"daily_limit": PER_DAY, "used": 0, "remain": PER_DAY}
    return {"errcode": 0, "errmsg": "ok", "quota": left}


def paid(world: World, call: Call) -> Answer:
    """``GET /wxa/charge/usage/get``: the free numbers that everybody has, and nobody uses up.

    :raises WeChatError: 41001, 40014, 40001 or 42001.
    """
    world.app_tokens.holder(call.query.get("access_token", ""), world.clock())
    had = str(FREE_NUMBERS) if call.query.get("spuId") in NUMBERS else "0"
    return {"errcode": 0, "errmsg": "ok", "all": had, "effectiveUse": "0", "total": 0}


def _authenticated(world: World, call: Call, parameters: object) -> WeChatApp:
    assert isinstance(parameters, dict)
    if parameters.get("grant_type") != "client_credential":
        raise WeChatError(40002)
    for name, missing in (("appid", 41002), ("secret", 41004)):
        if not parameters.get(name):
            raise WeChatError(missing)
    app = world.app(str(parameters["appid"]), "miniprogram", "official")
    check_secret(app, str(parameters["secret"]))
    app.check_ip(call.ip)
    return app


def _spend_forced(world: World, app: WeChatApp, now: int) -> None:
    name = f"forced {app.appid}"
    last = world.quotas.last(name)
    if last is not None and now - last < FORCED_APART:
        raise WeChatError(45011)
    world.quotas.spend(name, FORCED_PER_DAY, DAY, now)
