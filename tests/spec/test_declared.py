"""What we tell is what docs/clauses.md declares, and each of it has its clause.

A new member, claim, form or field fails here until the table names it; so does one that is gone.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest

from app.accounts.passwords import Passwords
from app.database import db
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import CALLBACK, Browser, Deployment, build_deployment, close
from tests.fapi2 import KEY, registered
from tests.flows.story import signed_in
from tests.flows.test_device import begin, decide, poll, reach_question, television
from tests.key_holder import KeyHolder, new_key
from tests.relying_party import RelyingParty
from tests.sandbox_server import LiveSandbox
from tests.spec.declared import declared, names, rows
from tests.spec.suite import PASSWORD, PROFILE, Suite
from tests.spec.test_logout_certification import BYE, MODULES

ON: dict[str, Any] = {"local_login": True, "registration": "open", "client_id_documents": True}
EVERY_SCOPE = "openid profile email phone address offline_access"


@pytest.fixture
def deployment(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Deployment]:
    deployment = build_deployment(sqlite, wechat, clock, **ON)
    with deployment.app.app_context():
        Passwords.with_costs().create(db.session(), clock, "ada", PASSWORD, PROFILE)
        db.session.commit()
    yield deployment
    close(deployment)
    sqlite.empty()


def test_metadata_members_are_declared(deployment: Deployment) -> None:
    http = deployment.app.test_client()
    documents = [
        sorted(http.get(f"/.well-known/{name}").get_json())
        for name in ("openid-configuration", "oauth-authorization-server")
    ]
    resource = http.get("/.well-known/oauth-protected-resource/api/v1").get_json()

    assert documents == [declared("member")] * 2
    assert sorted(resource) == declared("resource member")


WISH = '{"id_token":{"name":null}}'
LOCAL: dict[str, tuple[set[str], dict[str, str | None], dict[str, Any]]] = {
    "basic": ({"nonce"}, {"scope": EVERY_SCOPE}, {}),
    "no-nonce": (set(), {"nonce": None}, {}),
    "wishing": ({"nonce", "asked"}, {"claims": WISH}, {}),
    "logout": ({"nonce", "logout"}, {}, {"post_logout_redirect_uris": (BYE,)}),
}
"""Clients of somebody with a password: what they are told, ask for and have registered."""


def test_claims_of_id_tokens_are_declared(deployment: Deployment) -> None:
    told, suite = {}, None
    for name, (_, sent, metadata) in LOCAL.items():
        fields = {"require_pkce": False, "connections": (), **metadata}
        shop = deployment.application(name, **fields)
        suite = Suite(deployment, shop, deployment.browser())
        told[name] = sorted(suite.claims(suite.tokens(**sent)))
    assert suite is not None
    told["FAPI 2.0"] = sorted(with_dpop(deployment, suite.browser))
    story = signed_in(deployment)
    tokens = story.shop.refresh(story.tokens()["refresh_token"]).get_json()
    told["WeChat, refreshed"] = sorted(story.shop.verified(tokens["id_token"]))
    told["device"] = sorted(on_a_device(deployment))

    kinds = {name: which for name, (which, _, _) in LOCAL.items()} | {
        "FAPI 2.0": {"nonce"},
        "WeChat, refreshed": {"source", "wechat"},
        "device": {"source"},
    }
    assert told == {name: declared_claims(which) for name, which in kinds.items()}


def declared_claims(which: set[str]) -> list[str]:
    table = rows("claim", "told")
    return sorted(name for row in table if row[1] in {"always", *which} for name in names(row[0]))


def with_dpop(deployment: Deployment, browser: Browser) -> dict[str, Any]:
    bank = deployment.application("bank", **registered())
    holder = KeyHolder.of(bank, deployment.clock, signs_with=KEY, holds=new_key())
    _, started = holder.push(scope=EVERY_SCOPE)
    code = holder.response(browser.get(started.url).location, started)["code"]
    return dict(holder.verified(holder.redeem(code, started).get_json()["id_token"]))


def on_a_device(deployment: Deployment) -> dict[str, Any]:
    tv, browser = television(deployment, backchannel_logout_uri=BYE), deployment.browser()
    shown = begin(tv).get_json()
    decide(browser, reach_question(browser, shown["user_code"]), "allow")
    return dict(tv.verified(poll(tv, shown["device_code"]).get_json()["id_token"]))


def test_every_answer_to_a_logout_is_declared() -> None:
    """The module's own test holds the product to the same answers."""
    words = {
        name: "redirect" if "://" in answer else answer for name, (_, answer) in MODULES.items()
    }

    assert {names(row[0])[0]: row[1] for row in rows("request", "answer", "clause")} == words


class Forms(HTMLParser):
    """The forms of a page: where each goes, its fields and its buttons with a value."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, set[str], set[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((known.get("action", ""), set(), set()))
        elif tag in ("input", "select", "textarea"):
            self.found[-1][1].add(known["name"])
        elif tag == "button" and "name" in known:
            self.found[-1][2].add(f"{known['name']}={known['value']}")


Form = tuple[str, str, str]


def forms(
    page: Any, ids: tuple[str, ...] = ("sign-in", "scan", "consent", "select-account")
) -> set[Form]:
    """As the table writes them; every one of ours is protected by a token of its own."""
    parser = Forms()
    parser.feed(page.text)
    seen = set()
    for action, fields, buttons in parser.found:
        place = "the redirect URI" if action == CALLBACK else action
        assert place != action or "csrf_token" in fields, action
        for part in ids:
            place = re.sub(rf"/{part}/[\w-]{{8,}}", f"/{part}/<id>", place)
        seen.add((place, " ".join(sorted(fields - {"csrf_token"})), " ".join(sorted(buttons))))
    return seen


def declared_forms() -> dict[str, set[Form]]:
    by_page: dict[str, set[Form]] = {}
    for page, form, fields, buttons, _why in rows("page", "form", "fields", "buttons", "why"):
        here = by_page.setdefault(page, set())
        if form != "–":
            place = form.strip("`")
            here.add((place, " ".join(sorted(names(fields))), " ".join(sorted(names(buttons)))))
    every = by_page.pop("every page")
    return {
        page: found | (every if page != "form post" else set()) for page, found in by_page.items()
    }


def test_forms_of_pages_are_declared(deployment: Deployment) -> None:
    deployment.connection()
    shop = deployment.application(require_pkce=False)
    browser = deployment.browser()
    seen: dict[str, Any] = {}
    asked = browser.get(shop.start().url).location
    seen["sign in"] = browser.get(asked)
    scan = browser.submit(seen["sign in"], asked, connection="wechat").location
    seen["scan"] = browser.get(scan)
    seen["consent"] = browser.get(browser.sign_in(shop.start().url, "li-lei").location)
    seen |= where_somebody_is_signed_in(deployment, shop, browser)

    assert {page: forms(answer) for page, answer in seen.items()} == declared_forms()


def where_somebody_is_signed_in(
    deployment: Deployment, shop: RelyingParty, browser: Browser
) -> dict[str, Any]:
    games = deployment.application("games", first_party=True)
    chosen = browser.get(games.start(prompt="select_account").url).location
    tv = television(deployment)
    device = browser.get("/device")
    typed = browser.submit(device, "/device", user_code=begin(tv).get_json()["user_code"])
    question = browser.get(browser.get(typed.location).location)
    refused = {"post_logout_redirect_uri": "https://evil.example/"}
    seen = {
        "select account": browser.get(chosen),
        "error": browser.get(shop.start(redirect_uri="https://evil.example/").url),
        "form post": browser.get(games.start(response_mode="form_post").url),
        "device code": device,
        "device question": question,
        "sign out, refused": browser.get("/logout?" + urlencode(refused)),
        "sign out": browser.get("/logout"),
    }
    leave = browser.submit(seen["sign out"], "/sign-out", decision="leave")
    return {**seen, "signed out": leave}
