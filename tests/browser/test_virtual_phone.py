"""The virtual phone in a real browser: small, dark, without JavaScript, by keyboard alone."""

from collections.abc import Callable, Iterator

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.federation.sandbox.ticket_server import TicketServer
from tests.sandbox_server import MINI_PROGRAM, WEBSITE, LiveSandbox

SCENE = "AbCdEfGhIjKlMnOpQrStUv"

SCREENS = (
    "/phone",
    "/phone/han-meimei",
    "/phone/han-meimei/scanner",
    f"/phone/han-meimei/mini-program?ticket={SCENE}",
    "/phone/han-meimei/result?outcome=confirmed&entry=1069",
    "/phone/han-meimei/app",
    "/phone/han-meimei/app/send-auth?state=abc",
    f"/connect/qrconnect?appid={WEBSITE.appid}&redirect_uri=http%3A%2F%2F127.0.0.1%2F"
    "&response_type=code&scope=snsapi_login&state=abc",
)


@pytest.fixture
def qiao(wechat: LiveSandbox) -> Iterator[TicketServer]:
    server = TicketServer()
    wechat.reset(server.url)
    server.add(SCENE, phone="optional")
    yield server
    server.close()


def put_code_on_a_screen(wechat: LiveSandbox, scene: str) -> None:
    credential = {
        "grant_type": "client_credential",
        "appid": MINI_PROGRAM.appid,
        "secret": MINI_PROGRAM.secret,
    }
    url = f"{wechat.url}/cgi-bin/stable_token"
    token = requests.post(url, json=credential, timeout=10).json()["access_token"]
    url = f"{wechat.url}/wxa/getwxacodeunlimit"
    requests.post(url, params={"access_token": token}, json={"scene": scene}, timeout=10)


def test_new_code_appears_without_a_reload(
    wechat: LiveSandbox, qiao: TicketServer, new_page: NewPage
) -> None:
    page = new_page("phone")
    page.goto(f"{wechat.url}/phone/li-lei/scanner")
    expect(page.get_by_test_id("no-codes")).to_be_visible()

    put_code_on_a_screen(wechat, SCENE)

    page.get_by_test_id(f"code-{SCENE}").click()
    expect(page.get_by_test_id("client-name")).to_have_text("Corner Bookshop 街角书店")


def test_visit_needs_no_javascript(
    wechat: LiveSandbox, qiao: TicketServer, new_page: NewPage
) -> None:
    put_code_on_a_screen(wechat, SCENE)
    page = new_page("phone", java_script_enabled=False)

    page.goto(f"{wechat.url}/phone")
    page.get_by_test_id("person-han-meimei").click()
    page.get_by_test_id("scanner").click()
    page.get_by_test_id(f"code-{SCENE}").click()
    page.get_by_label("13700137000").check()
    page.get_by_test_id("number-47").locator("..").click()
    page.get_by_role("button", name="Confirm").click()

    expect(page.get_by_test_id("confirmed")).to_be_visible()
    assert qiao.confirmed_with[0]["number"] == 47
    assert qiao.confirmed_with[0]["phone_kind"] == "quick"


def test_visit_is_done_by_keyboard_alone(
    wechat: LiveSandbox, qiao: TicketServer, new_page: NewPage
) -> None:
    page = new_page("phone")
    page.goto(f"{wechat.url}/phone/li-lei/mini-program?ticket={SCENE}")

    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    expect(page.get_by_test_id("confirmed")).to_be_visible()
    assert qiao.confirmed_with[0]["number"] == 47


def test_typing_another_number_chooses_it(
    wechat: LiveSandbox, qiao: TicketServer, new_page: NewPage
) -> None:
    page = new_page("phone")
    page.goto(f"{wechat.url}/phone/zhang-wei/mini-program?ticket={SCENE}")

    page.get_by_role("textbox", name="Other number").fill("13500135000")

    expect(page.get_by_label("Another number")).to_be_checked()


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_no_screen_is_wider_than_its_window(
    wechat: LiveSandbox,
    qiao: TicketServer,
    new_page: NewPage,
    show: Callable[[Page, str], None],
    scheme: str,
    width: int,
) -> None:
    put_code_on_a_screen(wechat, SCENE)
    page = new_page("phone", color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 740})

    for number, path in enumerate(SCREENS):
        page.goto(wechat.url + path)
        show(page, str(number))
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
