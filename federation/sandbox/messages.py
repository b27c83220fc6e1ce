"""Subscribe messages: one for each time that a person has allowed one."""

import re
from collections.abc import Mapping

from .apps import WeChatApp
from .errors import WeChatError
from .message_store import Message
from .wire import Answer, Call
from .world import World
from .wxa import OK, calling_mini_program, person_by_openid

#: The one template that every mini program here has chosen in the console.
TEMPLATE = "SandboxSignInTemplate0000000000000000000000"
_KEYS: Mapping[str, str] = {"thing1": r".{1,20}", "time2": r"[\d年月日:\- ]{5,20}"}
CONTENT = "登录应用:{{thing1.DATA}}\n登录时间:{{time2.DATA}}\n"
EXAMPLE = "登录应用:街角书店\n登录时间:2026年11月1日 08:00\n"


def templates(world: World, call: Call) -> Answer:
    """``GET /wxaapi/newtmpl/gettemplate``: what may be sent."""
    calling_mini_program(world, call)
    known = {"priTmplId": TEMPLATE, "title": "登录提醒", "content": CONTENT, "example": EXAMPLE}
    return {**OK, "data": [{**known, "type": 2}]}


def send(world: World, call: Call) -> Answer:
    """``POST /cgi-bin/message/subscribe/send``.

    :raises WeChatError: those of ``calling_mini_program``; 40003, 40037, 47003, 41030, and 43101
        where the person has not allowed one more.
    """
    app = calling_mini_program(world, call)
    person = person_by_openid(world, app, call.text("touser"))
    if call.text("template_id") != TEMPLATE:
        raise WeChatError(40037)
    data = _data(call.json.get("data"))
    page = call.text("page")
    _check_page(app, page)
    if not world.messages.take(app.appid, person.id, TEMPLATE):
        raise WeChatError(43101)
    arrived = Message(app.appid, person.id, TEMPLATE, data, page, world.clock())
    world.messages.arrived.append(arrived)
    return OK


def _data(given: object) -> dict[str, str]:
    fields = given if isinstance(given, dict) else {}
    told = {
        name: str(field.get("value", "")) for name, field in fields.items() if type(field) is dict
    }
    for name, shape in _KEYS.items():
        if not re.fullmatch(shape, told.get(name, "")):
            raise WeChatError(47003, f"argument invalid! data.{name}.value invalid")
    return told


def _check_page(app: WeChatApp, page: str) -> None:
    if page and page.partition("?")[0] not in app.pages:
        raise WeChatError(41030)
