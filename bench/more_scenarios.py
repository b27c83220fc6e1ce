"""Operations whose statements are explained, and whose time is not measured."""

import os
from itertools import count
from urllib.parse import urlencode, urlsplit

from bench import scenarios, slow_wechat
from bench.person import FORM, Person
from bench.relying_party import Json, document, require
from bench.scenarios import Scenario, nothing, sign_in
from bench.slow_wechat import NATIVE_CLIENT, SignIn
from bench.wire import Connection

APP_SIGN_IN = "app_sign_in"
_numbers = count()


async def revocation(person: Person) -> None:
    """A token that was just got is taken back."""
    await sign_in(person)
    answer = await person.post("revocation_endpoint", {"token": person.access_token})
    require(answer.status == 200, "the token is not revoked", answer)


async def app_sign_in(person: Person) -> None:
    """A person signs in to an app by the mini program that it opens, for the first and for the
    second time in turns."""
    number = next(_numbers) // 2
    wechat = Connection("127.0.0.1", urlsplit(os.environ["QIAO_WECHAT_API_BASE"]).port or 80)
    begun = await slow_wechat.begin(person, wechat, number)
    wechat.close()
    waiting = await _asked(person, "authorization_challenge_endpoint", begun, {})
    require(waiting["error"] == "insufficient_authorization", "nobody has confirmed yet")
    confirmed = await slow_wechat.confirmed(person.connection, begun)
    require(confirmed.status == 200, "the mini program may not confirm", confirmed)
    more = {"auth_session": waiting["auth_session"]}
    done = await _asked(person, "authorization_challenge_endpoint", begun, more)
    code = done["authorization_code"]
    person.provider.is_new(code)
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": begun.verifier}
    tokens = await _asked(person, "token_endpoint", begun, form)
    person.provider.is_new(tokens["access_token"])


async def _asked(person: Person, endpoint: str, begun: SignIn, form: dict[str, str]) -> Json:
    """The app goes on with its sign-in, or does what the form says."""
    usual = {} if "code" in form else {"auth_session": begun.auth_session}
    body = urlencode({"client_id": NATIVE_CLIENT, **usual, **form}).encode()
    headers = {"Content-Type": FORM, "X-Forwarded-For": begun.address}
    path = person.provider.path(endpoint)
    answer = await person.connection.send("POST", path, headers, body)
    return document(answer, answer.status if answer.status == 403 else 200)


MORE = (
    Scenario("revocation", revocation, sign_in),
    Scenario(APP_SIGN_IN, app_sign_in, nothing),
)


def named(name: str) -> Scenario:
    """The scenario of this name, measured or not; KeyError when there is none."""
    return {each.name: each for each in (*scenarios.SCENARIOS, *MORE)}[name]
