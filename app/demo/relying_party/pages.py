"""The pages: a door, the way back in, and what the application then knows."""

from typing import Any
from urllib.parse import urlencode

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from joserfc.errors import JoseError
from werkzeug.wrappers import Response

from .labels import language, steps
from .sign_ins import SignIn, SignIns

pages = Blueprint("pages", __name__)
sign_ins = SignIns()


@pages.get("/")
def home() -> str:
    sign_in = sign_ins.get(session.get("id"))
    if sign_in is None:
        shown = steps(request.headers.get("User-Agent", ""))
        return render_template("welcome.html", issuer=current_app.config["ISSUER"], steps=shown)
    return render_template("signed_in.html", sign_in=sign_in)


@pages.get("/login")
def login() -> Response:
    """Sends the browser to Qiao: code flow, PKCE S256, state and nonce, all made by Authlib."""
    answer: Response = client().authorize_redirect(
        url_for("pages.callback", _external=True),
        ui_locales=language(),
    )
    return answer


@pages.get("/callback")
def callback() -> Response | tuple[str, int]:
    """Redeems the code, verifies the ID token, and asks userinfo."""
    try:
        token = client().authorize_access_token()
        userinfo = client().userinfo(token=token)
    except AuthlibBaseError as error:
        if error.error == "mismatching_state" and sign_ins.get(session.get("id")) is not None:
            return redirect(url_for("pages.home"))  # the answer comes again: a reload, or Back
        return refusal(error.error, error.description)
    except (JoseError, requests.RequestException, ValueError) as error:
        return refusal(type(error).__name__, str(error))
    session["id"] = sign_ins.add(SignIn.of(token, dict(userinfo)))
    return redirect(url_for("pages.home"))


@pages.post("/logout")
def logout() -> Response:
    """Signs out here, and then at Qiao (OpenID Connect RP-Initiated Logout)."""
    sign_in = sign_ins.remove(session.pop("id", None))
    end_session = metadata().get("end_session_endpoint")
    if sign_in is None or end_session is None:
        return redirect(url_for("pages.home"))
    query = {
        "id_token_hint": sign_in.id_token,
        "post_logout_redirect_uri": url_for("pages.home", _external=True),
    }
    return redirect(f"{end_session}?{urlencode(query)}")


@pages.get("/language/<tag>")
def choose_language(tag: str) -> Response:
    session["language"] = tag
    return redirect(url_for("pages.home"))


def refusal(code: str | None, description: str | None) -> tuple[str, int]:
    """The page of a sign-in that did not succeed, with what Qiao said."""
    return render_template("refused.html", code=code, description=description), 400


def client() -> Any:
    oauth: OAuth = current_app.extensions["authlib.integrations.flask_client"]
    return oauth.create_client("qiao")


def metadata() -> dict[str, Any]:
    """Qiao's discovery document; empty while it cannot be reached (signing out works still)."""
    try:
        found: dict[str, Any] = client().load_server_metadata()
    except requests.RequestException:
        return {}
    return found


@pages.errorhandler(requests.ConnectionError)
def unreachable(_error: requests.ConnectionError) -> tuple[str, int]:
    return render_template("refused.html", code="unreachable", description=request.path), 502
