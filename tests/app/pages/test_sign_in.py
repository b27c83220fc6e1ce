"""The sign-in page: who asks, and which ways in it offers."""

import pytest

from tests.app.site import PHONE, Site


def test_page_names_the_application_its_host_and_its_connection(site: Site) -> None:
    client = site.client("Shop")
    site.connection(client)
    interaction = site.park(client)

    page = site.browser().get(f"/sign-in/{interaction}?ways=all")

    assert page.status_code == 200
    assert "Shop" in page.text
    assert "shop.example" in page.text
    assert "Sign in with WeChat" in page.text


def test_button_carries_the_display_name_of_the_page_s_language(site: Site) -> None:
    client = site.client()
    site.connection(client)
    interaction = site.park(client)

    page = site.browser(language="zh-CN,zh;q=0.9").get(f"/sign-in/{interaction}?ways=all")

    assert "使用微信登录" in page.text
    assert '<html lang="zh-Hans">' in page.text


def test_connection_of_another_application_has_no_button_and_cannot_be_begun(site: Site) -> None:
    site.connection(site.client("Other"))
    interaction = site.park(site.client("Shop"))
    browser = site.browser()

    page = browser.get(f"/sign-in/{interaction}")
    # The form's token is good; the connection is simply not this application's.
    answer = browser.post(
        f"/sign-in/{interaction}", {"csrf_token": token_on(page.text), "connection": "wechat"}
    )

    assert "Sign in with WeChat" not in page.text
    assert "has no way to sign in yet" in page.text
    assert answer.status_code == 403
    assert "It is switched off, or is not meant for this application." in answer.text


def test_connection_that_is_switched_off_has_no_button(site: Site) -> None:
    client = site.client()
    site.connection(client, enabled=False)
    interaction = site.park(client)

    page = site.browser().get(f"/sign-in/{interaction}")

    assert "Sign in with WeChat" not in page.text


def test_form_without_its_token_is_refused_with_a_page(site: Site) -> None:
    client = site.client()
    site.connection(client)
    interaction = site.park(client)

    answer = site.browser().post(f"/sign-in/{interaction}", {"connection": "wechat"})

    assert answer.status_code == 400
    assert "This form was open for too long" in answer.text


@pytest.mark.parametrize(
    ("interaction", "cookie", "status", "sentence"),
    [
        ("no-such-interaction", None, 404, "There is no such sign-in"),
        (None, "another-browser", 403, "begun in another browser"),
    ],
)
def test_request_that_is_not_this_browser_s_is_explained(
    site: Site, interaction: str | None, cookie: str | None, status: int, sentence: str
) -> None:
    client = site.client()
    site.connection(client)
    parked = interaction or site.park(client)

    page = site.browser(cookie=cookie or "x").get(f"/sign-in/{parked}")

    assert page.status_code == status
    assert sentence in page.text


def test_request_that_waited_too_long_is_explained(site: Site) -> None:
    interaction = site.park(site.client())
    site.clock.advance(1801)

    page = site.browser().get(f"/sign-in/{interaction}")

    assert page.status_code == 410
    assert "This sign-in took too long" in page.text


def test_hostile_names_are_shown_as_text(site: Site) -> None:
    client = site.client("Shop", **{"client_name": '<script>alert("x")</script>' + "名" * 100})
    site.connection(client)
    interaction = site.park(client)

    page = site.browser().get(f"/sign-in/{interaction}?ways=all")

    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


def test_logo_from_elsewhere_is_not_loaded(site: Site) -> None:
    client = site.client(logo_uri="https://elsewhere.example/pixel.png")
    interaction = site.park(client)

    page = site.browser().get(f"/sign-in/{interaction}")

    assert "elsewhere.example" not in page.text


def test_phone_is_sent_to_wechat_and_not_to_a_code(site: Site) -> None:
    client = site.client()
    site.connection(client)
    path = f"/sign-in/{site.park(client)}"
    browser = site.browser(PHONE)

    begun = browser.send(browser.get(path), path)
    page = browser.get(begun.headers["Location"])

    assert "Open WeChat" in page.text
    assert "<img" not in page.text


def test_thirteenth_code_of_a_minute_has_to_wait(site: Site) -> None:
    client = site.client()
    site.connection(client)
    path = f"/sign-in/{site.park(client)}"
    browser = site.browser()
    unasked = [browser.get(path) for _ in range(13)]
    page = unasked[-1]

    answers = [browser.send(page, path) for _ in range(13)]

    assert [each.status_code for each in unasked] == [303] * 12 + [200]
    assert [each.status_code for each in answers] == [303] * 12 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def token_on(page: str) -> str:
    return page.split('name="csrf_token" value="')[1].split('"')[0]
