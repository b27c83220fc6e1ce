"""Sign-ins by scanning, one after the other, page by page, through whichever node answers."""

import re
import secrets
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import requests

from app.demo.browser import PLACES, YES, Forms
from app.demo.virtual_phone import VirtualPhone
from bench.facts import Facts
from bench.relying_party import ProofKey
from tests.rolling.people import Tally

TIMEOUT = 60
MOST_PAGES = 20
PEOPLE = ("li-lei", "han-meimei")


class Scanning:
    """A new browser each time; ``phone`` is the sandbox's."""

    def __init__(self, facts: Facts, phone: VirtualPhone, tally: Tally) -> None:
        self._facts, self._phone, self._tally = facts, phone, tally
        self.signed_in = 0

    def run(self) -> None:
        """Until it is enough."""
        while not self._tally.is_over:
            person = PEOPLE[self.signed_in % len(PEOPLE)]
            try:
                self._sign_in(person)
                self.signed_in += 1
            except Exception as error:
                self._tally.failed.append(f"sign-in: {error!r}")

    def _sign_in(self, person: str) -> None:
        http, proof, state = requests.Session(), ProofKey(), secrets.token_urlsafe(16)
        http.headers["User-Agent"] = PLACES["computer"]
        answer = self._ask(
            http, "GET", f"{self._facts.issuer}/authorize?{self._query(proof, state)}"
        )
        for _ in range(MOST_PAGES):
            if answer.is_redirect:
                target = urljoin(answer.url, answer.headers["Location"])
                if target.startswith(self._facts.redirect_uri):
                    return self._redeem(target, proof, state)
                answer = self._ask(http, "GET", target)
            else:
                answer = self._answer_form(http, answer, person)
        raise AssertionError(f"round in circles at {answer.url}")

    def _query(self, proof: ProofKey, state: str) -> str:
        return urlencode(
            {
                "response_type": "code",
                "client_id": self._facts.client_id,
                "redirect_uri": self._facts.redirect_uri,
                "scope": "openid profile",
                "state": state,
                "code_challenge": proof.challenge,
                "code_challenge_method": "S256",
            }
        )

    def _answer_form(
        self, http: requests.Session, page: requests.Response, person: str
    ) -> requests.Response:
        forms = Forms(page.text).found
        for form in forms:
            if form.action.endswith("/finish"):
                self._scan(http, page, person)
                return self._ask(http, "POST", urljoin(page.url, form.action), form.fields)
        for form in forms:
            chosen = [pair for pair in form.buttons if pair in YES or pair[0] == "connection"]
            if chosen or "connection" in form.fields:
                fields = {**form.fields, **dict(chosen[:1])}
                return self._ask(http, "POST", urljoin(page.url, form.action), fields)
        raise AssertionError(f"nothing leads on from {page.url}: {page.text[:2000]}")

    def _scan(self, http: requests.Session, page: requests.Response, person: str) -> None:
        number = re.search(r"(\d\d)</strong>", page.text)
        if number is None:
            return  # confirmed already
        self._ask(http, "GET", page.url.partition("?")[0] + "/code")
        ticket = self._phone.ticket_of_newest("mini-program-codes")
        for _ in range(2):
            self._tally.note("/federation/v1/tickets")  # asked by the phone: read, and confirm
        self._phone.confirm(person, f"?ticket={ticket}", int(number[1]))

    def _redeem(self, target: str, proof: ProofKey, state: str) -> None:
        given = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
        assert given.get("state") == state, given
        form = {
            "grant_type": "authorization_code",
            "code": given["code"],
            "redirect_uri": self._facts.redirect_uri,
            "code_verifier": proof.verifier,
        }
        self._tally.note("/token")
        secret = (self._facts.client_id, self._facts.client_secret)
        answer = requests.post(f"{self._facts.issuer}/token", form, auth=secret, timeout=TIMEOUT)
        assert answer.status_code == 200, answer.text
        assert answer.json()["id_token"]

    def _ask(
        self, http: requests.Session, method: str, url: str, form: dict[str, str] | None = None
    ) -> requests.Response:
        self._tally.note(urlsplit(url).path)
        answer = http.request(method, url, data=form, allow_redirects=False, timeout=TIMEOUT)
        assert answer.status_code < 400, f"{answer.status_code} at {url}: {answer.text[:500]}"
        return answer
