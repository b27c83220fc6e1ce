"""Pushes from WeChat: the published vectors, what each event means, and what is not believed."""

import json
import time
from typing import Any

import pytest
from sqlalchemy.orm import Session

from federation.credential_store import CredentialStore
from federation.errors import PushRefused, PushReplayed
from federation.identity import ExternalKey
from federation.pushes import Withdrawal
from federation.wechat.push import PushReceiver
from federation.wechat.push_crypto import decrypt, signature
from federation.wechat.push_event import withdrawal
from tests.conftest import TestClock
from tests.federation.push_sender import KEY, TOKEN, encrypt, event, plain_push, secure_push, sign
from tests.federation.test_wechat_apps import PROGRAM, WEBSITE
from tests.wechat_apps import changed, stored

SECURE = changed(PROGRAM, push_token=TOKEN, push_key=KEY)
PLAIN = changed(SECURE, push_key="")
SECURE_ID = PLAIN_ID = PROGRAM.id


@pytest.fixture
def pushes(apps: CredentialStore, clock: TestClock) -> PushReceiver:
    return PushReceiver(apps, clock)


@pytest.fixture
def secure(apps: CredentialStore, session: Session) -> None:
    apps.create(session, SECURE)


@pytest.fixture
def plain(apps: CredentialStore, session: Session) -> None:
    apps.create(session, PLAIN)


# The vectors that WeChat's guide publishes.

VECTOR_KEY = "A" * 43
VECTOR_APP = "wxba5fad812f8e6fb9"
VECTOR_ENCRYPT = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcv"
    "ZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3F"
    "n2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSe"
    "OBrebufAlr7F9mFUPAJGj04="
)
VECTOR_MESSAGE = (
    '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY",'
    '"CreateTime":1714112445,"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}'
)
VECTOR_REPLY = (
    "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("1714036504", "1514711492"), "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        (("1714037059", "486452656"), "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
        (("1714112445", "415670741"), "6c5c811b55cc85e0e1b54100749188c20beb3f5d"),
        (("1714112445", "415670741", VECTOR_ENCRYPT), "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"),
        (("1713424427", "415670741", VECTOR_REPLY), "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"),
    ],
    ids=["url check", "plain", "secure", "secure body", "reply"],
)
def test_published_signature_vector(parts: tuple[str, ...], expected: str) -> None:
    assert signature("AAAAA", *parts) == expected


@pytest.mark.parametrize(
    ("encrypted", "message"),
    [(VECTOR_ENCRYPT, VECTOR_MESSAGE), (VECTOR_REPLY, '{"demo_resp":"good luck"}')],
)
def test_published_encryption_vector(encrypted: str, message: str) -> None:
    assert decrypt(encrypted, VECTOR_KEY, VECTOR_APP).decode() == message


def test_published_push_is_received_whole(
    apps: CredentialStore, pushes: PushReceiver, session: Session, clock: TestClock
) -> None:
    apps.create(
        session, changed(SECURE, app_id=VECTOR_APP, push_token="AAAAA", push_key=VECTOR_KEY)
    )
    clock.now = 1714112445
    query = {
        "signature": "6c5c811b55cc85e0e1b54100749188c20beb3f5d",
        "timestamp": "1714112445",
        "nonce": "415670741",
        "openid": "o9AgO5Kd5ggOC-bXrbNODIiE3bGY",
        "encrypt_type": "aes",
        "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
    }
    body = json.dumps({"ToUserName": "gh_97417a04a28d", "Encrypt": VECTOR_ENCRYPT}).encode()

    assert pushes.receive(session, VECTOR_APP, query, body) is None


def test_published_url_check_is_answered(
    apps: CredentialStore, pushes: PushReceiver, session: Session, clock: TestClock
) -> None:
    apps.create(session, changed(PLAIN, push_token="AAAAA"))
    clock.now = 1714036504
    query = {
        "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
        "timestamp": "1714036504",
        "nonce": "1514711492",
        "echostr": "4375120948345356249",
    }

    assert pushes.answer_check(session, PLAIN_ID, query) == "4375120948345356249"
    with pytest.raises(PushRefused):
        pushes.answer_check(session, PLAIN_ID, query | {"signature": "0" * 40})


# What the events mean.


def about_lily(name: str, app_id: str = "", **what: Any) -> Withdrawal:
    """What is to be forgotten of Lily; ``items`` are those that she took back."""
    app_id, items = app_id or SECURE_ID, what.pop("items", None)
    told = {"event": name, "appid": app_id} | ({} if items is None else {"revoke_info": items})
    return Withdrawal(ExternalKey(f"wechat:openid:{app_id}", "oLily"), told=told, **what)


MODIFIED, REVOKED = "user_info_modified", "user_authorization_revoke"
CANCELLED = "user_authorization_cancellation"


@pytest.mark.parametrize(
    ("name", "more", "expected"),
    [
        (MODIFIED, {}, about_lily(MODIFIED, profile=True)),
        (CANCELLED, {}, about_lily(CANCELLED, identity=True, person=True)),
        (REVOKED, {"RevokeInfo": "8"}, about_lily(REVOKED, items="8", phone=True)),
        (
            REVOKED,
            {"RevokeInfo": "6,8"},
            about_lily(REVOKED, items="6,8", profile=True, phone=True),
        ),
        (REVOKED, {"RevokeInfo": 301}, about_lily(REVOKED, items="301", identity=True)),
        (REVOKED, {}, about_lily(REVOKED, items="")),
        ("user_enter_tempsession", {}, None),
    ],
)
@pytest.mark.usefixtures("secure")
def test_event_says_what_happened_to_whom(
    pushes: PushReceiver,
    session: Session,
    clock: TestClock,
    name: str,
    more: dict[str, object],
    expected: Withdrawal | None,
) -> None:
    query, body = secure_push(event(name, SECURE_ID, **more), clock(), SECURE_ID)

    assert pushes.receive(session, SECURE_ID, query, body) == expected


@pytest.mark.parametrize(
    ("items", "profile", "phone"),
    [
        ("6", True, False),
        ("19", True, False),
        ("20", True, False),
        ("205", True, False),
        ("8", False, True),
        ("6,8", True, True),
        ("13", False, False),
    ],
)
def test_withdrawn_item_says_what_to_erase(items: str, profile: bool, phone: bool) -> None:
    message = {"Event": REVOKED, "OpenID": "oLily", "RevokeInfo": items}

    revoked = withdrawal(stored(SECURE_ID, "miniprogram"), message)

    assert revoked is not None
    assert (revoked.profile, revoked.phone, revoked.identity) == (profile, phone, False)


def test_website_has_one_authorization_that_is_everything(
    apps: CredentialStore, pushes: PushReceiver, session: Session, clock: TestClock
) -> None:
    apps.create(session, changed(WEBSITE, push_token=TOKEN, push_key=KEY))
    message = event("user_authorization_revoke", WEBSITE.id, RevokeInfo="1")
    query, body = secure_push(message, clock(), WEBSITE.id)

    found = pushes.receive(session, WEBSITE.id, query, body)

    assert found == about_lily(REVOKED, WEBSITE.id, items="301", identity=True)


@pytest.mark.usefixtures("secure")
def test_openid_may_be_missing(pushes: PushReceiver, session: Session, clock: TestClock) -> None:
    message = event("user_info_modified", SECURE_ID, UnionID="uLily", OpenID="")
    query, body = secure_push(message, clock(), SECURE_ID)

    found = pushes.receive(session, SECURE_ID, query, body)

    assert found is not None
    assert (found.key, found.profile) == (None, True)


@pytest.mark.usefixtures("secure")
def test_stray_spaces_of_wechats_samples_are_stripped(
    pushes: PushReceiver, session: Session, clock: TestClock
) -> None:
    message = event("user_authorization_revoke", SECURE_ID, OpenID="").replace(
        b'"OpenID": ""', b'" OpenID": " oLily", " RevokeInfo": " 8"'
    )
    query, body = secure_push(message, clock(), SECURE_ID)

    found = pushes.receive(session, SECURE_ID, query, body)

    assert found == about_lily(REVOKED, items="8", phone=True)


@pytest.mark.parametrize("is_xml_outside", [True, False])
@pytest.mark.usefixtures("secure")
def test_xml_is_read_like_json(
    pushes: PushReceiver, session: Session, clock: TestClock, is_xml_outside: bool
) -> None:
    message = (
        f"<xml><ToUserName><![CDATA[gh_870882ca4b1]]></ToUserName><CreateTime>1626857200"
        f"</CreateTime><Event><![CDATA[user_authorization_revoke]]></Event>"
        f"< OpenID><![CDATA[oLily]]></OpenID><AppID><![CDATA[{SECURE_ID}]]></AppID>"
        f"<RevokeInfo><![CDATA[1]]></RevokeInfo></xml>"
    ).encode()
    query, body = secure_push(message, clock(), SECURE_ID, xml=is_xml_outside)

    found = pushes.receive(session, SECURE_ID, query, body)

    assert found == about_lily(REVOKED, items="1")


@pytest.mark.usefixtures("plain")
def test_plain_push_is_believed_where_no_key_is_configured(
    pushes: PushReceiver, session: Session, clock: TestClock
) -> None:
    query, body = plain_push(event("user_info_modified", PLAIN_ID), clock())

    found = pushes.receive(session, PLAIN_ID, query, body)

    assert found == about_lily(MODIFIED, PLAIN_ID, profile=True)


# What is not believed.


@pytest.mark.usefixtures("secure")
def test_plain_push_is_refused_where_a_key_is_configured(
    pushes: PushReceiver, session: Session, clock: TestClock
) -> None:
    query, body = plain_push(event("user_authorization_cancellation", SECURE_ID), clock())

    with pytest.raises(PushRefused):
        pushes.receive(session, SECURE_ID, query, body)


@pytest.mark.parametrize("which", ["msg_signature", "timestamp", "nonce"])
@pytest.mark.usefixtures("secure")
def test_forged_push_is_refused(
    pushes: PushReceiver, session: Session, clock: TestClock, which: str
) -> None:
    message = event("user_authorization_cancellation", SECURE_ID)
    query, body = secure_push(message, clock(), SECURE_ID)
    forged = {"msg_signature": "0" * 40, "timestamp": str(clock() + 1), "nonce": "n2"}

    with pytest.raises(PushRefused):
        pushes.receive(session, SECURE_ID, query | {which: forged[which]}, body)
    with pytest.raises(PushRefused):
        pushes.receive(session, SECURE_ID, query | {which: ""}, body)


@pytest.mark.usefixtures("secure")
def test_signature_that_does_not_cover_the_body_is_not_enough(
    pushes: PushReceiver, session: Session, clock: TestClock
) -> None:
    query, _ = secure_push(event("user_info_modified", SECURE_ID), clock(), SECURE_ID)
    message = event("user_authorization_cancellation", SECURE_ID)
    other = json.dumps({"Encrypt": encrypt(message, SECURE_ID)}).encode()

    with pytest.raises(PushRefused):
        pushes.receive(session, SECURE_ID, query, other)


@pytest.mark.usefixtures("plain")
def test_signature_of_one_plain_push_does_not_carry_another(
    pushes: PushReceiver, session: Session, clock: TestClock
) -> None:
    query, body = plain_push(event("user_info_modified", PLAIN_ID), clock())
    pushes.receive(session, PLAIN_ID, query, body)

    with pytest.raises(PushReplayed):
        pushes.receive(session, PLAIN_ID, query, event("user_authorization_cancellation", PLAIN_ID))


@pytest.mark.usefixtures("secure")
def test_push_received_twice_is_a_replay(
    pushes: PushReceiver, session: Session, clock: TestClock
) -> None:
    query, body = secure_push(event("user_info_modified", SECURE_ID), clock(), SECURE_ID)
    pushes.receive(session, SECURE_ID, query, body)
    session.commit()

    with pytest.raises(PushReplayed):
        pushes.receive(session, SECURE_ID, query, body)


@pytest.mark.usefixtures("secure")
def test_push_whose_handling_failed_is_received_again(
    pushes: PushReceiver, session: Session, clock: TestClock
) -> None:
    session.commit()
    query, body = secure_push(event("user_info_modified", SECURE_ID), clock(), SECURE_ID)
    pushes.receive(session, SECURE_ID, query, body)

    session.rollback()

    assert pushes.receive(session, SECURE_ID, query, body) == about_lily(MODIFIED, profile=True)


@pytest.mark.parametrize("age", [301, -301])
@pytest.mark.usefixtures("secure")
def test_stale_push_is_refused(
    pushes: PushReceiver, session: Session, clock: TestClock, age: int
) -> None:
    message = event("user_info_modified", SECURE_ID)
    query, body = secure_push(message, clock() - age, SECURE_ID)

    with pytest.raises(PushRefused):
        pushes.receive(session, SECURE_ID, query, body)


@pytest.mark.usefixtures("secure")
def test_push_encrypted_for_another_app_is_refused(
    pushes: PushReceiver, session: Session, clock: TestClock
) -> None:
    message = event("user_info_modified", SECURE_ID)
    query, body = secure_push(message, clock(), "wx9999999999999999")

    with pytest.raises(PushRefused):
        pushes.receive(session, SECURE_ID, query, body)


@pytest.mark.usefixtures("secure")
def test_event_of_another_app_is_refused(
    pushes: PushReceiver, session: Session, clock: TestClock
) -> None:
    message = event("user_info_modified", "wx9999999999999999")
    query, body = secure_push(message, clock(), SECURE_ID)

    with pytest.raises(PushRefused):
        pushes.receive(session, SECURE_ID, query, body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"<xml>",
        b"[" * 20_000,
        b'<!DOCTYPE x [<!ENTITY a "a">]><xml><Event>&a;</Event></xml>',
        b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://127.0.0.1/x"><xml></xml>',
        b'{"a":"' + b"x" * 70_000 + b'"}',
        b'{"OpenID":"\\ud800"}',
        b'{"OpenID":"a\\u0000b"}',
        b'<?xml version="1.0" encoding="nonsense"?><xml></xml>',
        b'<?xml version="1.0" encoding="gbk"?><xml></xml>',
    ],
    ids=[
        "empty",
        "text",
        "list",
        "cut",
        "bytes",
        "xml",
        "deep",
        "entity",
        "dtd",
        "large",
        "half",
        "zero",
        "encoding",
        "gbk",
    ],
)
@pytest.mark.usefixtures("plain")
def test_body_that_is_no_message_is_refused(
    pushes: PushReceiver, session: Session, clock: TestClock, body: bytes
) -> None:
    query, _ = plain_push(b"", clock())

    with pytest.raises(PushRefused):
        pushes.receive(session, PLAIN_ID, query, body)


@pytest.mark.parametrize("encrypted", ["", "AAAA", "not base64", "A" * 64, "é"])
@pytest.mark.usefixtures("secure")
def test_garbage_instead_of_ciphertext_is_refused(
    pushes: PushReceiver, session: Session, clock: TestClock, encrypted: str
) -> None:
    stamp = {"timestamp": str(clock()), "nonce": "n1"}
    query = stamp | {"msg_signature": sign(TOKEN, str(clock()), "n1", encrypted)}

    with pytest.raises(PushRefused):
        pushes.receive(session, SECURE_ID, query, json.dumps({"Encrypt": encrypted}).encode())


@pytest.mark.parametrize("timestamp", ["", "now", "1e9", "٣", "9" * 40, "-1"])
@pytest.mark.usefixtures("plain")
def test_timestamp_that_is_no_time_is_refused(
    pushes: PushReceiver, session: Session, timestamp: str
) -> None:
    query, body = plain_push(event("user_info_modified", PLAIN_ID), 0)

    with pytest.raises(PushRefused):
        pushes.receive(session, PLAIN_ID, query | {"timestamp": timestamp}, body)


def test_app_without_a_push_token_receives_nothing(
    apps: CredentialStore, pushes: PushReceiver, session: Session, clock: TestClock
) -> None:
    apps.create(session, changed(SECURE, push_token="", push_key=""))
    query, body = plain_push(event("user_info_modified", SECURE_ID), clock())

    with pytest.raises(PushRefused):
        pushes.receive(session, SECURE_ID, query, body)
    with pytest.raises(PushRefused):
        pushes.receive(session, "wx9999999999999999", query, body)
    with pytest.raises(PushRefused):
        pushes.receive(session, "wx\0", query, body)


@pytest.mark.usefixtures("plain")
def test_prune_forgets_receipts_that_no_replay_can_match(
    pushes: PushReceiver, session: Session, clock: TestClock
) -> None:
    for nonce in ("n1", "n2", "n3"):
        query, body = plain_push(event("user_info_modified", PLAIN_ID), clock(), nonce)
        pushes.receive(session, PLAIN_ID, query, body)
    too_early = pushes.prune(session)
    clock.advance(601)

    removed = [pushes.prune(session, limit=2) for _ in range(3)]

    assert (too_early, removed) == (0, [2, 1, 0])


@pytest.mark.usefixtures("secure")
def test_push_is_judged_in_milliseconds(
    pushes: PushReceiver, session: Session, clock: TestClock
) -> None:
    message = event("user_info_modified", SECURE_ID, filler="x" * 40_000)
    query, body = secure_push(message, clock(), SECURE_ID)
    begun = time.thread_time()

    pushes.receive(session, SECURE_ID, query, body)

    assert time.thread_time() - begun < 1
