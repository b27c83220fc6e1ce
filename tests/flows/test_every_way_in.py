"""Every way in × association rule × who is known × UnionID × phone, through HTTP alone.

One deployment serves all cases; each has a person of its own. What is expected is written here
from the rules as an administrator reads them, and shares nothing with the code that decides.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest

from app.web.rate_limits import limiter
from tests.conftest import TestClock
from tests.databases import open_database
from tests.deployment import Browser, Deployment, build_deployment, close
from tests.flows.test_in_app_sign_in import begin, confirm, go_on, native, redeem
from tests.relying_party import RelyingParty
from tests.sandbox_server import (
    MINI_PROGRAM,
    MOBILE,
    OFFICIAL,
    OPEN_PLATFORM,
    WEBSITE,
    LiveSandbox,
)

pytestmark = pytest.mark.slow

RETURN = "com.example.app:/callback"
INSIDE_WECHAT = "Mozilla/5.0 (iPhone) AppleWebKit/605 Mobile MicroMessenger/8.0.50"
CREDENTIALS = {
    "miniprogram": MINI_PROGRAM.appid,
    "mobile": MOBILE.appid,
    "website": WEBSITE.appid,
    "official": OFFICIAL.appid,
}
WAYS = {
    "scan": "miniprogram",
    "launch": "miniprogram",
    "sdk": "mobile",
    "website": "website",
    "official": "official",
}
"""Each way in with the kind of connection that it uses."""
RULES: dict[str, dict[str, Any]] = {
    "none": {},
    "phone": {"association": "phone"},
    "ask": {"association": "ask"},
    "login-only": {"login_only": True},
}


class Case(NamedTuple):
    """:param known: ``new``; ``old``: by this very app; ``elsewhere``: by another of the same
    Open Platform account.

    :param unionid: ``none``; ``present``; ``late``: from the second sign-in on.
    :param phone: ``match``: somebody else's account has the number that comes along.
    """

    way: str
    rule: str
    known: str
    unionid: str
    phone: str


def cases() -> Iterator[Case]:
    for way, rule, known, unionid, phone in product(
        WAYS, RULES, ("new", "old", "elsewhere"), ("none", "present", "late"), ("none", "match")
    ):
        takes_phone = WAYS[way] == "miniprogram"
        if phone == "match" and (not takes_phone or known == "elsewhere"):
            continue
        if unionid == "late" and (known == "elsewhere" or phone == "match"):
            continue
        yield Case(way, rule, known, unionid, phone)


@dataclass
class World:
    """The deployment with every connection, and the applications that people come from."""

    deployment: Deployment
    shop: RelyingParty
    app: RelyingParty
    wechat: LiveSandbox
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(13_100_000_000, 2**40)))

    def person(self, **changes: object) -> str:
        name = f"p-{secrets.token_hex(6)}"
        self.wechat.person(name, **changes)
        return name

    def enter(self, way: str, connection: str, person: str, *, phone: bool = False) -> str:
        """Signs in; the ``sub`` (with ``asked `` where a new account was chosen) or ``refused``."""
        if way in ("launch", "sdk"):
            return self._in_app(way, connection, person, phone)
        return self._in_browser(way, connection, person, phone)

    def _in_browser(self, way: str, connection: str, person: str, phone: bool) -> str:
        browser, started = self.deployment.browser(), self.shop.start()
        if way == "scan":
            visit = {"phone_code": self.wechat.phone_code(person)} if phone else {}
            finished = browser.prove_by_scan(started.url, person, connection, **visit)
        else:
            finished = self._away_and_back(browser, started.url, way, connection, person)
        if finished.status_code == 403:
            return "refused"
        mark, location = "", finished.location
        if "/which/" in location:
            mark = "asked "
            location = browser.submit(browser.get(location), f"{location}/new").location
        code = self.shop.response(browser.get(location).location, started)["code"]
        return mark + self._sub(self.shop, self.shop.redeem(code, started))

    def _away_and_back(
        self, browser: Browser, url: str, way: str, connection: str, person: str
    ) -> Any:
        browser.agent = INSIDE_WECHAT if way == "official" else browser.agent
        login = browser.get(url).location
        away = browser.submit(browser.get(login), login, connection=connection)
        back = self.wechat.authorize(away.location, person)
        assert back is not None
        return browser.get(back.removeprefix("http://127.0.0.1:8000"))

    def _in_app(self, way: str, connection: str, person: str, phone: bool) -> str:
        asked = begin(self.app, connection=connection).get_json()
        if way == "launch":
            visit = {"phone_code": self.wechat.phone_code(person)} if phone else {}
            assert confirm(self.deployment, asked["launch"], person, **visit).status_code == 200
            more = {}
        else:
            code = self.wechat.oauth_code(person)
            more = {"wechat_code": code, "state": asked["send_auth"]["state"]}
        done = go_on(self.app, asked["auth_session"], **more).get_json()
        if done.get("error") == "access_denied":
            return "refused"
        if done.get("error") == "redirect_to_web":
            return "asked " + self._on_the_web(done["request_uri"])
        return self._sub(self.app, redeem(self.app, done["authorization_code"]))

    def _on_the_web(self, request_uri: str) -> str:
        browser = self.deployment.browser()
        query = urlencode({"client_id": self.app.client_id, "request_uri": request_uri})
        question = browser.get(browser.get(f"/authorize?{query}").location).location
        chosen = browser.submit(browser.get(question), f"{question}/new")
        location = browser.get(chosen.location).location
        code = location.partition("code=")[2].partition("&")[0]
        return self._sub(self.app, redeem(self.app, code, redirect_uri=RETURN))

    def _sub(self, party: RelyingParty, answer: Any) -> str:
        assert answer.status_code == 200, answer.text
        return str(party.verified(answer.get_json()["id_token"])["sub"])


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    database, wechat, clock = open_database("sqlite"), LiveSandbox(), TestClock()
    assert database is not None
    deployment = build_deployment(database, wechat, clock)
    limiter.enabled = False
    deployment.credential(WEBSITE, "website", open_platform=OPEN_PLATFORM)
    deployment.credential(OFFICIAL, "official", open_platform=OPEN_PLATFORM)
    names = []
    for (kind, app_id), (rule, fields) in product(CREDENTIALS.items(), RULES.items()):
        optional = {"phone": "optional"} if kind == "miniprogram" else {}
        names.append(f"{kind}-{rule}")
        deployment.connection(names[-1], mode=f"wechat-{kind}", app_id=app_id, **fields, **optional)
    shop = deployment.application(first_party=True, connections=names)
    app = native(deployment, connections=names)
    wechat.settings(code2session_per_minute=0)
    yield World(deployment, shop, app, wechat)
    limiter.enabled = True
    close(deployment)
    wechat.close()
    database.drop()


def expected(case: Case, own: str | None, phones: str | None) -> str:
    """What an administrator reads: which account, ``new``, ``asked`` or ``refused``.

    :param own: the account that the person has already, if they have one.
    :param phones: the account that has the number.
    """
    if case.known == "old" or (case.known == "elsewhere" and case.unionid == "present"):
        assert own is not None
        return own
    if case.rule == "phone" and phones is not None:
        return phones
    return {"ask": "asked", "login-only": "refused"}.get(case.rule, "new")


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: "-".join(case))
def test_person_comes_to_the_account_that_the_rules_name(world: World, case: Case) -> None:
    kind = WAYS[case.way]
    other = "sdk" if kind != "mobile" else "launch"
    elsewhere = f"{WAYS[other]}-none"
    phones = [{"country_code": "86", "number": str(next(world.numbers))}]
    bound = "bound" if case.unionid == "present" else "unbound"
    person = world.person(phones=phones, unionid=bound)
    holder = own = None
    if case.phone == "match":
        holder = world.enter("launch", "miniprogram-none", world.person(phones=phones), phone=True)
    if case.known == "old":
        own = world.enter(case.way, f"{kind}-none", person)
    elif case.known == "elsewhere":
        own = world.enter(other, elsewhere, person)
    if case.unionid == "late" and case.known == "old":
        world.wechat.person(person, unionid="bound")

    came = world.enter(case.way, f"{kind}-{case.rule}", person, phone=case.phone == "match")

    wanted = expected(case, own, holder)
    if wanted in ("new", "asked"):
        assert came.startswith("asked ") is (wanted == "asked")
        came = came.removeprefix("asked ")
        assert came not in (own, holder)
    else:
        assert came == wanted
    if came == "refused" or case.known == "elsewhere" or case.phone == "match":
        return
    if case.unionid == "late" and case.known == "new":
        world.wechat.person(person, unionid="bound")
        assert world.enter(case.way, f"{kind}-{case.rule}", person) == came
    found = world.enter(other, elsewhere, person)
    assert (found == came) is (case.unionid != "none")
