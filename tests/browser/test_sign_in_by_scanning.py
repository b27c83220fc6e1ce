"""The main story: a desktop, a phone, and an application that learns who it is."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.people import Desktop, Phone

Show = Callable[[Page, str], None]


def test_scanned_and_confirmed_sign_in_reaches_the_application(
    desktop: Desktop, phone: Phone, show: Show
) -> None:
    desktop.ask_to_sign_in()
    show(desktop.page, "1-code")
    phone.picked_up_by("han-meimei")
    phone.scan()
    show(phone.page, "2-confirm")
    phone.confirm(desktop.number())
    desktop.allow()
    desktop.is_signed_in()
    show(desktop.page, "3-signed-in")

    assert desktop.claim("wechat_openid").startswith("o")
    assert desktop.claim("wechat_unionid").startswith("o")
    assert desktop.claim("sub") == desktop.claim("sub", of="userinfo")
    assert desktop.claim("idp") == "wechat-mini"
