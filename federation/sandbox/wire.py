"""How a server API speaks: parameters in, JSON or a picture out, refusals with HTTP 200."""

import json
import secrets
import socket
import string
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from flask import Request, Response, request

from .answers import GARBAGE, QueuedAnswer
from .errors import WeChatError
from .journal import Call as JournalCall
from .world import World

#: What stands between an error's text and its ``rid``: it differs from family to family.
ErrorStyle = Literal["sns", "api", "phone"]

_HINT = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Picture:
    """An answer that is not JSON."""

    content: bytes
    content_type: str = "image/jpeg"


Answer = Mapping[str, object] | Picture


@dataclass(frozen=True)
class Call:
    """One call.

    :param query: parameters of the address.
    :param form: those of a body that is a form, as browsers post it.
    """

    query: Mapping[str, str]
    form: Mapping[str, str]
    content: bytes
    ip: str
    base_url: str

    @classmethod
    def of(cls, request: Request) -> "Call":
        return cls(
            query=request.args.to_dict(),
            content=request.get_data(cache=True),
            form=request.form.to_dict(),
            ip=request.remote_addr or "127.0.0.1",
            base_url=request.url_root.rstrip("/"),
        )

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """Address and form together: ``/sns/*`` takes its parameters from either."""
        return {**self.query, **self.form}

    @cached_property
    def json(self) -> Mapping[str, object]:
        """The JSON body.

        :raises WeChatError: 44002 for an empty body, 47001 for one that is not a JSON object.
        """
        if not self.content:
            raise WeChatError(44002)
        try:
            body = json.loads(self.content)
        except ValueError:
            raise WeChatError(47001) from None
        if not isinstance(body, dict):
            raise WeChatError(47001)
        return body

    def text(self, name: str) -> str:
        """A string of the JSON body, empty if it is missing."""
        value = self.json.get(name, "")
        return value if isinstance(value, str) else str(value)


Handler = Callable[[World, Call], Answer]


@dataclass(frozen=True)
class Endpoint:
    """One server API.

    :param method: what it wants; ``any`` takes ``GET`` and ``POST`` alike.
    :param content_type: of answers in JSON, exactly as developers have captured it.
    """

    method: Literal["GET", "POST", "any"]
    path: str
    handler: Handler
    content_type: str
    errors: ErrorStyle


def serve(world: World, endpoint: Endpoint) -> Response:
    """Answer the request at hand, or do what a script has queued for it."""
    began = time.monotonic()
    call = Call.of(request)
    with world.lock:
        appid = _appid_of(world, call)
        queued = world.answers.take(endpoint.path, appid)
        noted = world.journal.begin(
            world.clock(), request.method, endpoint.path, appid, _parameters(call)
        )
        noted.queued = queued.number if queued else None
    response = _respond(world, endpoint, call, queued, noted)
    noted.status = None if queued and queued.dead else response.status_code
    noted.milliseconds = round((time.monotonic() - began) * 1000)
    return response


def _respond(
    world: World, endpoint: Endpoint, call: Call, queued: QueuedAnswer | None, noted: JournalCall
) -> Response:
    if queued is None:
        return _work(world, endpoint, call, noted)
    if queued.when == "before":
        time.sleep(queued.delay)
        if queued.replaces:
            return _instead(world, endpoint, queued, noted)
        return _work(world, endpoint, call, noted)
    worked = _work(world, endpoint, call, noted)
    time.sleep(queued.delay)
    return _instead(world, endpoint, queued, noted) if queued.replaces else worked


def _work(world: World, endpoint: Endpoint, call: Call, noted: JournalCall) -> Response:
    try:
        if endpoint.method not in (request.method, "any"):
            raise WeChatError(43002 if endpoint.method == "POST" else 43001)
        with world.lock:
            answer = endpoint.handler(world, call)
    except WeChatError as error:
        return _refusal(world, endpoint, error, noted)
    noted.errcode = 0
    if isinstance(answer, Picture):
        return _response(answer.content, answer.content_type)
    return _json(endpoint, answer)


def _instead(
    world: World, endpoint: Endpoint, queued: QueuedAnswer, noted: JournalCall
) -> Response:
    if queued.dead:
        _hang_up()
    if queued.errcode is not None and queued.status is None:
        return _refusal(world, endpoint, WeChatError(queued.errcode, queued.errmsg), noted)
    noted.errcode = queued.errcode
    content = GARBAGE[queued.garbage] if queued.garbage else (queued.body or "").encode()
    response = _response(content, endpoint.content_type)
    response.status_code = queued.status or 200
    response.headers.update(dict(queued.headers))
    return response


def _refusal(world: World, endpoint: Endpoint, error: WeChatError, noted: JournalCall) -> Response:
    noted.errcode = error.errcode
    text = error.text + _suffix(endpoint.errors, world.clock())
    return _json(endpoint, {"errcode": error.errcode, "errmsg": text})


def _suffix(style: ErrorStyle, now: int) -> str:
    rid = f"rid: {now:08x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
    if style == "sns":
        return f", {rid}"
    if style == "phone":
        hint = "".join(secrets.choice(_HINT) for _ in range(16))
        return f" hint: [{hint}] {rid}"
    return f" {rid}"


def _json(endpoint: Endpoint, answer: Mapping[str, object]) -> Response:
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    if endpoint.errors == "sns":
        text = text.replace("/", "\\/")
    return _response(text.encode(), endpoint.content_type)


def _response(content: bytes, content_type: str) -> Response:
    response = Response(content)
    response.headers["Content-Type"] = content_type  # as it stands: no charset is added
    return response


def _hang_up() -> None:
    """Close the connection under the server's feet, so that the caller gets no answer at all."""
    connection = request.environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)


def _appid_of(world: World, call: Call) -> str:
    """Whose call this is, as far as can be told, for the journal and for queued answers."""
    body = _body_or_nothing(call)
    claimed = call.parameters.get("appid") or body.get("appid")
    if isinstance(claimed, str) and claimed:
        return claimed
    try:
        return world.app_tokens.holder(call.query.get("access_token", ""), world.clock())
    except WeChatError:
        return ""


def _parameters(call: Call) -> dict[str, object]:
    return {**call.parameters, **_body_or_nothing(call)}


def _body_or_nothing(call: Call) -> Mapping[str, object]:
    try:
        return call.json
    except WeChatError:
        return {}
