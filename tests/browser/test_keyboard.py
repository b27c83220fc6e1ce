"""By keyboard alone, in sight of where one is, and told of what changes without looking."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, expect

from app.demo.deployment import Deployment
from tests.browser import lived_in
from tests.browser.conftest import NewPage
from tests.browser.people import Desktop, Phone

FOCUS = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  return {
    name: one.innerText || one.ariaLabel || one.name || one.id,
    seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  };
}"""


STOP = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  one.dataset.stops = Number(one.dataset.stops || 0) + 1;
  const shown = one.closest("label") ?? one, box = one.getBoundingClientRect();
  const boxes = [...one.getClientRects()], [first, last] = [boxes.at(0), boxes.at(-1)];
  const middle = (line) => (line.top + line.bottom) / 2;
  const at = [[first.left + 4, middle(first)], [last.right - 4, middle(last)]];
  const tops = at.map(([x, y]) => document.elementFromPoint(x, y));
  const drawn = [one, shown, one.nextElementSibling].filter(Boolean).map(getComputedStyle);
  return {
    name: one.innerText || one.ariaLabel || one.name || one.id,
    again: one.dataset.stops > 1,
    ringed: drawn.some(({ outlineStyle, outlineWidth }) =>
      outlineStyle !== "none" && parseFloat(outlineWidth) >= 2),
    whole: box.height > innerHeight / 2 || tops.every((top) => shown.contains(top)),
  };
}"""
LONG_WALK = 200
"""Stops on a page; no page here has as many."""

WALKED = (
    "",
    "overview",
    "accounts",
    "log",
    "look",
    f"connections/{lived_in.LONG_ID}",
    f"applications/{lived_in.LIBRARY}",
    f"applications/{lived_in.LIBRARY}/access",
    f"applications/{lived_in.LIBRARY}/code",
)


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the focus is on what is called ``name``, and in sight all the way."""
    for _ in range(40):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["seen"], f"no ring around {focus['name']}"
        if focus["name"].startswith(name):
            return
    raise AssertionError(f"{name} is out of the keyboard's reach")


def test_sign_in_and_consent_need_no_mouse(
    new_page: NewPage, demo: Deployment, phone: Phone
) -> None:
    desktop = Desktop(new_page(), demo)
    desktop.open_application()
    tab_to(desktop.page, "Sign in with Qiao")
    desktop.page.keyboard.press("Enter")
    expect(desktop.page.get_by_role("heading", name="Sign in")).to_be_visible()
    tab_to(desktop.page, "Continue with WeChat")
    desktop.page.keyboard.press("Enter")
    expect(desktop.page.locator("[data-scan] img").first).to_be_visible()
    phone.picked_up_by("han-meimei")
    phone.scan()
    phone.confirm(desktop.number())
    desktop.page.locator("button[value=allow]").or_(
        desktop.page.locator("#claims")
    ).first.wait_for()
    if desktop.page.locator("button[value=allow]").count():
        tab_to(desktop.page, "Allow")
        desktop.page.keyboard.press("Enter")

    desktop.is_signed_in()


def test_form_of_the_console_is_filled_and_mended_by_keyboard(
    demo: Deployment, new_page: NewPage
) -> None:
    page = new_page()
    page.goto(f"{demo.issuer}/admin/applications/new")
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type("owner")
    tab_to(page, "_password")
    page.keyboard.type(lived_in.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Register an application")).to_be_visible()
    tab_to(page, "redirect_uris")
    page.keyboard.type("not an address")
    tab_to(page, "Register")
    page.keyboard.press("Enter")

    # What has to be mended is told, and the first of it has the focus.
    expect(page.get_by_role("alert")).to_contain_text("Please mend")
    expect(page.locator("#client_name")).to_be_focused()
    page.keyboard.type("Keyboard shop")
    tab_to(page, "redirect_uris")
    page.keyboard.press("Control+a")
    page.keyboard.type("https://keyboard.example/callback")
    tab_to(page, "Register")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The secret, this once")).to_be_visible()


def test_status_is_read_out_by_a_region_that_stays(desktop: Desktop, phone: Phone) -> None:
    desktop.ask_to_sign_in()
    region = desktop.page.get_by_role("status")
    expect(region).to_have_attribute("aria-live", "polite")
    region.evaluate("one => { one.dataset.same = 'yes'; }")
    phone.picked_up_by("li-lei")
    phone.scan()

    expect(region).to_have_text("Scanned. Confirm on your phone")
    expect(region).to_have_attribute("data-same", "yes")


def test_nothing_moves_for_who_wants_it_still(new_page: NewPage, demo: Deployment) -> None:
    moving = 'getComputedStyle(document.querySelector("[data-status]"), "::before").animationName'
    names = []
    for wish in ("no-preference", "reduce"):
        desktop = Desktop(new_page(reduced_motion=wish), demo)
        desktop.ask_to_sign_in()
        names.append(desktop.page.evaluate(moving))

    assert names == ["breathe", "none"]


def test_console_is_walked_through_by_tab_and_each_stop_is_seen_whole(
    demo: Deployment, new_page: NewPage
) -> None:
    page = new_page()
    page.goto(f"{demo.issuer}/admin/")
    page.keyboard.type("owner")
    tab_to(page, "_password")
    page.keyboard.type(lived_in.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Home")).to_be_visible()

    for address in WALKED:
        page.goto(f"{demo.issuer}/admin/{address}")
        page.evaluate("document.activeElement.blur()")
        stops = list(walk(page))

        assert 20 < len(stops) < LONG_WALK, f"{address}: {len(stops)}"
        assert [one["name"] for one in stops if not one["ringed"]] == [], address
        assert [one["name"] for one in stops if not one["whole"]] == [], address


def walk(page: Page) -> Iterator[dict[str, Any]]:
    """Each stop that Tab makes, until it leaves the page or comes round."""
    for _ in range(LONG_WALK):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or stop["again"]:
            return
        yield stop
