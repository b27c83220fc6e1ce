"""What scripts and style sheets add to the console: the search, the menu, what was saved."""

import re

from playwright.sync_api import Page, expect

from app.demo.deployment import Deployment
from tests.browser import lived_in
from tests.browser.conftest import NewPage

PHONE = {"width": 375, "height": 700}
LOG_FOLLOWS_AFTER = 3_000
"""Milliseconds after which a log that follows what happens looks again."""


def signed_in(page: Page, demo: Deployment) -> Page:
    page.goto(f"{demo.issuer}/admin/")
    page.fill("#username", "owner")
    page.fill("#password", lived_in.PASSWORD)
    page.click("form:has(#password) button.primary")
    expect(page.locator("h1")).to_have_text("Home")
    return page


def test_slash_opens_the_search_and_what_was_saved_is_seen_wherever_one_is(
    demo: Deployment, new_page: NewPage
) -> None:
    page = signed_in(new_page(), demo)

    page.keyboard.press("/")
    page.keyboard.type("librar")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/admin/search\?q=librar$"))
    page.click(f'.rows a[href$="/applications/{lived_in.LIBRARY}"]')
    page.focus("#client_name")
    page.keyboard.press("End")
    page.keyboard.type("/")
    typed = page.input_value("#client_name")

    page.goto(f"{demo.issuer}/admin/connections/{lived_in.LONG_ID}")
    page.locator(".work > form button.primary").scroll_into_view_if_needed()
    page.click(".work > form button.primary")
    told = page.locator(".told .note")
    expect(told).to_be_visible()
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(told).to_be_in_viewport()
    page.click(".told [data-close]")
    expect(told).to_have_count(0)

    assert typed.endswith("/")


def test_phone_has_a_menu_and_cards(demo: Deployment, new_page: NewPage) -> None:
    page = signed_in(new_page(), demo)
    page.set_viewport_size(PHONE)
    link = page.get_by_role("link", name="Signing keys", exact=True)

    expect(link).to_be_hidden()
    page.get_by_role("checkbox", name="Menu").focus()
    page.keyboard.press("Space")
    link.click()

    expect(page.locator("h1")).to_have_text("Signing keys")
    cell = page.locator('td[data-label="Algorithm"]').first
    said = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert said == '"Algorithm"'


def test_log_that_follows_tells_what_is_new_and_keeps_still_for_who_reads(
    demo: Deployment, new_page: NewPage
) -> None:
    page = signed_in(new_page(), demo)
    page.goto(f"{demo.issuer}/admin/log?live=1")
    lines = page.locator("[data-follow] tbody tr")
    told = page.get_by_role("status").and_(page.locator("[data-said]"))
    first = page.locator("[data-follow] td a").first
    newest = first.get_attribute("href")
    assert newest is not None
    expect(told).to_have_text("")
    first.focus()

    signed_in(new_page(), demo)
    page.wait_for_timeout(LOG_FOLLOWS_AFTER + 1_500)
    assert first.get_attribute("href") == newest
    first.blur()

    expect(told).to_contain_text("Administrator signed in,")
    expect(page.locator(f'[data-follow] a[href="{newest}"]')).to_have_count(1)
    assert first.get_attribute("href") != newest
    assert lines.count() > 1


def test_words_typed_on_the_branding_page_stay_and_its_frames_follow(
    demo: Deployment, new_page: NewPage
) -> None:
    page = signed_in(new_page(), demo)
    page.goto(f"{demo.issuer}/admin/applications/{lived_in.LIBRARY}/look")

    page.fill("#headline_en", "Welcome, readers")
    page.fill("#accent", "#ffee00")
    frame = page.frame_locator("iframe[data-look]").first
    expect(frame.locator(".headline")).to_have_text("Welcome, readers")
    page.wait_for_timeout(LOG_FOLLOWS_AFTER + 1_000)

    expect(page.locator("#headline_en")).to_have_value("Welcome, readers")
    expect(page.locator('[data-picks="accent"]')).to_have_value("#ffee00")
    expect(page.locator('[data-picks="accent"]')).to_be_visible()


def test_width_of_a_desktop_is_used_and_the_card_stands_in_the_middle(
    demo: Deployment, new_page: NewPage
) -> None:
    page = signed_in(new_page(), demo)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{demo.issuer}/admin/accounts")
    work = page.locator(".work").bounding_box()

    page.goto(f"{demo.issuer}/device")
    card = page.locator(".card").bounding_box()

    assert work is not None
    assert card is not None
    assert 1440 - (work["x"] + work["width"]) < 48
    assert abs(card["x"] + card["width"] / 2 - 720) < 2
    assert abs(card["y"] + card["height"] / 2 - 450) < 48


LIVE = 3_000
"""Milliseconds after which the log looks again."""


def test_brand_that_is_typed_stays_until_it_is_saved(demo: Deployment, new_page: NewPage) -> None:
    page = signed_in(new_page(), demo)
    for address in ("look", f"applications/{lived_in.LIBRARY}/look"):
        page.goto(f"{demo.issuer}/admin/{address}")
        with page.expect_request(re.compile("look/preview.*takes")):
            page.fill("#headline_en", "A headline that takes a while")
        page.wait_for_timeout(LIVE + 500)

        expect(page.locator("#headline_en")).to_have_value("A headline that takes a while")


def test_name_of_one_letter_with_many_marks_keeps_to_its_place(
    demo: Deployment, new_page: NewPage
) -> None:
    page = signed_in(new_page(), demo)
    page.goto(f"{demo.issuer}/admin/accounts/new")
    page.fill("#name", "Z" + "\u0336\u0489\u030d" * 60)
    page.click(".work .form .button.primary")
    page.set_viewport_size(PHONE)
    person = page.url.partition("?")[0]

    for address in (person, f"{person}/edit", f"{demo.issuer}/admin/"):
        page.goto(address)

        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address
