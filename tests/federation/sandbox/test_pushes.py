"""Events as they arrive at the developer's server."""

import json
from xml.etree import ElementTree

import pytest

from federation.sandbox import push_crypto, seed
from tests.federation.sandbox.ticket_server import TicketServer
from tests.sandbox_server import MINI_PROGRAM, MOBILE, LiveSandbox


def test_secure_push_can_be_verified_and_opened(phone: LiveSandbox, qiao: TicketServer) -> None:
    sent = phone.push("user_authorization_revoke", "li-lei", revoke_info="8")

    query, content = qiao.pushed[0]
    encrypted = json.loads(content)["Encrypt"]
    parts = (seed.PUSH_TOKEN, query["timestamp"], query["nonce"], encrypted)
    message, appid = push_crypto.decrypt(seed.PUSH_AES_KEY, encrypted)
    event = json.loads(message)
    assert sent["accepted"]
    assert query["encrypt_type"] == "aes"
    assert query["msg_signature"] == push_crypto.signature(*parts)
    assert appid == MINI_PROGRAM.appid
    assert event["Event"] == "user_authorization_revoke"
    assert event["OpenID"] == phone.openid("li-lei")
    assert event["UnionID"] == phone.unionid("li-lei")
    assert event["RevokeInfo"] == "8"
    assert event["FromUserName"] != event["OpenID"]


def test_plain_push_carries_its_fields_in_the_open(phone: LiveSandbox, qiao: TicketServer) -> None:
    phone.push("user_info_modified", "li-lei", mode="plain", omit=["UnionID"])

    query, content = qiao.pushed[0]
    event = json.loads(content)
    assert "msg_signature" not in query
    assert event["ToUserName"] == MINI_PROGRAM.original_id
    assert event["OpenID"] == phone.openid("li-lei")
    assert "UnionID" not in event
    assert "RevokeInfo" not in event


def test_xml_push_is_xml(phone: LiveSandbox, qiao: TicketServer) -> None:
    phone.push(
        "user_authorization_cancellation", "li-lei", MOBILE.appid, mode="plain", format="xml"
    )

    event = ElementTree.fromstring(qiao.pushed[0][1].decode())
    assert event.findtext("Event") == "user_authorization_cancellation"
    assert event.findtext("OpenID") == phone.openid("li-lei", MOBILE.appid)


def test_stray_spaces_are_those_of_the_published_samples(
    phone: LiveSandbox, qiao: TicketServer
) -> None:
    phone.push("user_info_modified", "li-lei", mode="plain", stray_spaces=True)

    event = json.loads(qiao.pushed[0][1])
    assert event[" OpenID"] == " " + phone.openid("li-lei")


def test_unaccepted_push_is_tried_three_times_more(phone: LiveSandbox, qiao: TicketServer) -> None:
    qiao.push_answers = [(500, ""), (200, "sorry"), (404, "")]

    sent = phone.push("user_info_modified", "li-lei")

    assert [attempt["status"] for attempt in sent["attempts"]] == [500, 200, 404, 200]
    assert sent["accepted"]
    assert len({content for _, content in qiao.pushed}) == 1


def test_replay_is_the_same_byte_for_byte(phone: LiveSandbox, qiao: TicketServer) -> None:
    sent = phone.push("user_info_modified", "li-lei")

    phone.control("POST", f"/pushes/{sent['number']}/replay")

    assert qiao.pushed[0] == qiao.pushed[1]


@pytest.mark.parametrize("forged", ["token", "inner_appid"])
def test_forged_push_does_not_verify(phone: LiveSandbox, qiao: TicketServer, forged: str) -> None:
    phone.push("user_info_modified", "li-lei", **{forged: "wx00000000000000ff"})

    query, content = qiao.pushed[0]
    encrypted = json.loads(content)["Encrypt"]
    parts = (seed.PUSH_TOKEN, query["timestamp"], query["nonce"], encrypted)
    _, appid = push_crypto.decrypt(seed.PUSH_AES_KEY, encrypted)
    is_signed = query["msg_signature"] == push_crypto.signature(*parts)
    assert (is_signed, appid == MINI_PROGRAM.appid) != (True, True)


def test_push_address_is_verified_as_the_console_does(phone: LiveSandbox) -> None:
    good = phone.control("POST", "/pushes/verify", {"appid": MINI_PROGRAM.appid})
    bad = phone.control(
        "POST", "/pushes/verify", {"appid": MINI_PROGRAM.appid, "url": "http://127.0.0.1:9/"}
    )

    assert good["verified"] is True
    assert bad["verified"] is False
