"""A run of a certification module: a client, a browser, a person with a password."""

import re
from html import unescape
from typing import Any

from tests.deployment import Browser, Deployment
from tests.relying_party import ISSUER, RelyingParty, Started

PROFILE = {
    "name": "Ada Lovelace",
    "given_name": "Ada",
    "family_name": "Lovelace",
    "middle_name": "King",
    "nickname": "ada",
    "preferred_username": "ada",
    "profile": "https://ada.example/",
    "picture": "https://ada.example/me.png",
    "website": "https://ada.example/",
    "gender": "female",
    "birthdate": "1815-12-10",
    "zoneinfo": "Europe/London",
    "locale": "en-GB",
    "email": "ada@example.com",
    "email_verified": True,
    "phone_number": "+441212345678",
    "phone_number_verified": True,
    "address": {"formatted": "12 St James's Square, London", "country": "GB"},
}
PROFILE_CLAIMS = set(PROFILE) - {
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
    "address",
}
LEAN = {
    *("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp"),
    *("at_hash", "c_hash", "s_hash", "nbf", "jti", "sid", "txn"),
}
PASSWORD = "correct horse battery staple"
NO_PKCE = {"code_challenge": None, "code_challenge_method": None}


class Suite:
    """One module's run: a client, a browser with its own cookies, and what it asks."""

    def __init__(
        self,
        deployment: Deployment,
        client: RelyingParty,
        browser: Browser,
        response_mode: str | None = None,
    ) -> None:
        self.deployment, self.client, self.browser = deployment, client, browser
        self.response_mode = response_mode

    def start(self, client: RelyingParty | None = None, **changes: str | None) -> Started:
        """A request in the response mode of this run."""
        return (client or self.client).start(**{"response_mode": self.response_mode, **changes})

    def response(
        self, answer: Any, started: Started, client: RelyingParty | None = None
    ) -> dict[str, str]:
        """The authorization response, from the redirect or from the page that posts itself."""
        client = client or self.client
        if self.response_mode != "form_post":
            return client.response(answer.location, started)
        assert answer.status_code == 200, answer.text
        [action] = re.findall(r'<form method="post" action="([^"]*)"', answer.text)
        assert unescape(action) == client.redirect_uri
        fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', answer.text)
        sent = {unescape(name): unescape(value) for name, value in fields}
        assert (sent["state"], sent["iss"]) == (started.state, ISSUER)
        assert answer.headers["Cache-Control"] == "no-store"
        return sent

    def ask(self, **changes: str | None) -> tuple[Started, Any]:
        """An authorization request; signs in and consents where a page asks for it."""
        started = self.start(**{**NO_PKCE, **changes})
        return started, self.follow(self.browser.get(started.url))

    def follow(self, answer: Any) -> Any:
        while answer.status_code == 303 and answer.location.startswith("/"):
            address = answer.location
            if address.startswith("/sign-in/"):
                page = self.browser.get(address)
                action = address + "/password"
                fields = {"username": "ada", "password": PASSWORD}
                answer = self.browser.submit(page, action, **fields)
            elif address.startswith("/consent/"):
                page = self.browser.get(address)
                answer = self.browser.submit(page, address, decision="allow")
            else:
                answer = self.browser.get(address)
        return answer

    def tokens(self, **changes: str | None) -> Any:
        started, answer = self.ask(**changes)
        code = self.response(answer, started)["code"]
        redeemed = self.client.redeem(code, started, code_verifier=None)
        assert redeemed.status_code == 200, redeemed.text
        assert redeemed.headers["Cache-Control"] == "no-store"
        return redeemed.get_json()

    def error(self, **changes: str | None) -> dict[str, str]:
        started, answer = self.ask(**changes)
        return self.response(answer, started)

    def claims(self, tokens: Any) -> Any:
        return self.client.verified(tokens["id_token"])

    def userinfo(self, tokens: Any) -> Any:
        return self.client.userinfo(tokens["access_token"]).get_json()
