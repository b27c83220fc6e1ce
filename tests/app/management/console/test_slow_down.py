"""Too many tries at the console's door: how long that lasts, and the way on, in each language."""

import pytest

from app.pages.errors import when_again
from tests.app.management.console.console import Console, make_admin
from tests.app.site import Site

SAID = {
    "en": (
        "Too many tries",
        "You can try again in {} seconds.",
        "A passkey is taken meanwhile.",
        "Back to the sign-in",
    ),
    "zh-CN": ("尝试次数过多", "{} 秒后可以再试。", "在此期间仍可使用通行密钥登录。", "返回登录页"),
    "zh-TW": (
        "嘗試次數過多",
        "{} 秒後可以再試。",
        "在此期間仍可使用通行密鑰登入。",
        "返回登入頁",
    ),
}


@pytest.mark.parametrize("language", SAID)
def test_tries_that_are_used_up_are_told_on_the_consoles_page(site: Site, language: str) -> None:
    make_admin(site)
    console = Console(site.app.test_client(), language)

    for _ in range(6):
        assert console.sign_in(password="wrong").status_code == 401
    refused = console.sign_in(password="wrong")

    title, when, passkey, back = SAID[language]
    wait = int(refused.headers["Retry-After"])
    assert refused.status_code == 429
    assert 1 <= wait <= 60
    assert f"<h1>{title}</h1>" in refused.text
    assert f"<b>{when.format(wait)}</b> {passkey}" in refused.text
    assert f'href="/admin/sign-in">{back}</a>' in refused.text
    assert '<link rel="stylesheet" href="/static/admin.css' in refused.text
    assert console.get("/admin/sign-in").status_code == 200


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "in 1 seconds"),
        (90, "in 90 seconds"),
        (91, "in about 2 minutes"),
        (3600, "in about 60 minutes"),
        (5401, "in about 2 hours"),
        (86400, "in about 24 hours"),
    ],
)
def test_wait_is_told_in_words(site: Site, seconds: int, said: str) -> None:
    with site.app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert when_again(seconds) == f"You can try again {said}."


def test_too_many_requests_before_the_door_are_no_tries(site: Site) -> None:
    console = Console(site.app.test_client())
    token = console.csrf()

    answers = [
        console.client.post("/admin/sign-in/code", data={"csrf_token": token}) for _ in range(31)
    ]

    assert answers[-1].status_code == 429
    assert "There were too many requests from here in a short time." in answers[-1].text
    assert "passkey is taken" not in answers[-1].text
