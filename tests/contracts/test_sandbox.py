"""The sandbox against what developers have seen of WeChat: published vectors and captured answers.

Every value here comes from WeChat's documentation or from answers that developers have captured,
none from the sandbox's own code.
"""

import hashlib
import hmac
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from federation.sandbox import jpeg, jsapi, push_crypto, session_keys
from tests.sandbox_server import COMPONENT, MINI_PROGRAM, MOBILE, OFFICIAL, WEBSITE, LiveSandbox

SNS_ERROR = re.compile(r".+, rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}")
API_ERROR = re.compile(r".+[^,] rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}")
PHONE_ERROR = re.compile(r".+ hint: \[[A-Za-z0-9]{16}\] rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}")

AES_KEY = "A" * 43
PUSH_APPID = "wxba5fad812f8e6fb9"
ENCRYPTED_PUSH = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsX"
    "UnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajA"
    "sjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
PUSH_MESSAGE = (
    '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY",'
    '"CreateTime":1714112445,"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}'
)


class TestPushVectors:
    """Published on the message push page: Token AAAAA, EncodingAESKey 43 times A."""

    def test_url_check_is_signed_as_published(self) -> None:
        assert (
            push_crypto.signature("AAAAA", "1714036504", "1514711492")
            == "f464b24fc39322e44b38aa78f5edd27bd1441696"
        )

    def test_plain_push_is_signed_as_published(self) -> None:
        assert (
            push_crypto.signature("AAAAA", "1714037059", "486452656")
            == "899cf89e464efb63f54ddac96b0a0a235f53aa78"
        )

    def test_secure_push_is_signed_over_its_body_as_published(self) -> None:
        assert (
            push_crypto.signature("AAAAA", "1714112445", "415670741", ENCRYPTED_PUSH)
            == "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"
        )

    def test_secure_push_is_encrypted_as_published(self) -> None:
        encrypted = push_crypto.encrypt(AES_KEY, PUSH_MESSAGE, PUSH_APPID, b"a8eedb185eb2fecf")

        assert encrypted == ENCRYPTED_PUSH

    def test_published_push_is_decrypted_to_its_message_and_appid(self) -> None:
        assert push_crypto.decrypt(AES_KEY, ENCRYPTED_PUSH) == (PUSH_MESSAGE, PUSH_APPID)

    def test_published_reply_is_encrypted_and_signed_alike(self) -> None:
        encrypted = push_crypto.encrypt(
            AES_KEY, '{"demo_resp":"good luck"}', PUSH_APPID, b"707722b803182950"
        )

        assert encrypted == (
            "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
        )
        assert (
            push_crypto.signature("AAAAA", "1713424427", "415670741", encrypted)
            == "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"
        )


class TestSessionKeyVectors:
    """The HMAC key is the base64 text: proven by the mini game signature page."""

    def test_message_is_signed_as_published(self) -> None:
        assert (
            session_keys.sign("o0q0otL8aEzpcZL/FT9WsQ==", '{"foo":"bar"}')
            == "654571f79995b2ce1e149e53c0a33dc39c0a74090db514261454e8dbe432aa0b"
        )

    def test_empty_message_is_signed_alike(self) -> None:
        assert (
            session_keys.sign("tiihtNczf5v6AKRyjwEUhQ==")
            == "7154f9f8b4b76b92f541cbf0e37d48840fa06e5e42da92a6f80168a1516a4735"
        )


class TestCode2Session:
    def test_success_has_the_captured_shape(self, wechat: LiveSandbox) -> None:
        answer = code2session(wechat, wechat.js_code("li-lei"))

        session = answer.json()
        assert answer.headers["Content-Type"] == "text/plain"
        assert list(session) == ["session_key", "openid", "unionid"]
        assert re.fullmatch(r"o[A-Za-z0-9_-]{27}", session["openid"])
        assert re.fullmatch(r"o[A-Za-z0-9_-]{27}", session["unionid"])
        assert re.fullmatch(r"[A-Za-z0-9+/]{22}==", session["session_key"])

    def test_slashes_of_the_session_key_are_escaped(self, wechat: LiveSandbox) -> None:
        for _ in range(40):
            answer = code2session(wechat, wechat.js_code("li-lei"))
            assert b"/" not in answer.content.replace(b"\\/", b"")
            if b"\\/" in answer.content:
                return
        pytest.fail("40 random keys without a slash")

    @pytest.mark.parametrize(
        ("missing", "errcode"), [("appid", 41002), ("secret", 41004), ("js_code", 41008)]
    )
    def test_missing_parameter_is_named_by_its_errcode(
        self, wechat: LiveSandbox, missing: str, errcode: int
    ) -> None:
        answer = code2session(wechat, wechat.js_code("li-lei"), **{missing: ""})

        assert answer.json()["errcode"] == errcode

    def test_errors_come_with_http_200_and_the_captured_text(self, wechat: LiveSandbox) -> None:
        answer = code2session(wechat, "the code is a mock one")

        error = answer.json()
        assert answer.status_code == 200
        assert error["errcode"] == 40029
        assert error["errmsg"].startswith("invalid code, rid: ")
        assert SNS_ERROR.fullmatch(error["errmsg"])

    def test_rid_begins_with_the_time_in_hex(self, wechat: LiveSandbox) -> None:
        now = wechat.control("GET", "/clock")["now"]

        errmsg = code2session(wechat, "x").json()["errmsg"]

        assert abs(int(errmsg.split("rid: ")[1][:8], 16) - now) <= 2

    def test_checks_come_in_order(self, wechat: LiveSandbox) -> None:
        wechat.app(ip_allow_list=["10.0.0.1"])
        used = wechat.js_code("wang-fang")

        def errcode(**changes: str) -> int:
            return int(code2session(wechat, used, **changes).json()["errcode"])

        assert errcode(js_code="", appid="wx0000000000000000") == 41008
        assert errcode(appid="wx0000000000000000", secret="wrong") == 40013
        assert errcode(secret="wrong") == 40125
        assert errcode(js_code="unknown") == 40164
        wechat.app(ip_allow_list=["10.0.0.1", "127.0.0.*"])
        assert errcode(js_code="unknown") == 40029
        assert errcode() == 40226
        assert errcode() == 40163

    def test_refused_address_is_told_as_captured(self, wechat: LiveSandbox) -> None:
        wechat.app(ip_allow_list=["10.0.0.0/8"])

        error = code2session(wechat, wechat.js_code("li-lei")).json()

        text = "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist, rid: "
        assert error["errcode"] == 40164
        assert error["errmsg"].startswith(text)

    def test_code_lives_five_minutes(self, wechat: LiveSandbox) -> None:
        early, late = wechat.js_code("li-lei"), wechat.js_code("li-lei")

        wechat.advance(298)
        assert "openid" in code2session(wechat, early).json()
        wechat.advance(3)
        assert code2session(wechat, late).json()["errcode"] == 40029

    def test_used_code_can_answer_40029(self, wechat: LiveSandbox) -> None:
        wechat.settings(reuse_errcode=40029)
        code = wechat.js_code("li-lei")
        code2session(wechat, code)

        assert code2session(wechat, code).json()["errcode"] == 40029

    def test_code_of_another_mini_program_answers_40029(self, wechat: LiveSandbox) -> None:
        other = wechat.app("wx5a4d0000000000ff", kind="miniprogram")

        code = wechat.js_code("li-lei", other["appid"])

        assert code2session(wechat, code).json()["errcode"] == 40029

    def test_phone_code_is_no_login_code(self, wechat: LiveSandbox) -> None:
        assert code2session(wechat, wechat.phone_code("li-lei")).json()["errcode"] == 40029

    def test_hundred_logins_in_a_minute_are_the_limit(self, wechat: LiveSandbox) -> None:
        wechat.settings(code2session_per_minute=2)
        for _ in range(2):
            code2session(wechat, wechat.js_code("li-lei"))
        code = wechat.js_code("li-lei")

        limited = code2session(wechat, code).json()
        wechat.advance(60)
        later = code2session(wechat, code).json()

        assert limited["errcode"] == 45011
        assert limited["errmsg"].startswith("api minute-quota reach limit mustslower retry")
        assert later["openid"] == wechat.openid("li-lei")


class TestUnionId:
    def test_unionid_is_absent_while_the_app_is_bound_to_nothing(self, wechat: LiveSandbox) -> None:
        wechat.app(open_platform=None)

        assert "unionid" not in code2session(wechat, wechat.js_code("li-lei")).json()

    def test_unionid_is_the_same_in_all_apps_of_an_open_platform(self, wechat: LiveSandbox) -> None:
        in_mini_program = code2session(wechat, wechat.js_code("li-lei")).json()
        in_app = oauth_token(wechat, wechat.oauth_code("li-lei", MOBILE.appid), MOBILE).json()

        assert in_mini_program["unionid"] == in_app["unionid"]
        assert in_mini_program["openid"] != in_app["openid"]

    def test_unionid_changes_with_the_open_platform_and_the_openid_stays(
        self, wechat: LiveSandbox
    ) -> None:
        before = code2session(wechat, wechat.js_code("li-lei")).json()
        wechat.app(open_platform="another")

        after = code2session(wechat, wechat.js_code("li-lei")).json()

        assert after["openid"] == before["openid"]
        assert after["unionid"] != before["unionid"]

    def test_one_person_can_be_bound_later(self, wechat: LiveSandbox) -> None:
        wechat.person("li-lei", unionid="unbound")
        before = code2session(wechat, wechat.js_code("li-lei")).json()
        wechat.person("li-lei", unionid="bound")

        after = code2session(wechat, wechat.js_code("li-lei")).json()

        assert "unionid" not in before
        assert after["unionid"] == wechat.unionid("li-lei")


class TestAddresses:
    """What libraries rely on and no page of WeChat's says."""

    @pytest.mark.parametrize("in_address", [(), ("appid", "secret")])
    def test_sns_takes_forms_alone_or_beside_the_address(
        self, wechat: LiveSandbox, in_address: tuple[str, ...]
    ) -> None:
        sent = {
            "appid": WEBSITE.appid,
            "secret": WEBSITE.secret,
            "code": wechat.oauth_code("li-lei", WEBSITE.appid),
            "grant_type": "authorization_code",
        }
        query = {name: sent.pop(name) for name in in_address}

        token = requests.post(
            f"{wechat.url}/sns/oauth2/access_token", params=query, data=sent, timeout=10
        ).json()
        profile = requests.post(
            f"{wechat.url}/sns/userinfo",
            data={"access_token": token["access_token"], "openid": token["openid"]},
            timeout=10,
        ).json()

        assert profile["openid"] == token["openid"] == wechat.openid("li-lei", WEBSITE.appid)

    @pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
    @pytest.mark.parametrize("path", ["/cgi-bin/nowhere", "/cgi-bin/token/", "/sns", "/favicon"])
    def test_address_that_is_none_answers_as_wechat_does(
        self, wechat: LiveSandbox, method: str, path: str
    ) -> None:
        answer = requests.request(method, f"{wechat.url}{path}", data=b"\x00", timeout=10)

        assert (answer.status_code, answer.json()["errcode"]) == (200, 40066)
        assert API_ERROR.fullmatch(answer.json()["errmsg"])
        assert "json" in answer.headers["Content-Type"]


class TestTokens:
    def test_plain_token_replaces_the_last_one_after_five_minutes(
        self, wechat: LiveSandbox
    ) -> None:
        first, second = plain_token(wechat), plain_token(wechat)
        assert first != second

        wechat.advance(299)
        assert errcode_with_token(wechat, first) == 0
        wechat.advance(2)
        assert errcode_with_token(wechat, first) == 40001
        assert errcode_with_token(wechat, second) == 0

    def test_stable_token_stays_until_its_last_five_minutes(self, wechat: LiveSandbox) -> None:
        first = stable_token(wechat).json()
        wechat.advance(6800)
        same = stable_token(wechat).json()
        wechat.advance(150)
        renewed = stable_token(wechat).json()

        assert same["access_token"] == first["access_token"]
        assert same["expires_in"] == pytest.approx(400, abs=3)
        assert renewed["access_token"] != first["access_token"]
        assert errcode_with_token(wechat, first["access_token"]) == 0

    def test_forced_renewal_voids_the_last_one_at_once(self, wechat: LiveSandbox) -> None:
        first = stable_token(wechat).json()["access_token"]

        forced = stable_token(wechat, force_refresh=True).json()["access_token"]

        assert errcode_with_token(wechat, first) == 40001
        assert errcode_with_token(wechat, forced) == 0

    def test_forced_renewals_are_thirty_seconds_apart_and_twenty_a_day(
        self, wechat: LiveSandbox
    ) -> None:
        stable_token(wechat, force_refresh=True)
        assert stable_token(wechat, force_refresh=True).json()["errcode"] == 45011
        for _ in range(19):
            wechat.advance(30)
            assert "access_token" in stable_token(wechat, force_refresh=True).json()
        wechat.advance(30)
        assert stable_token(wechat, force_refresh=True).json()["errcode"] == 45009

    def test_families_do_not_touch_each_other(self, wechat: LiveSandbox) -> None:
        stable = stable_token(wechat).json()["access_token"]
        plain_token(wechat)
        wechat.advance(400)
        plain_token(wechat)

        assert errcode_with_token(wechat, stable) == 0
        assert stable_token(wechat).json()["access_token"] == stable

    def test_expired_and_malformed_tokens_have_their_own_errcodes(
        self, wechat: LiveSandbox
    ) -> None:
        token = stable_token(wechat).json()["access_token"]
        wechat.advance(7200)

        assert errcode_with_token(wechat, token) == 42001
        assert errcode_with_token(wechat, "nonsense") == 40014
        assert errcode_with_token(wechat, "") == 41001

    def test_token_that_another_server_replaced_is_told_as_captured(
        self, wechat: LiveSandbox
    ) -> None:
        token = stable_token(wechat).json()["access_token"]
        wechat.invalidate_token()

        error = requests.get(
            f"{wechat.url}/cgi-bin/getcallbackip", params={"access_token": token}, timeout=10
        ).json()

        assert error["errcode"] == 40001
        assert error["errmsg"].startswith(
            "invalid credential, access_token is invalid or not latest, could get access_token by "
            "getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r rid: "
        )
        assert stable_token(wechat).json()["access_token"] != token

    def test_dead_stable_token_is_handed_out_until_forced(self, wechat: LiveSandbox) -> None:
        token = stable_token(wechat).json()["access_token"]
        wechat.invalidate_token(renewed=False)

        again = stable_token(wechat).json()["access_token"]
        forced = stable_token(wechat, force_refresh=True).json()["access_token"]

        assert again == token
        assert errcode_with_token(wechat, again) == 40001
        assert errcode_with_token(wechat, forced) == 0

    def test_content_types_are_the_captured_ones(self, wechat: LiveSandbox) -> None:
        plain = requests.get(f"{wechat.url}/cgi-bin/token", timeout=10)

        assert plain.headers["Content-Type"] == "application/json"
        assert stable_token(wechat).headers["Content-Type"] == "application/json; encoding=utf-8"

    def test_get_where_post_is_wanted_answers_43002(self, wechat: LiveSandbox) -> None:
        answer = requests.get(f"{wechat.url}/cgi-bin/stable_token", timeout=10)

        assert answer.json()["errcode"] == 43002
        assert API_ERROR.fullmatch(answer.json()["errmsg"])

    @pytest.mark.parametrize(
        ("change", "errcode"), [({"frozen": True}, 40243), ({"banned": True}, 50007)]
    )
    def test_account_in_trouble_gets_no_token(
        self, wechat: LiveSandbox, change: dict[str, bool], errcode: int
    ) -> None:
        wechat.app(**change)

        assert stable_token(wechat).json()["errcode"] == errcode


class TestPhoneNumber:
    def test_number_has_the_published_shape(self, wechat: LiveSandbox) -> None:
        answer = phone_number(wechat, wechat.phone_code("li-lei"))

        body = answer.json()
        timestamp = body["phone_info"]["watermark"].pop("timestamp")
        assert answer.headers["Content-Type"] == "application/json"
        assert isinstance(timestamp, int)
        assert body == {
            "errcode": 0,
            "errmsg": "ok",
            "phone_info": {
                "phoneNumber": "13800138000",
                "purePhoneNumber": "13800138000",
                "countryCode": "86",
                "watermark": {"appid": MINI_PROGRAM.appid},
            },
        }

    def test_number_abroad_carries_its_country_code(self, wechat: LiveSandbox) -> None:
        info = phone_number(wechat, wechat.phone_code("john-smith")).json()["phone_info"]

        assert info["purePhoneNumber"] == "2025550123"
        assert info["countryCode"] == "1"
        assert info["phoneNumber"] != info["purePhoneNumber"]

    def test_used_code_is_refused_in_the_captured_words(self, wechat: LiveSandbox) -> None:
        code = wechat.phone_code("li-lei")
        phone_number(wechat, code)

        error = phone_number(wechat, code).json()

        assert error["errcode"] == 40029
        assert error["errmsg"].startswith("invalid code hint: [")
        assert PHONE_ERROR.fullmatch(error["errmsg"])

    def test_login_code_is_no_phone_code(self, wechat: LiveSandbox) -> None:
        assert phone_number(wechat, wechat.js_code("li-lei")).json()["errcode"] == 40029

    def test_code_of_another_mini_program_answers_40013(self, wechat: LiveSandbox) -> None:
        other = wechat.app("wx5a4d0000000000ff", kind="miniprogram")

        code = wechat.phone_code("li-lei", other["appid"])

        assert phone_number(wechat, code).json()["errcode"] == 40013

    def test_account_without_the_capability_answers_48001(self, wechat: LiveSandbox) -> None:
        wechat.app(phone_granted=False)

        assert phone_number(wechat, wechat.phone_code("li-lei")).json()["errcode"] == 48001

    def test_body_must_be_json(self, wechat: LiveSandbox) -> None:
        url = f"{wechat.url}/wxa/business/getuserphonenumber"
        query = {"access_token": stable_token(wechat).json()["access_token"]}

        form = requests.post(url, params=query, data={"code": "x"}, timeout=10)
        empty = requests.post(url, params=query, timeout=10)

        assert form.json()["errcode"] == 47001
        assert empty.json()["errcode"] == 44002


class TestSessionKeys:
    def test_signature_of_the_key_is_accepted_until_the_next_login(
        self, wechat: LiveSandbox
    ) -> None:
        session = code2session(wechat, wechat.js_code("li-lei")).json()
        assert check_session(wechat, session)["errcode"] == 0

        wechat.js_code("li-lei")

        assert check_session(wechat, session)["errcode"] == 87009

    def test_reset_gives_a_new_key_for_the_old_one(self, wechat: LiveSandbox) -> None:
        session = code2session(wechat, wechat.js_code("li-lei")).json()

        renewed = check_session(wechat, session, "/wxa/resetusersessionkey")

        assert renewed["openid"] == session["openid"]
        assert renewed["session_key"] != session["session_key"]
        assert check_session(wechat, session)["errcode"] == 87009
        assert check_session(wechat, renewed)["errcode"] == 0

    def test_unknown_signature_method_answers_87008(self, wechat: LiveSandbox) -> None:
        session = code2session(wechat, wechat.js_code("li-lei")).json()

        assert check_session(wechat, session, sig_method="sha1")["errcode"] == 87008


class TestMiniProgramCodes:
    def test_picture_is_a_bare_jpeg_and_names_its_scene(self, wechat: LiveSandbox) -> None:
        answer = code_image(wechat, scene="Ab-_0123456789xyzXYZ12")

        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.content.startswith(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00")
        assert answer.content.endswith(b"\xff\xd9")
        assert jpeg.comment_of(answer.content).endswith(b" Ab-_0123456789xyzXYZ12")
        assert wechat.mini_program_codes()[0]["scene"] == "Ab-_0123456789xyzXYZ12"

    @pytest.mark.parametrize(
        ("arguments", "errcode"),
        [
            ({"scene": ""}, 40129),
            ({"scene": "a%20b"}, 40129),
            ({"scene": "场景"}, 40129),
            ({"scene": "x" * 33}, 40169),
            ({"page": "/pages/login/index"}, 41030),
            ({"page": "pages/nowhere"}, 41030),
            ({"env_version": "beta"}, 40097),
            ({"width": 100}, 40097),
        ],
    )
    def test_bad_argument_is_refused_in_json(
        self, wechat: LiveSandbox, arguments: dict[str, object], errcode: int
    ) -> None:
        answer = code_image(wechat, **arguments)

        assert answer.status_code == 200
        assert answer.json()["errcode"] == errcode

    def test_page_is_not_checked_when_not_wanted(self, wechat: LiveSandbox) -> None:
        answer = code_image(wechat, page="pages/unpublished", check_path=False)

        assert answer.content.startswith(b"\xff\xd8")


class TestLinks:
    def test_scheme_has_the_published_shape(self, wechat: LiveSandbox) -> None:
        body = {
            "jump_wxa": {"path": "/pages/login/index", "query": "ticket=abc"},
            "is_expire": True,
            "expire_type": 1,
            "expire_interval": 1,
        }

        answer = api(wechat, "/wxa/generatescheme", body).json()

        assert answer["errcode"] == 0
        assert re.fullmatch(r"weixin://dl/business/\?t=[A-Za-z0-9_-]+", answer["openlink"])
        assert wechat.links()[0]["query"] == "ticket=abc"

    def test_url_link_opens_the_virtual_phone(self, wechat: LiveSandbox) -> None:
        body = {"path": "pages/login/index", "query": "ticket=abc"}

        link = api(wechat, "/wxa/generate_urllink", body).json()["url_link"]

        page = requests.get(link, timeout=10)
        assert link.startswith(wechat.url)
        assert page.status_code == 200
        assert "li-lei" in page.text

    @pytest.mark.parametrize(
        ("change", "errcode"),
        [
            ({"path": "pages/nowhere"}, 40165),
            ({"query": "名=值"}, 40212),
            ({"query": "q" * 1025}, 40212),
            ({"env_version": "beta"}, 85402),
            ({"expire_type": 1, "expire_interval": 31}, 85401),
            ({"expire_type": 0, "expire_time": 1}, 85401),
        ],
    )
    def test_bad_argument_is_refused(
        self, wechat: LiveSandbox, change: dict[str, object], errcode: int
    ) -> None:
        body = {"path": "pages/login/index", "query": "ticket=abc"} | change

        assert api(wechat, "/wxa/generate_urllink", body).json()["errcode"] == errcode


class TestJsapi:
    def test_signature_is_the_published_one(self) -> None:
        config = jsapi.Config(
            "1414587457", "Wm3WZYTPz0wzccnW", "", "http://mp.weixin.qq.com?params=value#ignored"
        )
        ticket = (
            "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
        )

        assert jsapi.signature(ticket, config) == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"

    def test_ticket_stays_the_same_for_its_two_hours(self, wechat: LiveSandbox) -> None:
        query = {"access_token": stable_token(wechat, app=OFFICIAL).json()["access_token"]}

        def ticket(kind: str = "jsapi") -> dict[str, Any]:
            address = f"{wechat.url}/cgi-bin/ticket/getticket"
            return dict(requests.get(address, params={**query, "type": kind}, timeout=10).json())

        first = ticket()
        wechat.advance(6000)
        later = ticket()

        assert list(first) == ["errcode", "errmsg", "ticket", "expires_in"]
        assert re.fullmatch(r"[\w-]{86}", first["ticket"])
        assert (later["ticket"], later["expires_in"]) == (first["ticket"], pytest.approx(1200, 3))
        assert ticket("cards")["errcode"] == 40097


class TestWords:
    def test_text_is_judged_as_published(self, wechat: LiveSandbox) -> None:
        wechat.js_code("li-lei")
        text: dict[str, Any] = {"version": 2, "scene": 2, "openid": wechat.openid("li-lei")}
        risky = "特3456书yuuo莞6543李zxcz蒜7782法fgnv级"

        good = api(wechat, "/wxa/msg_sec_check", {**text, "content": "你好"}).json()
        bad = api(wechat, "/wxa/msg_sec_check", {**text, "content": risky}).json()
        before = api(wechat, "/wxa/msg_sec_check", {"content": risky}).json()
        absent = {**text, "openid": wechat.openid("han-meimei"), "content": "你好"}

        assert good["result"] == {"suggest": "pass", "label": 100}
        assert bad["result"]["suggest"] == "risky"
        assert before["errcode"] == 87014
        assert api(wechat, "/wxa/msg_sec_check", absent).json()["errcode"] == 61010

    def test_each_allowed_message_may_come_once(self, wechat: LiveSandbox) -> None:
        message: dict[str, Any] = {
            "touser": wechat.openid("li-lei"),
            "template_id": "SandboxSignInTemplate0000000000000000000000",
            "page": "pages/index/index",
            "data": {"thing1": {"value": "街角书店"}, "time2": {"value": "2026-11-01 08:00"}},
        }

        def errcode(**changes: Any) -> int:
            answer = api(wechat, "/cgi-bin/message/subscribe/send", {**message, **changes})
            return int(answer.json()["errcode"])

        assert errcode() == 43101
        wechat.control("POST", "/subscriptions", {"appid": MINI_PROGRAM.appid, "person": "li-lei"})
        assert errcode(template_id="another") == 40037
        assert errcode(data={"thing1": {"value": "x" * 21}}) == 47003
        assert errcode(page="pages/nowhere") == 41030
        assert [errcode(), errcode()] == [0, 43101]
        [arrived] = wechat.control("GET", "/messages")["messages"]
        assert (arrived["person"], arrived["data"]["thing1"]) == ("li-lei", "街角书店")

    def test_code_of_an_app_gives_a_session_or_says_that_it_is_limited(
        self, wechat: LiveSandbox
    ) -> None:
        def info(person: str) -> dict[str, Any]:
            body = {"code": wechat.js_code(person), "checkcode": "of the app"}
            return dict(api(wechat, "/wxa/sec/checkcode2verifyinfo", body).json())

        assert info("li-lei")["openid"] == wechat.openid("li-lei")
        assert info("wang-fang") == {"errcode": 0, "errmsg": "ok", "is_limit": True}


class TestThirdParty:
    """What a third party of the Open Platform needs to sign people in for another account."""

    def test_third_party_signs_people_in_without_the_account_s_secret(
        self, wechat: LiveSandbox
    ) -> None:
        token = component_token(wechat)
        on_behalf = {"component_appid": COMPONENT.appid, "component_access_token": token}
        code = {"appid": MINI_PROGRAM.appid, "grant_type": "authorization_code", **on_behalf}

        def session() -> dict[str, Any]:
            query = {**code, "js_code": wechat.js_code("li-lei")}
            address = f"{wechat.url}/sns/component/jscode2session"
            return dict(requests.get(address, params=query, timeout=10).json())

        refused = session()
        info = authorized(wechat, MINI_PROGRAM.appid, token)
        renewed = component_call(
            wechat,
            "api_authorizer_token",
            token,
            authorizer_appid=info["authorizer_appid"],
            authorizer_refresh_token=info["authorizer_refresh_token"],
        )

        assert refused["errcode"] == 61003
        assert session()["openid"] == wechat.openid("li-lei")
        assert renewed["authorizer_access_token"] != info["authorizer_access_token"]
        for each in (info, renewed):
            assert errcode_with_token(wechat, each["authorizer_access_token"]) == 0

    def test_authorize_page_returns_to_the_third_party_that_the_account_trusts(
        self, wechat: LiveSandbox
    ) -> None:
        wechat.app(COMPONENT.appid, callback_domain="party.example")
        query = {
            "appid": OFFICIAL.appid,
            "redirect_uri": "https://party.example/back",
            "response_type": "code",
            "scope": "snsapi_userinfo",
            "component_appid": COMPONENT.appid,
        }
        address = f"/connect/oauth2/authorize?{urlencode(query)}"
        body = {"url": address, "person": "li-lei"}
        untrusted = requests.post(
            f"{wechat.url}/sandbox/v1/authorizations", json=body, timeout=10
        ).json()
        token = component_token(wechat)
        authorized(wechat, OFFICIAL.appid, token)

        location = wechat.authorize(address, "li-lei") or ""
        exchange = {
            "appid": OFFICIAL.appid,
            "code": parse_qs(urlsplit(location).query)["code"][0],
            "grant_type": "authorization_code",
            "component_appid": COMPONENT.appid,
            "component_access_token": token,
        }
        told = requests.get(
            f"{wechat.url}/sns/oauth2/component/access_token", params=exchange, timeout=10
        ).json()

        assert untrusted["error"] == "10015"
        assert location.startswith("https://party.example/back?code=")
        assert told["openid"] == wechat.openid("li-lei", OFFICIAL.appid)

    def test_component_is_known_by_its_ticket_alone(self, wechat: LiveSandbox) -> None:
        forged = component_call(
            wechat,
            "api_component_token",
            "",
            component_appsecret=COMPONENT.secret,
            component_verify_ticket="ticket@@@forged",
        )

        assert forged["errcode"] == 61006
        assert component_call(wechat, "api_create_preauthcode", "forged")["errcode"] == 40001
        assert component_call(wechat, "api_create_preauthcode", component_token(wechat))[
            "pre_auth_code"
        ].startswith("preauthcode@@@")


class TestOAuth:
    @pytest.mark.parametrize("app", [MOBILE, WEBSITE, OFFICIAL], ids=lambda app: app.appid)
    def test_token_has_the_published_shape(self, wechat: LiveSandbox, app: Any) -> None:
        answer = oauth_token(wechat, wechat.oauth_code("li-lei", app.appid), app)

        token = answer.json()
        assert answer.headers["Content-Type"] == "text/plain"
        assert set(token) == {
            "access_token", "expires_in", "refresh_token", "openid", "scope", "unionid"
        }  # fmt: skip
        assert token["expires_in"] == 7200
        assert token["openid"] == wechat.openid("li-lei", app.appid)

    def test_silent_scope_gives_neither_unionid_nor_profile(self, wechat: LiveSandbox) -> None:
        code = wechat.oauth_code("li-lei", OFFICIAL.appid, scope="snsapi_base")

        token = oauth_token(wechat, code, OFFICIAL).json()
        profile = userinfo(wechat, token).json()

        assert "unionid" not in token
        assert profile["errcode"] == 48001

    @pytest.mark.parametrize(("app", "life"), [(OFFICIAL, 300), (MOBILE, 600), (WEBSITE, 600)])
    def test_codes_live_five_or_ten_minutes(self, wechat: LiveSandbox, app: Any, life: int) -> None:
        early, late = (wechat.oauth_code("li-lei", app.appid) for _ in range(2))

        wechat.advance(life - 2)
        assert "openid" in oauth_token(wechat, early, app).json()
        wechat.advance(3)
        assert oauth_token(wechat, late, app).json()["errcode"] == 42003

    def test_code_of_another_kind_of_app_answers_40029(self, wechat: LiveSandbox) -> None:
        code = wechat.oauth_code("li-lei", WEBSITE.appid)

        assert oauth_token(wechat, code, MOBILE).json()["errcode"] == 40029
        assert oauth_token(wechat, code, OFFICIAL).json()["errcode"] == 40029

    def test_snapshot_user_is_somebody_else_and_marked(self, wechat: LiveSandbox) -> None:
        code = wechat.oauth_code("li-lei", OFFICIAL.appid, snapshot=True)

        token = oauth_token(wechat, code, OFFICIAL).json()
        profile = json.loads(userinfo(wechat, token).content)

        assert token["is_snapshotuser"] == 1
        assert token["openid"] != wechat.openid("li-lei", OFFICIAL.appid)
        assert token["unionid"] != wechat.unionid("li-lei", OFFICIAL.appid)
        assert profile["nickname"] == "微信用户"
        assert "is_snapshotuser" not in profile

    def test_profile_is_raw_utf8_without_a_charset(self, wechat: LiveSandbox) -> None:
        token = oauth_token(wechat, wechat.oauth_code("han-meimei"), MOBILE).json()

        answer = userinfo(wechat, token)

        profile = json.loads(answer.content)
        assert answer.headers["Content-Type"] == "text/plain"
        assert profile["nickname"] == "韩梅梅🌸"
        assert "韩梅梅🌸".encode() in answer.content
        assert (profile["sex"], profile["city"], profile["privilege"]) == (0, "", [])
        assert profile["headimgurl"].endswith("/132")

    def test_picture_dies_when_it_is_changed(self, wechat: LiveSandbox) -> None:
        token = oauth_token(wechat, wechat.oauth_code("li-lei"), MOBILE).json()
        address = userinfo(wechat, token).json()["headimgurl"]
        alive = requests.get(address, timeout=10)

        wechat.person("li-lei", avatar="another")

        assert alive.content.startswith(b"\xff\xd8")
        assert requests.get(address, timeout=10).status_code == 404

    def test_refresh_extends_a_living_token_and_replaces_a_dead_one(
        self, wechat: LiveSandbox
    ) -> None:
        token = oauth_token(wechat, wechat.oauth_code("li-lei"), MOBILE).json()
        wechat.advance(3600)
        extended = refreshed(wechat, token).json()
        wechat.advance(7200)
        replaced = refreshed(wechat, token).json()
        wechat.advance(30 * 86400)
        too_late = refreshed(wechat, token).json()

        assert extended["access_token"] == token["access_token"]
        assert extended["expires_in"] == 7200
        assert "unionid" not in extended
        assert replaced["access_token"] != token["access_token"]
        assert too_late["errcode"] == 42002

    def test_token_is_checked_against_the_openid(self, wechat: LiveSandbox) -> None:
        token = oauth_token(wechat, wechat.oauth_code("li-lei"), MOBILE).json()

        def errcode(**changes: str) -> int:
            query = {"access_token": token["access_token"], "openid": token["openid"]} | changes
            return int(
                requests.get(f"{wechat.url}/sns/auth", params=query, timeout=10).json()["errcode"]
            )

        assert errcode() == 0
        assert errcode(openid=wechat.openid("han-meimei", MOBILE.appid)) == 40003
        assert errcode(access_token="unknown") == 40014

    def test_person_who_left_wechat_is_gone(self, wechat: LiveSandbox) -> None:
        code, token_code = wechat.oauth_code("li-lei"), wechat.oauth_code("li-lei")
        token = oauth_token(wechat, token_code, MOBILE).json()

        wechat.person("li-lei", deregistered=True)

        assert oauth_token(wechat, code, MOBILE).json()["errcode"] == 40029
        assert userinfo(wechat, token).json()["errcode"] == 40003


def code2session(wechat: LiveSandbox, code: str, **changes: str) -> requests.Response:
    query = {
        "appid": MINI_PROGRAM.appid,
        "secret": MINI_PROGRAM.secret,
        "js_code": code,
        "grant_type": "authorization_code",
    } | changes
    return requests.get(f"{wechat.url}/sns/jscode2session", params=query, timeout=10)


def oauth_token(wechat: LiveSandbox, code: str, app: Any) -> requests.Response:
    query = {
        "appid": app.appid,
        "secret": app.secret,
        "code": code,
        "grant_type": "authorization_code",
    }
    return requests.get(f"{wechat.url}/sns/oauth2/access_token", params=query, timeout=10)


def userinfo(wechat: LiveSandbox, token: dict[str, str]) -> requests.Response:
    query = {"access_token": token["access_token"], "openid": token["openid"]}
    return requests.get(f"{wechat.url}/sns/userinfo", params=query, timeout=10)


def refreshed(wechat: LiveSandbox, token: dict[str, str]) -> requests.Response:
    query = {
        "appid": MOBILE.appid,
        "grant_type": "refresh_token",
        "refresh_token": token["refresh_token"],
    }
    return requests.get(f"{wechat.url}/sns/oauth2/refresh_token", params=query, timeout=10)


def component_token(wechat: LiveSandbox) -> str:
    """By the ticket that WeChat pushes to third parties."""
    ticket = wechat.control("POST", "/component-tickets", {"appid": COMPONENT.appid})
    answer = component_call(
        wechat,
        "api_component_token",
        "",
        component_appsecret=COMPONENT.secret,
        component_verify_ticket=ticket["component_verify_ticket"],
    )
    return str(answer["component_access_token"])


def component_call(wechat: LiveSandbox, name: str, token: str, **more: str) -> dict[str, Any]:
    body = {"component_appid": COMPONENT.appid, **more}
    address = f"{wechat.url}/cgi-bin/component/{name}"
    query = {"component_access_token": token}
    return dict(requests.post(address, params=query, json=body, timeout=10).json())


def authorized(wechat: LiveSandbox, appid: str, token: str) -> dict[str, Any]:
    """The account's administrator says yes, and the third party hears of it."""
    body = {"component_appid": COMPONENT.appid, "appid": appid}
    code = wechat.control("POST", "/component-authorizations", body)["authorization_code"]
    answer = component_call(wechat, "api_query_auth", token, authorization_code=code)
    return dict(answer["authorization_info"])


def test_administrator_lets_a_third_party_act_for_an_account_on_its_page(
    wechat: LiveSandbox,
) -> None:
    wechat.app(COMPONENT.appid, callback_domain="party.example")
    token = component_token(wechat)
    made = component_call(wechat, "api_create_preauthcode", token)["pre_auth_code"]
    back = "https://party.example/back?mine=1"
    asked = {"component_appid": COMPONENT.appid, "pre_auth_code": made, "redirect_uri": back}
    page = f"{wechat.url}/cgi-bin/componentloginpage"

    def answer(method: str, **changes: str) -> requests.Response:
        said = {"appid": OFFICIAL.appid} if method == "POST" else None
        query = {**asked, **changes}
        return requests.request(
            method, page, params=query, data=said, timeout=10, allow_redirects=False
        )

    shown = answer("GET").text
    wrong = {
        "component_appid": "wx0",
        "pre_auth_code": "x",
        "redirect_uri": "https://other.example/",
    }
    refused = [answer("GET", **{name: value}).text for name, value in wrong.items()]
    agreed, again = answer("POST"), answer("POST")
    told = parse_qs(urlsplit(agreed.headers["Location"]).query)
    query = {"authorization_code": told["auth_code"][0]}
    account = component_call(wechat, "api_query_auth", token, **query)["authorization_info"]

    assert f'data-testid="account-{OFFICIAL.appid}"' in shown
    codes = [re.findall(r'data-errcode="(\d+)"', text) for text in refused]
    assert codes == [["10002"], ["10001"], ["10003"]]
    assert agreed.headers["Location"].startswith(back + "&")
    assert told["expires_in"] == ["3600"]
    assert account["authorizer_appid"] == OFFICIAL.appid
    assert 'data-errcode="10001"' in again.text


def plain_token(wechat: LiveSandbox) -> str:
    query = {
        "grant_type": "client_credential",
        "appid": MINI_PROGRAM.appid,
        "secret": MINI_PROGRAM.secret,
    }
    answer = requests.get(f"{wechat.url}/cgi-bin/token", params=query, timeout=10).json()
    assert answer["expires_in"] == 7200
    return str(answer["access_token"])


def stable_token(wechat: LiveSandbox, app: Any = MINI_PROGRAM, **more: object) -> requests.Response:
    body = {
        "grant_type": "client_credential",
        "appid": app.appid,
        "secret": app.secret,
        **more,
    }
    return requests.post(f"{wechat.url}/cgi-bin/stable_token", json=body, timeout=10)


def errcode_with_token(wechat: LiveSandbox, token: str) -> int:
    query = {"access_token": token}
    answer = requests.get(f"{wechat.url}/cgi-bin/getcallbackip", params=query, timeout=10)
    return int(answer.json().get("errcode", 0))


def api(wechat: LiveSandbox, path: str, body: dict[str, Any]) -> requests.Response:
    query = {"access_token": stable_token(wechat).json()["access_token"]}
    return requests.post(f"{wechat.url}{path}", params=query, json=body, timeout=10)


def phone_number(wechat: LiveSandbox, code: str) -> requests.Response:
    return api(wechat, "/wxa/business/getuserphonenumber", {"code": code})


def code_image(wechat: LiveSandbox, **changes: object) -> requests.Response:
    body = {"scene": "ticket", "page": "pages/login/index", "width": 430} | changes
    return api(wechat, "/wxa/getwxacodeunlimit", body)


def check_session(
    wechat: LiveSandbox,
    session: dict[str, str],
    path: str = "/wxa/checksession",
    sig_method: str = "hmac_sha256",
) -> dict[str, Any]:
    key = session["session_key"].encode()
    query = {
        "access_token": stable_token(wechat).json()["access_token"],
        "openid": session["openid"],
        "signature": hmac.new(key, b"", hashlib.sha256).hexdigest(),
        "sig_method": sig_method,
    }
    return dict(requests.get(f"{wechat.url}{path}", params=query, timeout=10).json())
