"""``/wxa/*`` that opens mini programs: codes to scan, URL Schemes, URL Links, Short Links."""

import re
import secrets
from collections.abc import Mapping
from urllib.parse import quote

from .apps import WeChatApp
from .errors import WeChatError
from .links import Link, LinkKind
from .pictures import mini_program_code
from .wire import Answer, Call, Picture
from .world import World
from .wxa import OK, calling_mini_program

SCENE_LENGTH = 32
#: Characters of a Short Link's title that are shown.
TITLE_LENGTH = 20
_SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]+")
_QUERY = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~%]{0,1024}")
_ENVIRONMENTS = ("release", "trial", "develop")

DAY = 86400
MAX_LINK_LIFE = 30 * DAY
MIN_LINK_LIFE = 60


def code_image(world: World, call: Call) -> Answer:
    """``POST /wxa/getwxacodeunlimit``: a picture to scan, without any JSON around it.

    :raises WeChatError: those of ``calling_mini_program``; 40129 scene, 40169 its length or a
        body that is not JSON, 40097 other arguments, 41030 an unknown page.
    """
    app = calling_mini_program(world, call)
    body = _scene_body(call)
    scene = _scene(body)
    environment = body.get("env_version", "release")
    width = body.get("width", 430)
    if environment not in _ENVIRONMENTS or type(width) is not int or not 280 <= width <= 1280:
        raise WeChatError(40097)
    page = _page(app, body)
    world.openings.add_code(app.appid, scene, page, str(environment), world.clock())
    address = f"{call.base_url}/phone?appid={app.appid}&scene={quote(scene)}"
    return Picture(mini_program_code(app.appid, scene, address, width))


def scheme(world: World, call: Call) -> Answer:
    """``POST /wxa/generatescheme``: a ``weixin://`` address.

    :raises WeChatError: those of ``calling_mini_program``; 85079, 40165, 40212, 85401, 85402.
    """
    app = calling_mini_program(world, call)
    target = call.json.get("jump_wxa", {})
    if not isinstance(target, dict):
        raise WeChatError(47001)
    link = _add_link(world, app, target, call.json, "scheme")
    return {**OK, "openlink": f"weixin://dl/business/?t={link.ticket}"}


def url_link(world: World, call: Call) -> Answer:
    """``POST /wxa/generate_urllink``: an https address that opens WeChat.

    The real host is ``wxaurl.cn``; ours is the sandbox, whose virtual phone takes WeChat's part.

    :raises WeChatError: as ``scheme``.
    """
    app = calling_mini_program(world, call)
    link = _add_link(world, app, call.json, call.json)
    return {**OK, "url_link": f"{call.base_url}/phone?link={link.ticket}"}


def short_link(world: World, call: Call) -> Answer:
    """``POST /wxa/genwxashortlink``: words that open a mini program inside WeChat alone.

    :raises WeChatError: those of ``calling_mini_program``; 85079; 40066 for a page that is none.
    """
    app = calling_mini_program(world, call)
    path, _, query = call.text("page_url").partition("?")
    if not app.published:
        raise WeChatError(85079)
    if path not in app.pages or not _QUERY.fullmatch(query):
        raise WeChatError(40066)
    link = _add_link(world, app, {"path": path, "query": query}, {}, "short")
    title = call.text("page_title")[:TITLE_LENGTH] or app.name
    return {**OK, "link": f"#小程序://{title}/{link.ticket}"}


def _scene_body(call: Call) -> Mapping[str, object]:
    try:
        return call.json
    except WeChatError as error:
        raise WeChatError(40169 if error.errcode == 47001 else error.errcode) from None


def _scene(body: Mapping[str, object]) -> str:
    scene = body.get("scene", "")
    if not isinstance(scene, str) or not scene:
        raise WeChatError(40129)
    if len(scene) > SCENE_LENGTH:
        raise WeChatError(40169)
    if not _SCENE.fullmatch(scene):
        raise WeChatError(40129)
    return scene


def _page(app: WeChatApp, body: Mapping[str, object]) -> str:
    page = body.get("page") or (app.pages[0] if app.pages else "")
    if not isinstance(page, str) or page.startswith("/") or "?" in page:
        raise WeChatError(41030)
    if body.get("check_path", True) and not (app.published and page in app.pages):
        raise WeChatError(41030)
    return page


def _add_link(
    world: World,
    app: WeChatApp,
    target: Mapping[str, object],
    expiry: Mapping[str, object],
    kind: LinkKind = "link",
) -> Link:
    if not app.published:
        raise WeChatError(85079)
    path = str(target.get("path") or "").lstrip("/")
    if path and path not in app.pages:
        raise WeChatError(40165)
    query = target.get("query") or ""
    if not isinstance(query, str) or not _QUERY.fullmatch(query):
        raise WeChatError(40212)
    environment = target.get("env_version", "release")
    if environment not in _ENVIRONMENTS:
        raise WeChatError(85402)
    now = world.clock()
    link = Link(
        ticket=secrets.token_urlsafe(12),
        appid=app.appid,
        path=path or (app.pages[0] if app.pages else ""),
        query=query,
        env_version=str(environment),
        at=now,
        expires_at=_expires_at(expiry, now),
        kind=kind,
    )
    world.openings.links[link.ticket] = link
    return link


def _expires_at(expiry: Mapping[str, object], now: int) -> int:
    """``expire_type`` 0 with ``expire_time``, 1 with ``expire_interval`` in days; else 30 days."""
    if expiry.get("expire_type") == 1:
        days = expiry.get("expire_interval")
        if type(days) is not int or not 1 <= days <= 30:
            raise WeChatError(85401)
        return now + days * DAY
    moment = expiry.get("expire_time")
    if moment is None or moment == 0:
        return now + MAX_LINK_LIFE
    if type(moment) is not int or not now + MIN_LINK_LIFE <= moment <= now + MAX_LINK_LIFE:
        raise WeChatError(85401)
    return moment
