"""OpenID Connect Front-Channel Logout 1.0. The clause is in the name of each test."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.deployment import Deployment
from tests.flows.story import SignedIn, signed_in
from tests.relying_party import ISSUER

FRONT = "https://shop.example/front"
BYE = "https://shop.example/bye"


@pytest.fixture
def li_lei(deployment: Deployment) -> SignedIn:
    return signed_in(
        deployment,
        frontchannel_logout_uri=FRONT + "?tenant=1",
        frontchannel_logout_session_required=True,
        post_logout_redirect_uris=(BYE,),
    )


def sign_out(person: SignedIn, **more: str) -> Any:
    token = person.tokens()["id_token"]
    return person.browser.get("/logout?" + urlencode({"id_token_hint": token, **more}))


def frames(page: Any) -> list[str]:
    return [unescape(found) for found in re.findall(r'<iframe[^>]* src="([^"]+)"', page.text)]


def policy(page: Any) -> dict[str, list[str]]:
    directives = page.headers["Content-Security-Policy"].split(";")
    return {name: values for name, *values in (each.split() for each in directives)}


def test_2_frame_carries_issuer_and_session_where_required(li_lei: SignedIn) -> None:
    sid = li_lei.shop.verified(li_lei.next_code().tokens()["id_token"])["sid"]

    page = sign_out(li_lei)

    [frame] = frames(page)
    assert frame.startswith(FRONT + "?")
    assert parse_qs(urlsplit(frame).query) == {"tenant": ["1"], "iss": [ISSUER], "sid": [sid]}


def test_2_frame_is_the_bare_address_where_no_session_is_required(deployment: Deployment) -> None:
    person = signed_in(deployment, frontchannel_logout_uri=FRONT)

    assert frames(sign_out(person)) == [FRONT]


def test_3_page_frames_the_applications_and_nothing_else(
    li_lei: SignedIn, deployment: Deployment
) -> None:
    forum = deployment.application(
        "forum",
        first_party=True,
        redirect_uris=("https://forum.example:8443/cb",),
        frontchannel_logout_uri="https://forum.example:8443/out",
    )
    deployment.application("games", frontchannel_logout_uri="https://games.example/out")
    started = forum.start()
    forum.response(li_lei.browser.get(started.url).location, started)

    page = sign_out(li_lei)

    assert sorted(policy(page)["frame-src"]) == [
        "https://forum.example:8443",
        "https://shop.example",
    ]
    assert policy(page)["default-src"] == ["'none'"]
    assert policy(page)["frame-ancestors"] == ["'none'"]
    assert len(frames(page)) == 2
    assert page.text.count('sandbox="allow-scripts allow-same-origin"') == 2


def test_3_other_pages_frame_nothing(li_lei: SignedIn) -> None:
    assert "frame-src" not in policy(li_lei.browser.get("/logout"))


@pytest.mark.parametrize("bad", ["https://a;script-src/", "https://a,b/", "https://a*/x"])
def test_3_address_that_would_bend_the_policy_is_left_out(deployment: Deployment, bad: str) -> None:
    person = signed_in(deployment, frontchannel_logout_uri=bad)

    page = sign_out(person)

    assert frames(page) == []
    assert "frame-src" not in policy(page)


def test_3_page_goes_on_with_and_without_script(li_lei: SignedIn) -> None:
    page = sign_out(li_lei, post_logout_redirect_uri=BYE, state="a&b")

    onward = BYE + "?state=a%26b"
    assert page.status_code == 200
    assert f'<a class="button primary" href="{onward}"' in page.text
    [refresh] = re.findall(
        r'<noscript><meta http-equiv="refresh" content="([^"]+)"></noscript>', page.text
    )
    assert unescape(refresh) == f"5;url={onward}"
    assert re.search(r'<script src="/static/signed-out.js\?[^"]+" defer></script>', page.text)


def test_3_page_of_a_request_that_is_not_trusted_frames_but_stays(li_lei: SignedIn) -> None:
    question = li_lei.browser.get("/logout")

    page = li_lei.browser.submit(question, "/sign-out", decision="leave")

    assert len(frames(page)) == 1
    assert "http-equiv" not in page.text


def test_3_reloading_the_page_goes_on_to_the_application(li_lei: SignedIn) -> None:
    token = li_lei.tokens()["id_token"]
    sent = "/logout?" + urlencode({"id_token_hint": token, "post_logout_redirect_uri": BYE})
    li_lei.browser.get(sent)

    assert li_lei.browser.get(sent).location == BYE


def test_3_discovery_says_so(deployment: Deployment) -> None:
    document = deployment.browser().get("/.well-known/openid-configuration").get_json()

    assert document["frontchannel_logout_supported"] is True
    assert document["frontchannel_logout_session_supported"] is True
