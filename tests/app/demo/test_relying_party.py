"""The demo's application where Qiao says no, or nothing."""

import pytest
from flask.testing import FlaskClient

from app.demo.relying_party import RelyingPartySettings, create_relying_party
from app.demo.relying_party.pages import sign_ins
from app.demo.relying_party.sign_ins import SignIn
from tests.live import free_ports


@pytest.fixture
def browser() -> FlaskClient:
    """A browser at an application whose Qiao does not answer."""
    issuer = f"http://127.0.0.1:{free_ports().qiao}"
    app = create_relying_party(RelyingPartySettings(issuer, "demo-web", "secret"))
    return app.test_client()


def test_welcome_page_leads_to_the_sign_in(browser: FlaskClient) -> None:
    page = browser.get("/")

    assert page.status_code == 200
    assert 'href="/login"' in page.text


def test_pages_speak_the_browsers_language_until_another_is_chosen(browser: FlaskClient) -> None:
    chinese = browser.get("/", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    browser.get("/language/en")
    chosen = browser.get("/", headers={"Accept-Language": "zh-CN,zh;q=0.9"})

    assert "演示应用" in chinese.text
    assert "Demo application" in chosen.text


PHONES = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0 ArkWeb/4.1 Mobile",
)


@pytest.mark.parametrize(
    ("agents", "step"),
    [
        (("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0",), "Scan it"),
        (PHONES, "opens WeChat"),
        (tuple(f"{one} MicroMessenger/8.0.60" for one in PHONES), "WeChat asks whether"),
    ],
)
def test_steps_are_those_of_the_browser_that_reads_them(
    browser: FlaskClient, agents: tuple[str, ...], step: str
) -> None:
    told = [browser.get("/", headers={"User-Agent": agent}).text for agent in agents]

    steps = {"Scan it", "opens WeChat", "WeChat asks whether"}
    assert [{one for one in steps if one in page} for page in told] == [{step}] * len(agents)


def test_whoever_has_no_name_is_signed_in_and_not_called_something(browser: FlaskClient) -> None:
    with browser.session_transaction() as cookie:
        cookie["id"] = sign_ins.add(SignIn("e30.e30.", {}, {"sub": "li"}, {}, "openid"))

    page = browser.get("/").text

    assert "<h1>You are signed in</h1>" in page
    assert "Hello" not in page


def test_pages_allow_nothing_inline(browser: FlaskClient) -> None:
    page = browser.get("/")

    assert "default-src 'none'; style-src 'self'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text
    assert "style=" not in page.text


def test_refusal_is_a_page_with_what_was_said(browser: FlaskClient) -> None:
    page = browser.get("/callback?error=access_denied&error_description=The+person+said+no.")

    assert page.status_code == 400
    assert "access_denied" in page.text
    assert "The person said no." in page.text


def test_answer_that_nobody_asked_for_signs_nobody_in(browser: FlaskClient) -> None:
    page = browser.get("/callback?code=stolen&state=invented")

    assert page.status_code == 400
    assert "mismatching_state" in page.text


def test_answer_that_comes_again_leads_to_whom_it_signed_in(browser: FlaskClient) -> None:
    known = SignIn("e30.e30.", {}, {"sub": "li"}, {"name": "Li Lei"}, "openid")
    with browser.session_transaction() as cookie:
        cookie["id"] = sign_ins.add(known)

    again = browser.get("/callback?code=used&state=used")

    assert again.location == "/"
    assert "Li Lei" in browser.get("/").text


def test_unreachable_issuer_is_a_page(browser: FlaskClient) -> None:
    page = browser.get("/login")

    assert page.status_code == 502
    assert "unreachable" in page.text
