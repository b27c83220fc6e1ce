"""One way to sign in is begun unasked; where that leads away at once, a page may come first."""

import pytest

from app.database import db
from oidc.clients.metadata import ClientMetadata
from tests.app.site import PHONE, Site
from tests.sandbox_server import OPEN_PLATFORM, WEBSITE
from tests.wechat_apps import wechat_app

LINKS = {"policy_uri": "https://shop.example/privacy"}


def give_website(site: Site) -> None:
    fields = wechat_app(WEBSITE.appid, "website", WEBSITE.secret, open_platform=OPEN_PLATFORM)
    site.federation.credentials.of("wechat").create(db.session(), fields)


def test_code_to_scan_is_shown_at_once_with_all_that_the_page_before_it_would_say(
    site: Site,
) -> None:
    client = site.client(**LINKS)
    site.connection(client)
    browser, path = site.browser(), f"/sign-in/{site.park(client)}"

    begun = browser.get(path)
    page = browser.get(begun.headers["Location"])
    asked_for = browser.get(f"{path}?ways=all")

    assert begun.headers["Location"].startswith(f"{path}/scan/")
    assert 'href="https://shop.example/privacy"' in page.text
    assert "Back to Shop" in page.text
    assert "Sign in another way" not in page.text  # it led back here
    assert 'name="connection" value="wechat"' in asked_for.text


@pytest.mark.parametrize("way", ["scan", "app", "refusal", "ways"])
def test_policy_and_terms_stand_on_every_page_before_a_sign_in(site: Site, way: str) -> None:
    client = site.client(**LINKS, tos_uri="https://shop.example/terms")
    site.connection(client)
    path = f"/sign-in/{site.park(client)}"
    browser = site.browser(PHONE) if way == "app" else site.browser()

    if way == "ways":
        page = browser.get(f"{path}?ways=all")
    elif way == "refusal":
        chosen = browser.get(f"{path}?ways=all")
        page = browser.send(chosen, path, {"connection": "nowhere"})
    else:
        page = browser.get(browser.get(path).headers["Location"])

    for link in ("https://shop.example/privacy", "https://shop.example/terms"):
        assert f'href="{link}"' in page.text


def test_second_way_is_offered_and_then_nothing_is_begun(site: Site) -> None:
    client = site.client()
    site.connection(client, display_name={"en": "WeChat", "zh": "微信"})
    give_website(site)
    site.connection(client, "site", mode="wechat-website", app_id=WEBSITE.appid)
    browser, path = site.browser(), f"/sign-in/{site.park(client)}"
    chinese = site.browser(language="zh-CN")

    page = browser.get(path)
    scan = browser.get(browser.send(page, path, {"connection": "wechat"}).headers["Location"])

    assert "Continue with WeChat" in page.text
    assert "使用微信继续" in chinese.get(path).text
    assert f'href="{path}?ways=all">Sign in another way' in scan.text


@pytest.mark.parametrize(
    ("metadata", "dynamic", "at_once"),
    [({}, False, True), (LINKS, False, False), ({}, True, False)],
    ids=["registered", "with a policy", "registered itself"],
)
def test_source_takes_the_browser_away_only_where_no_page_has_anything_to_say(
    site: Site, metadata: dict[str, str], dynamic: bool, at_once: bool
) -> None:
    give_website(site)
    fields = {"redirect_uris": ("https://shop.example/callback",), "client_name": "Shop"}

    client, _ = site.provider.clients.add(
        db.session(), ClientMetadata(**fields, **metadata), client_id="shop", dynamic=dynamic
    )
    db.session.commit()
    site.connection(client, "site", mode="wechat-website", app_id=WEBSITE.appid)

    answer = site.browser().get(f"/sign-in/{site.park(client)}")

    assert (answer.status_code == 303) is at_once
    assert answer.status_code in (200, 303)


def test_phone_comes_straight_to_the_button_that_opens_the_app(site: Site) -> None:
    client = site.client()
    site.connection(client)
    browser = site.browser(PHONE)

    begun = browser.get(f"/sign-in/{site.park(client)}")

    assert "Open WeChat" in browser.get(begun.headers["Location"]).text
