"""The consent page: what is asked for, who is asked, and the two answers."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import update

from app.database import db
from app.sessions import browser as sessions
from app.sessions import cookie
from app.tables.people import ACCOUNT
from oidc.interactions import consents
from tests.app.site import CALLBACK, Browser, Site


def signed_in(site: Site, subject: str = "person-one") -> Browser:
    """A browser in which somebody has a session."""
    found = passwords_account(site, subject)
    begun = sessions.begin(db.session(), site.clock, found, amr=("pwd",))
    db.session.commit()
    browser = site.browser()
    browser.give_cookie(cookie.name(secure=False), begun.token)
    return browser


def passwords_account(site: Site, username: str) -> str:
    account = site.passwords.create(
        db.session(), site.clock, username, "correct horse battery", {"name": f"Name {username}"}
    )
    db.session.commit()
    return account


def consented(site: Site, interaction: str) -> bool:
    db.session.rollback()
    parked = site.provider.interactions.get(db.session(), interaction)
    assert parked is not None
    return parked.consented


def test_page_names_the_application_and_says_each_scope_in_words(site: Site) -> None:
    client = site.client(
        policy_uri="https://shop.example/privacy", tos_uri="https://shop.example/terms"
    )
    interaction = site.park(client, scope=("openid", "phone", "wechat"))

    page = signed_in(site).get(f"/consent/{interaction}")

    assert "Allow Shop?" in page.text
    assert "shop.example" in page.text
    assert "see your verified phone number" in page.text
    assert "OpenID and UnionID" in page.text
    assert "see your postal address" not in page.text
    assert 'href="https://shop.example/privacy"' in page.text
    assert "Name person-one" in page.text


@pytest.mark.parametrize("name", ["\u3164", "\u200b\u2800"])
def test_somebody_whose_name_shows_nothing_is_called_something(site: Site, name: str) -> None:
    browser = signed_in(site)
    db.session.execute(update(ACCOUNT).values(name=name))
    db.session.commit()

    pages = [browser.get(path) for path in (f"/consent/{site.park(site.client())}", "/account")]

    for page in pages:
        assert page.status_code == 200
        assert re.findall(r"(?:>|as )[\s\u3164\u200b\u2800]*[\u3164\u200b\u2800]", page.text) == []


def test_claims_asked_for_one_by_one_are_said_too(site: Site) -> None:
    claims: dict[str, Any] = {"userinfo": {"phone_number": None}}
    interaction = site.park(site.client(), claims=claims)

    page = signed_in(site).get(f"/consent/{interaction}")

    assert "see your verified phone number" in page.text


def test_allowing_is_remembered_and_goes_back_to_the_request(site: Site) -> None:
    client = site.client()
    interaction = site.park(client)
    browser = signed_in(site)
    path = f"/consent/{interaction}"

    answer = browser.send(browser.get(path), path, {"decision": "allow"})

    assert answer.headers["Location"] == f"/authorize/{interaction}"
    assert consented(site, interaction)
    parked = site.provider.interactions.get(db.session(), interaction)
    assert parked is not None
    assert parked.subject is not None
    assert consents.get(db.session(), parked.subject, client.client_id)


def test_denying_tells_the_application_and_ends_the_request(site: Site) -> None:
    interaction = site.park(site.client())
    browser = signed_in(site)
    path = f"/consent/{interaction}"
    page = browser.get(path)

    answer = browser.send(page, path, {"decision": "deny"})
    again = browser.send(page, path, {"decision": "allow"})

    sent = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert answer.headers["Location"].startswith(CALLBACK)
    assert sent["error"] == ["access_denied"]
    assert sent["iss"] == ["http://127.0.0.1:8000"]
    assert "already finished" in again.text


@pytest.mark.parametrize("decision", ["", "maybe", "ALLOW"])
def test_anything_but_allow_allows_nothing(site: Site, decision: str) -> None:
    interaction = site.park(site.client())
    browser = signed_in(site)
    path = f"/consent/{interaction}"

    browser.send(browser.get(path), path, {"decision": decision})

    assert not consented(site, interaction)


def test_answer_given_as_one_person_never_counts_for_another(site: Site) -> None:
    interaction = site.park(site.client())
    browser = signed_in(site)
    path = f"/consent/{interaction}"
    page = browser.get(path)
    begun = sessions.begin(
        db.session(), site.clock, passwords_account(site, "person-two"), amr=("pwd",)
    )
    db.session.commit()
    browser.give_cookie(cookie.name(secure=False), begun.token)

    browser.send(page, path, {"decision": "allow"})

    assert not consented(site, interaction)


def test_nobody_signed_in_goes_back_to_the_request(site: Site) -> None:
    interaction = site.park(site.client())

    answer = site.browser().get(f"/consent/{interaction}")

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/authorize/{interaction}")


def test_staying_the_same_person_is_noted(site: Site) -> None:
    interaction = site.park(site.client(), prompt=frozenset({"select_account"}))
    browser = signed_in(site)
    path = f"/select-account/{interaction}"

    page = browser.get(path)
    answer = browser.send(page, path, {"decision": "stay"})

    assert "Go on as Name person-one" in page.text
    assert answer.headers["Location"] == f"/authorize/{interaction}"
    parked = site.provider.interactions.get(db.session(), interaction)
    assert parked is not None
    assert parked.chosen


def test_being_somebody_else_leads_to_the_sign_in_page(site: Site) -> None:
    interaction = site.park(site.client(), prompt=frozenset({"select_account"}))
    browser = signed_in(site)
    path = f"/select-account/{interaction}"

    answer = browser.send(browser.get(path), path, {"decision": "other"})

    assert answer.headers["Location"] == f"/sign-in/{interaction}"


def test_signing_out_asks_first_and_then_ends_the_session(site: Site) -> None:
    browser = signed_in(site)
    interaction = site.park(site.client())

    page = browser.get("/sign-out")
    stayed = browser.send(page, "/sign-out", {"decision": "stay"})
    still_here = browser.get(f"/consent/{interaction}")
    left = browser.send(page, "/sign-out", {"decision": "leave"})
    gone = browser.get(f"/consent/{interaction}")

    assert "You are still signed in" in stayed.text
    assert still_here.status_code == 200
    assert "You are signed out" in left.text
    assert gone.status_code == 303
