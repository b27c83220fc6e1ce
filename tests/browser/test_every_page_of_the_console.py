"""Every page of the console, in the states that administrators meet."""

from playwright.sync_api import Browser

from app.demo.deployment import Deployment
from tests.browser.examination import examined


def test_every_page_is_accessible_light_and_fits_a_phone(
    demo: Deployment, chromium: Browser
) -> None:
    examination = examined(chromium, demo, "console")

    assert len(examination.named) > 80
    assert not examination.wrong, "\n".join(examination.wrong)
