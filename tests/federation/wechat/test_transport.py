"""One call to WeChat: whatever comes back, it is read rightly or told as unavailable, in time."""

import logging
import socket
import time
import traceback
from contextlib import suppress

import pytest

from federation.errors import Unavailable
from federation.wechat.client import WeChatClient
from federation.wechat.settings import WeChatSettings
from federation.wechat.transport import Answer, Transport
from tests.federation.scripted_wechat import ScriptedWeChat

QUERY = {"appid": "wx0123456789abcdef", "secret": "s3cr3t-value", "js_code": "one-time-code"}


def ask(client: WeChatClient) -> Answer:
    return client.transport.get("/sns/jscode2session", QUERY, app_id="wx0123456789abcdef")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/json", "application/json; encoding=utf-8", "image/jpeg"],
)
def test_json_is_read_whatever_the_content_type_says(
    scripted: ScriptedWeChat, client: WeChatClient, content_type: str
) -> None:
    scripted.answers({"openid": "o1"}, content_type=content_type)

    assert ask(client).text("openid") == "o1"


def test_chinese_and_emoji_survive_text_without_a_charset(
    scripted: ScriptedWeChat, client: WeChatClient
) -> None:
    scripted.answers('{"nickname":"莉莉🌸"}'.encode())

    assert ask(client).text("nickname") == "莉莉🌸"


def test_raw_control_characters_and_a_byte_order_mark_are_tolerated(
    scripted: ScriptedWeChat, client: WeChatClient
) -> None:
    scripted.answers(b'\xef\xbb\xbf{"nickname":"a\tb"}')

    assert ask(client).text("nickname") == "a\tb"


@pytest.mark.parametrize("errcode", [40029, "40029"])
def test_error_number_may_come_as_text(
    scripted: ScriptedWeChat, client: WeChatClient, errcode: object
) -> None:
    scripted.answers({"errcode": errcode, "errmsg": "invalid code, rid: 1-2-3"})

    assert ask(client).errcode == 40029


@pytest.mark.parametrize("document", [{"openid": "o1"}, {"openid": "o1", "errcode": 0}])
def test_success_with_and_without_errcode_is_success(
    scripted: ScriptedWeChat, client: WeChatClient, document: dict[str, object]
) -> None:
    scripted.answers(document)

    assert ask(client).errcode == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>busy</html>",
        b"[]",
        b'"text"',
        b"null",
        b"{",
        b'{"errcode":"many"}',
        b"[" * 9999,
    ],
    ids=["empty", "html", "list", "text", "null", "cut", "number", "deep"],
)
def test_garbage_is_unavailable(
    scripted: ScriptedWeChat, client: WeChatClient, body: bytes
) -> None:
    scripted.answers(body)

    with pytest.raises(Unavailable):
        ask(client)


@pytest.mark.parametrize("status", ["201 Created", "404 Not Found", "500 Oops", "502 Bad Gateway"])
def test_other_statuses_are_unavailable_even_with_a_fine_body(
    scripted: ScriptedWeChat, client: WeChatClient, status: str
) -> None:
    scripted.answers_status(status, b'{"openid":"o1"}')

    with pytest.raises(Unavailable):
        ask(client)


def test_redirect_is_not_followed(scripted: ScriptedWeChat, client: WeChatClient) -> None:
    scripted.answers_status("302 Found", b"", f"Location: {scripted.base}/elsewhere")
    scripted.answers({"openid": "o1"})

    with pytest.raises(Unavailable):
        ask(client)

    assert scripted.paths() == ["/sns/jscode2session"]


def test_body_above_64_kib_is_unavailable(scripted: ScriptedWeChat, client: WeChatClient) -> None:
    scripted.answers(b'{"openid":"' + b"o" * 65_536 + b'"}')

    with pytest.raises(Unavailable):
        ask(client)


def test_endless_body_is_unavailable_without_being_read_to_the_end(
    scripted: ScriptedWeChat, client: WeChatClient
) -> None:
    scripted.says(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b" " * 200_000)

    with pytest.raises(Unavailable):
        ask(client)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\nX-A: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{",
    ],
    ids=["nothing", "status line", "header", "body"],
)
def test_slow_drip_ends_at_the_total_deadline(
    scripted: ScriptedWeChat, hurried: WeChatClient, head: bytes
) -> None:
    scripted.drips(head, every=0.1)
    begun = time.monotonic()

    with pytest.raises(Unavailable):
        ask(hurried)

    assert 0.6 < time.monotonic() - begun < 5


def test_answer_after_the_timeout_reaches_nobody(
    scripted: ScriptedWeChat, hurried: WeChatClient
) -> None:
    scripted.waits(1.2, {"openid": "late"})
    scripted.answers({"openid": "punctual"})

    with pytest.raises(Unavailable):
        ask(hurried)
    time.sleep(0.6)

    assert ask(hurried).text("openid") == "punctual"
    assert scripted.connections == 2


def test_closed_connection_is_unavailable_and_not_tried_again(
    scripted: ScriptedWeChat, client: WeChatClient
) -> None:
    scripted.says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{")
    scripted.says(b"")

    with pytest.raises(Unavailable):
        ask(client)

    assert len(scripted.requests) == 1


def test_nobody_listening_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    transport = Transport(WeChatSettings(f"http://127.0.0.1:{port}", sandbox=True))

    with pytest.raises(Unavailable):
        transport.get("/", {}, app_id="wx")


def test_full_backlog_ends_at_the_connect_timeout() -> None:
    # Nobody accepts and the queue is full: a connection attempt hangs.
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        settings = WeChatSettings(
            f"http://127.0.0.1:{address[1]}", sandbox=True, connect_timeout=0.3, total_timeout=8
        )
        begun = time.monotonic()

        with pytest.raises(Unavailable):
            Transport(settings).get("/", {}, app_id="wx")

        assert time.monotonic() - begun < 5
        for filler in fillers:
            filler.close()


def test_connections_are_kept_and_used_again(
    scripted: ScriptedWeChat, client: WeChatClient
) -> None:
    for _ in range(3):
        scripted.answers({"openid": "o1"})
        ask(client)

    assert scripted.connections == 1


def test_cookies_of_one_answer_are_not_sent_with_the_next_call(
    scripted: ScriptedWeChat, client: WeChatClient
) -> None:
    scripted.answers_status("200 OK", b'{"openid":"o1"}', "Set-Cookie: who=lily")
    ask(client)

    assert len(client.transport._http.cookies) == 0


def test_log_names_errcode_rid_and_app_but_no_secret(
    scripted: ScriptedWeChat, client: WeChatClient, caplog: pytest.LogCaptureFixture
) -> None:
    message = "invalid code one-time-code with s3cr3t-value, rid: 6166f719-0d1af18b-5b069232"
    scripted.answers({"errcode": 40029, "errmsg": message})

    with caplog.at_level(logging.DEBUG):
        ask(client)

    logged = "\n".join(f"{record.getMessage()} {record.exc_text}" for record in caplog.records)
    assert "errcode=40029 rid=6166f719-0d1af18b-5b069232" in logged
    assert "app_id=wx0123456789abcdef" in logged
    assert "s3cr3t-value" not in logged
    assert "one-time-code" not in logged


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n{}", b"nonsense\r\n"])
def test_no_library_logs_our_addresses_at_any_level(
    scripted: ScriptedWeChat,
    client: WeChatClient,
    caplog: pytest.LogCaptureFixture,
    head: bytes,
) -> None:
    scripted.says(head)

    with caplog.at_level(logging.DEBUG), suppress(Unavailable):
        ask(client)

    assert not [r for r in caplog.records if "s3cr3t-value" in r.getMessage()]


def test_no_secret_is_in_the_traceback_of_a_failure(
    client: WeChatClient, scripted: ScriptedWeChat
) -> None:
    scripted.says(b"garbage that is not HTTP\r\n\r\n")

    with pytest.raises(Unavailable) as failed:
        ask(client)

    assert failed.value.__context__ is None
    assert failed.value.__cause__ is None
    assert "s3cr3t-value" not in "".join(traceback.format_exception(failed.value))
