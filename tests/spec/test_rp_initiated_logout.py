"""OpenID Connect RP-Initiated Logout 1.0. The clause is in the name of each test."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.deployment import Deployment
from tests.flows.story import SignedIn, signed_in

BYE = "https://shop.example/bye"
BYE_TOO = "https://shop.example/bye?from=qiao"


@pytest.fixture
def li_lei(deployment: Deployment) -> SignedIn:
    return signed_in(deployment, post_logout_redirect_uris=(BYE, BYE_TOO))


def address(**parameters: str) -> str:
    return "/logout?" + urlencode(parameters)


def hint(person: SignedIn) -> str:
    return str(person.tokens()["id_token"])


def is_signed_in(person: SignedIn) -> bool:
    silent = person.shop.start(prompt="none")
    answer = person.browser.get(silent.url)
    return "code" in person.shop.response(answer.location, silent)


def say(person: SignedIn, page: Any, decision: str) -> Any:
    return person.browser.submit(page, "/sign-out", decision=decision)


def test_2_hint_of_the_live_session_signs_out_without_a_question(li_lei: SignedIn) -> None:
    sent = {"post_logout_redirect_uri": BYE, "state": "s p&é"}

    answer = li_lei.browser.get(address(id_token_hint=hint(li_lei), **sent))

    assert answer.status_code == 303
    assert answer.location == BYE + "?state=s+p%26%C3%A9"
    assert "qiao_session=;" in answer.headers["Set-Cookie"]
    assert not is_signed_in(li_lei)


def test_2_expired_hint_is_accepted(li_lei: SignedIn, deployment: Deployment) -> None:
    token = hint(li_lei)
    deployment.clock.advance(2 * 3600)

    answer = li_lei.browser.get(address(id_token_hint=token, post_logout_redirect_uri=BYE))

    assert answer.location == BYE


def test_2_session_is_over_for_a_copied_cookie_too(
    li_lei: SignedIn, deployment: Deployment
) -> None:
    cookie = li_lei.browser.http.get_cookie("qiao_session")
    assert cookie is not None
    copy = deployment.browser()
    copy.http.set_cookie("qiao_session", cookie.value)

    li_lei.browser.get(address(id_token_hint=hint(li_lei)))

    assert not is_signed_in(SignedIn(li_lei.shop, copy, li_lei.started, ""))


def test_2_post_works_though_the_cookie_stays_at_home(li_lei: SignedIn) -> None:
    form = {"id_token_hint": hint(li_lei), "post_logout_redirect_uri": BYE, "state": "1"}
    cookie = li_lei.browser.http.get_cookie("qiao_session")
    assert cookie is not None
    li_lei.browser.http.delete_cookie("qiao_session")

    answer = li_lei.browser.http.post("/logout", data=form)
    li_lei.browser.http.set_cookie("qiao_session", cookie.value)
    gone = li_lei.browser.get(answer.location)

    assert (answer.status_code, gone.status_code) == (303, 303)
    assert gone.location == BYE + "?state=1"
    assert not is_signed_in(li_lei)


def test_2_without_parameters_the_person_is_asked(li_lei: SignedIn) -> None:
    question = li_lei.browser.get("/logout")

    asked = is_signed_in(li_lei)
    left = say(li_lei, question, "leave")

    assert (question.status_code, asked) == (200, True)
    assert "You are signed out" in left.text
    assert not is_signed_in(li_lei)


def test_2_person_who_says_no_stays_signed_in(li_lei: SignedIn) -> None:
    question = li_lei.browser.get(address(client_id="shop", post_logout_redirect_uri=BYE))

    stayed = say(li_lei, question, "stay")

    assert "You are still signed in" in stayed.text
    assert is_signed_in(li_lei)


def test_2_without_hint_the_person_is_asked_and_then_sent_back(li_lei: SignedIn) -> None:
    sent = {"client_id": "shop", "post_logout_redirect_uri": BYE_TOO, "state": "7"}

    question = li_lei.browser.get(address(**sent))
    left = say(li_lei, question, "leave")

    assert question.status_code == 200
    assert "Shop asks to sign you out" in question.text
    assert left.location == BYE_TOO + "&state=7"


def test_2_hint_of_another_session_of_the_same_person_asks_first(
    li_lei: SignedIn, deployment: Deployment
) -> None:
    other = SignedIn(li_lei.shop, deployment.browser(), li_lei.shop.start(), "")
    other.browser.sign_in(other.started.url, "li-lei")

    question = other.browser.get(address(id_token_hint=hint(li_lei), post_logout_redirect_uri=BYE))

    assert question.status_code == 200
    assert is_signed_in(other)


def test_2_nobody_signed_in_is_no_error(li_lei: SignedIn, deployment: Deployment) -> None:
    sent = {"id_token_hint": hint(li_lei), "post_logout_redirect_uri": BYE}

    answer = deployment.browser().get(address(**sent))

    assert answer.location == BYE


def test_2_nobody_signed_in_and_no_hint_gives_a_page_with_a_link(deployment: Deployment) -> None:
    deployment.application(post_logout_redirect_uris=(BYE,))

    page = deployment.browser().get(address(client_id="shop", post_logout_redirect_uri=BYE))

    assert page.status_code == 200
    assert f'href="{BYE}"' in page.text
    assert "http-equiv" not in page.text


def test_2_language_that_the_application_wishes(li_lei: SignedIn) -> None:
    question = li_lei.browser.get(address(ui_locales="zh-CN en", logout_hint="li-lei"))

    assert 'lang="zh-Hans"' in question.text


WRONG = {
    "unregistered": {"post_logout_redirect_uri": "https://evil.example/"},
    "query-added": {"post_logout_redirect_uri": BYE + "?a=b"},
    "slash-added": {"post_logout_redirect_uri": BYE + "/"},
    "of-another-client": {"client_id": "forum", "post_logout_redirect_uri": BYE},
    "unknown-client": {"client_id": "nobody", "post_logout_redirect_uri": BYE},
    "hint-is-no-token": {"id_token_hint": "nonsense", "post_logout_redirect_uri": BYE},
}


@pytest.mark.parametrize("case", WRONG)
def test_3_wrong_request_never_redirects_but_lets_the_person_sign_out(
    li_lei: SignedIn, deployment: Deployment, case: str
) -> None:
    deployment.application("forum")
    sent = {"id_token_hint": hint(li_lei), "state": "s", **WRONG[case]}

    page = li_lei.browser.get(address(**sent))
    still = is_signed_in(li_lei)
    left = say(li_lei, page, "leave")

    assert (page.status_code, still) == (400, True)
    assert "we will not send you back" in page.text
    assert '="https://evil.example' not in page.text
    assert left.status_code == 200
    assert BYE not in left.text
    assert not is_signed_in(li_lei)


@pytest.mark.parametrize("case", WRONG)
def test_3_wrong_request_of_a_stranger_is_a_page(deployment: Deployment, case: str) -> None:
    deployment.application(post_logout_redirect_uris=(BYE,))
    deployment.application("forum")

    page = deployment.browser().get(address(**{"client_id": "shop", **WRONG[case]}))

    assert page.status_code == 400
    assert "Location" not in page.headers


@pytest.mark.parametrize("asker", ["client_id", "id_token_hint"])
def test_3_wrong_address_names_who_asks_and_why_nobody_is_sent_back(
    li_lei: SignedIn, asker: str
) -> None:
    who = {"client_id": "shop", "id_token_hint": hint(li_lei)}[asker]
    sent = {asker: who, "post_logout_redirect_uri": BYE + "/", "state": "s"}

    page = li_lei.browser.get(address(**sent))
    left = say(li_lei, page, "leave")

    assert page.status_code == 400
    assert "Shop asks to sign you out." in page.text
    assert "The request of Shop has a mistake." in page.text
    assert "post_logout_redirect_uri is not registered." in page.text
    assert "You are signed out" in left.text
    assert BYE not in left.text
    assert not is_signed_in(li_lei)


def test_3_redirect_without_client_or_hint_is_not_followed(li_lei: SignedIn) -> None:
    page = li_lei.browser.get(address(post_logout_redirect_uri=BYE, state="s"))

    assert page.status_code == 400
    assert BYE not in say(li_lei, page, "leave").text


@pytest.mark.parametrize("part", [0, 1, 2])
def test_4_altered_hint_is_no_hint(li_lei: SignedIn, part: int) -> None:
    pieces = hint(li_lei).split(".")
    pieces[part] = pieces[part][:10] + ("A" if pieces[part][10] != "A" else "B") + pieces[part][11:]

    page = li_lei.browser.get(address(id_token_hint=".".join(pieces), post_logout_redirect_uri=BYE))

    assert page.status_code == 400
    assert is_signed_in(li_lei)


def test_4_repeated_parameter_is_refused(li_lei: SignedIn) -> None:
    page = li_lei.browser.get(address(client_id="shop") + "&state=1&state=2")

    assert page.status_code == 400
    assert "A parameter is repeated." in page.text


def test_6_confirmation_needs_the_forms_secret(li_lei: SignedIn) -> None:
    li_lei.browser.get("/logout")

    forged = li_lei.browser.http.post("/sign-out", data={"decision": "leave"})

    assert forged.status_code == 400
    assert is_signed_in(li_lei)


def test_6_answer_given_as_another_person_does_not_count(li_lei: SignedIn) -> None:
    question = li_lei.browser.get("/logout")
    again = li_lei.shop.start(prompt="login")
    li_lei.browser.sign_in(again.url, "han-meimei")

    asked_again = say(li_lei, question, "leave")

    assert "Sign out?" in asked_again.text
    assert is_signed_in(li_lei)


def test_6_altered_request_in_the_form_leads_nowhere(li_lei: SignedIn) -> None:
    question = li_lei.browser.get(address(client_id="shop", post_logout_redirect_uri=BYE))

    left = li_lei.browser.submit(question, "/sign-out", decision="leave", request="A" * 80)

    assert left.status_code == 200
    assert BYE not in left.text


def test_core_11_offline_access_outlives_the_session_and_the_rest_does_not(
    li_lei: SignedIn,
) -> None:
    offline, online = li_lei.tokens(), li_lei.shop.start(scope="openid")
    code = li_lei.shop.response(li_lei.browser.get(online.url).location, online)["code"]
    short = li_lei.shop.redeem(code, online).get_json()

    li_lei.browser.get(address(id_token_hint=short["id_token"]))

    assert li_lei.shop.refresh(offline["refresh_token"]).status_code == 200
    assert li_lei.shop.refresh(short["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert li_lei.shop.userinfo(short["access_token"]).get_json()["error"] == "invalid_token"


def test_discovery_3_names_the_endpoint(deployment: Deployment) -> None:
    document = deployment.browser().get("/.well-known/openid-configuration").get_json()

    assert document["end_session_endpoint"] == document["issuer"] + "/logout"


def test_2_logout_hint_that_means_somebody_else_is_told_to_the_person(li_lei: SignedIn) -> None:
    sub = li_lei.shop.verified(hint(li_lei))["sub"]
    told = "It seems to mean another account than yours."

    pages = {
        whom: li_lei.browser.get(address(client_id="shop", logout_hint=whom))
        for whom in ("ada@example.com", sub, "<mark>", "x" * 5000)
    }
    without = li_lei.browser.get(address(client_id="shop"))

    assert {whom for whom, page in pages.items() if told in page.text} == {
        "ada@example.com", "<mark>", "x" * 5000,
    }  # fmt: skip
    assert told not in without.text
    assert all("Sign out?" in page.text for page in pages.values())
    assert "<mark>" not in pages["<mark>"].text
    assert is_signed_in(li_lei)


def test_2_logout_hint_may_be_the_session_and_proves_nothing(li_lei: SignedIn) -> None:
    sid = li_lei.shop.verified(hint(li_lei))["sid"]

    page = li_lei.browser.get(address(client_id="shop", logout_hint=sid))

    assert page.status_code == 200
    assert "another account" not in page.text
    assert is_signed_in(li_lei)


def test_2_server_without_a_session_is_told_that_nothing_ended(li_lei: SignedIn) -> None:
    answer = li_lei.shop.http.get("/logout")

    assert answer.status_code == 200
    assert "Nobody is signed in here" in answer.text
    assert "You are signed out" not in answer.text
    assert is_signed_in(li_lei)


def test_3_wrong_request_does_not_say_that_nobody_was_signed_in(li_lei: SignedIn) -> None:
    wrong = address(client_id="shop", post_logout_redirect_uri="https://else.example/")

    answer = li_lei.shop.http.get(wrong)

    assert answer.status_code == 400
    assert "You were not signed in" not in answer.text
    assert "post_logout_redirect_uri is not registered" in answer.text
