"""Every source by OAuth 2.0 or OpenID Connect keeps the promises of the kit, and mutants do not."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import ECKey, Key, RSAKey

from federation.catalog import SOURCES
from federation.connections import Connection
from federation.errors import Misconfigured, NotBelieved, Unavailable
from federation.identity import Identity, SourceTokens
from federation.oauth.agreement import Agreement
from federation.oauth.metadata import Server
from federation.oauth.openid import OpenIDUpstream
from federation.oauth.preset import Preset
from federation.oauth.signatures import ASYMMETRIC, Token, read_unverified, verify
from federation.sources import Sources
from federation.upstreams import Departure, Returned
from tests.conftest import TestClock
from tests.contracts import kit
from tests.contracts.kit import CHECKS, Check, Rig, Subject
from tests.provider_sandbox import CLIENT_ID, LiveProvider

OF = Sources(SOURCES)
NO_MORE: Mapping[str, str] = {}


def openid(source_id: str, issuer: str, **more: Any) -> Subject:
    """A source whose provider has its addresses beneath its issuer."""
    source = OF.get(source_id)
    assert source is not None
    more = {"is_preset": bool(issuer), **more}
    return Subject(source, played={issuer: ""}, issuer=issuer, **more)


def oauth2(
    source_id: str,
    page: str,
    token: str,
    userinfo: str,
    more_played: Mapping[str, str] = NO_MORE,
    **more: Any,
) -> Subject:
    """A source whose provider has three addresses, or some more."""
    source = OF.get(source_id)
    assert source is not None
    played = {page: "/authorize", token: "/token", userinfo: "/userinfo", **more_played}
    more = {"id_member": "id", "is_preset": bool(page), **more}
    return Subject(source, played=played, openid=False, **more)


def pem(key: Key) -> str:
    return key.as_pem(private=True).decode()


def public_pem(key: Key) -> str:
    return key.as_pem(private=False).decode()


OURS, ALIPAYS = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
APPLES = ECKey.generate_key("P-256")
TENANT = "00000000-0000-4000-8000-000000000001"
OPENID = openid("oidc", "", values={"issuer": "{here}"})
SUBJECTS = (
    OPENID,
    oauth2(
        *("oauth2", "", "", ""),
        values={
            "authorization_endpoint": "{here}/authorize",
            "token_endpoint": "{here}/token",
            "userinfo_endpoint": "{here}/userinfo",
            "claim_id": "/id",
        },
    ),
    openid("google", "https://accounts.google.com"),
    openid(
        "microsoft",
        f"https://login.microsoftonline.com/{TENANT}/v2.0",
        values={"tenant": TENANT},
    ),
    oauth2(
        "github",
        "https://github.com/login/oauth/authorize",
        "https://github.com/login/oauth/access_token",
        "https://api.github.com/user",
        dialect={"error_status": 200},
    ),
    openid("gitlab", "https://gitlab.com", values={"issuer": "https://gitlab.com"}),
    openid("gitea", "https://gitea.com", values={"issuer": "https://gitea.com"}),
    oauth2(
        "facebook",
        "https://www.facebook.com/dialog/oauth",
        "https://graph.facebook.com/oauth/access_token",
        "https://graph.facebook.com/me",
        pkce=False,
    ),
    oauth2(
        "x",
        "https://x.com/i/oauth2/authorize",
        "https://api.x.com/2/oauth2/token",
        "https://api.x.com/2/users/me",
        dialect={"envelope": "data"},
    ),
    openid("line", "https://access.line.me", dialect={"alg": "HS256"}),
    openid("kakao", "https://kauth.kakao.com", pkce=False),
    oauth2(
        "linkedin",
        "https://www.linkedin.com/oauth/v2/authorization",
        "https://www.linkedin.com/oauth/v2/accessToken",
        "https://api.linkedin.com/v2/userinfo",
        pkce=False,
        id_member="sub",
    ),
    openid(
        "slack",
        "https://slack.com",
        dialect={"claims": {"https://slack.com/team_id": "T0"}},
        prefix="T0/",
        pkce=False,
    ),
    oauth2(
        "discord",
        "https://discord.com/oauth2/authorize",
        "https://discord.com/api/oauth2/token",
        "https://discord.com/api/users/@me",
        pkce=False,
    ),
    oauth2(
        "amazon",
        "https://www.amazon.com/ap/oa",
        "https://api.amazon.com/auth/o2/token",
        "https://api.amazon.com/user/profile",
        dialect={"id_member": "user_id"},
    ),
    openid("okta", "https://x.okta.com", values={"issuer": "https://x.okta.com"}),
    oauth2(
        "qq",
        "https://graph.qq.com/oauth2.0/authorize",
        "https://graph.qq.com/oauth2.0/token",
        "https://graph.qq.com/oauth2.0/me",
        pkce=False,
        is_preset=False,
        dialect={
            "id_member": "openid",
            "errors": {"invalid_client": 100009, "invalid_grant": 100020, "invalid_token": 100016},
        },
    ),
    oauth2(
        "weibo",
        "https://api.weibo.com/oauth2/authorize",
        "https://api.weibo.com/oauth2/access_token",
        "https://api.weibo.com/2/users/show.json",
        pkce=False,
        is_preset=False,
        dialect={
            "error_member": "error_code",
            "errors": {"invalid_client": 21324, "invalid_grant": 21325, "invalid_token": 21332},
            "id_in_tokens": "uid",
            "names": {"name": "screen_name", "picture": "avatar_hd"},
        },
    ),
    oauth2(
        "dingtalk",
        "https://login.dingtalk.com/oauth2/auth",
        "https://api.dingtalk.com/v1.0/oauth2/userAccessToken",
        "https://api.dingtalk.com/v1.0/contact/users/me",
        pkce=False,
        is_preset=False,
        dialect={
            "code_parameter": "authCode",
            "error_member": "code",
            "errors": {
                "invalid_client": "invalidClientIdOrSecret",
                "invalid_grant": "invalidParameter.authCode.notFound",
            },
            "id_member": "openId",
            "names": {
                "client_id": "clientId",
                "client_secret": "clientSecret",
                "grant_type": "grantType",
                "access_token": "accessToken",
                "name": "nick",
                "picture": "avatarUrl",
            },
            "token_header": "x-acs-dingtalk-access-token",
            "unbound_codes": True,
        },
    ),
    oauth2(
        "feishu",
        "https://accounts.feishu.cn/open-apis/authen/v1/authorize",
        "https://accounts.feishu.cn/oauth/v3/token",
        "https://open.feishu.cn/open-apis/authen/v1/user_info",
        values={"region": "feishu.cn"},
        dialect={
            "envelope": "data",
            "error_member": "code",
            "errors": {"invalid_client": 20002, "invalid_grant": 20003, "invalid_token": 20005},
            "id_member": "open_id",
            "names": {"picture": "avatar_url"},
        },
    ),
    oauth2(
        "douyin",
        "https://open.douyin.com/platform/oauth/connect/",
        "https://open.douyin.com/oauth/access_token/",
        "https://open.douyin.com/oauth/userinfo/",
        pkce=False,
        is_preset=False,
        dialect={
            "envelope": "data",
            "envelope_errors": True,
            "error_member": "error_code",
            "error_status": 200,
            "errors": {"invalid_client": 10013, "invalid_grant": 10007, "invalid_token": 2190008},
            "id_member": "open_id",
            "id_in_tokens": "open_id",
            "names": {"client_id": "client_key", "name": "nickname", "picture": "avatar"},
            "unbound_codes": True,
        },
    ),
    oauth2(
        "wecom",
        "https://login.work.weixin.qq.com/wwlogin/sso/login",
        "https://qyapi.weixin.qq.com/cgi-bin/auth/getuserinfo",
        "https://qyapi.weixin.qq.com/cgi-bin/nothing",
        more_played={"https://qyapi.weixin.qq.com/cgi-bin/gettoken": "/app-token"},
        values={"agent_id": "1000002"},
        pkce=False,
        is_preset=False,
        dialect={
            "error_member": "errcode",
            "error_status": 200,
            "errors": {"invalid_client": 40001, "invalid_grant": 40029},
            "id_in_tokens": "userid",
            "names": {"client_id": "appid"},
            "also": {"corpid": "client_id", "corpsecret": "client_secret"},
            "unbound_codes": True,
        },
    ),
    openid(
        "huawei",
        "https://accounts.huawei.com",
        dialect={
            "error_member": "sub_error",
            "errors": {"invalid_client": 12304, "invalid_grant": 20156},
            "alg": "PS256",
        },
    ),
    openid(
        "apple",
        "https://appleid.apple.com",
        is_preset=False,
        pkce=False,
        values={"team_id": "TEAM000001", "key_id": "KEY0000001", "private_key": pem(APPLES)},
        wrong={"private_key": pem(ECKey.generate_key("P-256"))},
        dialect={"secret_signed_by": APPLES.as_dict(private=False)},
    ),
    oauth2(
        "alipay",
        "https://openauth.alipay.com/oauth2/publicAppAuthorize.htm",
        "https://openapi.alipay.com/gateway.do",
        "https://openapi.alipay.com/nothing",
        more_played={"https://openapi.alipay.com/gateway.do": "/gateway"},
        pkce=False,
        is_preset=False,
        values={"private_key": pem(OURS), "public_key": public_pem(ALIPAYS)},
        wrong={"private_key": pem(ALIPAYS)},
        dialect={
            "also": {"auth_token": "access_token"},
            "client_key": public_pem(OURS),
            "code_parameter": "auth_code",
            "error_member": "sub_code",
            "error_status": 200,
            "errors": {
                "invalid_client": "isv.invalid-signature",
                "invalid_grant": "isv.code-invalid",
            },
            "gateway_key": pem(ALIPAYS),
            "id_in_tokens": "open_id",
            "id_member": "open_id",
            "names": {"client_id": "app_id", "name": "nick_name", "picture": "avatar"},
            "unbound_codes": True,
        },
    ),
    oauth2(
        "xiaomi",
        "https://account.xiaomi.com/oauth2/authorize",
        "https://account.xiaomi.com/oauth2/token",
        "https://open.account.xiaomi.com/user/profile",
        pkce=False,
        is_preset=False,
        dialect={
            "also": {"token": "access_token"},
            "envelope": "data",
            "errors": {"invalid_client": 96003, "invalid_grant": 96013, "invalid_token": 96008},
            "guard": "&&&START&&&",
            "id_in_tokens": "openId",
            "names": {"name": "miliaoNick", "picture": "miliaoIcon"},
        },
    ),
)


@pytest.fixture(scope="module")
def now() -> TestClock:
    return TestClock()


@pytest.fixture(scope="module")
def provider(now: TestClock) -> Iterator[LiveProvider]:
    provider = LiveProvider(now)
    yield provider
    provider.close()


@pytest.mark.parametrize("subject", SUBJECTS, ids=str)
def test_source_keeps_every_promise(
    subject: Subject, provider: LiveProvider, now: TestClock
) -> None:
    for check in CHECKS:
        provider.reset()
        try:
            check(Rig(subject, provider, now))
        except BaseException as error:
            error.add_note(f"{subject} breaks the promise {check.__name__}")
            raise


def test_every_source_that_sends_browsers_away_by_oauth_is_under_the_kit() -> None:
    elsewhere = {"wechat"}  # tests/contracts/test_upstreams.py

    assert {subject.source.id for subject in SUBJECTS} == {one.id for one in SOURCES} - elsewhere


class WithoutState(OpenIDUpstream):
    def authorization_request(self, agreed: Agreement, departure: Departure) -> dict[str, str]:
        return {**super().authorization_request(agreed, departure), "state": ""}


class WithoutChallenge(OpenIDUpstream):
    def authorization_request(self, agreed: Agreement, departure: Departure) -> dict[str, str]:
        asked = super().authorization_request(agreed, departure)
        return {**asked, "code_challenge": "", "code_challenge_method": ""}


class WithoutIssuer(OpenIDUpstream):
    def check_answer(self, agreed: Agreement, returned: Returned) -> None:
        """Whoever answers will do."""


class WithoutSignature(OpenIDUpstream):
    def verified(self, agreed: Agreement, token: object, *, from_stranger: bool = False) -> Token:
        del agreed, from_stranger
        return read_unverified(token)


class WithoutNonce(OpenIDUpstream):
    def person(
        self, agreed: Agreement, tokens: Mapping[str, Any], returned: Returned
    ) -> Mapping[str, Any]:
        del returned
        return self.verified(agreed, tokens["id_token"]).claims


class WithoutSubjectOfUserinfo(OpenIDUpstream):
    def userinfo(self, agreed: Agreement, tokens: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**super().userinfo(agreed, tokens), "sub": self._said(tokens)}

    @staticmethod
    def _said(tokens: Mapping[str, Any]) -> str:
        return str(read_unverified(tokens["id_token"]).claims["sub"])


class SendingTwice(OpenIDUpstream):
    def redeem(self, agreed: Agreement, returned: Returned) -> Mapping[str, Any]:
        try:
            return super().redeem(agreed, returned)
        except Unavailable:
            return super().redeem(agreed, returned)


class RoundingIds(OpenIDUpstream):
    def person(
        self, agreed: Agreement, tokens: Mapping[str, Any], returned: Returned
    ) -> Mapping[str, Any]:
        claims = super().person(agreed, tokens, returned)
        return {**claims, "sub": str(claims["sub"]).lower()}


class Trusting(OpenIDUpstream):
    def person(
        self, agreed: Agreement, tokens: Mapping[str, Any], returned: Returned
    ) -> Mapping[str, Any]:
        return {**super().person(agreed, tokens, returned), "email_verified": True}


class AlwaysTheSame(OpenIDUpstream):
    """The secret of a browser is everybody's."""

    def authorization_request(self, agreed: Agreement, departure: Departure) -> dict[str, str]:
        return super().authorization_request(agreed, replace(departure, secret="s" * 43))

    def token_request(self, agreed: Agreement, returned: Returned) -> dict[str, str]:
        return super().token_request(agreed, self._same(returned))

    def person(
        self, agreed: Agreement, tokens: Mapping[str, Any], returned: Returned
    ) -> Mapping[str, Any]:
        return super().person(agreed, tokens, self._same(returned))

    @staticmethod
    def _same(returned: Returned) -> Returned:
        return replace(returned, departure=replace(returned.departure, secret="s" * 43))


class BelievingShownKeys(OpenIDUpstream):
    def verified(self, agreed: Agreement, token: object, *, from_stranger: bool = False) -> Token:
        shown = read_unverified(token).header.get("jwk")
        if not isinstance(shown, dict):
            return super().verified(agreed, token, from_stranger=from_stranger)
        return verify(token, [RSAKey.import_key({**shown, "kid": None})], ("RS256",))


class AnyAlgorithm(OpenIDUpstream):
    def verified(self, agreed: Agreement, token: object, *, from_stranger: bool = False) -> Token:
        every = replace(agreed.server, algorithms=ASYMMETRIC)
        return super().verified(replace(agreed, server=every), token, from_stranger=from_stranger)


class WithoutSignatureOfUserinfo(OpenIDUpstream):
    def userinfo(self, agreed: Agreement, tokens: Mapping[str, Any]) -> Mapping[str, Any]:
        url, token = agreed.server.userinfo_endpoint, tokens["access_token"]
        reply = self.client.calls.get("userinfo", url, {"Authorization": f"Bearer {token}"})
        if reply.content_type == "application/jwt":
            return read_unverified(reply.body.decode()).claims
        return super().userinfo(agreed, tokens)


class WithoutIssuerOfMetadata(OpenIDUpstream):
    def agreement(self, connection: Connection) -> Agreement:
        try:
            return super().agreement(connection)
        except Misconfigured:
            here = connection.credential["issuer"]
            server = Server(
                *(f"{here}/{name}" for name in ("authorize", "token", "userinfo")),
                issuer=here,
                jwks_uri=f"{here}/jwks",
            )
            return Agreement(self.preset, connection, server)


class TellingSecrets(OpenIDUpstream):
    def finish(self, connection: Connection, returned: Returned) -> Identity:
        try:
            return super().finish(connection, returned)
        except NotBelieved as error:
            raise NotBelieved(f"{error}: code={returned.code}") from None


class CuttingIds(OpenIDUpstream):
    def identity(self, agreed: Agreement, told: Mapping[str, Any]) -> Identity:
        return super().identity(agreed, {**told, "sub": told["sub"].strip()[:128]})


class TakingAnyText(OpenIDUpstream):
    """ "false" is true in Python."""

    def person(
        self, agreed: Agreement, tokens: Mapping[str, Any], returned: Returned
    ) -> Mapping[str, Any]:
        told = super().person(agreed, tokens, returned)
        return {**told, "email_verified": bool(told.get("email_verified"))}


class KeepingTokens(OpenIDUpstream):
    def finish(self, connection: Connection, returned: Returned) -> Identity:
        return replace(super().finish(connection, returned), tokens=SourceTokens("theirs"))


def ignoring(claim: str, value: Any = None) -> type[OpenIDUpstream]:
    """An upstream that does not look at a claim of ID tokens.

    :param value: what would be right.
    """

    class Ignoring(OpenIDUpstream):
        def verified(
            self, agreed: Agreement, token: object, *, from_stranger: bool = False
        ) -> Token:
            read = super().verified(agreed, token, from_stranger=from_stranger)
            right = value(self, agreed) if callable(value) else value
            kept = {name: read.claims[name] for name in read.claims if name != claim}
            return Token(read.header, kept if right is None else {**kept, claim: right})

    Ignoring.__name__ = f"Ignoring-{claim}"
    return Ignoring


IGNORED: tuple[tuple[str, Any], ...] = (
    ("iss", lambda _upstream, agreed: agreed.server.issuer),
    ("aud", CLIENT_ID),
    ("azp", CLIENT_ID),
    ("exp", lambda upstream, _agreed: upstream.client.clock() + 60),
    ("iat", lambda upstream, _agreed: upstream.client.clock()),
    ("nbf", None),
    ("at_hash", None),
    ("c_hash", None),
)

MUTANTS: tuple[tuple[type[OpenIDUpstream], Check], ...] = (
    (WithoutState, kit.asks_for_a_code_with_state_and_challenge),
    (WithoutChallenge, kit.asks_for_a_code_with_state_and_challenge),
    (WithoutIssuer, kit.refuses_an_answer_of_another_provider),
    (WithoutSignature, kit.refuses_every_wrong_id_token),
    (WithoutNonce, kit.refuses_every_wrong_id_token),
    (WithoutSubjectOfUserinfo, kit.refuses_the_userinfo_of_somebody_else),
    (SendingTwice, kit.sends_a_broken_server_the_code_once),
    (RoundingIds, kit.keeps_ids_apart),
    (Trusting, kit.verifies_nothing_by_itself),
    (TakingAnyText, kit.verifies_nothing_by_itself),
    (AlwaysTheSame, kit.asks_for_a_code_with_state_and_challenge),
    (BelievingShownKeys, kit.refuses_every_wrong_id_token),
    (AnyAlgorithm, kit.believes_the_metadata_of_its_issuer_alone),
    (WithoutIssuerOfMetadata, kit.believes_the_metadata_of_its_issuer_alone),
    (WithoutSignatureOfUserinfo, kit.takes_signed_userinfo_of_its_provider),
    (TellingSecrets, kit.refuses_every_wrong_id_token),
    (CuttingIds, kit.keeps_ids_apart),
    (KeepingTokens, kit.is_somebody),
    *((ignoring(*claim), kit.refuses_every_wrong_id_token) for claim in IGNORED),
    (
        ignoring("auth_time", lambda upstream, _agreed: upstream.client.clock()),
        kit.refuses_who_signed_in_too_long_ago,
    ),
)


@pytest.mark.parametrize(
    ("mutant", "check"), MUTANTS, ids=lambda one: getattr(one, "__name__", None)
)
def test_mutant_does_not_pass(
    mutant: type[OpenIDUpstream], check: Check, provider: LiveProvider, now: TestClock
) -> None:
    """A source that leaves a check out is found by the promise that it breaks."""
    [mode] = OPENID.source.modes
    preset = Preset(scope="openid profile email")
    careless = replace(mode, upstream=lambda client: mutant(client, preset))
    subject = replace(OPENID, source=replace(OPENID.source, modes=(careless,)))
    provider.reset()

    with pytest.raises((AssertionError, KeyError, pytest.fail.Exception)):
        check(Rig(subject, provider, now))
