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

import requests
from joserfc import jwt
from joserfc.jwk import KeySet

from app.demo.virtual_phone import TIMEOUT, SignInFailed, VirtualPhone

SCOPE = "openid profile phone wechat offline_access"
WAIT = "25"
"""Seconds that a request may wait for news; Qiao answers as soon as there is some."""
SIGNING_ALGORITHMS = ["RS256", "ES256"]

Say = Callable[[str], None]


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
    :param device: what the phone is called.
    """

    client_id: str
    metadata: Mapping[str, Any]
    say: Say
    device: str = "the command line"

    @classmethod
    def discover(cls, issuer: str, client_id: str, say: Say, device: str) -> Self:
        """:raises SignInFailed: when nothing answers there."""
        try:
            answer = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=TIMEOUT)
        except requests.ConnectionError as error:
            raise SignInFailed(
                f"Nothing answers at {issuer}. Is `make demo` running? Of one"
                " at another port, name --issuer and --sandbox."
            ) from error
        return cls(client_id, answer.json(), say, device)

    def begin(self, connection: str, nonce: str, pkce: Pkce) -> dict[str, Any]:
        """The first request; the answer says how to open WeChat."""
        return self._challenge(
            response_type="code",
            scope=SCOPE,
            code_challenge=pkce.challenge,
            code_challenge_method="S256",
            nonce=nonce,
            connection=connection,
            device=self.device,
        )

    def poll(self, waiting: Mapping[str, Any]) -> dict[str, Any]:
        """Asks again until the person has confirmed; each answer brings a new auth_session."""
        deadline = time.monotonic() + waiting.get("expires_in", 180)
        interval = waiting.get("interval", 2)
        while "authorization_code" not in waiting:
            if time.monotonic() > deadline:
                raise SignInFailed("Nobody confirmed in time.")
            time.sleep(interval)
            waiting = self._challenge(auth_session=waiting["auth_session"], wait=WAIT)
            interval = waiting.get("interval", interval)
        return dict(waiting)

    def send_wechat_code(
        self, waiting: Mapping[str, Any], code: str, **more: str
    ) -> dict[str, Any]:
        """Hands over what ``SendAuth`` (with ``state``) or ``wx.login`` gave."""
        return self._challenge(auth_session=waiting["auth_session"], wechat_code=code, **more)

    def cancel(self, waiting: Mapping[str, Any]) -> None:
        """The person has given up. :raises SignInFailed: always, with what Qiao says then."""
        self._challenge(auth_session=waiting["auth_session"], cancelled="true")

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
        timeout = TIMEOUT + int(form.get("wait", 0))
        answer: dict[str, Any] = requests.post(endpoint, data=form, timeout=timeout).json()
        error = answer.get("error")
        if error not in (None, "insufficient_authorization"):
            raise SignInFailed(f"{error}: {answer.get('error_description', '')}")
        return answer


def sign_in(
    app: NativeApp, phone: VirtualPhone, connection: str, person: str | None
) -> dict[str, Any]:
    """The whole sign-in; the token response with the verified claims and userinfo beside it.

    :param person: who confirms, without anybody touching the virtual phone; None: a person does.
    """

    def through_wechat(waiting: Mapping[str, Any]) -> dict[str, Any]:
        way = through_send_auth if "send_auth" in waiting else through_launch
        return way(app, phone, waiting, person)

    return finish(app, connection, through_wechat)


def sign_in_as_mini_program(
    app: NativeApp, phone: VirtualPhone, connection: str, person: str
) -> dict[str, Any]:
    """A mini program that is the application: it hands over its own code of ``wx.login``, and
    nothing is launched. The code of Donut's ``wx.getMiniProgramCode`` goes the same way."""

    def through_its_own_codes(waiting: Mapping[str, Any]) -> dict[str, Any]:
        code, phone_code = phone.mini_program_codes(person)
        app.say("wx.login and the phone-number button gave the mini program its codes.")
        phone_codes = {"wechat_phone_code": phone_code} if phone_code else {}
        return app.send_wechat_code(waiting, code, **phone_codes)

    return finish(app, connection, through_its_own_codes)


def finish(
    app: NativeApp, connection: str, through: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    """Begins, goes ``through`` WeChat, redeems and verifies."""
    pkce, nonce = Pkce.new(), secrets.token_urlsafe(16)
    finished = through(app.begin(connection, nonce, pkce))
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
    code = phone.send_auth(asked, person, app.say)
    if code is None:
        app.cancel(waiting)
        raise SignInFailed("The person said no.")
    app.say("WeChat gave the app a code.")
    return app.send_wechat_code(waiting, code, state=asked["state"])
