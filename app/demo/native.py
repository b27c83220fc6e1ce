"""A native app on the command line: sign-in without a browser and without a client secret.

What a mobile app does with two HTTP endpoints and WeChat's SDK, step by step (OAuth 2.0 for
First-Party Applications, RFC 7636, OpenID Connect Core 3.1.3): copy it to begin your own.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qs

import requests
from joserfc import jwt
from joserfc.jwk import KeySet

SCOPE = "openid profile phone wechat offline_access"
TIMEOUT = 10  # seconds for one request
SIGNING_ALGORITHMS = ["RS256", "ES256"]

Say = Callable[[str], None]


class SignInFailed(Exception):
    """The person is not signed in; the text is what Qiao or WeChat said."""


@dataclass(frozen=True)
class Pkce:
    """A secret of this one sign-in, and what may be told of it (RFC 7636, S256)."""

    verifier: str
    challenge: str

    @classmethod
    def new(cls) -> Self:
        verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode("ascii")).digest()
        return cls(verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii"))


@dataclass(frozen=True)
class NativeApp:
    """The app: what it was given when it was registered, and what discovery told it.

    :param say: called with each thing worth telling.
    """

    client_id: str
    metadata: Mapping[str, Any]
    say: Say

    @classmethod
    def discover(cls, issuer: str, client_id: str, say: Say) -> Self:
        """:raises SignInFailed: when nothing answers there."""
        try:
            answer = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=TIMEOUT)
        except requests.ConnectionError as error:
            raise SignInFailed(f"Nothing answers at {issuer}. Is `make demo` running?") from error
        return cls(client_id, answer.json(), say)

    def begin(self, connection: str, nonce: str, pkce: Pkce) -> dict[str, Any]:
        """The first request; the answer says how to open WeChat."""
        return self._challenge(
            response_type="code",
            scope=SCOPE,
            code_challenge=pkce.challenge,
            code_challenge_method="S256",
            nonce=nonce,
            connection=connection,
        )

    def poll(self, waiting: Mapping[str, Any]) -> dict[str, Any]:
        """Asks again until the person has confirmed; each answer brings a new auth_session."""
        deadline = time.monotonic() + waiting.get("expires_in", 180)
        interval = waiting.get("interval", 2)
        while "authorization_code" not in waiting:
            if time.monotonic() > deadline:
                raise SignInFailed("Nobody confirmed in time.")
            time.sleep(interval)
            waiting = self._challenge(auth_session=waiting["auth_session"])
        return dict(waiting)

    def send_wechat_code(self, waiting: Mapping[str, Any], code: str, state: str) -> dict[str, Any]:
        """Hands over what ``SendAuth`` gave the app."""
        return self._challenge(auth_session=waiting["auth_session"], wechat_code=code, state=state)

    def redeem(self, code: str, pkce: Pkce) -> dict[str, Any]:
        """Tokens for the authorization code and the verifier that belongs to it."""
        return self._post(
            self.metadata["token_endpoint"],
            {
                "grant_type": "authorization_code",
                "client_id": self.client_id,
                "code": code,
                "code_verifier": pkce.verifier,
            },
        )

    def verify(self, id_token: str, nonce: str) -> dict[str, Any]:
        """The claims of the ID token, once signature, issuer, audience, expiry and nonce hold.

        :raises joserfc.errors.JoseError: when one does not.
        """
        keys = requests.get(self.metadata["jwks_uri"], timeout=TIMEOUT).json()
        token = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=SIGNING_ALGORITHMS)
        jwt.JWTClaimsRegistry(
            leeway=30,
            iss={"essential": True, "value": self.metadata["issuer"]},
            aud={"essential": True, "value": self.client_id},
            exp={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(token.claims)
        return token.claims

    def userinfo(self, access_token: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {access_token}"}
        answer = requests.get(self.metadata["userinfo_endpoint"], headers=headers, timeout=TIMEOUT)
        return dict(answer.json())

    def _challenge(self, **form: str) -> dict[str, Any]:
        endpoint = self.metadata["authorization_challenge_endpoint"]
        return self._post(endpoint, {"client_id": self.client_id, **form})

    def _post(self, endpoint: str, form: Mapping[str, str]) -> dict[str, Any]:
        """:raises SignInFailed: for every error but the one that means "not yet"."""
        answer: dict[str, Any] = requests.post(endpoint, data=form, timeout=TIMEOUT).json()
        error = answer.get("error")
        if error not in (None, "insufficient_authorization"):
            raise SignInFailed(f"{error}: {answer.get('error_description', '')}")
        return answer


@dataclass(frozen=True)
class VirtualPhone:
    """The sandbox's phone, driven through its control API: it stands for WeChat and its SDK.

    :param app_id: the AppID that WeChat says the app has; None: the one of the demo's mobile app.
    """

    url: str
    app_id: str | None = None

    def launch_mini_program(self, parameters: Mapping[str, Any]) -> str:
        """``WXLaunchMiniProgram``; the address that shows the mini program on the phone."""
        launching = {"app_appid": self.app_id or self.mobile_app()}
        launched = self._post("/launches", {**parameters, **launching})
        return f"{self.url}/phone?launch={launched['id']}"

    def confirm(self, person: str, path: str, number: int) -> bool:
        """The person opens the mini program and confirms; whether it asked for the number.

        :param number: what the app shows.
        """
        ticket = parse_qs(path.partition("?")[2])["ticket"][0]
        visit = {"person": person, "scene": ticket}
        asked = self._visit({**visit, "action": "read"})["numbers"]
        picked = {"number": number} if asked else {}
        self._visit({**visit, "action": "confirm", **picked})
        return bool(asked)

    def _visit(self, visit: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._post("/visits", visit)
        if answer["status"] != requests.codes.ok:
            raise SignInFailed(json.dumps(answer["body"], ensure_ascii=False))
        return dict(answer["body"])

    def send_auth(self, person: str, app_id: str, scope: str) -> str:
        """``SendAuth``: the code that WeChat gives the app for this person."""
        body = {"appid": app_id, "person": person, "kind": "oauth", "scope": scope}
        return str(self._post("/codes", body)["code"])

    def mobile_app(self) -> str:
        """The AppID that the demo's mobile app was built with."""
        answer = requests.get(f"{self.url}/sandbox/v1/apps", timeout=TIMEOUT).json()
        return str(next(app["appid"] for app in answer["apps"] if app["kind"] == "mobile"))

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        answer = requests.post(f"{self.url}/sandbox/v1{path}", json=body, timeout=TIMEOUT)
        if not answer.ok:
            raise SignInFailed(f"The sandbox says: {answer.text.strip()}")
        return dict(answer.json())


def sign_in(
    app: NativeApp, phone: VirtualPhone, connection: str, person: str | None
) -> dict[str, Any]:
    """The whole sign-in; the token response with the verified claims and userinfo beside it.

    :param person: who confirms, without anybody touching the virtual phone; None: a person does.
    """
    pkce, nonce = Pkce.new(), secrets.token_urlsafe(16)
    waiting = app.begin(connection, nonce, pkce)
    if "send_auth" in waiting:
        finished = through_send_auth(app, phone, waiting, person)
    else:
        finished = through_launch(app, phone, waiting, person)
    app.say("Qiao gave an authorization code; redeeming it with the PKCE verifier.")
    tokens = app.redeem(finished["authorization_code"], pkce)
    claims = app.verify(tokens["id_token"], nonce)
    return {
        "tokens": tokens,
        "claims": claims,
        "userinfo": app.userinfo(tokens["access_token"]),
    }


def through_launch(
    app: NativeApp, phone: VirtualPhone, waiting: Mapping[str, Any], person: str | None
) -> dict[str, Any]:
    """The app opens the mini program, the person confirms there, the app asks Qiao again."""
    launch = waiting["launch"]
    app.say("Launch parameters for WXLaunchMiniProgram:")
    app.say(json.dumps(launch, indent=2, ensure_ascii=False))
    number = waiting["number"]
    app.say(f"If the mini program asks for a number, it is this one: {number}")
    shown = phone.launch_mini_program(launch)
    if person:
        if phone.confirm(person, launch["path"], number):
            app.say(f"The mini program asked for the number; {person} picked {number}.")
        app.say(f"{person} confirmed on the virtual phone.")
    else:
        app.say(f"Open the virtual phone and confirm: {shown}")
    return app.poll(waiting)


def through_send_auth(
    app: NativeApp, phone: VirtualPhone, waiting: Mapping[str, Any], person: str | None
) -> dict[str, Any]:
    """WeChat asks the person, gives the app a code, and the app hands it to Qiao."""
    asked = waiting["send_auth"]
    app.say("SendAuth parameters for WeChat's SDK:")
    app.say(json.dumps(asked, indent=2))
    if person is None:
        raise SignInFailed("SendAuth needs somebody to answer: add --person li-lei.")
    code = phone.send_auth(person, phone.mobile_app(), asked["scope"])
    app.say(f"WeChat gave the app a code for {person}.")
    return app.send_wechat_code(waiting, code, asked["state"])
