"""Every page there is, in the states that people meet: what axe-core, a scale and a ruler say.

The console's have a module of their own: two can look at the same time.
"""

from playwright.sync_api import Browser

from app.demo.deployment import Deployment
from tests.browser.examination import examined


def test_every_page_is_accessible_light_and_fits_a_phone(
    demo: Deployment, chromium: Browser
) -> None:
    examination = examined(chromium, demo, "people", "phone")

    assert len(examination.named) > 60
    assert not examination.wrong, "\n".join(examination.wrong)
    # No heading of the console can stand under the title of another page.
    assert not [title for title in examination.named if title.endswith(("console", "控制台"))]
