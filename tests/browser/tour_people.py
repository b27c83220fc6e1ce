"""The pages of the people who sign in, and those of the demo's application."""

from collections.abc import Iterator

import requests
from playwright.sync_api import Page

from tests.browser import lived_in
from tests.browser.tour import IPHONE, Stop, Tour, give_authenticator, number_on, press


def stops(tour: Tour) -> Iterator[Stop]:
    for part in (signing_in, scanning, on_a_phone, asked_who, agreeing, device, account, wrong):
        yield from part(tour)


def signing_in(tour: Tour) -> Iterator[Stop]:
    page = tour.new_page()
    page.goto(tour.at("/"))
    yield Stop("welcome", page)
    page.goto(tour.deployment.application)
    yield Stop("application-welcome", page)
    yield Stop("sign-in-one-way", (press(page, "#sign-in"), page)[1], can_turn=False)
    yield Stop("sign-in-many-ways", tour.ask(page))
    yield Stop("sign-in-password-wrong", refused_password(tour), can_turn=False)
    yield Stop("sign-in-no-way", tour.ask(tour.new_page(), lived_in.CLOSED))


def refused_password(tour: Tour) -> Page:
    page = tour.ask(tour.new_page())
    page.fill("#username", lived_in.READER)
    page.fill("#password", "not this one")
    press(page, "form:has(#password) button")
    return page


def scanning(tour: Tour) -> Iterator[Stop]:
    page = tour.begin(tour.ask(tour.new_page()))
    page.locator(".code img").wait_for()
    yield Stop("scan-pending", page, can_turn=False)
    tour.visit("read")
    page.locator("[data-status][data-state=scanned]").wait_for()
    yield Stop("scan-scanned", page, can_turn=False)
    page.context.set_offline(True)
    page.locator("[data-status][data-state=offline]").wait_for()
    yield Stop("scan-offline", page, can_turn=False)
    page.context.set_offline(False)
    tour.visit("deny")
    page.locator("[data-status][data-state=denied]").wait_for()
    yield Stop("scan-denied", page)
    press(page, "[data-renew] button")
    page.route("**/status", lambda route: route.fulfill(json={"state": "expired", "expires_in": 0}))
    page.locator("[data-status][data-state=expired]").wait_for()
    yield Stop("scan-expired", page, can_turn=False)

    plain = tour.begin(tour.ask(tour.new_page(java_script_enabled=False)))
    yield Stop("scan-without-script", plain, has_scripts=False, can_turn=False)
    tour.visit("read")
    tour.visit("confirm", number=number_on(plain))
    plain.locator("[data-scan][data-state=confirmed]").wait_for()  # it reloads itself
    yield Stop("scan-confirmed-without-script", plain, has_scripts=False, can_turn=False)


def on_a_phone(tour: Tour) -> Iterator[Stop]:
    page = tour.begin(tour.ask(tour.new_page(user_agent=IPHONE)))
    yield Stop("open-wechat", page)


def asked_who(tour: Tour) -> Iterator[Stop]:
    page = tour.begin(tour.ask(tour.new_page()), lived_in.LONG_ID)
    page.locator(".code img").wait_for()
    yield Stop("scan-long-name", page)
    stranger = f"stranger-{tour.language.lower()}"
    api = f"{tour.deployment.sandbox}/sandbox/v1/people"
    phones = [{"country_code": "86", "number": "13900139000"}]
    requests.post(api, json={"id": stranger, "phones": phones}, timeout=10).raise_for_status()
    tour.scan(page, stranger, phone="quick")
    yield Stop("which-account", page)
    tour.sign_in(page)
    yield Stop("connect-account", page)
    press(page, ".actions a.button")
    press(page, 'form[action$="/prove"] button')
    yield Stop("which-account-proof", page)


def agreeing(tour: Tour) -> Iterator[Stop]:
    page = tour.sign_in(tour.ask(tour.new_page()))
    yield Stop("consent", page)
    press(page, "button[value=deny]")
    yield Stop("application-refused", page, can_turn=False)
    tour.ask(page, prompt="select_account")
    yield Stop("select-account", page)
    tour.ask(page, lived_in.NATIVE, redirect_uri=lived_in.NATIVE_CALLBACK)
    yield Stop("continue-as", page)

    tour.ask(page, lived_in.GUARDED)
    yield Stop("kept-out", page)
    if page.locator("button[value=ask]").count():  # nobody asks twice
        press(page, "button[value=ask]")
    yield Stop("kept-out-asked", page)

    page.goto(f"{tour.deployment.application}/login")
    tour.agree(page)
    page.locator("#claims").wait_for()
    yield Stop("application-signed-in", page)
    page.goto(tour.at(f"/logout?client_id={lived_in.LIBRARY}"))
    yield Stop("logout-of-application", page)
    page.goto(tour.at("/sign-out"))
    yield Stop("sign-out", page)
    press(page, "button[value=stay]")
    yield Stop("still-signed-in", page, can_turn=False)
    page.goto(tour.at("/sign-out"))
    press(page, "button[value=leave]")
    yield Stop("signed-out", page, can_turn=False)
    page.goto(tour.at("/logout?id_token_hint=nonsense"))
    yield Stop("logout-refused", page)


def device(tour: Tour) -> Iterator[Stop]:
    page = tour.new_page()
    page.goto(tour.at("/device"))
    yield Stop("device", page)
    page.fill("#user_code", "WRONG-CODE")
    press(page, "form.stack button")
    yield Stop("device-unknown-code", page, can_turn=False)
    for decision in ("allow", "deny"):
        asked = {"client_id": lived_in.TELEVISION, "scope": "openid profile phone"}
        address = tour.at("/device_authorization")
        shown = requests.post(address, data=asked, timeout=10).json()
        page.goto(shown["verification_uri_complete"])
        yield Stop(f"device-compare-{decision}", page)
        press(page, "form.stack button")
        if page.locator("#password").count():
            tour.sign_in(page)
        if decision == "allow":
            yield Stop("device-confirm", page)
        press(page, f"button[value={decision}]")
        yield Stop(f"device-ended-{decision}", page, can_turn=False)


def account(tour: Tour) -> Iterator[Stop]:
    page = tour.new_page()
    page.goto(tour.at("/account"))
    yield Stop("account-sign-in", page)
    tour.sign_in(page)
    yield Stop("account-without-wechat", page)

    page = tour.new_page()
    page.goto(f"{tour.deployment.application}/login")
    tour.begin(page)
    tour.agree(tour.scan(page, "zhang-wei"))
    page.goto(tour.at("/account"))
    tour.begin(page)
    tour.scan(page, "zhang-wei")
    yield Stop("account", page)
    yield from with_passkey(tour, page)
    page.goto(tour.at("/account"))
    press(page, 'form[action$="/connect"] button')
    yield Stop("account-connect", page)
    page.goto(tour.at("/account/delete"))
    yield Stop("account-delete", page)
    page.fill("#word", "no")
    press(page, "button.danger")
    yield Stop("account-delete-refused", page, can_turn=False)
    shown = page.locator("label[for=word]").inner_text()
    page.fill("#word", shown.rpartition(":")[2].rpartition("\uff1a")[2].strip())
    press(page, "button.danger")
    yield Stop("account-deleted", page, can_turn=False)


def with_passkey(tour: Tour, page: Page) -> Iterator[Stop]:
    give_authenticator(page)
    page.goto(tour.at("/account"))
    press(page, "form[data-new-passkey] button")
    yield Stop("account-with-passkey", page, can_turn=False)


def wrong(tour: Tour) -> Iterator[Stop]:
    page = tour.new_page()
    for name, path in (
        ("error-application", "/authorize?client_id=nobody"),
        ("error-not-found", "/no/such/page"),
        ("error-unknown-sign-in", "/sign-in/AAAAAAAAAAAAAAAAAAAAAA"),
    ):
        page.goto(tour.at(path))
        yield Stop(name, page)
    tour.begin(tour.ask(page))
    page.goto(f"{page.url}/finish".replace("/scan/", "/scan/x"))
    yield Stop("error-method", page)
