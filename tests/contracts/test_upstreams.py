"""What every upstream of WeChat promises, proven against a local WeChat over a real socket."""

import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

import pytest

from federation import Codes, Connection, Credential, Federation, Identity
from federation.errors import CodeRejected, Denied, Misconfigured, Unavailable
from federation.identity import ExternalKey
from federation.upstreams import (
    AppAuthUpstream,
    CodeUpstream,
    Departure,
    LaunchUpstream,
    RedirectUpstream,
    Returned,
)
from federation.wechat.refusals import SnapshotRefused
from federation.wechat.settings import WeChatSettings
from federation.wechat.source import WECHAT
from tests.conftest import TestClock
from tests.federation.conftest import TestCipher
from tests.sandbox_server import MINI_PROGRAM, MOBILE, OFFICIAL, OPEN_PLATFORM, WEBSITE, LiveSandbox
from tests.wechat_apps import stored


@dataclass(frozen=True)
class Source:
    """One upstream under test: its credential, its capabilities, and where its code is spent."""

    appid: str
    secret: str
    path: str
    capabilities: tuple[type, ...]
    original_id: str | None = None


OAUTH = "/sns/oauth2/access_token"
SOURCES: Mapping[str, Source] = {
    "wechat-miniprogram": Source(
        MINI_PROGRAM.appid,
        MINI_PROGRAM.secret,
        "/sns/jscode2session",
        (CodeUpstream, LaunchUpstream),
        MINI_PROGRAM.original_id,
    ),
    "wechat-mobile": Source(MOBILE.appid, MOBILE.secret, OAUTH, (CodeUpstream, AppAuthUpstream)),
    "wechat-website": Source(WEBSITE.appid, WEBSITE.secret, OAUTH, (RedirectUpstream,)),
    "wechat-official": Source(OFFICIAL.appid, OFFICIAL.secret, OAUTH, (RedirectUpstream,)),
}
CAPABILITIES = (CodeUpstream, RedirectUpstream, LaunchUpstream, AppAuthUpstream)


@pytest.fixture
def federation(wechat: LiveSandbox, clock: TestClock) -> Iterator[Federation]:
    clock.now = int(time.time())
    settings = WeChatSettings(wechat.url, wechat.url, sandbox=True)
    yield Federation(TestCipher(), clock, {"wechat": settings})
    wechat.behaves()


@pytest.fixture
def hurried(wechat: LiveSandbox, clock: TestClock) -> Federation:
    """One that gives up after 0.9 s, for who is to be given up."""
    settings = WeChatSettings(
        wechat.url, wechat.url, sandbox=True, connect_timeout=0.8, total_timeout=0.9
    )
    return Federation(TestCipher(), clock, {"wechat": settings})


@pytest.fixture(params=sorted(SOURCES))
def connection(request: pytest.FixtureRequest) -> Connection:
    return connect(request.param)


@pytest.fixture
def source(connection: Connection) -> Source:
    return SOURCES[connection.mode]


def connect(mode: str) -> Connection:
    source = SOURCES[mode]
    declared = WECHAT.mode(mode)
    app = stored(
        source.appid,
        declared.kind,
        source.secret,
        original_id=source.original_id,
        open_platform=OPEN_PLATFORM,
    )
    options = {one.name: one.default for one in declared.options}
    return Connection("wechat", mode, {"en": "WeChat"}, app, WECHAT, options=options)


def fresh_code(wechat: LiveSandbox, connection: Connection, person: str = "han-meimei") -> str:
    """A one-time code of this person for the connection's app, as their phone would get it."""
    if connection.mode == "wechat-miniprogram":
        return wechat.js_code(person)
    return wechat.oauth_code(person, connection.credential.id)


def sign_in(federation: Federation, connection: Connection, code: str) -> Identity:
    upstream = federation.upstream(connection)
    if isinstance(upstream, CodeUpstream):
        return upstream.exchange(connection, Codes(code))
    return upstream.finish(connection, Returned(away("state1"), code))


def away(state: str, locale: str = "zh") -> Departure:
    """How a browser left."""
    return Departure("http://127.0.0.1:8000/back?x=1", state, "s" * 43, locale)


def test_every_mode_is_under_this_contract() -> None:
    assert set(SOURCES) == {mode.id for mode in WECHAT.modes}


def test_upstream_has_its_capabilities_and_no_others(
    federation: Federation, connection: Connection, source: Source
) -> None:
    upstream = federation.upstream(connection)

    found = tuple(one for one in CAPABILITIES if isinstance(upstream, one))

    assert set(found) == set(source.capabilities)


def test_code_gives_the_person_by_app_and_by_open_platform(
    federation: Federation, wechat: LiveSandbox, connection: Connection, source: Source
) -> None:
    identity = sign_in(federation, connection, fresh_code(wechat, connection))

    openid = wechat.openid("han-meimei", source.appid)
    unionid = wechat.unionid("han-meimei", source.appid)
    assert unionid is not None
    assert identity.keys == (
        ExternalKey(f"wechat:openid:{source.appid}", openid),
        ExternalKey(f"wechat:unionid:{OPEN_PLATFORM}", unionid),
    )
    assert identity.raw == {"appid": source.appid, "openid": openid, "unionid": unionid}


def test_same_person_has_one_unionid_through_every_app(
    federation: Federation, wechat: LiveSandbox
) -> None:
    identities = [
        sign_in(federation, connect(mode), fresh_code(wechat, connect(mode))) for mode in SOURCES
    ]

    assert len({identity.raw.get("unionid") for identity in identities}) == 1
    assert len({identity.keys[0].value for identity in identities}) == len(SOURCES)


def test_unbound_app_gives_an_openid_alone(
    federation: Federation, wechat: LiveSandbox, connection: Connection, source: Source
) -> None:
    wechat.app(source.appid, open_platform=None)

    identity = sign_in(federation, connection, fresh_code(wechat, connection))

    assert [key.namespace for key in identity.keys] == [f"wechat:openid:{source.appid}"]
    assert identity.raw.get("unionid") is None


def test_one_sign_in_takes_at_most_two_calls(
    federation: Federation, wechat: LiveSandbox, connection: Connection
) -> None:
    sign_in(federation, connection, fresh_code(wechat, connection))

    assert len(wechat.calls()) == (1 if connection.mode == "wechat-miniprogram" else 2)


def test_used_code_is_rejected(
    federation: Federation, wechat: LiveSandbox, connection: Connection
) -> None:
    code = fresh_code(wechat, connection)
    sign_in(federation, connection, code)

    with pytest.raises(CodeRejected):
        sign_in(federation, connection, code)


def test_expired_code_is_rejected(
    federation: Federation, wechat: LiveSandbox, connection: Connection
) -> None:
    code = fresh_code(wechat, connection)
    wechat.expire(code)

    with pytest.raises(CodeRejected):
        sign_in(federation, connection, code)


def test_code_of_another_app_is_rejected(
    federation: Federation, wechat: LiveSandbox, connection: Connection
) -> None:
    other = connect("wechat-website" if connection.mode == "wechat-mobile" else "wechat-mobile")

    with pytest.raises(CodeRejected):
        sign_in(federation, connection, fresh_code(wechat, other))


def test_person_whom_wechat_blocks_is_denied(
    federation: Federation, wechat: LiveSandbox, connection: Connection
) -> None:
    wechat.answers(40226)

    with pytest.raises(Denied):
        sign_in(federation, connection, fresh_code(wechat, connection))


@pytest.mark.parametrize("errcode", [-1, 45011])
def test_busy_wechat_is_unavailable(
    federation: Federation, wechat: LiveSandbox, connection: Connection, errcode: int
) -> None:
    wechat.answers(errcode)

    with pytest.raises(Unavailable):
        sign_in(federation, connection, fresh_code(wechat, connection))


@pytest.mark.parametrize("errcode", [40013, 40125, 40164, 48001, 50007])
def test_refused_credential_names_the_app_to_the_operator(
    federation: Federation,
    wechat: LiveSandbox,
    connection: Connection,
    source: Source,
    errcode: int,
) -> None:
    wechat.answers(errcode)

    with pytest.raises(Misconfigured) as refused:
        sign_in(federation, connection, fresh_code(wechat, connection))

    assert (refused.value.credential_id, refused.value.errcode) == (source.appid, errcode)
    assert source.appid not in refused.value.hint


def test_wrong_secret_is_the_operators_fault(
    federation: Federation, wechat: LiveSandbox, connection: Connection
) -> None:
    wrong = replace(connection, credential=with_secret(connection.credential, "f" * 32))

    with pytest.raises(Misconfigured):
        sign_in(federation, wrong, fresh_code(wechat, connection))


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fault", [{"status": 502}, {"dead": True}, {"garbage": "html"}])
def test_broken_wechat_is_asked_once_and_is_unavailable(
    federation: Federation,
    wechat: LiveSandbox,
    connection: Connection,
    source: Source,
    fault: dict[str, object],
    when: str,
) -> None:
    wechat.answers(endpoint=source.path, when=when, **fault)  # type: ignore[arg-type]

    with pytest.raises(Unavailable):
        sign_in(federation, connection, fresh_code(wechat, connection))

    assert len(wechat.calls(source.path)) <= 1


def test_answer_after_our_timeout_signs_nobody_in_later(
    federation: Federation,
    hurried: Federation,
    wechat: LiveSandbox,
    connection: Connection,
    source: Source,
) -> None:
    code = fresh_code(wechat, connection)
    wechat.answers(endpoint=source.path, delay=1.5, when="after")

    begun = time.monotonic()
    with pytest.raises(Unavailable):
        sign_in(hurried, connection, code)
    waited = time.monotonic() - begun
    time.sleep(max(0.0, 1.7 - waited))

    assert waited < 5
    with pytest.raises(CodeRejected):
        sign_in(federation, connection, code)


def test_slow_wechat_for_one_person_does_not_hold_up_another(
    federation: Federation, wechat: LiveSandbox, connection: Connection, source: Source
) -> None:
    slow, quick = fresh_code(wechat, connection), fresh_code(wechat, connection, "li-lei")
    wechat.answers(endpoint=source.path, delay=2.0)
    waiting = threading.Thread(target=lambda: sign_in(federation, connection, slow))
    waiting.start()
    time.sleep(0.2)

    sign_in(federation, connection, quick)
    first_still_waits = waiting.is_alive()
    waiting.join()

    assert first_still_waits


def test_thirty_people_at_once_each_get_their_own_identity(
    federation: Federation, wechat: LiveSandbox, connection: Connection, source: Source
) -> None:
    people = [f"person-{number}" for number in range(30)]
    openids = [wechat.person(one, nickname=one)["openids"][source.appid] for one in people]
    codes = [fresh_code(wechat, connection, one) for one in people]

    with ThreadPoolExecutor(30) as crowd:
        found = list(
            crowd.map(lambda code: sign_in(federation, connection, code).keys[0].value, codes)
        )

    assert found == openids


def test_profile_is_kept_where_there_is_one(federation: Federation, wechat: LiveSandbox) -> None:
    connection = connect("wechat-mobile")

    identity = sign_in(federation, connection, fresh_code(wechat, connection))

    assert identity.name == "韩梅梅🌸"
    assert identity.picture


def test_person_without_an_avatar_has_no_picture(
    federation: Federation, wechat: LiveSandbox
) -> None:
    connection = connect("wechat-mobile")

    identity = sign_in(federation, connection, fresh_code(wechat, connection, "zhang-wei"))

    assert (identity.name, identity.picture) == ("张伟", None)


def test_snapshot_visitor_is_refused(federation: Federation, wechat: LiveSandbox) -> None:
    connection = connect("wechat-official")
    code = wechat.oauth_code("li-lei", OFFICIAL.appid, snapshot=True)

    with pytest.raises(SnapshotRefused):
        sign_in(federation, connection, code)


def test_phone_number_takes_one_more_call_once_the_token_is_known(
    federation: Federation, wechat: LiveSandbox
) -> None:
    connection = replace(connect("wechat-miniprogram"), phone="required")
    first = Codes(wechat.js_code("li-lei"), wechat.phone_code("li-lei"), "realtime")
    second = Codes(wechat.js_code("john-smith"), wechat.phone_code("john-smith"))

    numbers = [_exchange(federation, connection, first), _exchange(federation, connection, second)]

    assert [number.phone.number for number in numbers if number.phone] == [
        "+8613800138000",
        "+12025550123",
    ]
    assert len(wechat.calls("/cgi-bin/stable_token")) == 1
    assert len(wechat.calls()) == 5


def test_phone_code_of_another_person_gives_nobody_their_number(
    federation: Federation, wechat: LiveSandbox
) -> None:
    connection = replace(connect("wechat-miniprogram"), phone="required")
    codes = Codes(wechat.js_code("han-meimei"), wechat.phone_code("li-lei"))

    with pytest.raises(CodeRejected):
        _exchange(federation, connection, codes)


@pytest.mark.parametrize("renewed", [True, False])
def test_token_that_another_server_invalidated_is_renewed_unseen(
    federation: Federation, wechat: LiveSandbox, renewed: bool
) -> None:
    connection = replace(connect("wechat-miniprogram"), phone="required")
    _exchange(federation, connection, _both_codes(wechat))
    wechat.invalidate_token(renewed=renewed)

    identity = _exchange(federation, connection, _both_codes(wechat))

    assert identity.phone is not None


def test_mini_program_is_opened_by_code_by_link_and_by_scheme(
    federation: Federation, wechat: LiveSandbox
) -> None:
    connection = connect("wechat-miniprogram")
    upstream = federation.upstream(connection)
    assert isinstance(upstream, LaunchUpstream)

    image = upstream.code_image(connection, "s" * 22)
    link = upstream.url_link(connection, "ticket=abc")
    scheme = upstream.scheme(connection, "ticket=abc")

    assert image.startswith((b"\xff\xd8", b"\x89PNG"))
    assert wechat.mini_program_codes()[0]["scene"] == "s" * 22
    assert urlsplit(link).scheme in ("http", "https")
    assert scheme
    assert len(wechat.links()) == 2


@pytest.mark.parametrize("mode", ["wechat-website", "wechat-official"])
def test_browser_goes_to_wechat_and_comes_back_with_a_code(
    federation: Federation, wechat: LiveSandbox, mode: str
) -> None:
    connection = connect(mode)
    upstream = federation.upstream(connection)
    assert isinstance(upstream, RedirectUpstream)
    url = upstream.login_url(connection, away("state1"))

    back = wechat.authorize(url, "li-lei")

    assert back is not None
    query = parse_qs(urlsplit(back).query)
    assert query["state"] == ["state1"]
    found = upstream.finish(connection, Returned(away("state1"), query["code"][0]))
    assert found.keys[0].value == wechat.openid("li-lei", connection.credential.id)


def test_right_credential_passes_the_check(
    federation: Federation, wechat: LiveSandbox, connection: Connection, source: Source
) -> None:
    federation.check_credential(WECHAT, connection.credential)

    token = ["/cgi-bin/stable_token"] if connection.credential.kind == "miniprogram" else []
    assert [call["path"] for call in wechat.calls()] == [source.path, *token]


def test_check_of_a_mini_program_finds_a_whitelist_without_this_machine(
    federation: Federation, wechat: LiveSandbox
) -> None:
    wechat.app(MINI_PROGRAM.appid, ip_allow_list=["10.9.9.9"])

    with pytest.raises(Misconfigured) as refused:
        federation.check_credential(WECHAT, connect("wechat-miniprogram").credential)

    assert refused.value.errcode == 40164


@pytest.mark.parametrize(
    ("wrong", "errcode"), [("secret", 40125), ("app_id", 40013)], ids=["secret", "app_id"]
)
def test_wrong_credential_fails_the_check_with_wechats_reason(
    federation: Federation, connection: Connection, wrong: str, errcode: int
) -> None:
    known = connection.credential
    given = with_secret(known, "f" * 32) if wrong == "secret" else replace(known, id=NOBODYS)

    with pytest.raises(Misconfigured) as refused:
        federation.check_credential(WECHAT, given)

    assert refused.value.errcode == errcode


NOBODYS = "wx00000000000000ff"


def with_secret(credential: Credential, secret: str) -> Credential:
    return replace(credential, values={**credential.values, "secret": secret})


def _both_codes(wechat: LiveSandbox) -> Codes:
    return Codes(wechat.js_code("li-lei"), wechat.phone_code("li-lei"))


def _exchange(federation: Federation, connection: Connection, codes: Codes) -> Identity:
    upstream = federation.upstream(connection)
    assert isinstance(upstream, CodeUpstream)
    return upstream.exchange(connection, codes)
