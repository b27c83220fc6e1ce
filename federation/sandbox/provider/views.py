"""The provider's endpoints: metadata, keys, authorization, token, user-info and logout."""

import base64
import hashlib
from typing import Any
from urllib.parse import unquote_plus, urlencode

from flask import Blueprint, Response, redirect, request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from markupsafe import escape

from .quirks import changed
from .wire import answered, endpoint, refused, sent
from .world import CLIENT_ID, CLIENT_SECRET, World, current_world

SIGNED = "provider.signed"
"""In the environment of a request: whether our client has signed it."""
LONGEST_SECRET = 15_777_000
APP_TOKEN = "token-of-the-client"
_SCOPES = {
    "profile": ("name", "picture"),
    "email": ("email", "email_verified"),
    "phone": ("phone_number", "phone_number_verified"),
}


def provider_blueprint() -> Blueprint:
    blueprint = Blueprint("provider", __name__)
    blueprint.get("/.well-known/openid-configuration")(metadata)
    blueprint.get("/jwks")(jwks)
    blueprint.get("/authorize")(authorize)
    blueprint.route("/token", methods=["GET", "POST"])(token)
    blueprint.get("/app-token")(app_token)
    blueprint.route("/userinfo", methods=["GET", "POST"])(userinfo)
    blueprint.get("/logout")(logout)
    return blueprint


def issuer() -> str:
    """Who this is; whoever plays another provider with it says so in a header."""
    return request.headers.get("X-Sandbox-Issuer") or request.host_url.rstrip("/")


@endpoint("metadata")
def metadata() -> Response:
    base = issuer()
    document = {
        "issuer": base,
        "authorization_endpoint": f"{base}/authorize",
        "token_endpoint": f"{base}/token",
        "userinfo_endpoint": f"{base}/userinfo",
        "jwks_uri": f"{base}/jwks",
        "end_session_endpoint": f"{base}/logout",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [
            *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
            *("ES256", "ES384", "ES512", "EdDSA", "HS256"),
        ],
        "authorization_response_iss_parameter_supported": True,
    }
    return answered(changed(document, current_world().quirks.metadata))


@endpoint("keys")
def jwks() -> Response:
    world = current_world()
    return answered(changed(world.jwks(), world.quirks.jwks))


@endpoint("authorize")
def authorize() -> Response:
    """Asks who one is, unless ``login_hint`` or the sandbox's own ``as`` says it."""
    world = current_world()
    asked = sent()
    if asked.get("client_id") != CLIENT_ID or not asked.get("redirect_uri"):
        return Response("unknown client or redirect address", 400)
    person = asked.pop("as", "") or asked.get("login_hint", "")
    if person == "nobody":
        return _send_back(asked, {"error": "access_denied"})
    if person not in world.people:
        return _ask(world)
    with world.lock:
        code = world.new_code(person, asked)
    return _send_back(asked, {world.quirks.code_parameter: code})


def _send_back(asked: dict[str, str], said: dict[str, str]) -> Response:
    quirks = current_world().quirks
    answer = {**said, "state": asked.get("state", ""), "iss": issuer()}
    answer = changed(answer, quirks.answer)
    back, mode = asked["redirect_uri"], quirks.response_mode or asked.get("response_mode", "query")
    if mode == "form_post":
        fields = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in answer.items()
        )
        form = f'<form method="post" action="{escape(back)}">{fields}<button>Go on</button></form>'
        return Response(f"<!doctype html><title>Back</title>{form}")
    joined = "&" if "?" in back else "?"
    return redirect(f"{back}{joined}{urlencode(answer)}", 303)  # type: ignore[return-value]


def _ask(world: World) -> Response:
    ways = "".join(
        f'<li><a href="{escape(request.full_path)}&amp;as={escape(name)}">'
        f"{escape(told.get('name', name))}</a></li>"
        for name, told in world.people.items()
    )
    nobody = f'<li><a href="{escape(request.full_path)}&amp;as=nobody">Decline</a></li>'
    return Response(f"<!doctype html><title>Who are you?</title><ul>{ways}{nobody}</ul>")


@endpoint("token")
def token() -> Response:
    world = current_world()
    if not _is_our_client():
        return refused("invalid_client")
    form = sent()
    again = form.get("grant_type") == "refresh_token"
    code = world.refresh(form) if again else world.redeem(form)
    if code is None:
        return refused("invalid_grant")
    scope = [
        one for one in code.request.get("scope", "").split() if one != world.quirks.ignored_scope
    ]
    access_token = f"token-{len(world.tokens)}-of-{code.person}"
    with world.lock:
        world.tokens[access_token] = (code.person, " ".join(scope))
    document: dict[str, Any] = {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": " ".join(scope),
    }
    if world.quirks.id_in_tokens:
        document[world.quirks.id_in_tokens] = str(world.people[code.person]["id"])
    if world.quirks.refresh_tokens:
        document["refresh_token"] = world.new_refresh_token(code)
    if "openid" in scope and not again:
        document["id_token"] = world.sign(_id_token(world, code, access_token))
    return answered(changed(document, world.quirks.tokens))


def _id_token(world: World, code: Any, access_token: str) -> dict[str, Any]:
    person, now = world.people[code.person], world.now()
    claims = {
        "iss": issuer(),
        "sub": person["sub"],
        "aud": CLIENT_ID,
        "exp": now + 600,
        "iat": now,
        "auth_time": now - 5,
        "nonce": code.request.get("nonce"),
        "amr": ["pwd", "otp", "magic"],
        "sid": f"session-of-{code.person}",
        "at_hash": _half(access_token, world.quirks.alg),
    }
    return changed(claims, world.quirks.claims)


def _half(value: str, alg: str) -> str:
    name = {"256": "sha256", "384": "sha384"}.get(alg[-3:], "sha512")
    digest = hashlib.new(name, value.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


@endpoint("app-token")
def app_token() -> Response:
    """The client's own token, for providers that want a code to come with one."""
    if not _is_our_client():
        return refused("invalid_client")
    return answered({"access_token": APP_TOKEN, "expires_in": 7200})


def _is_our_client() -> bool:
    """By its secret, in either way, or signed: what a test with keys of its own looks at."""
    if request.environ.get(SIGNED):
        return True
    header = request.headers.get("Authorization", "")
    if header.startswith("Basic "):
        told = base64.b64decode(header[6:]).decode().partition(":")
        return (unquote_plus(told[0]), unquote_plus(told[2])) == (CLIENT_ID, CLIENT_SECRET)
    form = sent()
    if form.get("access_token") == APP_TOKEN:
        return True
    if "client_assertion" in form:
        return form.get("client_id") == CLIENT_ID
    if current_world().quirks.secret_signed_by:
        return form.get("client_id") == CLIENT_ID and _is_signed(form.get("client_secret", ""))
    return (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)


def _is_signed(secret: str) -> bool:
    """Whether a secret is a JWT of our client for us, and not for longer than six months."""
    world = current_world()
    try:
        token = jwt.decode(secret, ECKey.import_key(world.quirks.secret_signed_by), ["ES256"])
    except (JoseError, ValueError):
        return False
    told, now = token.claims, world.now()
    meant = told["sub"] == CLIENT_ID and told["aud"] == issuer() and told["iss"]
    return bool(meant and token.header["kid"] and now <= told["exp"] <= now + LONGEST_SECRET)


@endpoint("userinfo")
def userinfo() -> Response:
    world = current_world()
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer":
        header = request.headers.get(world.quirks.token_header, "")
        shown = header or sent().get("access_token", "")
    person, scope = world.tokens.get(shown, ("", ""))
    if not person:
        return refused("invalid_token")
    told = world.people[person]
    names = ["sub", "id", *(name for one in scope.split() for name in _SCOPES.get(one, ()))]
    document = {name: told[name] for name in names if name in told}
    if "openid" not in scope.split():
        document = dict(told)
    if "id" in document:
        document[world.quirks.id_member] = document.pop("id")
    document = changed(document, world.quirks.userinfo)
    if world.quirks.signed_userinfo:
        claims = changed({**document, "iss": issuer(), "aud": CLIENT_ID}, world.quirks.userinfo)
        token = world.sign(claims, signed_by=world.quirks.userinfo_signed_by)
        return Response(token, content_type="application/jwt")
    return answered(document)


@endpoint("logout")
def logout() -> Response:
    """Ends the person's session here (OpenID Connect RP-Initiated Logout 1.0, 2)."""
    back = request.args.get("post_logout_redirect_uri", "")
    if not back:
        return Response("Signed out.")
    query = {"state": request.args["state"]} if "state" in request.args else {}
    return redirect(f"{back}{'?' if query else ''}{urlencode(query)}", 303)  # type: ignore[return-value]
