"""The tasks that the suite's browser is given fit our pages: done in Chromium on a real deployment.

Each visit is one that a module of the suite makes; the stand-in takes the browser in where the
suite would.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from joserfc import jws
from playwright.sync_api import Browser

from tests.conformance.browser_tasks import FAPI, LOGOUT, LOGOUT_ASKED, LOGOUT_DONE
from tests.conformance.certificates import issue
from tests.conformance.clients import RECEIVER, Credentials
from tests.conformance.configuration import configuration
from tests.conformance.party import Party
from tests.conformance.plans import PLANS
from tests.conformance.scratch import Scratch, Wishes, scratch
from tests.conformance.stand_in import StandIn, standing_in
from tests.conformance.suite_browser import SuiteBrowser
from tests.conformance.trust import Trust
from tests.spec.event_receiver import CAEP

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOPBACK = ("127.0.0.0/8", "::1/128")


@dataclass
class Scene:
    """A scratch deployment, and a suite that takes browsers in."""

    suite: StandIn
    made: Scratch
    chromium: Browser

    @property
    def issuer(self) -> str:
        return self.made.target.issuer

    @property
    def credentials(self) -> Credentials:
        return self.made.target.credentials

    @property
    def authority(self) -> Path:
        return self.made.authority

    def place(self, row: str, path: str = "callback") -> str:
        return f"{self.suite.base}/test/a/{self.credentials.alias}-{row}/{path}"

    def authorize(self, client_id: str, row: str, **changes: str | None) -> str:
        asked = {
            "client_id": client_id,
            "redirect_uri": self.place(row),
            "response_type": "code",
            "scope": "openid profile email",
            "state": secrets.token_urlsafe(9),
            "nonce": secrets.token_urlsafe(9),
            **changes,
        }
        sent = {name: value for name, value in asked.items() if value is not None}
        return f"{self.issuer}/authorize?{urlencode(sent)}"

    def id_token(self, client_id: str, row: str, arrived: str) -> str:
        """What the code of a callback's address is good for."""
        answer = requests.post(
            self.issuer + "/token",
            {
                "grant_type": "authorization_code",
                "code": sent(arrived)["code"],
                "redirect_uri": self.place(row),
            },
            auth=(client_id, self.credentials.secrets[client_id]),
            verify=str(self.authority),
            timeout=20,
        )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id_token"])

    def receiver(self) -> Callable[[str, dict[str, Any]], Any]:
        """Posts to an endpoint of the transmitter, by its name in the metadata or its address."""
        verify = str(self.authority)
        about = requests.get(f"{self.issuer}/.well-known/ssf-configuration", verify=verify).json()
        body = {"grant_type": "client_credentials", "scope": "ssf.read ssf.manage"}
        auth = (RECEIVER, self.credentials.secrets[RECEIVER])
        token = requests.post(f"{self.issuer}/token", body, auth=auth, verify=verify).json()
        headers = {"Authorization": f"Bearer {token['access_token']}"}

        def ask(place: str, said: dict[str, Any]) -> Any:
            url = about.get(place, place)
            return requests.post(url, json=said, headers=headers, verify=verify).json()

        return ask

    def party(self, row: str, number: str = "", **changes: Any) -> Party:
        client_id = f"suite-{row}{number}"
        key = self.credentials.keys[client_id]
        place = self.place(row)
        return Party(self.issuer, client_id, key, place, self.authority, **changes)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("scene")
    identity, credentials = issue(folder, "localhost"), Credentials.new("qiao")
    trust = Trust(identity.authority)
    with (
        standing_in(StandIn({}), identity.server) as suite,
        scratch(suite.base, trust, credentials, Wishes(networks=LOOPBACK), folder / "log") as made,
    ):
        yield Scene(suite, made, chromium)


Browse = Callable[..., SuiteBrowser]


@pytest.fixture
def browse(scene: Scene) -> Iterator[Browse]:
    """A module's browser, which knows nothing yet: ``browse("basic", "oidcc-prompt-login")``."""
    with ExitStack() as contexts:

        def browse(key: str, module: str = "oidcc-server") -> SuiteBrowser:
            context = scene.chromium.new_context(ignore_https_errors=True, locale="en-US")
            contexts.callback(context.close)
            context.set_default_timeout(15_000)
            [plan] = [plan for plan in PLANS if plan.key == key]
            told = configuration(plan, scene.made.target)
            return SuiteBrowser(context, told["override"].get(module, told)["browser"])

        yield browse


def sent(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_ada_signs_in_allows_and_is_known_the_next_time(scene: Scene, browse: Browse) -> None:
    browser = browse("basic")

    first = browser.visit(scene.authorize("suite-basic", "basic"))
    second = browser.visit(scene.authorize("suite-basic", "basic"))

    assert first.startswith(scene.place("basic") + "?")
    assert sent(first)["code"] != sent(second)["code"]
    assert browser.pictures == []


def test_form_that_posts_itself_arrives(scene: Scene, browse: Browse) -> None:
    arrived = browse("formpost").visit(
        scene.authorize("suite-basic", "basic", response_mode="form_post")
    )

    assert arrived == scene.place("basic")
    assert scene.suite.visits[-1] == f"POST {urlsplit(scene.place('basic')).path}"


def test_second_client_comes_back_with_its_query(scene: Scene, browse: Browse) -> None:
    place = scene.place("basic") + "?dummy1=lorem&dummy2=ipsum"

    arrived = browse("basic").visit(scene.authorize("suite-basic-2", "basic", redirect_uri=place))

    assert sent(arrived)["dummy2"] == "ipsum"


@pytest.mark.parametrize(
    ("module", "changes"),
    [("oidcc-prompt-login", {"prompt": "login"}), ("oidcc-max-age-1", {"max_age": "1"})],
)
def test_second_sign_in_is_handed_in(
    scene: Scene, browse: Browse, module: str, changes: dict[str, str]
) -> None:
    browser = browse("basic", module)
    browser.visit(scene.authorize("suite-basic", "basic"))
    # Both times are whole seconds: from here on they are more than one apart.
    time.sleep(2.1)

    arrived = browser.visit(scene.authorize("suite-basic", "basic", **changes))

    assert browser.pictures == ["Sign in"]
    assert "code" in sent(arrived)


@pytest.mark.parametrize(
    ("module", "redirect_uri"),
    [
        ("oidcc-ensure-registered-redirect-uri", "https://other.example/"),
        ("oidcc-ensure-redirect-uri-in-authorization-request", None),
    ],
)
def test_refusal_of_a_redirect_uri_is_handed_in(
    scene: Scene, browse: Browse, module: str, redirect_uri: str | None
) -> None:
    browser = browse("basic", module)

    browser.visit(scene.authorize("suite-basic", "basic", redirect_uri=redirect_uri))

    assert browser.pictures == ["The application made a mistake"]


def test_sign_in_page_of_a_registered_client_is_handed_in(scene: Scene, browse: Browse) -> None:
    browser = browse("dynamic", "oidcc-registration-logo-uri")

    browser.visit(scene.authorize("suite-basic", "basic"))

    assert browser.pictures == ["Sign in"]


@pytest.mark.parametrize(
    ("row", "client_id"),
    [("logout", "suite-logout"), ("backchannel", "suite-back"), ("frontchannel", "suite-front")],
)
def test_logout_tells_the_client_and_comes_back(
    scene: Scene, browse: Browse, row: str, client_id: str
) -> None:
    browser = browse(row)
    arrived = browser.visit(scene.authorize(client_id, row))
    hint = scene.id_token(client_id, row, arrived)
    back = scene.place(row, "post_logout_redirect")
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": back, "state": "s"}

    left = browser.visit(f"{scene.issuer}/logout?{urlencode(asked)}")

    assert left == back + "?state=s"
    if row != "logout":
        heard = f"/{row}_logout"
        wait_for(lambda: any(heard in visit for visit in scene.suite.visits))


@pytest.mark.parametrize("name", [*LOGOUT_ASKED, *LOGOUT_DONE])
def test_page_of_every_other_logout_is_handed_in(scene: Scene, browse: Browse, name: str) -> None:
    browser = browse("logout", LOGOUT + name)
    arrived = browser.visit(scene.authorize("suite-logout", "logout"))
    hint = scene.id_token("suite-logout", "logout", arrived)

    browser.visit(f"{scene.issuer}/logout?{urlencode(logout_request(scene, name, hint))}")

    expected = "Sign out?" if name in LOGOUT_ASKED else "You are signed out"
    assert browser.pictures == [expected]


def logout_request(scene: Scene, name: str, hint: str) -> dict[str, str]:
    """As the module of this name sends it."""
    back = scene.place("logout", "post_logout_redirect")
    whole = {"id_token_hint": hint, "post_logout_redirect_uri": back, "state": "s"}
    return {
        "bad-post-logout-redirect-uri": {**whole, "post_logout_redirect_uri": back + "x"},
        "query-added-to-post-logout-redirect-uri": {
            **whole,
            "post_logout_redirect_uri": back + "?foo=bar",
        },
        "modified-id-token-hint": {**whole, "id_token_hint": hint[:-8] + "AAAAAAAA"},
        "bad-id-token-hint": {**whole, "id_token_hint": "not.a.token"},
        "no-id-token-hint": {"post_logout_redirect_uri": back, "state": "s"},
        "no-params": {},
        "only-state": {"state": "s"},
        "no-post-logout-redirect-uri": {"id_token_hint": hint, "state": "s"},
    }[name]


@pytest.mark.parametrize(
    ("row", "signed"), [("fapi", False), ("fapi-rsa", False), ("signing", True)]
)
def test_pushed_request_is_answered_once(
    scene: Scene, browse: Browse, row: str, signed: bool
) -> None:
    browser = browse(row, FAPI + "par-attempt-reuse-request_uri")
    pushed = scene.party(row).push(signed=signed)

    arrived = browser.visit(pushed)
    browser.visit(pushed)

    assert "code" in sent(arrived)
    assert browser.pictures == ["This sign-in is already finished"]


def test_eve_declines_at_both_clients_although_ada_allowed(scene: Scene, browse: Browse) -> None:
    for number in ("", "-2"):
        browse("fapi").visit(scene.party("fapi", number).push())
    eve = browse("fapi", FAPI + "user-rejects-authentication")

    answers = [eve.visit(scene.party("fapi", number).push()) for number in ("", "-2")]

    assert [sent(answer)["error"] for answer in answers] == ["access_denied", "access_denied"]


def test_request_that_was_only_looked_at_can_still_be_answered(
    scene: Scene, browse: Browse
) -> None:
    name = "par-ensure-reused-request-uri-prior-to-auth-completion-succeeds"
    browser = browse("fapi", FAPI + name)
    pushed = scene.party("fapi").push()

    looked = browser.visit(pushed)
    arrived = browser.visit(pushed)

    assert looked.startswith(scene.issuer + "/sign-in/")
    assert "code" in sent(arrived)
    assert browser.pictures == []


def test_request_of_another_client_is_refused_with_a_page(scene: Scene, browse: Browse) -> None:
    name = "par-attempt-to-use-request_uri-for-different-client"
    browser = browse("fapi", FAPI + name)
    pushed = scene.party("fapi").push().replace("client_id=suite-fapi&", "client_id=suite-fapi-2&")

    browser.visit(pushed)

    assert browser.pictures == ["The application made a mistake"]


def test_rotation_is_over_when_the_next_look_shows_the_new_keys(scene: Scene) -> None:
    def kids() -> set[str]:
        answer = requests.get(f"{scene.issuer}/jwks", verify=str(scene.authority), timeout=20)
        return {key["kid"] for key in answer.json()["keys"]}

    before = kids()
    scene.made.rotate()

    assert before < kids()
    assert len(kids()) == 2 * len(before)


def test_events_that_the_caep_module_waits_for_come_and_ada_keeps_her_password(
    scene: Scene, browse: Browse
) -> None:
    """The complex subject of session-revoked is a warning there; that of the other is plain."""
    ask = scene.receiver()
    wanted = [CAEP + name for name in ("session-revoked", "credential-change")]
    stream = ask("configuration_endpoint", {"events_requested": wanted})

    scene.made.bring_about_events(scene.place("ssf"))
    sets = ask(stream["delivery"]["endpoint_url"], {"returnImmediately": True})["sets"].values()
    events = [json.loads(jws.extract_compact(token.encode()).payload) for token in sets]
    subjects = {kind: claims["sub_id"]["format"] for claims in events for kind in claims["events"]}

    assert subjects == dict(zip(wanted, ("complex", "iss_sub"), strict=True))
    arrived = browse("basic").visit(scene.authorize("suite-basic", "basic"))
    assert "code" in sent(arrived)


def test_plain_oauth_token_opens_the_api_and_only_with_its_key(
    scene: Scene, browse: Browse
) -> None:
    party = scene.party("oauth", scope="profile email")
    arrived = browse("oauth").visit(party.push())
    tokens = party.redeem(sent(arrived)["code"])
    api, token = scene.made.target.resource, tokens["access_token"]
    thief = scene.party("oauth")

    opened = party.call(api, token)
    answers = [
        party.call(api, token, htm="POST"),
        party.call(api, token, ath="wrong"),
        party.call(api, token, jti="same"),
        party.call(api, token, jti="same"),
        thief.call(api, token),
        party.call(api, "no token"),
    ]

    assert "id_token" not in tokens
    assert (opened.status_code, opened.json()["scope"]) == (200, "profile email")
    assert [answer.status_code for answer in answers] == [401, 401, 200, 401, 401, 401]
    assert 'error="invalid_dpop_proof"' in answers[0].headers["WWW-Authenticate"]


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
