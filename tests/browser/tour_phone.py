"""The sandbox's virtual phone and WeChat's own pages that it plays."""

from collections.abc import Iterator

from tests.browser import lived_in
from tests.browser.tour import Stop, Tour, press
from tests.sandbox_server import WEBSITE


def stops(tour: Tour) -> Iterator[Stop]:
    desktop = tour.begin(tour.ask(tour.new_page()), lived_in.LONG_ID)
    desktop.locator(".code img").wait_for()
    phone = tour.new_page()
    phone.goto(f"{tour.deployment.sandbox}/phone")
    yield Stop("phone-people", phone, can_turn=False)
    for name, path in (
        ("phone-home", "/phone/han-meimei"),
        ("phone-scanner", "/phone/han-meimei/scanner"),
        ("phone-app", "/phone/han-meimei/app"),
        ("phone-send-auth", "/phone/han-meimei/app/send-auth?state=abc"),
        ("phone-no-ticket", "/phone/han-meimei/mini-program"),
        (
            "phone-website",
            f"/connect/qrconnect?appid={WEBSITE.appid}&redirect_uri=http%3A%2F%2F127.0.0.1%2F"
            "&response_type=code&scope=snsapi_login&state=abc",
        ),
        ("phone-website-refused", "/connect/qrconnect?appid=wx0000000000000000"),
    ):
        phone.goto(tour.deployment.sandbox + path)
        yield Stop(name, phone, can_turn=False)
    phone.goto(f"{tour.deployment.sandbox}/phone/han-meimei/scanner")
    with phone.expect_navigation(url="**/mini-program**"):
        phone.get_by_test_id("codes").locator("a").first.click()
    yield Stop("phone-mini-program", phone, can_turn=False)
    press(phone, "[data-testid=decline]")
    yield Stop("phone-declined", phone, can_turn=False)
    phone.goto(f"{tour.deployment.sandbox}/phone/han-meimei/result?outcome=confirmed&entry=1069")
    yield Stop("phone-confirmed", phone, can_turn=False)
