"""Every page there is, in the states that people meet: what axe-core, a scale and a ruler say."""

from playwright.sync_api import Browser

from app.demo.deployment import Deployment
from tests.browser.examination import Examination, without_cache
from tests.browser.tour import Tour


def test_every_page_is_accessible_light_and_fits_a_phone(
    demo: Deployment, chromium: Browser
) -> None:
    examination = Examination(demo.issuer)

    with Tour(chromium, demo, "en", without_cache) as tour:
        for stop in tour.stops():
            examination.look_at(stop)

    assert len(examination.named) > 80
    assert not examination.wrong, "\n".join(examination.wrong)
