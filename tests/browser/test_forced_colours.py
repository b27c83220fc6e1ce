"""Forced colours and stillness: what a person's own choice of looks must not hide or undo."""

from playwright.sync_api import Page

from app.demo.deployment import Deployment
from tests.browser import lived_in
from tests.browser.conftest import NewPage
from tests.browser.test_console_parts import signed_in

COLOURS = """all => all.map(one => {
  const {backgroundColor, borderBottomColor} = getComputedStyle(one);
  return [backgroundColor, borderBottomColor];
})"""
MOVES = """() => document.getAnimations().filter(one => one.playState === "running").length"""


def colours(page: Page, selector: str) -> list[list[str]]:
    found: list[list[str]] = page.locator(selector).evaluate_all(COLOURS)
    assert found, selector
    return found


def test_what_is_on_or_current_is_seen_in_the_persons_own_colours(
    demo: Deployment, new_page: NewPage
) -> None:
    page = signed_in(new_page(forced_colors="active"), demo)
    page.goto(f"{demo.issuer}/admin/applications/{lived_in.LIBRARY}/sources")

    current = colours(page, ".tabs a[aria-current]")[0][1]
    place = colours(page, ".places a[aria-current]")[0][0]
    on = colours(page, "input.switch:checked")[0][0]

    assert all(other[1] != current for other in colours(page, ".tabs a:not([aria-current])"))
    assert all(other[0] != place for other in colours(page, ".places a:not([aria-current])"))
    assert all(other[0] != on for other in colours(page, "input.switch:not(:checked)"))

    page.goto(f"{demo.issuer}/admin/who-uses-what")
    for state in ("true", "false"):
        track = colours(page, f'.toggle[aria-checked="{state}"]')[0][0]
        knob = colours(page, f'.toggle[aria-checked="{state}"] span')[0][0]
        assert knob != track, state

    page.goto(f"{demo.issuer}/admin/overview?period=90d")
    keys = colours(page, ".legend .key")
    assert len({one[0] for one in keys}) > 1


def test_nothing_moves_for_who_wants_stillness(demo: Deployment, new_page: NewPage) -> None:
    moving, still = new_page(), new_page(reduced_motion="reduce")

    for page in (moving, still):
        page.goto(f"{demo.application}/login")
        page.click('form:has(input[name=connection][value="wechat-mini"]) button')
        page.locator("[data-status][data-state=pending]").wait_for()

    assert moving.evaluate(MOVES) > 0
    assert still.evaluate(MOVES) == 0
