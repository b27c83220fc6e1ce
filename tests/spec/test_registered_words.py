"""Policy, terms and logo of an application are on the pages before it is let in.

OpenID Connect Registration 2 (``policy_uri``, ``tos_uri``, ``logo_uri``); the suite's modules
registration-policy-uri, registration-tos-uri and registration-logo-uri look at the sign-in page.
"""

import io
import re
import threading
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from PIL import Image

from app.branding.registered_logos import AT_ONCE, FAILED, FRESH, RegisteredLogos
from oidc.outbound.answer import Answer
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Browser, Deployment
from tests.sandbox_server import LiveSandbox
from tests.spec.receiver import Receiver, receiving
from tests.spec.registrant import Registrant, registering

POLICY, TERMS = "https://suite.example/policy", "https://suite.example/terms"
NO_PKCE = {"code_challenge": None, "code_challenge_method": None}
UNCHECKED = "nobody has checked its name or its logo"


@pytest.fixture
def developer(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Registrant]:
    with registering(sqlite, wechat, clock, registration_requires_pkce="never") as registrant:
        registrant.deployment.connection()
        yield registrant


@pytest.fixture
def site() -> Iterator[Receiver]:
    with receiving() as receiver:
        receiver.document = drawing()
        yield receiver


def drawing(form: str = "PNG", size: tuple[int, int] = (64, 32), colour: str = "#aa0000") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, form)
    return file.getvalue()


def sign_in_page(developer: Registrant, **registered: Any) -> tuple[Browser, Any]:
    deployment: Deployment = developer.deployment
    answer = developer.register(policy_uri=POLICY, tos_uri=TERMS, **registered)
    assert answer.status_code == 201, answer.text
    client_id = answer.get_json()["client_id"]
    deployment.switch_on(client_id)
    shop, browser = developer.application(answer.get_json()), deployment.browser()
    return browser, browser.choice(shop.start(**NO_PKCE).url)


def logo_on(page: Any) -> str:
    [address] = re.findall(r'<img class="over" src="([^"]+)"', page.text)
    return unescape(address)


def pixel(picture: Any) -> Any:
    assert picture.mimetype == "image/png"
    return Image.open(io.BytesIO(picture.data)).convert("RGBA").getpixel((96, 96))


def test_registration_2_sign_in_scan_and_consent_pages_show_them(
    developer: Registrant, site: Receiver
) -> None:
    browser, page = sign_in_page(developer, logo_uri=site.url + "/logo.png")
    action = re.findall(r'action="(/sign-in/[^"/]+)"', page.text)[0]
    scan = browser.submit(page, action, connection="wechat")
    shown = browser.get(scan.location)
    browser.scan(scan.location, "li-lei")
    done = browser.submit(browser.get(scan.location), scan.location + "/finish")
    consent = browser.get(browser.get(done.location).location)

    for each in (page, shown, consent):
        assert f'href="{POLICY}"' in each.text
        assert f'href="{TERMS}"' in each.text
        assert UNCHECKED in each.text
        assert logo_on(each).startswith("/logos/registered?")
    assert "Allow Shop?" in consent.text


def test_logo_comes_from_us_drawn_anew_and_is_fetched_once(
    developer: Registrant, site: Receiver
) -> None:
    browser, page = sign_in_page(developer, logo_uri=site.url + "/logo.png")

    first, again = browser.get(logo_on(page)), browser.get(logo_on(page))

    assert site.visits == ["/logo.png"]
    assert pixel(first) == (0xAA, 0, 0, 255)
    assert first.data == again.data != site.document
    assert first.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert first.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert site.url not in page.text
    assert "img-src 'self' data:" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "document",
    [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"", drawing(size=(2000, 10)), b"GIF89a"],
    ids=["svg", "nothing", "too wide", "another format"],
)
def test_what_is_no_picture_shows_the_initial(
    developer: Registrant, site: Receiver, document: bytes
) -> None:
    site.document = document
    browser, page = sign_in_page(developer, logo_uri=site.url + "/logo.png")

    answer = browser.get(logo_on(page))

    assert Image.open(io.BytesIO(answer.data)).convert("RGBA").getpixel((0, 0)) == (0, 0, 0, 0)
    assert answer.headers["Cache-Control"] == "public, max-age=30"


def test_only_registered_addresses_are_fetched(developer: Registrant, site: Receiver) -> None:
    browser, page = sign_in_page(developer, logo_uri=site.url + "/logo.png")
    path = logo_on(page)

    refused = [
        browser.get(re.sub("of=[0-9a-f]+", "of=" + "0" * 16, path)),
        browser.get(re.sub("client_id=[^&]+", "client_id=another", path)),
        browser.get("/logos/registered"),
    ]

    assert [answer.status_code for answer in refused] == [404, 404, 404]
    assert site.visits == []


def test_phone_is_shown_no_logo_that_nobody_has_looked_at(
    developer: Registrant, site: Receiver
) -> None:
    browser, page = sign_in_page(developer, logo_uri=site.url + "/logo.png")
    action = re.findall(r'action="(/sign-in/[^"/]+)"', page.text)[0]
    scan = browser.submit(page, action, connection="wechat")

    told = browser.ticket(scan.location)

    assert told["client"]["logo_uri"] is None
    assert told["client"]["name"] == "Shop"


def test_application_of_an_administrator_needs_no_warning(
    developer: Registrant, site: Receiver
) -> None:
    deployment = developer.deployment
    shop = deployment.application("ours", logo_uri=site.url + "/logo.png", policy_uri=POLICY)
    browser = deployment.browser()

    page = browser.choice(shop.start().url)

    assert "nobody has checked" not in page.text
    assert pixel(browser.get(logo_on(page)))[:3] == (0xAA, 0, 0)


def test_logo_is_fetched_again_after_a_day_and_a_lost_one_after_ten_minutes(
    clock: TestClock,
) -> None:
    sent: list[bytes] = [b"", drawing(), drawing("JPEG"), drawing("WEBP")]
    logos = RegisteredLogos(lambda _: Answer(200, "image/png", sent.pop(0)), clock)

    assert logos.fetch("https://a.example/") is None
    assert logos.kept("https://a.example/") == (None, clock() + FAILED)
    clock.advance(FAILED)
    assert logos.kept("https://a.example/") is None
    assert logos.fetch("https://a.example/") is not None
    clock.advance(FRESH - 1)
    assert logos.kept("https://a.example/") is not None
    clock.advance(1)
    assert logos.kept("https://a.example/") is None


def test_slow_servers_of_logos_hold_few_threads(clock: TestClock) -> None:
    release, begun = threading.Event(), threading.Barrier(AT_ONCE + 1)

    def slow(_: str) -> Answer:
        begun.wait()
        release.wait()
        return Answer(200, "image/png", drawing())

    logos = RegisteredLogos(slow, clock)
    busy = [threading.Thread(target=logos.fetch, args=(f"https://{n}/",)) for n in range(AT_ONCE)]
    for thread in busy:
        thread.start()
    begun.wait()

    turned_away = [logos.fetch("https://0/"), logos.fetch("https://another/")]
    release.set()
    for thread in busy:
        thread.join()

    assert turned_away == [None, None]
    assert logos.kept("https://0/") is not None
