"""What is measured: each scenario is one operation of one person, every answer judged."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bench.person import Person
from bench.relying_party import ProofKey, document, public_keys, require

ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "introspection_endpoint",
    "jwks_uri",
)
PUSH = "pushed_authorization_request_endpoint"


@dataclass(frozen=True)
class Scenario:
    """One row of the report; ``prepare`` runs once a person, uncounted."""

    name: str
    operate: Callable[[Person], Awaitable[None]]
    prepare: Callable[[Person], Awaitable[None]]


async def nothing(person: Person) -> None:
    """Nothing has to be there before."""


async def discovery(person: Person) -> None:
    found = document(await person.get("/.well-known/openid-configuration"))
    require(found["issuer"] == person.provider.facts.issuer, "another issuer")
    require(all(found.get(name) for name in ENDPOINTS), "an endpoint is missing")
    require("S256" in found["code_challenge_methods_supported"], "no S256")


async def jwks(person: Person) -> None:
    response = await person.get(person.provider.path("jwks_uri"))
    kind = response.header("content-type")
    require(response.status == 200 and "json" in kind, "not a JWKS document", response)
    found = public_keys(response.json())
    require(found.keys() >= person.provider.judge.keys.keys(), "a signing key is missing")


async def client_credentials(person: Person) -> None:
    answer = document(await person.post("token_endpoint", {"grant_type": "client_credentials"}))
    require(answer["token_type"].lower() == "bearer", "not a bearer token")
    require(0 < answer["expires_in"] <= 86400, "expires_in is off")
    require("id_token" not in answer and "refresh_token" not in answer, "too many tokens")
    person.provider.is_new(answer["access_token"])


async def sign_in(person: Person) -> None:
    """Get an access token by a full authorization."""
    proof, nonce = ProofKey(), secrets.token_urlsafe(16)
    steps = 0 if person.subject else 9
    code = await person.code(proof, secrets.token_urlsafe(16), nonce, steps)
    await person.redeem(code, proof, nonce)


async def go_offline(person: Person) -> None:
    """Get a refresh token."""
    proof, nonce = ProofKey(), secrets.token_urlsafe(16)
    offline = person.provider.facts.offline
    code = await person.code(proof, secrets.token_urlsafe(16), nonce, steps=9, more=offline)
    answer = await person.redeem(code, proof, nonce)
    require("refresh_token" in answer, "no refresh token")


async def refresh(person: Person) -> None:
    spent = person.refresh_token
    form = {"grant_type": "refresh_token", "refresh_token": spent}
    answer = person.accept(await person.post("token_endpoint", form), None)
    rotated = answer.get("refresh_token", spent) != spent
    require(rotated == person.provider.facts.rotates, "the refresh token rotates, or does not")


async def userinfo(person: Person) -> None:
    path = person.provider.path("userinfo_endpoint")
    headers = {"Authorization": f"Bearer {person.access_token}"}
    found = document(await person.get(path, headers))
    require(found["sub"] == person.subject, "userinfo is another person's")
    require(found.get("name"), "userinfo has no name")


async def introspection(person: Person) -> None:
    form = {"token": person.access_token}
    found = document(await person.post("introspection_endpoint", form))
    require(found["active"] is True, "the token is not active")
    require(found["sub"] == person.subject, "the token is another person's")
    require(found["client_id"] == person.provider.facts.client_id, "another client")
    require("openid" in found["scope"].split() and found["exp"] > 0, "scope or exp is off")


async def full_round(person: Person) -> None:
    """Authorize with a live session and a remembered consent, redeem, read userinfo."""
    await sign_in(person)
    await userinfo(person)


async def fapi_round(person: Person, steps: int = 0) -> None:
    """The round of the FAPI 2.0 Security Profile: the request pushed, the client known by its key,
    the code and the token bound to it, PKCE, and the issuer named in the answer."""
    facts, holder = person.provider.facts, person.provider.holder
    proof, state, nonce = ProofKey(), secrets.token_urlsafe(16), secrets.token_urlsafe(16)
    asked = {
        "response_type": "code",
        "client_id": facts.fapi_client_id,
        "redirect_uri": facts.redirect_uri,
        "scope": facts.scope,
        "state": state,
        "nonce": nonce,
        "code_challenge": proof.challenge,
        "code_challenge_method": "S256",
    }
    pushed = document(await person.post_signed(PUSH, asked), 201)
    require(0 < pushed["expires_in"] < 600, "expires_in is off")
    person.provider.is_new(pushed["request_uri"])
    sent = {"client_id": facts.fapi_client_id, "request_uri": pushed["request_uri"]}
    form = {
        "grant_type": "authorization_code",
        "code": person.accept_code(await person.authorize(sent, steps), state),
        "redirect_uri": facts.redirect_uri,
        "code_verifier": proof.verifier,
    }
    redeemed = await person.post_signed("token_endpoint", form)
    tokens = person.judged(redeemed, nonce, "dpop", person.provider.fapi_judge)
    address, token = str(person.provider.metadata["userinfo_endpoint"]), tokens["access_token"]
    headers = {"Authorization": f"DPoP {token}", "DPoP": holder.proof("GET", address, token)}
    found = document(await person.get(person.provider.path("userinfo_endpoint"), headers))
    require(found["sub"] == person.subject, "userinfo is another person's")
    require(found.get("name"), "userinfo has no name")


async def first_fapi_round(person: Person) -> None:
    """Sign in and agree where that must be done once."""
    await sign_in(person)
    await fapi_round(person, steps=9)


SCENARIOS = (
    Scenario("discovery", discovery, nothing),
    Scenario("jwks", jwks, nothing),
    Scenario("client_credentials", client_credentials, nothing),
    Scenario("refresh", refresh, go_offline),
    Scenario("userinfo", userinfo, sign_in),
    Scenario("introspection", introspection, sign_in),
    Scenario("round", full_round, sign_in),
    Scenario("fapi_round", fapi_round, first_fapi_round),
)


def named(name: str) -> Scenario:
    """The scenario of this name; KeyError when there is none."""
    return {scenario.name: scenario for scenario in SCENARIOS}[name]
