"""Debian's mod_auth_openidc: Apache asks Qiao before it shows a page."""

import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import requests

from tests.interop.apache import Apache, running_apache
from tests.interop.person import Person
from tests.interop.qiao import PROFILE, Qiao
from tests.live import free_ports

PATIENCE = 20.0
"""Seconds in which Apache must have heard that somebody signed out."""


@pytest.fixture(scope="module")
def apache(qiao: Qiao) -> Iterator[Apache]:
    apache = Apache(free_ports().application)
    registration = qiao.register(
        "apache",
        redirect_uris=[apache.callback],
        post_logout_redirect_uris=[f"http://127.0.0.1:{apache.port}/"],
        backchannel_logout_uri=f"{apache.callback}?logout=backchannel",
        backchannel_logout_session_required=True,
        scope="openid profile email wechat",
    )
    with running_apache(apache, qiao.issuer, registration):
        yield apache


def sign_in(apache: Apache, person: Person) -> requests.Response:
    """The page, after Apache has sent the person to Qiao and back."""
    sent = person.open(apache.page)
    landed = person.browse(sent.headers["Location"])
    assert landed is not None
    returned = person.open(landed)
    assert returned.is_redirect, returned.text
    return person.open(returned.headers["Location"])


def test_page_is_shown_to_whom_qiao_knows(apache: Apache, qiao: Qiao, person: Person) -> None:
    sent = person.open(apache.page)

    page = sign_in(apache, person)

    assert sent.headers["Location"].startswith(f"{qiao.issuer}/authorize?")
    assert page.text == "for signed-in people only"
    assert page.headers["X-User"].endswith(f"@{qiao.issuer}")
    assert page.headers["X-Email"] == PROFILE["email"]


def test_apache_signs_the_person_out_of_qiao(apache: Apache, person: Person) -> None:
    sign_in(apache, person)
    afterwards = f"http://127.0.0.1:{apache.port}/"

    leaving = person.open(f"{apache.callback}?logout={quote(afterwards, safe='')}")
    left = person.browse(leaving.headers["Location"])

    assert left is not None
    assert left.partition("?")[0] == afterwards
    assert person.open(apache.page).is_redirect


def test_signing_out_of_qiao_ends_the_session_of_apache(
    apache: Apache, qiao: Qiao, person: Person
) -> None:
    sign_in(apache, person)
    before = person.open(apache.page).status_code

    person.browse(f"{qiao.issuer}/sign-out")

    deadline = time.monotonic() + PATIENCE
    while not person.open(apache.page).is_redirect and time.monotonic() < deadline:
        time.sleep(0.2)
    assert before == requests.codes.ok
    assert person.open(apache.page).is_redirect
