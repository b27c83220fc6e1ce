"""Every page of the console, in the states that administrators meet."""

from playwright.sync_api import Browser

from app.demo.deployment import Deployment
from tests.browser.examination import examined
from tests.browser.visited import pages_below, rules_of

NO_PAGES = {
    "/admin/accounts/export/file": "a file",
    "/admin/accounts/jobs/<job_id>/result.csv": "a file",
    "/admin/log.csv": "a file",
    "/admin/overview.csv": "a file",
    "/admin/look/preview/<scheme>.css": "a style sheet",
    "/admin/applications/<client_id>/signed-in": "JSON that a script reads",
    "/admin/connections/id-check": "JSON that a script reads",
    "/admin/look/preview": "the sign-in page, in a frame of a page that is looked at",
    "/admin/applications/<client_id>/look/preview": "the same with an application's brand",
}
"""What a browser can open and nobody looks at by itself."""


def test_every_page_is_accessible_light_and_fits_a_phone(
    demo: Deployment, chromium: Browser
) -> None:
    examination = examined(chromium, demo, "console")

    assert len(examination.named) > 80
    assert not examination.wrong, "\n".join(examination.wrong)
    forgotten = pages_below("/admin") - rules_of(examination.visited) - NO_PAGES.keys()
    assert not forgotten, f"add them to tests/browser/tour_console.py: {sorted(forgotten)}"


def test_what_is_left_out_is_still_there() -> None:
    assert NO_PAGES.keys() <= pages_below("/admin")
