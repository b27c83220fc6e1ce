"""A person with a browser, and the relying party that serves them, over one connection."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from urllib.parse import parse_qs, urlencode, urlsplit

from bench.facts import Facts
from bench.key_holder import KeyHolder
from bench.relying_party import IdTokenJudge, Json, ProofKey, document, require
from bench.wire import Connection, Response

FORM = "application/x-www-form-urlencoded"


@dataclass
class Provider:
    """The provider under load: its metadata, the judge of its tokens, and all it ever issued."""

    facts: Facts
    metadata: Json
    judge: IdTokenJudge
    issued: set[str] = field(default_factory=set)

    @cached_property
    def holder(self) -> KeyHolder:
        """The client that runs the FAPI 2.0 round."""
        facts = self.facts
        return KeyHolder(facts.issuer, facts.fapi_client_id, facts.fapi_key)

    @cached_property
    def fapi_judge(self) -> IdTokenJudge:
        return replace(self.judge, client_id=self.facts.fapi_client_id, alg="ES256")

    def path(self, endpoint: str) -> str:
        return urlsplit(str(self.metadata[endpoint])).path

    def is_new(self, value: str) -> None:
        """Refuse a code or a token that was issued before."""
        require(value not in self.issued, "the provider issued the same code or token twice")
        self.issued.add(value)


@dataclass
class Person:
    """One virtual user: cookies of a live session, and the tokens that were got last."""

    provider: Provider
    connection: Connection
    cookies: dict[str, str] = field(default_factory=dict)
    subject: str = ""
    access_token: str = ""
    refresh_token: str = ""

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> Response:
        return await self.connection.send("GET", path, headers or {})

    async def post(self, endpoint: str, form: Mapping[str, str], secret: bool = True) -> Response:
        """Post a form to an endpoint of the metadata, with the client's credentials."""
        headers = {"Content-Type": FORM}
        if secret:
            headers["Authorization"] = self.provider.facts.basic
        path = self.provider.path(endpoint)
        return await self.connection.send("POST", path, headers, urlencode(form).encode())

    async def post_signed(self, endpoint: str, form: Mapping[str, str]) -> Response:
        """Post a form with an assertion and a DPoP proof of the client that holds a key."""
        holder = self.provider.holder
        proof = holder.proof("POST", str(self.provider.metadata[endpoint]))
        headers = {"Content-Type": FORM, "DPoP": proof}
        path = self.provider.path(endpoint)
        body = urlencode({**form, **holder.assertion()}).encode()
        return await self.connection.send("POST", path, headers, body)

    async def browse(self, path: str) -> Response:
        """Fetch a page as the browser does: cookies sent, and kept."""
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        response = await self.get(path, {"Cookie": jar} if jar else {})
        self.cookies.update(response.cookies())
        return response

    async def authorize(self, parameters: Mapping[str, str], steps: int = 0) -> Mapping[str, str]:
        """The parameters that come back to the redirect URI.

        ``steps`` is how many redirects within the provider may come first: 0 when a session and
        a consent are there and the answer must be immediate.
        """
        path = f"{self.provider.path('authorization_endpoint')}?{urlencode(parameters)}"
        response = await self.browse(path)
        while steps and not self._is_back(response):
            require(response.status in (302, 303), "not a redirect", response)
            target = urlsplit(response.header("location"))
            response = await self.browse(target.path + (f"?{target.query}" if target.query else ""))
            steps -= 1
        require(response.status in (302, 303), "not a redirect", response)
        location = response.header("location")
        require(self._is_back(response), f"not the redirect URI: {location}")
        return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}

    def _is_back(self, response: Response) -> bool:
        return response.header("location").split("?")[0] == self.provider.facts.redirect_uri

    async def code(
        self,
        proof: ProofKey,
        state: str,
        nonce: str,
        steps: int = 0,
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """An authorization code for this person, the response judged (RFC 6749, RFC 9207).

        ``steps`` as in `authorize`; ``more`` are parameters that replace the usual ones.
        """
        facts = self.provider.facts
        asked = {
            "response_type": "code",
            "client_id": facts.client_id,
            "redirect_uri": facts.redirect_uri,
            "scope": facts.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": proof.challenge,
            "code_challenge_method": "S256",
        }
        return self.accept_code(await self.authorize({**asked, **more}, steps), state)

    def accept_code(self, answer: Mapping[str, str], state: str) -> str:
        """Judge an authorization response (RFC 6749 4.1.2, RFC 9207); its code."""
        require("error" not in answer, f"authorization error {answer}")
        require(answer.get("state") == state, "state is another one")
        require(answer.get("iss") == self.provider.facts.issuer, "iss is not the issuer")
        self.provider.is_new(answer["code"])
        return answer["code"]

    async def redeem(self, code: str, proof: ProofKey, nonce: str) -> Json:
        """The token response for a code, judged; the person's tokens are replaced."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.provider.facts.redirect_uri,
            "code_verifier": proof.verifier,
        }
        return self.accept(await self.post("token_endpoint", form), nonce)

    def accept(self, response: Response, nonce: str | None) -> Json:
        """Judge a token response that carries an ID token, and keep its tokens."""
        answer = self.judged(response, nonce, "bearer", self.provider.judge)
        self.access_token = answer["access_token"]
        if answer.get("refresh_token", self.refresh_token) != self.refresh_token:
            self.refresh_token = answer["refresh_token"]
            self.provider.is_new(self.refresh_token)
        return answer

    def judged(self, response: Response, nonce: str | None, kind: str, judge: IdTokenJudge) -> Json:
        """A token response with an access token of this kind and an ID token of this person."""
        answer = document(response)
        require(answer["token_type"].lower() == kind, f"not a {kind} token", response)
        require(0 < answer["expires_in"] <= 86400, "expires_in is off", response)
        require("no-store" in response.header("cache-control"), "not Cache-Control: no-store")
        self.provider.is_new(answer["access_token"])
        claims = judge.claims(answer["id_token"], nonce, answer["access_token"])
        require(self.subject in ("", claims["sub"]), "the ID token is another person's")
        self.subject = claims["sub"]
        return answer
