"""``/wxa/msg_sec_check``: what WeChat thinks of a text that somebody has written."""

import uuid

from .errors import WeChatError
from .wire import Answer, Call
from .world import World
from .wxa import OK, calling_mini_program, person_by_openid

#: A part of the text that WeChat's page gives as an example of one that is refused.
RISKY = "特3456书yuuo莞6543李zxcz蒜7782法fgnv级"
MOST_CHARACTERS = 2500
SCENES = (1, 2, 3, 4)


def check(world: World, call: Call) -> Answer:
    """``POST /wxa/msg_sec_check``: version 2 tells a verdict, the one before an errcode.

    :raises WeChatError: those of ``calling_mini_program``; 87014 (the version before); 40003;
        61010 for somebody who has not used the mini program; 40129 scene; 40097.
    """
    app = calling_mini_program(world, call)
    text = " ".join(call.text(name) for name in ("content", "nickname", "title", "signature"))
    if not call.text("content") or len(call.text("content")) > MOST_CHARACTERS:
        raise WeChatError(40097)
    is_risky = RISKY in text
    if call.json.get("version") not in (2, "2"):
        if is_risky:
            raise WeChatError(87014)
        return OK
    person_by_openid(world, app, call.text("openid"))
    if not world.session_keys.is_known(app.appid, call.text("openid")):
        raise WeChatError(61010)
    if call.json.get("scene") not in SCENES:
        raise WeChatError(40129)
    result = {"suggest": "risky" if is_risky else "pass", "label": 21000 if is_risky else 100}
    model = {"strategy": "content_model", "errcode": 0, **result, "prob": 90}
    return {**OK, "detail": [model], "trace_id": uuid.uuid4().hex, "result": result}
